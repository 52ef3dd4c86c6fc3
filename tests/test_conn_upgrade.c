/* test_conn_upgrade.c - from HTTP to a WebSocket: RFC 6455 4.2.2, the answer
 * and what is sent together with it. */
#include "tests/lib/pieces.h"

#include <stdio.h>
#include <strings.h>

#define GREETING "Hello Socket!"
#define GREETING_FRAME "\x81\x0D" GREETING

static struct loop loop;
static struct peer *peer;

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

/* Asks for an upgrade with these fields besides Host. Returns the answer. */
static const struct buf *ask(const char *method, const char *fields)
{
	char text[2000];
	int n = snprintf(text, sizeof text, "%s /chat HTTP/1.1\r\n%s\r\n",
		method, fields);

	peer = peer_new(&loop);
	peer_says(peer, text, (size_t)n);
	return &peer->got;
}

#define HOST "Host: localhost\r\n"
#define UPGRADE "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

/* How often does a field appear in the answer, in any case? */
static int count_field(const struct buf *answer, const char *name)
{
	size_t len = strlen(name);
	int n = 0;

	for (size_t i = 0; i + len + 2 < answer->len; i++)
		n += !memcmp(answer->data + i, "\r\n", 2) &&
		     !strncasecmp((char *)answer->data + i + 2, name, len) &&
		     answer->data[i + 2 + len] == ':';
	return n;
}

