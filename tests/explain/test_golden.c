/* test_golden.c - the examples of RFC 6455, drawn and in JSON, as the files of
 * tests/explain/golden/ contain them.
 *
 * GOLDEN=write in the environment rewrites these files. */
#include "tests/explain/shown.h"

#include "explain/draw.h"
#include "explain/hex.h"
#include "explain/json.h"

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

/* All that has been shown of a wire. */
struct seen {
	struct wire wire;
	struct buf text, json;
};

/* wire.on_piece */
static void see(void *data, const struct piece *piece)
{
	struct seen *seen = data;
	struct json json = {.failed = false};

	expect_shown(piece);
	draw_piece(&seen->text, piece, false);
	json_put_piece(&json, piece);
	buf_append(&seen->json, json.out.data, json.out.len);
	buf_append(&seen->json, "\n", 1);
	buf_free(&json.out);
}

/* Connection 1, after its handshake. */
static void seen_begin(struct seen *seen)
{
	*seen = (struct seen){.wire = {.max_message = 1 << 24,
				      .number = 1,
				      .on_piece = see,
				      .data = seen}};
	wire_feed(&seen->wire, false, request, sizeof request - 1);
	seen->wire.us = 120;
	wire_feed(&seen->wire, true, response, sizeof response - 1);
}

static void seen_after(struct seen *seen, bool sent, const void *p, size_t len)
{
	seen->text.len = seen->json.len = 0;
	seen->wire.us = 2345;
	cr_assert(wire_feed(&seen->wire, sent, p, len));
}

static void seen_end(struct seen *seen)
{
	wire_free(&seen->wire);
	buf_free(&seen->text);
	buf_free(&seen->json);
}

/* Expects the file to have exactly these bytes. */
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

/* One or several frames of one side, after a handshake. */
static void golden(const char *name, bool sent, const char *hex)
{
	struct buf bytes = {0};
	struct slice wrong;
	struct seen seen;

	cr_assert(hex_read(&bytes, (struct slice){hex, strlen(hex)}, &wrong));
	seen_begin(&seen);
	seen_after(&seen, sent, bytes.data, bytes.len);
	expect_golden(name, &seen);
	seen_end(&seen);
	buf_free(&bytes);
}

Test(golden, 1_3_handshake)
{
	struct seen seen;

	seen_begin(&seen);
	expect_golden("1_3_handshake", &seen);
	seen_end(&seen);
}

Test(golden, 5_7_unmasked_hello)
{
	golden("5_7_unmasked_hello", true, "81 05 48 65 6c 6c 6f");
}

Test(golden, 5_7_masked_hello)
{
	golden("5_7_masked_hello", false, "81 85 37 fa 21 3d 7f 9f 4d 51 58");
}

Test(golden, 5_7_fragmented_hello)
{
	golden("5_7_fragmented_hello", true, "01 03 48 65 6c 80 02 6c 6f");
}

Test(golden, 5_7_ping_and_pong)
{
	golden("5_7_ping", true, "89 05 48 65 6c 6c 6f");
	golden("5_7_pong", false, "8a 85 37 fa 21 3d 7f 9f 4d 51 58");
}

Test(golden, 5_7_binary_of_256_bytes_and_64_kib)
{
	static unsigned char bytes[10 + 65536] = {
		0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0};
	struct seen seen;

	for (size_t i = 10; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i - 10);
	seen_begin(&seen);
	seen_after(&seen, true, bytes, sizeof bytes);
	expect_golden("5_7_binary_64k", &seen);
	memcpy(bytes + 6, "\x82\x7e\1\0", 4);
	seen_after(&seen, true, bytes + 6, 4 + 256);
	expect_golden("5_7_binary_256", &seen);
	seen_end(&seen);
}

Test(golden, broken_ones)
{
	golden("7_4_1_close", true,
		"88 0d 03 ef 6e 6f 20 55 54 46 2d 38 20 3a 28");
	golden("8_1_broken_text", false, "81 85 0 0 0 0 48 69 ff 21 21");
	golden("5_2_broken_bit", false, "c1 85 37 fa 21 3d 7f 9f 4d 51 58");
}

/* A peer cannot send colours, and without `colour` there are none. */
Test(golden, text_that_would_move_a_cursor)
{
	struct seen seen;

	seen_begin(&seen);
	seen_after(&seen, true,
		"\x81\x0f\x1b[2J\x9b\r\xea\xb5\xad\xec\x96\xb4\xe2\x80", 17);
	cr_expect(seen.text.len > 0);
	cr_expect(!memchr(seen.text.data, 0x1b, seen.text.len));
	seen_end(&seen);
}
