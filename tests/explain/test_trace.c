/* test_trace.c - the connections of a server, taken apart: the examples of
 * RFC 6455 as tests/explain/golden/ has them, and many connections at once.
 *
 * GOLDEN=write in the environment writes those files anew. */
#include "tests/explain/shown.h"
#include "tests/lib/peer.h"

#include "explain/draw.h"
#include "explain/hex.h"
#include "explain/json.h"
#include "explain/trace.h"

#include <stdio.h>

static const char request[] = "GET /chat HTTP/1.1\r\n"
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

/* What a trace has shown. */
struct seen {
	struct trace *trace;
	struct buf text, json;
	struct buf titles; /* a line each: number, arrow, title */
	bool silent;
};

static void see(void *data, const struct piece *piece)
{
	struct seen *seen = data;

	expect_shown(piece);
	buf_printf(&seen->titles, "%u%s%s\n", piece->number,
		piece->sent ? "<" : ">", piece->title);
	if (seen->silent)
		return;
	tree_draw(&seen->text, piece, false);
	json_write(&seen->json, piece);
	buf_append(&seen->json, "\n", 1);
}

static void seen_begin(struct seen *seen)
{
	*seen = (struct seen){.trace = trace_new(1 << 24, see, seen)};
	cr_assert(seen->trace != NULL);
}

static void seen_end(struct seen *seen)
{
	trace_free(seen->trace);
	buf_free(&seen->text);
	buf_free(&seen->json);
	buf_free(&seen->titles);
}

static void expect_titles(const struct seen *seen, const char *titles)
{
	cr_expect(seen->titles.len == strlen(titles) &&
			  !memcmp(seen->titles.data, titles, strlen(titles)),
		"%.*s", (int)seen->titles.len, (char *)seen->titles.data);
}

static void upgrade(struct seen *seen, uint32_t number)
{
	trace_wire(seen->trace, number, false, request, sizeof request - 1, 0);
	trace_wire(
		seen->trace, number, true, response, sizeof response - 1, 120);
}

/* The file is what is there, to the byte. */
static void expect_file(
	const char *name, const char *kind, const struct buf *got)
{
	const char *write = getenv("GOLDEN");
	static char want[65536];
	char path[128];
	size_t n;
	FILE *file;

	snprintf(path, sizeof path, "tests/explain/golden/%s.%s", name, kind);
	file = fopen(path, write ? "w" : "r");
	cr_assert(file != NULL, "%s: run it in the project's folder", path);
	if (write)
		fwrite(got->data, 1, got->len, file);
	n = write ? 0 : fread(want, 1, sizeof want, file);
	fclose(file);
	cr_expect(write || (n == got->len && !memcmp(want, got->data, n)),
		"%s is not\n%.*s", path, (int)got->len, (char *)got->data);
}

static void expect_golden(const char *name, const struct seen *seen)
{
	expect_file(name, "txt", &seen->text);
	expect_file(name, "json", &seen->json);
}

/* A frame, or several of one side, behind a handshake. */
static void golden(const char *name, bool sent, const char *hex)
{
	struct buf bytes = {0};
	struct slice wrong;
	struct seen seen;

	cr_assert(hex_read(&bytes, (struct slice){hex, strlen(hex)}, &wrong));
	seen_begin(&seen);
	seen.silent = true;
	upgrade(&seen, 1);
	seen.silent = false;
	trace_wire(seen.trace, 1, sent, bytes.data, bytes.len, 2345);
	expect_golden(name, &seen);
	seen_end(&seen);
	buf_free(&bytes);
}

Test(trace, 1_3_handshake)
{
	struct seen seen;

	seen_begin(&seen);
	upgrade(&seen, 1);
	expect_golden("1_3_handshake", &seen);
	seen_end(&seen);
}

Test(trace, 5_7_unmasked_hello)
{
	golden("5_7_unmasked_hello", true, "81 05 48 65 6c 6c 6f");
}

Test(trace, 5_7_masked_hello)
{
	golden("5_7_masked_hello", false, "81 85 37 fa 21 3d 7f 9f 4d 51 58");
}

Test(trace, 5_7_fragmented_hello)
{
	golden("5_7_fragmented_hello", true, "01 03 48 65 6c 80 02 6c 6f");
}

Test(trace, 5_7_ping_and_pong)
{
	golden("5_7_ping", true, "89 05 48 65 6c 6c 6f");
	golden("5_7_pong", false, "8a 85 37 fa 21 3d 7f 9f 4d 51 58");
}

Test(trace, 5_7_binary_of_256_bytes_and_64_kib)
{
	static unsigned char bytes[10 + 65536] = {
		0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0};
	struct seen seen;

	for (size_t i = 10; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i - 10);
	seen_begin(&seen);
	seen.silent = true;
	upgrade(&seen, 1);
	seen.silent = false;
	trace_wire(seen.trace, 1, true, bytes, sizeof bytes, 2345);
	expect_golden("5_7_binary_64k", &seen);
	seen.text.len = seen.json.len = 0;
	memcpy(bytes + 6, "\x82\x7e\1\0", 4);
	trace_wire(seen.trace, 1, true, bytes + 6, 4 + 256, 2345);
	expect_golden("5_7_binary_256", &seen);
	seen_end(&seen);
}

Test(trace, broken_ones)
{
	golden("7_4_1_close", true,
		"88 0d 03 ef 6e 6f 20 55 54 46 2d 38 20 3a 28");
	golden("8_1_broken_text", false, "81 85 0 0 0 0 48 69 ff 21 21");
	golden("5_2_broken_bit", false, "c1 85 37 fa 21 3d 7f 9f 4d 51 58");
}

