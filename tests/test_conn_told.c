/* test_conn_told.c - what a connection says of itself: which traffic is HTTP, what
 * it counts, where a preface ends, and the borders of what it may hold. */
#include "tests/lib/peer.h"

#include <string.h>

#define HELLO "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

static struct loop loop;
static struct peer *peer;
static char kinds[64]; /* of the traffic: h or w, and < or > */
static size_t seen;    /* bytes */

static void on_wire(const struct app *app, const struct traffic *t)
{
	size_t n = strlen(kinds);

	(void)app;
	if (!t->len || n + 2 >= sizeof kinds)
		return;
	kinds[n] = t->is_http ? 'h' : 'w';
	kinds[n + 1] = t->sent ? '>' : '<';
	seen += t->len;
}

static void begin(void)
{
	loop_init(&loop);
	loop.acts.echo = true;
	loop.app.on_wire = on_wire;
	memset(kinds, 0, sizeof kinds);
	seen = 0;
	peer = peer_new(&loop);
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

Test(conn, on_wire_knows_what_is_http)
{
	begin();
	peer_says(peer, HELLO, strlen(HELLO));
	peer_says(peer, REQUEST, strlen(REQUEST));
	peer_says(peer, "\x81\x81\0\0\0\0a", 7);
	cr_expect_str_eq(kinds, "h<h>h<h>w<w>");
	end();
	begin();
	peer_says(peer, "no\r\n\r\n", 6);
	cr_expect_str_eq(kinds, "h<h>");
	end();
}

/* Half a head that comes after a message, and before the end. */
Test(conn, on_wire_sees_what_nobody_reads)
{
	begin();
	peer_says(peer, REQUEST, strlen(REQUEST));
	peer_says(peer, "\x81\x81\0\0\0\0a\x81", 8);
	loop_eof(peer);
	cr_expect_str_eq(kinds, "h<h>w<w>w<");
	cr_expect_eq(seen, strlen(REQUEST) + 8 + peer->got.len);
	end();
}

Test(conn, requests_and_bytes_are_counted)
{
	struct counters *count = &loop.shared.count;

	begin();
	cr_expect(peer->conn.fresh);
	peer->conn.fresh = false;
	peer_says(peer, HELLO, strlen(HELLO));
	cr_expect(peer->conn.fresh, "its deadline begins anew");
	cr_expect(count->requests == 1 && count->refused == 0);
	cr_expect_eq(count->bytes_in, strlen(HELLO));
	cr_expect_eq(count->bytes_out, peer->got.len);
	peer_says(peer, "no\r\n\r\n", 6);
	cr_expect(count->requests == 2 && count->refused == 1);
	cr_expect_eq(count->bytes_out, peer->got.len);
	end();
}

static ssize_t on_preface(const struct app *app, const char *p, size_t len,
	char named[PEER_MAX], const char **why)
{
	(void)app;
	if (len && *p == '1')
		return 1;
	if (len && *p == '8')
		return len < 8 ? 0 : 8;
	if (len && *p != 'P') {
		*why = "this is no preface";
		return -400;
	}
	if (len < 2)
		return 0;
	strcpy(named, "1.2.3.4:5");
	return 2;
}

static void begin_with_preface(void)
{
	begin();
	peer_free(peer);
	loop.app.on_preface = on_preface;
	peer = peer_new(&loop);
}

Test(conn, a_preface_comes_once_and_before_http)
{
	begin_with_preface();
	peer_says(peer, "P", 1);
	cr_expect_eq(peer->got.len, 0);
	cr_expect_str_eq(peer->named, "");
	peer_says(peer, "\n" HELLO HELLO, 1 + 2 * strlen(HELLO));
	cr_expect_str_eq(peer->named, "1.2.3.4:5");
	cr_expect_eq(loop.shared.count.requests, 2);
	cr_expect_eq(loop.shared.count.refused, 0);
	peer_says(peer, HELLO, strlen(HELLO));
	cr_expect_eq(loop.shared.count.requests, 3);
	cr_expect_eq(loop.shared.count.refused, 0);
	end();
}

Test(conn, a_preface_may_be_a_single_byte)
{
	begin_with_preface();
	peer_says(peer, "1" HELLO, 1 + strlen(HELLO));
	cr_expect_eq(loop.shared.count.requests, 1);
	cr_expect(has_text(&peer->got, "HTTP/1.1 200 "));
	end();
}

Test(conn, what_follows_a_preface_is_not_looked_at_before)
{
	begin_with_preface();
	peer_says(peer, "8\r\n\r\n", 5);
	cr_expect_eq(peer->got.len, 0);
	peer_says(peer, "678" HELLO, 3 + strlen(HELLO));
	cr_expect(has_text(&peer->got, "HTTP/1.1 200 "));
	end();
}

Test(conn, what_is_no_preface_is_refused)
{
	begin_with_preface();
	peer_says(peer, HELLO, strlen(HELLO));
	cr_expect(has_text(&peer->got, "HTTP/1.1 400 "));
	cr_expect_eq(loop.shared.count.requests, 1);
	end();
}

Test(conn, requests_that_fill_all_memory)
{
	begin();
	loop.shared.host.max_memory = strlen(HELLO);
	peer_says(peer, HELLO, strlen(HELLO));
	cr_expect(has_text(&peer->got, "HTTP/1.1 200 "));
	loop.shared.host.max_memory--;
	peer_says(peer, HELLO, strlen(HELLO));
	cr_expect(has_text(&peer->got, "HTTP/1.1 503 "));
	end();
}

/* As much as may wait does not stop the input; a byte more does. */
Test(conn, output_that_stops_the_input)
{
	size_t len;

	begin();
	peer->bite = 0;
	peer_says(peer, HELLO, strlen(HELLO));
	len = peer->conn.out->len;
	loop.shared.host.max_unsent = (uint32_t)len;
	cr_expect(conn_wants_input(&peer->conn));
	loop.shared.host.max_unsent--;
	cr_expect(!conn_wants_input(&peer->conn));
	loop_drain(peer);
	end();
}

static bool fails;

static void on_file(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_head(res, 200, "text/plain", 7);
	res->fd = 0; /* which is a descriptor as any other */
	res->offset = 5;
	res->left = 7;
	res->failed = fails;
}

static int responses;

static void on_response(const struct app *app, uint32_t number,
	const struct request *req, const struct response *res,
	struct slice written)
{
	(void)app, (void)number, (void)req, (void)res;
	responses++;
	cr_expect(written.len > 0);
}

static void ask_for_file(bool without_memory)
{
	begin();
	fails = without_memory;
	responses = 0;
	loop.app.on_request = on_file;
	loop.app.on_response = on_response;
	peer->bite = 0;
	peer_says(peer, HELLO, strlen(HELLO));
}

Test(conn, a_file_follows_its_head)
{
	const struct conn *c;

	ask_for_file(false);
	c = &peer->conn;
	cr_expect(c->has_file);
	cr_expect_eq(c->file.fd, 0);
	cr_expect_eq(c->file.offset, 5);
	cr_expect_eq(c->file.left, 7);
	cr_expect_not(conn_wants_input(c));
	cr_expect_eq(responses, 1);
	loop_drain(peer);
	cr_expect_eq(peer->files, 1);
	end();
}

/* Nothing of it is sent, and nobody is told that it was. */
Test(conn, a_head_for_which_there_was_no_memory_has_no_file)
{
	ask_for_file(true);
	cr_expect_not(peer->conn.has_file);
	cr_expect_null(peer->conn.out);
	cr_expect_eq(responses, 0);
	end();
}

/* What is left of it is then where a reply is appended. */
Test(conn, output_that_is_sent_in_part_moves_to_the_front)
{
	begin();
	peer_says(peer, REQUEST, strlen(REQUEST));
	peer->bite = 3;
	peer_says(peer, "\x81\x81\0\0\0\0a\x81\x81\0\0\0\0b", 14);
	cr_expect(peer->conn.out);
	conn_borrow(&peer->conn);
	peer->conn.out->start = 1;
	peer->conn.out->len = 2;
	ws_send(&peer->conn.ws, "c");
	cr_expect_eq(peer->conn.out->start, 0);
	conn_return(&peer->conn);
	loop_drain(peer);
	end();
}

/* So many requests arrive at once. Returns how many are answered in this turn. */
static int answers(int n)
{
	unsigned long long before = loop.shared.count.requests;
	struct conn *c = &peer->conn;

	conn_borrow(c);
	for (int i = 0; i < n; i++)
		cr_assert(buf_append(c->in, HELLO, strlen(HELLO)));
	conn_input(c, (size_t)n * strlen(HELLO));
	conn_return(c);
	return (int)(loop.shared.count.requests - before);
}

Test(conn, a_turn_has_so_many_requests)
{
	begin();
	cr_expect_eq(answers(16), 16);
	cr_expect_not(peer->conn.more);
	loop_drain(peer);
	cr_expect_eq(answers(20), 16);
	cr_expect(peer->conn.more);
	loop_drain(peer);
	cr_expect_eq(loop.shared.count.requests, 36);
	end();
}

Test(conn, a_turn_ends_when_its_bytes_are_used_up)
{
	begin();
	loop.shared.turn = 10;
	cr_expect_eq(answers(3), 1);
	cr_expect(peer->conn.more);
	loop.shared.turn = 65536;
	loop_drain(peer);
	loop.shared.host.max_unsent = 10;
	cr_expect_eq(answers(3), 1);
	loop.shared.host.max_unsent = CONN_UNSENT_MAX;
	loop_drain(peer);
	cr_expect_eq(loop.shared.count.requests, 6);
	end();
}

Test(conn, what_is_stopped_does_no_more)
{
	begin();
	cr_expect_eq(answers(20), 16);
	cr_expect(peer->conn.more);
	conn_borrow(&peer->conn);
	conn_stop(&peer->conn);
	conn_return(&peer->conn);
	cr_expect_not(peer->conn.more);
	loop_drain(peer);
	cr_expect_eq(loop.shared.count.requests, 16);
	end();
}

Test(conn, whose_deadline_has_passed_is_counted)
{
	begin();
	loop_expire(peer);
	cr_expect_eq(peer->conn.state, CONN_OVER);
	cr_expect_eq(loop.shared.count.timed_out, 1);
	end();
}
