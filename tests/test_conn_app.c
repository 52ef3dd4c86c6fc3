/* test_conn_app.c - what the application is told besides messages: refusals,
 * traffic, and that everything has been sent. */
#include "tests/lib/pieces.h"
#include "tests/lib/scarce.h"

#include <stdio.h>

static struct loop loop;
static struct peer *peer;
static char told[512]; /* a line for each refusal */

static void on_refused(const struct app *app, uint32_t number, const char *from,
	int code, const char *why, const struct request *req)
{
	size_t n = strlen(told);

	(void)app;
	cr_expect_eq(!req, code >= 1000);
	snprintf(told + n, sizeof told - n, "#%u %s %d %s\n", (unsigned)number,
		from, code, why);
}

static void begin(void)
{
	loop_init(&loop);
	loop.app.on_refused = on_refused;
	*told = 0;
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

Test(conn, a_refused_request_is_reported)
{
	begin();
	peer = peer_new(&loop);
	peer_says(peer, "GET / HTTP/1.1\r\n\r\n", 18);
	cr_expect_str_eq(told, "#1 127.0.0.1:1 400 exactly one Host is "
			       "required (RFC 9112 3.2)\n");
	end();
}

Test(conn, a_request_that_takes_too_long_is_reported)
{
	begin();
	peer = peer_new(&loop);
	peer_says(peer, "GET / HT", 8);
	loop_expire(peer);
	cr_expect_str_eq(told, "#1 127.0.0.1:1 408 the request took too long: "
			       "see --head-timeout\n");
	end();
}

/* What a new peer sends, with a field more, is reported like that, or not at
 * all (NULL). */
static void expect_told(const char *line, const char *fields, const char *want)
{
	char text[500];

	*told = 0;
	peer = peer_new(&loop);
	snprintf(text, sizeof text, "%s\r\nHost: h\r\n%s\r\n", line, fields);
	peer_says(peer, text, strlen(text));
	cr_expect(want ? strstr(told, want) != NULL : !*told, "%s: %s", text,
		told);
	cr_expect(!want || strchr(told, '\n') == told + strlen(told) - 1);
	peer_free(peer);
	peer = NULL;
}

/* An application that believes what one field says. */
static const char *on_peer(const struct app *app, const struct request *req,
	char *text, size_t size)
{
	struct slice value = request_header(req, "X-Forwarded-For");

	(void)app;
	if (!value.p)
		return NULL;
	snprintf(text, size, "%.*s", (int)value.len, value.p);
	return text;
}

/* Behind a proxy, the refusal has the address that the proxy reports. */
Test(conn, a_refused_handshake_is_reported)
{
	static const char said[] = "GET / HTTP/1.1\r\nHost: h\r\n"
				   "X-Forwarded-For: 192.0.2.7\r\n"
				   "Upgrade: websocket\r\n"
				   "Connection: Upgrade\r\n\r\n";

	begin();
	loop.app.on_peer = on_peer;
	peer = peer_new(&loop);
	peer_says(peer, said, sizeof said - 1);
	cr_expect_str_eq(told, "#1 192.0.2.7 400 one Sec-WebSocket-Version is "
			       "required (RFC 6455 4.2.1)\n");
	peer_free(peer);
	expect_told("GET / HTTP/1.1", "Expect: x\r\n", "#2 127.0.0.1:1 417");
	loop_end(&loop);
}

#define HANDSHAKE                                         \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
	"Sec-WebSocket-Version: 13\r\n"
#define UPGRADES "Upgrade: websocket\r\nConnection: Upgrade\r\n" HANDSHAKE

static struct peer *other;

/* Shows the other one each head that is sent, as a page is shown it, and there is
 * no memory for that. */
static void show_other(const struct app *app, const struct traffic *t)
{
	static const char much[20000];

	(void)app;
	if (t->is_http && t->sent && t->len)
		ws_send_data(&other->conn.ws, much, sizeof much, true);
}

/* The refusal has the address of the other one. The handler of the new socket, which
 * comes after that, still has that of its own client. */
Test(conn, a_refusal_on_the_way_changes_no_address)
{
	static const char said[] =
		"GET / HTTP/1.1\r\nHost: h\r\n"
		"X-Forwarded-For: 192.0.2.7\r\n" UPGRADES "\r\n";

	begin();
	loop.app.on_peer = on_peer;
	other = peer_upgraded(&loop);
	loop.app.on_wire = show_other;
	loop.shared.host.max_memory = sizeof said + 1000;
	peer = peer_new(&loop);
	strcpy(peer->named, "192.0.2.7"); /* which on_connection expects */
	peer_says(peer, said, sizeof said - 1);
	cr_expect(has_text(&peer->got, "HTTP/1.1 101 "));
	cr_expect_str_eq(told, "#1 127.0.0.1:1 1013 the server is out of "
			       "memory: try again later\n");
	peer_free(other);
	end();
}

/* RFC 9110 7.6.1: a proxy removes Upgrade and Connection, and may speak
 * HTTP/1.0. The answer is the one that a plain request gets. */
Test(conn, a_handshake_without_its_upgrade_is_reported)
{
	static const char want[] = " 200 a handshake without its Upgrade";

	begin();
	expect_told("GET / HTTP/1.1", HANDSHAKE, want);
	expect_told("GET / HTTP/1.1", "Connection: close\r\n" HANDSHAKE, want);
	expect_told("GET / HTTP/1.1", "Upgrade: websocket\r\n" HANDSHAKE, want);
	expect_told(
		"GET / HTTP/1.1", "Connection: Upgrade\r\n" HANDSHAKE, want);
	expect_told("GET / HTTP/1.0", UPGRADES, want);
	expect_told("POST / HTTP/1.1", UPGRADES, " 405 try GET");
	expect_told("GET / HTTP/1.1", "", NULL);
	expect_told("GET / HTTP/1.1", UPGRADES, NULL);
	loop.app.on_upgrade = NULL;
	expect_told("GET / HTTP/1.1", UPGRADES, want);
	expect_told("GET / HTTP/1.1", "", NULL);
	loop.app.on_request = NULL;
	expect_told("GET / HTTP/1.1", HANDSHAKE, " 426 a handshake without");
	expect_told("GET / HTTP/1.1", "", " 426 this server speaks WebSocket");
	loop_end(&loop);
}

/* A browser then closes the connection, and tells its page only 1006. */
Test(conn, 4_1_a_subprotocol_that_is_not_spoken_is_reported)
{
	static const char *const spoken[] = {"echo", NULL};
	static const char asks[] =
		UPGRADES "Sec-WebSocket-Protocol: chat, v2.echo\r\n";

	begin();
	expect_told("GET / HTTP/1.1", asks, " 101 it asks for a subprotocol");
	loop.acts.protocols = spoken;
	expect_told("GET / HTTP/1.1", asks, " 101 it asks for a subprotocol");
	expect_told("GET / HTTP/1.1",
		UPGRADES "Sec-WebSocket-Protocol: chat, echo\r\n", NULL);
	expect_told("GET / HTTP/1.1", UPGRADES, NULL);
	loop_end(&loop);
}

Test(conn, 7_1_7_a_refused_frame_is_reported)
{
	begin();
	peer = peer_upgraded(&loop);
	peer_says(peer, "\x81\x01x", 3);
	cr_expect_str_eq(told, "#1 127.0.0.1:1 1002 a client must mask its "
			       "frames (RFC 6455 5.1)\n");
	end();
}

static void say_hello(struct ws *ws)
{
	ws_send(ws, "Hello");
}

/* A private route is hidden as a whole: its handshake and its messages. That
 * its connection has ended is still reported. */
Test(conn, a_private_socket_is_hidden)
{
	begin();
	loop.route.is_private = true;
	loop.acts.on_connection = say_hello;
	loop.acts.echo = true;
	peer = peer_new(&loop);
	peer_says(peer, REQUEST, strlen(REQUEST));
	peer_says_text(peer, "secret");
	cr_expect(has_text(&peer->got, "secret"));
	peer_says(peer, "\x81\x01x", 3); /* refused, and more behind it */
	peer_says(peer, "more", 4);
	cr_expect_eq(peer->wire[0].len, 0);
	cr_expect_eq(peer->wire[1].len, 0);
	end();
}

static int drained;

static void on_drain(struct ws *ws)
{
	drained++;
	cr_expect_eq(ws_buffered(ws), 0);
	if (drained == 1)
		ws_send(ws, "more");
}

/* Once for each turn that has left something, when all of it has been sent. */
Test(conn, on_drain_follows_when_all_has_been_sent)
{
	drained = 0;
	begin();
	loop.acts.on_drain = on_drain;
	loop.acts.echo = true;
	peer = peer_upgraded(&loop);
	peer_says_text(peer, "at once");
	cr_expect_eq(drained, 0, "nothing was left");
	peer->bite = 4;
	peer_says_text(peer, "in three bites");
	cr_expect_eq(ws_buffered(&peer->conn.ws), 12);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(drained, 0);
		peer_says(peer, NULL, 0);
	}
	peer_says(peer, NULL, 0);
	cr_expect_eq(drained, 1);
	peer->bite = SIZE_MAX;
	loop_drain(peer);
	cr_expect_eq(drained, 2, "what its handler had sent was left as well");
	cr_expect(has_text(&peer->got, "more"));
	end();
}

