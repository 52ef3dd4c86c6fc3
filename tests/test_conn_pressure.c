/* test_conn_pressure.c - a peer that does not read is not read from, does not
 * hold up others, and does not make the server grow. */
#include "tests/lib/pieces.h"

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

/* Another peer, to which on_message sends. */
static struct peer *slow;

static void begin_with_slow(struct acts acts)
{
	begin(acts);
	slow = peer_upgraded(&loop);
	loop.shared.host.max_backlog = 10000;
	slow->bite = 0;
}

static void end_with_slow(void)
{
	peer_free(slow);
	end();
}

static int depth; /* of on_message */
static bool was_sent;

static void send_to_slow(struct ws *ws, const char *data, size_t len)
{
	(void)ws;
	depth++;
	was_sent = ws_send_data(&slow->conn.ws, data, len, true);
	depth--;
}

static void expect_no_handler_around(struct ws *ws)
{
	(void)ws;
	cr_expect_eq(depth, 0, "on_close inside another's on_message");
}

/* The sends succeed until more than max_backlog waits; then the send fails, and
 * on_close is called when that peer's own turn comes. */
Test(conn, a_slow_reader_is_dropped)
{
	char *text = some_text(1000);
	int sent = 0;

	begin_with_slow((struct acts){.on_message = send_to_slow,
		.on_close = expect_no_handler_around});
	for (was_sent = true; was_sent && sent < 100; sent++) {
		peer_says_text(peer, text);
		cr_expect_eq(slow->closed, !was_sent);
	}
	cr_expect_eq(sent, 11); /* ten of 1004 bytes, and one too many */
	cr_expect_eq(slow->closed, 1);
	cr_expect_eq(slow->code, 1006);
	cr_expect_eq(conn_next(&slow->conn), CONN_DROP);
	cr_expect(!slow->conn.in && !slow->conn.out);
	peer_says_text(peer, "again?");
	cr_expect(!was_sent);
	cr_expect_eq(peer->closed, 0);
	free(text);
	end_with_slow();
}

/* Its own bytes that arrive before that turn are too late. */
Test(conn, a_slow_reader_is_not_heard_once_it_is_dropped)
{
	char *text = some_text(20000);

	begin_with_slow((struct acts){.on_message = send_to_slow});
	peer_says_text(peer, text);
	loop_wake(peer, "\x81\x81\0\0\0\0.", 7);
	cr_expect(!was_sent);
	cr_expect_eq(slow->closed, 0);
	loop_wake(slow, "\x81\x81\0\0\0\0!\x88\x80\0\0\0\0", 13);
	cr_expect_eq(slow->closed, 1);
	cr_expect(!has_text(&slow->events, "text"));
	cr_expect_eq(slow->code, 1006);
	loop_serve_pending(&loop);
	free(text);
	end_with_slow();
}

/* Bytes that have been sent do not count: a peer that reads steadily, though
 * never to the end, is not slow. */
Test(conn, a_steady_reader_is_not_dropped)
{
	char *text = some_text(1000);

	begin_with_slow((struct acts){.on_message = send_to_slow});
	peer_says_text(peer, text);
	slow->bite = 1004;
	for (int i = 0; i < 100 && was_sent; i++) {
		peer_says_text(peer, text);
		cr_expect(was_sent, "dropped after %d messages", i);
		cr_expect(!was_sent || slow->conn.out->cap <= 30000);
	}
	loop_drain(slow);
	cr_expect_eq(slow->got.len, 101 * 1004);
	free(text);
	end_with_slow();
}

static void send_much(struct ws *ws, const char *data, size_t len)
{
	while (ws_send_data(ws, data, len, true))
		;
	cr_expect_eq(loop_peer(ws)->closed, 0);
}

/* However little is taken at a time, and whatever is sent meanwhile. */
Test(conn, 6_1_unsent_bytes_are_kept)
{
	struct buf all = {0};
	char *text = some_text(300);

	begin_with_slow((struct acts){.on_message = send_to_slow});
	for (int i = 0; i < 20; i++) {
		slow->bite = (size_t)i;
		peer_says_text(peer, text);
		buf_append(&all, "\x82\x7E\x01\x2C", 4);
		buf_append(&all, text, 300);
	}
	slow->bite = 1;
	loop_drain(slow);
	expect_got(slow, all.data, all.len);
	buf_free(&all);
	free(text);
	end_with_slow();
}

/* It is lost before its turn on the pending list has come. */
Test(conn, lost_while_it_is_pending)
{
	begin_with_slow((struct acts){.on_message = send_to_slow});
	loop_wake(peer, "\x81\x81\0\0\0\0.", 7);
	cr_assert(slow->is_pending);
	conn_lost(&slow->conn, "gone");
	loop_serve_pending(&loop);
	expect_got(slow, "", 0);
	cr_expect_eq(slow->closed, 1);
	end_with_slow();
}

