/* test_conn.c - a connection that is a WebSocket: what its handlers may do to
 * it and to others, what on_wire sees, and what memory is kept for it. */
#include "tests/lib/pieces.h"

#include <signal.h>

#define GREETING "Hello Socket!"

static struct loop loop;
static struct peer *peer;

static void begin(struct acts acts)
{
	loop_init(&loop);
	loop.acts = acts;
	peer = peer_upgraded(&loop);
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

static void send_three(struct ws *ws, const char *data, size_t len)
{
	cr_expect(ws_send(ws, "one"));
	cr_expect(ws_send_data(ws, data, len, true));
	cr_expect(ws_ping(ws));
}

Test(conn, 6_1_sending_from_on_message)
{
	begin((struct acts){.on_message = send_three});
	peer_says_text(peer, "go");
	expect_got(peer,
		"\x81\x03"
		"one"
		"\x82\x02go\x89\x00",
		11);
	end();
}

static void close_at_once(struct ws *ws)
{
	cr_expect(ws_send(ws, GREETING));
	cr_expect(ws_close(ws, 1008, "go away"));
	cr_expect(!ws_send(ws, "no more"));
}

Test(conn, 5_5_1_closing_from_on_connection)
{
	struct talk t = {.acts.on_connection = close_at_once};

	says(&t, 0x81, "never delivered");
	says_close(&t, 1008, "");
	answers(&t, 0x81, GREETING);
	answers_close(&t, 1008, "go away");
	closes(&t, 1008, "", false);
	hold(&t);
}

/* RFC 6455 6.1, 5.5.1: the connection is no longer OPEN. */
static void expect_closed(struct ws *ws)
{
	cr_expect(!ws_send(ws, "no"));
	cr_expect(!ws_send_data(ws, "no", 2, true));
	cr_expect(!ws_ping(ws));
	cr_expect(!ws_close(ws, 1000, ""));
}

static void close_and_try(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_close(ws, 1000, ""));
	expect_closed(ws);
}

Test(conn, 6_1_nothing_is_sent_after_our_close)
{
	begin((struct acts){.on_message = close_and_try});
	peer_says_text(peer, "go");
	expect_closed(&peer->conn.ws);
	expect_got(peer, "\x88\x02\x03\xE8", 4);
	end();
}

Test(conn, 5_5_1_nothing_is_sent_from_on_close)
{
	begin((struct acts){.on_close = expect_closed});
	peer_says_frame(peer, 0x88, "\x03\xE8", 2);
	expect_got(peer, "\x88\x02\x03\xE8", 4);
	expect_closed(&peer->conn.ws);
	cr_expect_eq(peer->closed, 1);
	end();
}

Test(conn, 7_1_7_nothing_is_sent_from_on_close_after_an_error)
{
	begin((struct acts){.on_close = expect_closed});
	peer_says(peer, "\x81\x00", 2);
	cr_expect_eq(peer->closed, 1);
	cr_expect_eq(peer->code, 1002);
	cr_expect_eq(peer->got.len, 4 + strlen(peer->reason));
	end();
}

Test(conn, nothing_is_sent_from_on_close_when_it_is_lost)
{
	begin((struct acts){.on_close = expect_closed});
	conn_lost(&peer->conn, "gone");
	expect_events(peer, "close 1006 \"gone\" by us\n");
	expect_got(peer, "", 0);
	cr_expect(!loop.first);
	end();
}

Test(conn, 7_1_2_closing_without_a_code)
{
	begin((struct acts){0});
	cr_expect(ws_close(&peer->conn.ws, 0, ""));
	loop_serve_pending(&loop);
	expect_got(peer, "\x88\x00", 2);
	end();
}

Test(conn, 7_1_2_closing_with_the_longest_reason)
{
	char *reason = some_text(WS_REASON_MAX);
	unsigned char close[4 + WS_REASON_MAX] = {
		0x88, 125, 4999 >> 8, 4999 & 255};

	begin((struct acts){0});
	memcpy(close + 4, reason, WS_REASON_MAX);
	cr_expect(ws_close(&peer->conn.ws, 4999, reason));
	loop_serve_pending(&loop);
	expect_got(peer, close, sizeof close);
	free(reason);
	end();
}