Test(conn, 4_2_2_the_answer)
{
	const struct buf *answer;

	loop_init(&loop);
	answer = ask("GET", HOST UPGRADE KEY VERSION);
	cr_assert_gt(answer->len, 40);
	cr_expect(!memcmp(
		answer->data, "HTTP/1.1 101 Switching Protocols\r\n", 34));
	cr_expect(has_text(answer, "\r\nUpgrade: websocket\r\n"));
	cr_expect(has_text(answer, "\r\nConnection: Upgrade\r\n"));
	cr_expect(has_text(answer, "\r\nSec-WebSocket-Accept: "
				   "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
	cr_expect(!memcmp(answer->data + answer->len - 4, "\r\n\r\n", 4));
	cr_expect_eq(count_field(answer, "Upgrade"), 1);
	cr_expect_eq(count_field(answer, "Connection"), 1);
	cr_expect_eq(count_field(answer, "Content-Length"), 0);
	cr_expect_eq(count_field(answer, "Transfer-Encoding"), 0);
	end();
}

Test(conn, 11_3_3_one_accept)
{
	loop_init(&loop);
	ask("GET", HOST UPGRADE KEY VERSION);
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Accept"), 1);
	end();
}

/* The order of the fields, their case, and others between them do not
 * matter. */
Test(conn, 4_2_1_fields_in_any_order_and_case)
{
	loop_init(&loop);
	ask("GET", "sec-websocket-version:13\r\nX-Unknown: \xFF\r\n"
		   "CONNECTION:\t foo ,\tuPGRADE\r\nCookie: a=b\r\n"
		   "sec-WEBSOCKET-key:   dGhlIHNhbXBsZSBub25jZQ==  \r\n"
		   "uPGRADE: h2c, WebSocket\r\nhost: localhost\r\n");
	cr_expect(has_text(&peer->got, "HTTP/1.1 101 "));
	cr_expect(has_text(&peer->got, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	end();
}

/* Each handshake is refused with a status and a sentence that names a section,
 * and no WebSocket is opened. */
static const struct refused {
	const char *fields, *status, *section;
} refused[] = {
	{UPGRADE KEY VERSION, "400", "RFC 9112 3.2)"},
	{HOST HOST UPGRADE KEY VERSION, "400", "RFC 9112 3.2)"},
	{HOST UPGRADE VERSION, "400", "RFC 6455 4.2.1)"},
	{HOST UPGRADE KEY KEY VERSION, "400", "RFC 6455 4.2.1)"},
	{HOST UPGRADE VERSION "Sec-WebSocket-Key: c2hvcnQ=\r\n", "400",
		"RFC 6455 4.2.1)"},
	{HOST UPGRADE KEY, "400", "RFC 6455 4.2.1)"},
	{HOST UPGRADE KEY VERSION VERSION, "400", "RFC 6455 4.2.1)"},
	{HOST UPGRADE KEY "Sec-WebSocket-Version: 12\r\n", "426",
		"RFC 6455 4.4)"},
	{HOST UPGRADE KEY VERSION "Sec-WebSocket-Extensions: a;;b\r\n", "400",
		"RFC 6455 9.1)"},
	{HOST UPGRADE KEY VERSION "Sec-WebSocket-Protocol: a, a\r\n", "400",
		"RFC 6455 4.1)"},
	{HOST UPGRADE KEY VERSION "Content-Length: 5\r\n", "400",
		"RFC 9110 9.3.1)"},
};

static void expect_refusal(const struct refused *row)
{
	loop_init(&loop);
	ask("GET", row->fields);
	cr_assert_gt(peer->got.len, 12);
	cr_expect(
		!memcmp(peer->got.data + 9, row->status, 3), "%s", row->fields);
	cr_expect(has_text(&peer->got, row->section), "%.*s",
		(int)peer->got.len, (char *)peer->got.data);
	cr_expect_neq(peer->conn.state, CONN_SOCKET);
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Accept"), 0);
	cr_expect_eq(peer->closed, 0, "on_close without on_connection");
	end();
}

Test(conn, 4_2_1_handshakes_that_are_refused)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		expect_refusal(&refused[i]);
}

Test(conn, 4_2_1_exactly_one_host)
{
	expect_refusal(&refused[0]);
	expect_refusal(&refused[1]);
}

Test(conn, 4_4_the_version_that_we_speak)
{
	loop_init(&loop);
	ask("GET", HOST UPGRADE KEY "Sec-WebSocket-Version: 8\r\n");
	cr_expect(!memcmp(peer->got.data, "HTTP/1.1 426 ", 13));
	cr_expect(has_text(&peer->got, "\r\nSec-WebSocket-Version: 13\r\n"));
	cr_expect(has_text(&peer->got, "\r\nUpgrade: websocket\r\n"));
	cr_expect(has_text(&peer->got, "\r\nConnection: Upgrade\r\n"));
	/* the same connection may ask again, with that version */
	peer_says(peer, REQUEST, strlen(REQUEST));
	cr_expect(has_text(&peer->got, "HTTP/1.1 101 "));
	end();
}

static const struct route *say_no(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_error(res, 404, "no such service");
	return NULL;
}

Test(conn, 4_2_2_the_application_says_no)
{
	loop_init(&loop);
	loop.app.on_upgrade = say_no;
	ask("GET", HOST UPGRADE KEY VERSION);
	cr_expect(!memcmp(peer->got.data, "HTTP/1.1 404 ", 13));
	cr_expect(!has_text(&peer->got, "101"));
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Accept"), 0);
	cr_expect_neq(peer->conn.state, CONN_SOCKET);
	end();
}

static const char *const spoken[] = {"chat", "echo", NULL};

/* The first of the client's that we speak, whether in one field or in
 * several. */
Test(conn, 4_2_2_a_subprotocol)
{
	loop_init(&loop);
	loop.acts.protocols = spoken;
	ask("GET", HOST UPGRADE KEY VERSION
		"Sec-WebSocket-Protocol: soap\r\n"
		"Sec-WebSocket-Protocol: echo, chat\r\n");
	cr_expect(has_text(&peer->got, "\r\nSec-WebSocket-Protocol: echo\r\n"));
	cr_assert(peer->conn.ws.protocol);
	cr_expect_str_eq(peer->conn.ws.protocol, "echo");
	end();
}

Test(conn, 11_3_4_one_subprotocol)
{
	loop_init(&loop);
	loop.acts.protocols = spoken;
	ask("GET", HOST UPGRADE KEY VERSION
		"Sec-WebSocket-Protocol: chat, echo\r\n");
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Protocol"), 1);
	end();
}

static void expect_no_protocol(const char *const *protocols, const char *fields)
{
	loop_init(&loop);
	loop.acts.protocols = protocols;
	ask("GET", fields);
	cr_expect(has_text(&peer->got, "HTTP/1.1 101 "));
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Protocol"), 0);
	cr_expect_null(peer->conn.ws.protocol);
	end();
}

Test(conn, 4_2_2_no_subprotocol)
{
	expect_no_protocol(spoken, HOST UPGRADE KEY VERSION);
	expect_no_protocol(spoken, HOST UPGRADE KEY VERSION
		"Sec-WebSocket-Protocol: soap, CHAT\r\n");
	expect_no_protocol(NULL,
		HOST UPGRADE KEY VERSION "Sec-WebSocket-Protocol: chat\r\n");
}

Test(conn, 9_no_extension_is_accepted)
{
	loop_init(&loop);
	ask("GET", HOST UPGRADE KEY VERSION
		"Sec-WebSocket-Extensions: permessage-deflate; "
		"client_max_window_bits, x-other; a=\"b\"\r\n");
	cr_expect(has_text(&peer->got, "HTTP/1.1 101 "));
	cr_expect_eq(count_field(&peer->got, "Sec-WebSocket-Extensions"), 0);
	end();
}

static void greet(struct ws *ws)
{
	cr_expect(ws_send(ws, GREETING));
}

Test(conn, the_greeting_leaves_with_the_101)
{
	loop_init(&loop);
	loop.acts.on_connection = greet;
	peer = peer_new(&loop);
	peer->bite = 0;
	loop_wake(peer, REQUEST, strlen(REQUEST));
	cr_assert(has_text(peer->conn.out, "HTTP/1.1 101 "));
	cr_expect(has_text(peer->conn.out, "\r\n\r\n" GREETING_FRAME));
	end();
}

/* The handshake and the frames after it may arrive at once, or cut at any
 * byte. */
Test(conn, same_answer_however_the_handshake_arrives)
{
	struct talk t = {.with_request = true,
		.acts = {.on_connection = greet, .echo = true}};

	answers(&t, 0x81, GREETING);
	says(&t, 0x81, "glued");
	hears(&t, "text", "glued");
	answers(&t, 0x81, "glued");
	says(&t, 0x89, "?");
	answers(&t, 0x8A, "?");
	says_close(&t, 1000, "");
	answers_close(&t, 1000, "");
	closes(&t, 1000, "", true);
	hold(&t);
}

/* A request, the upgrade and a frame, cut in two. */
static void ask_in_two(size_t cut, struct buf *answer)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	struct buf said = {0};

	loop_init(&loop);
	loop.acts.echo = true;
	peer = peer_new(&loop);
	buf_append(&said, get, strlen(get));
	buf_append(&said, REQUEST, strlen(REQUEST));
	buf_append(&said, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	cut = cut < said.len ? cut : said.len;
	peer_says(peer, said.data, cut);
	peer_says(peer, said.data + cut, said.len - cut);
	loop_drain(peer);
	buf_append(answer, peer->got.data, peer->got.len);
	buf_free(&said);
	end();
}

Test(conn, a_request_before_the_upgrade_is_answered_before_it)
{
	struct buf whole = {0}, cut = {0};
	const char *hello, *upgrade;

	ask_in_two(SIZE_MAX, &whole);
	hello = memmem(whole.data, whole.len, "\r\n\r\nhello", 9);
	upgrade = memmem(whole.data, whole.len, "HTTP/1.1 101 ", 13);
	cr_assert(hello && upgrade && hello + 9 == upgrade);
	cr_expect(!memcmp(whole.data + whole.len - 7, "\x81\x05Hello", 7));
	for (size_t i = 0; i < 250; i++, cut.len = 0) {
		ask_in_two(i, &cut);
		cr_assert(cut.len == whole.len &&
				  !memcmp(cut.data, whole.data, cut.len),
			"cut at %zu", i);
	}
	buf_free(&whole);
	buf_free(&cut);
}

Test(conn, what_a_socket_knows_about_itself)
{
	struct peer *second;

	loop_init(&loop);
	loop.shared.host.now = 12300;
	peer = peer_upgraded(&loop);
	second = peer_upgraded(&loop);
	cr_expect_eq(peer->conn.ws.number, 1);
	cr_expect_eq(second->conn.ws.number, 2);
	loop.shared.host.now = 12400;
	cr_expect_eq(ws_age(&second->conn.ws), 100);
	cr_expect_null(peer->conn.ws.protocol);
	cr_expect_null(peer->conn.ws.data);
	cr_expect_eq(second->conn.ws.route, &loop.route);
	peer_free(second);
	end();
}