/* No colours of a peer's, and none without being asked. */
Test(trace, text_that_would_move_a_cursor)
{
	struct seen seen;

	seen_begin(&seen);
	upgrade(&seen, 1);
	seen.text.len = 0;
	trace_wire(seen.trace, 1, true,
		"\x81\x0f\x1b[2J\x9b\r\xea\xb5\xad\xec\x96\xb4\xe2\x80", 17, 0);
	cr_expect(!memchr(seen.text.data, 0x1b, seen.text.len));
	seen_end(&seen);
}

Test(trace, one_that_ends)
{
	struct seen seen;

	seen_begin(&seen);
	upgrade(&seen, 7);
	trace_wire(seen.trace, 7, false, "\x81\x85\1\2\3\4ab", 8, 130);
	trace_wire(seen.trace, 7, true, "\x81\5He", 3, 135);
	trace_wire(seen.trace, 7, false, NULL, 0, 140);
	expect_titles(&seen, "7>handshake request\n7<handshake response\n"
			     "7>text frame\n7<text frame\n"
			     "7>more payload\n7<more payload\n"
			     "7>the connection has ended\n");
	seen_end(&seen);
}

Test(trace, one_that_ends_in_a_head)
{
	struct seen seen;

	seen_begin(&seen);
	trace_wire(seen.trace, 7, false, request, 20, 130);
	trace_wire(seen.trace, 7, false, NULL, 0, 140);
	expect_titles(&seen, "7>request\n7>the connection has ended\n");
	seen_end(&seen);
}

Test(trace, an_end_is_shown_once)
{
	struct seen seen;

	seen_begin(&seen);
	trace_wire(seen.trace, 1, false, NULL, 0, 0);
	upgrade(&seen, 1);
	trace_wire(seen.trace, 1, false, NULL, 0, 0);
	trace_wire(seen.trace, 1, true, NULL, 0, 0);
	/* the number may come again */
	upgrade(&seen, 1);
	expect_titles(&seen, "1>handshake request\n1<handshake response\n"
			     "1>the connection has ended\n"
			     "1>handshake request\n1<handshake response\n");
	seen_end(&seen);
}

/* Each has its own state, also those that share a list. */
Test(trace, many_connections_at_once)
{
	struct seen seen;

	seen_begin(&seen);
	seen.silent = true;
	for (uint32_t i = 1; i <= 1000; i++)
		trace_wire(seen.trace, i, false, request, i % 200 + 1, 0);
	for (uint32_t i = 1; i <= 1000; i++)
		trace_wire(seen.trace, i, false, request + i % 200 + 1,
			sizeof request - 1 - (i % 200 + 1), 0);
	for (uint32_t i = 1; i <= 1000; i += 2)
		trace_wire(
			seen.trace, i, true, response, sizeof response - 1, 0);
	seen.titles.len = 0;
	trace_wire(seen.trace, 513, false, "\x89\x80\0\0\0\0", 6, 0);
	trace_wire(seen.trace, 514, false, request, sizeof request - 1, 0);
	trace_wire(seen.trace, 257, false, NULL, 0, 0);
	trace_wire(seen.trace, 769, true, "\x8a", 1, 0);
	trace_wire(seen.trace, 769, true, "\0", 1, 0);
	expect_titles(&seen, "513>Ping frame\n514>handshake request\n"
			     "257>the connection has ended\n769<Pong frame\n");
	seen_end(&seen);
}

Test(trace, a_file_that_crosses_the_wire_unseen)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n"
				   "Content-Length: 5\r\n\r\n";
	struct seen seen;

	seen_begin(&seen);
	for (int i = 0; i < 2; i++)
		trace_wire(seen.trace, 1, true, head, sizeof head - 1, 0);
	trace_wire(seen.trace, 1, true, "bytes", 5, 0);
	trace_wire(seen.trace, 1, true, head, sizeof head - 1, 0);
	expect_titles(&seen, "1<response\n1<response\n1<body\n1<response\n");
	seen_end(&seen);
}

static struct seen live;

static void on_wire(const struct app *app, const struct conn *c, bool sent,
	const void *data, size_t len)
{
	(void)app;
	trace_wire(live.trace, c->number, sent, data, len, 0);
}

/* A server's own connection, by its hook. What it answers to a broken frame
 * is what the trace has said of it. */
Test(trace, what_a_server_takes_and_sends)
{
	struct loop loop;
	struct peer *p;

	seen_begin(&live);
	loop_init(&loop);
	loop.app.on_wire = on_wire;
	loop.acts.echo = true;
	p = peer_upgraded(&loop);
	peer_says_text(p, "Hello");
	peer_says_frame(p, 0x01, "Hel", 3);
	peer_says_frame(p, 0x89, "hi", 2);
	peer_says_frame(p, 0x80, "lo", 2);
	peer_says(p, "\x82\x84\0\0\0\0ab", 8);
	peer_says(p, "cd", 2);
	peer_says(p, "\x83\x80\0\0\0\0 and more", 15);
	expect_titles(&live,
		"1>handshake request\n1<handshake response\n"
		"1>text frame\n1<text frame\n"
		"1>text frame\n1>Ping frame\n1<Pong frame\n"
		"1>continuation frame\n1<text frame\n"
		"1>binary frame\n1>more payload\n1<binary frame\n"
		"1>frame of a reserved opcode\n1>not read\n1<Close frame\n");
	cr_expect(memmem(live.text.data, live.text.len,
		"!! byte 0: this opcode is reserved (RFC 6455 5.2)", 49));
	cr_expect(memmem(live.json.data, live.json.len,
		"\"close reason\",\"value\":\"this opcode is reserved", 46));
	peer_free(p);
	loop_end(&loop);
	seen_end(&live);
}