#ifndef NDEBUG

/* RFC 6455 7.4.1: 1005, 1006 and 1015 are never sent. */
Test(conn, 7_4_1_1005_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1005, "");
}

Test(conn, 7_4_1_1006_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1006, "");
}

Test(conn, 7_4_1_1015_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1015, "");
}

Test(conn, 7_4_2_999_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 999, "");
}

Test(conn, 5_5_1_a_reason_without_a_code_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 0, "why");
}

Test(conn, 5_5_a_reason_of_124_bytes_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1000, some_text(WS_REASON_MAX + 1));
}

Test(conn, 5_5_1_a_reason_that_is_not_utf8_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1000, "\xFF");
}

Test(conn, 5_6_text_that_is_not_utf8_is_not_sent, .signal = SIGABRT)
{
	begin((struct acts){0});
	ws_send(&peer->conn.ws, "caf\xE9");
}

#endif

#define OTHERS 4

static struct peer *others[OTHERS];

static void begin_with_others(struct acts acts)
{
	begin(acts);
	for (int i = 0; i < OTHERS; i++)
		others[i] = peer_upgraded(&loop);
}

static void end_with_others(void)
{
	for (int i = 0; i < OTHERS; i++)
		peer_free(others[i]);
	end();
}

static void broadcast(struct ws *ws, const char *data, size_t len)
{
	(void)ws;
	for (int i = 0; i < OTHERS; i++) {
		cr_expect(ws_send_data(&others[i]->conn.ws, data, len, false));
		cr_expect(ws_ping(&others[i]->conn.ws));
	}
}

Test(conn, sending_to_other_sockets)
{
	begin_with_others((struct acts){.on_message = broadcast});
	peer_says_text(peer, "all");
	expect_got(peer, "", 0);
	for (int i = 0; i < OTHERS; i++) {
		expect_got(others[i],
			"\x81\x03"
			"all\x89\x00",
			7);
		cr_expect(!others[i]->conn.in && !others[i]->conn.out);
	}
	end_with_others();
}

/* Each is woken once, in the order in which they were sent something. */
Test(conn, sockets_that_are_sent_something_become_pending)
{
	struct peer *p;

	begin_with_others((struct acts){.on_message = broadcast});
	loop_wake(peer, "\x81\x81\0\0\0\0.\x81\x81\0\0\0\0.", 14);
	p = loop.first;
	for (int i = 0; i < OTHERS; i++, p = p->next)
		cr_assert_eq(p, others[i]);
	cr_expect_null(p);
	loop_serve_pending(&loop);
	for (int i = 0; i < OTHERS; i++)
		expect_got(others[i], "\x81\x01.\x89\x00\x81\x01.\x89\x00", 10);
	cr_expect(ws_send(&others[0]->conn.ws, "you alone"));
	cr_expect(loop.first == others[0] && !others[0]->next);
	loop_serve_pending(&loop);
	end_with_others();
}

static void close_the_others(struct ws *ws, const char *data, size_t len)
{
	(void)ws, (void)data, (void)len;
	for (int i = 0; i < OTHERS; i++)
		ws_close(&others[i]->conn.ws, 4000, "out");
}

Test(conn, 7_1_2_closing_other_sockets)
{
	begin_with_others((struct acts){.on_message = close_the_others});
	peer_says_text(peer, "leave");
	for (int i = 0; i < OTHERS; i++) {
		expect_got(others[i], "\x88\x05\x0F\xA0out", 7);
		cr_expect_eq(others[i]->closed, 0);
		peer_says_frame(others[i], 0x88, "\x0F\xA0", 2);
		expect_events(others[i], "close 4000 \"\" by us\n");
	}
	cr_expect_eq(peer->closed, 0);
	end_with_others();
}

static void say_goodbye(struct ws *ws)
{
	cr_expect(!ws_send(ws, "I am gone"));
	if (ws == &peer->conn.ws)
		cr_expect(ws_send(&others[0]->conn.ws, "it is gone"));
}

Test(conn, sending_to_another_from_on_close)
{
	begin_with_others((struct acts){.on_close = say_goodbye});
	peer_says_frame(peer, 0x88, "", 0);
	expect_got(others[0], "\x81\x0Ait is gone", 12);
	end_with_others();
}