/* Its own handler sends without end, so the next messages are not delivered. */
Test(conn, sending_without_end_to_oneself)
{
	begin((struct acts){.on_message = send_much});
	loop.shared.host.max_memory = 1000;
	peer_says(peer, "\x81\x81\0\0\0\0.\x81\x81\0\0\0\0.", 14);
	expect_events(peer, "text .\n");
	cr_expect(has_text(&peer->got, "out of memory"));
	cr_expect_eq(conn_waits_for(&peer->conn), CONN_WAIT_CLOSE);
	end();
}

/* The bytes that it sent must not be taken for another's. */
Test(conn, a_lost_peer_leaves_nothing_in_the_lent_buffers)
{
	begin((struct acts){.on_message = send_much});
	loop.shared.host.max_memory = 1000;
	peer_says(peer, "\x81\x81\0\0\0\0.\x81\x81\0\0\0\0.\x81\xFE", 16);
	conn_lost(&peer->conn, "gone");
	cr_expect_eq(peer->closed, 1);
	cr_expect(!conn_wants_input(&peer->conn));
	peer_free(peer);
	loop.acts = (struct acts){.echo = true};
	peer = peer_upgraded(&loop);
	cr_expect_eq(loop.shared.host.held, 0);
	peer_says_text(peer, "Hello");
	expect_events(peer, "text Hello\n");
	expect_got(peer, "\x81\x05Hello", 7);
	end();
}

static void send_on_connection(struct ws *ws)
{
	while (ws_send(ws, GREETING))
		;
}

Test(conn, sending_without_end_from_on_connection)
{
	loop_init(&loop);
	loop.acts.on_connection = send_on_connection;
	loop.shared.host.max_memory = 1000;
	peer = peer_new(&loop);
	peer_says(peer, REQUEST, strlen(REQUEST));
	cr_expect_eq(peer->closed, 0);
	cr_expect(has_text(&peer->got, "out of memory"));
	end();
}

/* 100 messages come at once and are echoed to a peer that does not read. */
Test(conn, a_peer_that_does_not_read_is_not_read_from)
{
	static const char one[] = "\x81\x8A\0\0\0\0ten bytes!";
	struct buf all = {0};
	int events;

	begin((struct acts){.echo = true});
	loop.shared.host.max_unsent = 200;
	for (int i = 0; i < 100; i++)
		buf_append(&all, one, 16);
	peer->bite = 0;
	peer_says(peer, all.data, all.len);
	events = (int)peer->events.len / 16;
	cr_expect_eq(events, 17); /* 16 are 192 bytes; one more is too many */
	cr_expect_eq(peer->conn.out->len, 204);
	cr_expect(peer->conn.more);
	cr_expect(!conn_wants_input(&peer->conn));
	cr_expect(!peer->is_pending, "it would be served in vain");
	cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON);
	/* when it reads again, all goes on, though nothing more arrives */
	peer->bite = SIZE_MAX;
	loop_drain(peer);
	cr_expect_eq(peer->events.len, 100 * 16);
	cr_expect_eq(peer->got.len, 100 * 12);
	cr_expect(!peer->conn.more && conn_wants_input(&peer->conn));
	cr_expect(!peer->conn.in && !peer->conn.out);
	buf_free(&all);
	end();
}

/* Once it is lost, it is not served any more, though there is input left. */
Test(conn, lost_while_it_is_not_read_from)
{
	begin((struct acts){.echo = true});
	loop.shared.host.max_unsent = 5;
	peer->bite = 0;
	peer_says(peer, "\x81\x86\0\0\0\0Hello!\x81\x86\0\0\0\0Hello!", 24);
	cr_assert(peer->conn.more);
	conn_borrow(&peer->conn);
	conn_timeout(&peer->conn);
	conn_return(&peer->conn);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	cr_expect(!loop.first);
	expect_events(peer,
		"text Hello!\n"
		"close 1006 \"it reads too slowly, or not at all\" by us\n");
	end();
}

/* Pings are answered no faster than the Pongs are taken. */
Test(conn, 5_5_2_a_flood_of_pings)
{
	static const char ping[] = "\x89\x84\0\0\0\0ping";
	struct buf all = {0};

	begin((struct acts){0});
	loop.shared.host.max_unsent = 600;
	for (int i = 0; i < 5000; i++)
		buf_append(&all, ping, 10);
	peer->bite = 0;
	peer_says(peer, all.data, all.len);
	cr_expect_leq(peer->conn.out->len, 606);
	peer->bite = 100;
	loop_drain(peer);
	cr_expect_eq(peer->got.len, 5000 * 6);
	cr_expect(!memcmp(peer->got.data + 5000 * 6 - 6, "\x8A\x04ping", 6));
	buf_free(&all);
	end();
}
