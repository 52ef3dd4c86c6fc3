/* test_watch.c - the connections that are watched: many at once, their ends,
 * and that the pieces show what the server does. */
#include "tests/explain/pages.h"

#include "explain/watch.h"

#include <stdio.h>

static const char request[] = "GET /chat?page=a HTTP/1.1\r\n"
			      "Host: server.example.com\r\n"
			      "Upgrade: websocket\r\n"
			      "Connection: Upgrade\r\n"
			      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			      "Origin: http://example.com\r\n"
			      "Sec-WebSocket-Protocol: chat, superchat\r\n"
			      "Sec-WebSocket-Version: 13\r\n"
			      "\r\n";

static const char response[] =
	"HTTP/1.1 101 Switching Protocols\r\n"
	"Upgrade: websocket\r\n"
	"Connection: Upgrade\r\n"
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	"Sec-WebSocket-Protocol: chat\r\n"
	"\r\n";

/* A page that sees all of the connections whose bytes are made up here. */
static struct peer *page;

static void open_page(void)
{
	pages_begin();
	page = pages_watch("a");
}

static void close_page(void)
{
	pages_leave(page);
	pages_end();
}

/* Lets bytes cross the wire of a connection. No bytes: it has ended. */
static void cross(uint32_t number, bool sent, const void *data, size_t len)
{
	struct traffic t = {.number = number,
		.is_http = len > 4 && (!memcmp(data, "GET ", 4) ||
					      !memcmp(data, "HTTP", 4)),
		.sent = sent,
		.data = data,
		.len = len};

	pages.app->on_wire(pages.app, &t);
}

static void upgrade(uint32_t number)
{
	cross(number, false, request, sizeof request - 1);
	cross(number, true, response, sizeof response - 1);
}

/* Expects these new messages to the page: one line each, of number, arrow,
 * title. */
static void expect_titles(const char *titles)
{
	struct buf lines = {0};
	char *text;

	loop_drain(page);
	while ((text = pages_next(page))) {
		char dir[4], title[40];
		unsigned number;

		cr_assert_eq(sscanf(text,
				     "{\"n\":%u,\"us\":%*u,\"dir\":\"%3[a-z]\","
				     "\"kind\":\"%*[a-z]\",\"title\":"
				     "\"%39[^\"]",
				     &number, dir, title),
			3, "%s", text);
		buf_printf(&lines, "%u%s%s\n", number,
			strcmp(dir, "out") ? ">" : "<", title);
		free(text);
	}
	buf_append(&lines, "", 1);
	cr_expect_str_eq((char *)lines.data, titles);
	buf_free(&lines);
}

Test(watch, one_that_ends)
{
	open_page();
	upgrade(7);
	cross(7, false, "\x81\x85\1\2\3\4ab", 8);
	cross(7, true, "\x81\5He", 4);
	cross(7, false, NULL, 0);
	expect_titles("7>handshake request\n7<handshake response\n"
		      "7>text frame\n7<text frame\n"
		      "7>more payload\n7<more payload\n"
		      "7>the connection has ended\n");
	close_page();
}

Test(watch, an_end_is_shown_once)
{
	open_page();
	cross(7, false, NULL, 0);
	upgrade(7);
	cross(7, false, NULL, 0);
	cross(7, true, NULL, 0);
	/* the number may be used again */
	upgrade(7);
	expect_titles("7>handshake request\n7<handshake response\n"
		      "7>the connection has ended\n"
		      "7>handshake request\n7<handshake response\n");
	close_page();
}

/* Each has its own state, also those that share a list: their frames are cut at
 * different places. */
Test(watch, many_connections_at_once)
{
	static const char pong[] = "\x8a\x8d\0\0\0\0Hello Socket!";

	size_t told = 0;

	open_page();
	for (uint32_t i = 2; i <= 1000; i++) {
		upgrade(i);
		cross(i, false, pong, i % 18 + 1);
		loop_serve_pending(&pages.loop);
		told += pages_told(page, "handshake");
	}
	cr_expect_eq(told, 2 * 999);
	told = 0;
	for (uint32_t i = 2; i <= 1000; i++) {
		cross(i, false, pong + i % 18 + 1, 18 - i % 18);
		loop_serve_pending(&pages.loop);
		told += pages_told(page, "Pong frame");
	}
	cr_expect_eq(told, 999);
	cross(513, false, "\x89\x80\0\0\0\0", 6);
	cross(514, true, "\x89\0", 2);
	cross(257, false, NULL, 0);
	cross(769, true, "\x8a", 1);
	cross(769, true, "\0", 1);
	expect_titles("513>Ping frame\n514<Ping frame\n"
		      "257>the connection has ended\n769<Pong frame\n");
	close_page();
}

Test(watch, a_file_that_crosses_the_wire_unseen)
{
	static const char get[] = "GET /?page=a HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char head[] = "HTTP/1.1 200 OK\r\n"
				   "Content-Length: 5\r\n\r\n";

	open_page();
	cross(7, false, get, sizeof get - 1);
	for (int i = 0; i < 2; i++)
		cross(7, true, head, sizeof head - 1);
	cross(7, true, "bytes", 5);
	cross(7, true, head, sizeof head - 1);
	expect_titles("7>request\n7<response\n7<response\n7<body\n"
		      "7<response\n");
	close_page();
}

/* A real connection. The server answers a broken frame with the rule that was
 * shown for it. */
Test(watch, what_a_server_takes_and_sends)
{
	struct peer *p;

	open_page();
	p = pages_join("/echo?page=a");
	peer_says_text(p, "Hello");
	peer_says_frame(p, 0x01, "Hel", 3);
	peer_says_frame(p, 0x89, "hi", 2);
	peer_says_frame(p, 0x80, "lo", 2);
	peer_says(p, "\x82\x84\0\0\0\0ab", 8);
	peer_says(p, "cd", 2);
	peer_says(p, "\x83\x80\0\0\0\0 and more", 15);
	cr_expect(has_text(&page->got, "\"broken\":{\"code\":1002,\"at\":0,"
				       "\"why\":\"this opcode is reserved (RFC "
				       "6455 5.2)\",\"byte\":"));
	cr_expect(has_text(&page->got,
		"\"close reason\",\"value\":\"this opcode is reserved"));
	expect_titles("2>handshake request\n2<handshake response\n"
		      "2>text frame\n2<text frame\n"
		      "2>text frame\n2>Ping frame\n2<Pong frame\n"
		      "2>continuation frame\n2<text frame\n"
		      "2>binary frame\n2>more payload\n2<binary frame\n"
		      "2>frame with a reserved opcode\n2>not read\n"
		      "2<Close frame\n");
	pages_leave(p);
	close_page();
}