static void send_without_memory(struct ws *ws)
{
	static char large[100000];

	scarce.realloc = 1;
	cr_expect(!ws_send_data(ws, large, sizeof large, true));
	scarce.realloc = 0;
}

/* A socket that its own handler has given up is over soon, even where the peer
 * sends nothing and no deadline passes. */
Test(conn, a_send_in_on_drain_that_finds_no_memory)
{
	begin();
	loop.acts.on_drain = send_without_memory;
	loop.acts.echo = true;
	peer = peer_upgraded(&loop);
	peer->bite = 4;
	peer_says_text(peer, "left");
	peer->bite = SIZE_MAX;
	peer_says(peer, NULL, 0);
	cr_expect(ws_is_over(&peer->conn.ws));
	cr_expect_eq(
		peer->closed, 1, "on_close was called %d times", peer->closed);
	cr_expect_eq(peer->code, 1006);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
}

/* An application that answers what it sees on the wire. */
static void answer_a_close(const struct app *app, const struct traffic *t)
{
	const unsigned char *p = t->data;

	(void)app;
	if (!t->sent || t->is_http || !t->len || *p != 0x88)
		return;
	cr_expect(!ws_send(t->ws, "behind the Close"));
	cr_expect(!ws_ping(t->ws));
	cr_expect(!ws_close(t->ws, 1000, ""));
}