Test(conn, a_quiet_socket_keeps_only_its_struct)
{
	begin((struct acts){.echo = true});
	cr_expect_leq(sizeof(struct conn), 160);
	cr_expect(!peer->conn.in && !peer->conn.out);
	peer_says_text(peer, "a message");
	cr_expect(!peer->conn.in && !peer->conn.out);
	peer_says(peer, "\x81\x85\0\0\0\0Hel", 9);
	cr_assert(peer->conn.in);
	cr_expect_leq(peer->conn.in->cap, 18);
	peer_says(peer, "lo", 2);
	cr_expect(!peer->conn.in && !peer->conn.out);
	expect_events(peer, "text a message\ntext Hello\n");
	end();
}

/* A big message is not kept either. Its memory serves the next one, until there
 * is a moment to give it back. */
Test(conn, the_lent_buffers_stay_small)
{
	struct buf_pool *pool = &loop.shared.pool;
	char *text = some_text(4 << 20);
	size_t cap;

	begin((struct acts){.echo = true});
	peer_says_text(peer, text);
	cr_expect_eq(peer->got.len, 10 + (4 << 20));
	cr_expect(!peer->conn.in && !peer->conn.out);
	cap = pool->in.cap;
	cr_expect_gt(cap, 4 << 20);
	cr_expect(pool->wants_trim);
	peer_says_text(peer, text);
	cr_expect_eq(pool->in.cap, cap);
	buf_trim(pool);
	cr_expect(!pool->wants_trim);
	cr_expect_leq(pool->in.cap, BUF_SPARE_KEPT);
	cr_expect_leq(pool->out.cap, BUF_SPARE_KEPT);
	for (int i = 0; i < BUF_SPARES; i++)
		cr_expect_leq(pool->spares[i].cap, BUF_SPARE_KEPT);
	free(text);
	end();
}

/* on_wire sees all bytes as they are on the wire. It sees heads and frames
 * whole when they arrive whole. */
Test(conn, on_wire_sees_masked_bytes_in_order)
{
	begin((struct acts){.echo = true});
	peer_says(peer, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	peer_says(peer, "\x89\x80\1\2\3\4\x81", 7);
	cr_expect_eq(peer->wire[0].len, 17, "half a head is not shown yet");
	cr_expect(!memcmp(peer->wire[0].data,
		"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
		"\x89\x80\1\2\3\4",
		17));
	cr_expect_eq(peer->wire[1].len, 9);
	cr_expect(!memcmp(peer->wire[1].data, "\x81\x05Hello\x8A\x00", 9));
	end();
}

/* It also sees bytes that are never used: those of a refused frame, those after
 * that or after a Close, and the beginning of a frame that never came whole. */
Test(conn, on_wire_sees_every_byte)
{
	static const char *const ends[] = {"\x81", "\x89\x85\1\2\3\4hi",
		"\x81\xFE\1", "\x01\x81\1\2\3\4\x60\x80",
		"\x88\x80\1\2\3\4\x81\x85", "\x81\x81\1\2\3\4\xFE\x81\x80",
		"\x83\x85\1\2", "\x01\x81\1\2\3\4\x60\x83\x80 no"};

	for (size_t i = 0; i < 2 * sizeof ends / sizeof *ends; i++) {
		const char *text = ends[i / 2];

		begin((struct acts){0});
		peer_says(peer, text, strlen(text));
		if (i % 2 && peer->conn.state != CONN_OVER) {
			conn_borrow(&peer->conn);
			conn_eof(&peer->conn);
			conn_return(&peer->conn);
		}
		conn_lost(&peer->conn, "the test is over");
		cr_expect_eq(peer->wire[0].len, strlen(text), "%zu", i);
		cr_expect(!memcmp(peer->wire[0].data, text, strlen(text)));
		end();
	}
}

Test(conn, on_wire_sees_what_is_refused)
{
	begin((struct acts){0});
	peer_says(peer, "\x81\x05Hello", 7);
	cr_expect_eq(peer->wire[0].len, 7);
	cr_expect_eq(peer->wire[1].len, peer->got.len);
	end();
}
