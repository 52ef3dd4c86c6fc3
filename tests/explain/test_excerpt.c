/* test_excerpt.c - the last pieces of one side, in 80 columns. */
#include "tests/lib/support.h"

#include "explain/explain.h"

static const char request[] =
	"GET /echo HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
	"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
static const char response[] =
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	"Connection: Upgrade\r\n"
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	"\x81\x05Hello\x82\x01x\x81\x85";

#define HEAD_LEN (sizeof response - 1 - 12)

static ssize_t draw(struct buf *out, struct explain_view view, size_t len)
{
	struct explain_run runs[] = {
		{false, request, sizeof request - 1}, {true, response, len}};
	ssize_t before = explain_draw(out, &view, runs, 2);

	cr_assert(before >= 0);
	cr_assert(buf_append(out, "", 1));
	for (char *p = (char *)out->data, *end; *p; p = end + 1) {
		end = strchr(p, '\n');
		cr_expect_leq(end - p, 80, "%.*s", (int)(end - p), p);
	}
	return before;
}

static void expect_words(struct buf *out, const char *const *words)
{
	const char *p = (const char *)out->data;

	for (; *words; words++) {
		const char *found = strstr(p, *words);

		cr_assert(found, "no %s in\n%s", *words, p);
		p = found + strlen(*words);
	}
	buf_free(out);
}

Test(excerpt, a_frame_that_came_with_the_request_is_a_frame)
{
	struct buf out = {0};

	cr_expect_eq(draw(&out, (struct explain_view){.last = 2},
			     sizeof response - 1),
		1);
	cr_expect_null(strstr((char *)out.data, "GET"));
	expect_words(&out,
		(const char *const[]){"text frame, 11 bytes", "Hello", NULL});
}

Test(excerpt, without_a_frame_the_heads_are_drawn)
{
	struct explain_run run = {false, request, sizeof request - 12};
	struct explain_view view = {.last = 2};
	struct buf out = {0};

	cr_expect_eq(explain_draw(&out, &view, &run, 1), 0);
	cr_assert(buf_append(&out, "", 1));
	expect_words(
		&out, (const char *const[]){"handshake request", "GET", NULL});
}

Test(excerpt, only_the_last_pieces_are_drawn)
{
	struct buf out = {0};

	cr_expect_eq(draw(&out, (struct explain_view){.sent = true, .last = 1},
			     HEAD_LEN + 10),
		2);
	expect_words(
		&out, (const char *const[]){"binary frame, 3 bytes", NULL});
}

Test(excerpt, it_points_at_a_bit_and_ends_there)
{
	struct explain_view view = {.sent = true, .last = 9, .marked = true};
	struct buf out = {0};

	view.bit = (HEAD_LEN + 7) * 8 + 4; /* the opcode of the binary frame */
	cr_expect_eq(draw(&out, view, sizeof response - 1), 1);
	cr_expect_null(strstr((char *)out.data, "mask its frames"));
	expect_words(&out, (const char *const[]){"text frame", "binary frame",
				   "\n< ! | | | |    .-", "opcode",
				   "\n<           ^\n", "82", NULL});
}

Test(excerpt, a_mark_in_the_handshake_is_drawn)
{
	struct explain_view view = {
		.sent = true, .last = 9, .marked = true, .bit = 9 * 8};
	struct buf out = {0};

	cr_expect_eq(draw(&out, view, sizeof response - 1), 0);
	cr_expect_null(strstr((char *)out.data, "text frame"));
	expect_words(&out, (const char *const[]){"\n< ! status", NULL});
}

Test(excerpt, what_a_server_does_wrong_is_said)
{
	struct explain_view view = {.sent = true, .last = 1};
	struct buf out = {0};

	draw(&out, view, sizeof response - 1);
	expect_words(&out, (const char *const[]){
				   "!! byte 1: a server must not mask", NULL});
}

Test(excerpt, nothing_gives_nothing)
{
	struct explain_view view = {.sent = true, .last = 1};
	struct buf out = {0};

	cr_expect_eq(explain_draw(&out, &view, NULL, 0), 0);
	cr_expect_eq(out.len, 0);
}