static void close_it(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_close(ws, 1000, ""));
}

/* RFC 6455 5.5.1: "The application MUST NOT send any more data frames after
 * sending a Close frame", from the moment that it can be seen. */
Test(conn, 5_5_1_nothing_follows_a_close_that_is_seen)
{
	static const char *const said[] = {
		"\x81\x81\0\0\0\0.", /* its handler closes */
		"\x88\x80\0\0\0\0",  /* a Close is answered */
		"\x81\x01.\0\0\0\0", /* no mask: refused */
	};

	for (size_t i = 0; i < 3; i++) {
		loop_init(&loop);
		loop.app.on_wire = answer_a_close;
		loop.acts.on_message = close_it;
		peer = peer_upgraded(&loop);
		peer_says(peer, said[i], i == 1 ? 6 : 7);
		cr_assert_gt(peer->got.len, 1);
		cr_expect_eq(peer->got.data[0], 0x88, "%zu", i);
		cr_expect_eq(peer->got.data[1] + 2u, peer->got.len, "%zu", i);
		end();
	}
}

/* A request for /fail cannot be answered. */
static void fail_or_answer(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app;
	if (slice_is(req->path, "/fail"))
		res->failed = true;
	response_send(res, 200, "text/plain", "hello", 5);
}

/* The input of a pipeline that is kept lies in memory of its own. A response
 * that fails ends the connection, and takes no earlier one with it; that
 * memory is not looked at again. */
Test(conn, a_response_that_fails_in_a_long_pipeline)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char fail[] = "GET /fail HTTP/1.1\r\nHost: h\r\n\r\n";
	struct buf all = {0};
	int answers = 0;

	begin();
	loop.app.on_request = fail_or_answer;
	peer = peer_new(&loop);
	for (int i = 0; i < 1000; i++)
		buf_append(&all, i == 900 ? fail : get,
			i == 900 ? sizeof fail - 1 : sizeof get - 1);
	peer_says(peer, all.data, all.len);
	loop_drain(peer);
	for (size_t i = 0; i + 12 < peer->got.len; i++)
		answers += !memcmp(peer->got.data + i, "HTTP/1.1 200", 12);
	cr_expect_eq(answers, 900);
	cr_expect_neq(conn_next(&peer->conn), CONN_GO_ON);
	buf_free(&all);
	end();
}
