/* step_in.c - steps 14 to 19: frames in. RFC 6455 5.2, 5.3. */
#include "check/exchange.h"
#include "check/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (1u << 20)
#define PAUSE 20 /* milliseconds, so that the parts arrive as parts */

static const struct words echo = {
	"The text comes back: %zu bytes.", "텍스트가 되돌아온다. %zu바이트."};

/* Fills a text in which each place is told from its neighbours. */
static void fill(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + (i + i / 26 + i / 1000) % 26);
}

/* RFC 6455 5.7: "A single-frame masked text message" */
static const struct outgoing rfc_hello = {.opcode = FRAME_TEXT,
	.text = "Hello",
	.len = 5,
	.key = {0x37, 0xFA, 0x21, 0x3D}};

bool step_unmask(struct exam *x)
{
	struct talk t;
	bool ok;

	exam_expect(x, echo, (size_t)5);
	ok = exchange_open(x, &t, x->echo) &&
	     exchange_send(x, &t, &rfc_hello) &&
	     exchange_expect(x, &t, FRAME_TEXT, "Hello", 5);
	for (size_t n = 1; ok && n <= 9; n++) {
		exam_expect(x, echo, n);
		talk_within(&t, x->ms);
		ok = exchange_echo(x, &t, FRAME_TEXT, "unmasked!", n);
	}
	talk_free(&t);
	return ok;
}

bool step_borders(struct exam *x)
{
	static const size_t lengths[] = {LARGEST, 1, 124, 125, 126, 127, 255,
		256, 257, 65534, 65535, 65536, 65537};
	char *text = malloc(LARGEST);
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) && text;

	for (size_t i = 0; ok && i < sizeof lengths / sizeof *lengths; i++) {
		fill(text, lengths[i]);
		exam_expect(x, echo, lengths[i]);
		talk_within(&t, 3 * x->ms);
		ok = exchange_echo(x, &t, FRAME_TEXT, text, lengths[i]);
	}
	free(text);
	talk_free(&t);
	return ok;
}

/* A Ping or Pong is none too early. */
static bool is_not_early(struct exam *x, struct talk *t, size_t at, size_t len)
{
	exchange_skip_pings(t);
	if (!t->in.len)
		return t->end == TALK_OPEN || exam_fail_end(x, t);
	exam_mark(x, t, 0, 0);
	return exam_fail(x, t,
		(struct words){"Something came after %zu of %zu bytes of the "
			       "frame.",
			"프레임 %2$zu바이트 가운데 %1$zu바이트만 보냈는데 "
			"무언가 왔습니다."},
		at, len);
}

/* Sends a part of a frame. Nothing may come while there is more to send. */
static bool sends_part(struct exam *x, struct talk *t, const struct buf *out,
	size_t from, size_t end, unsigned pause)
{
	talk_within(t, x->ms);
	if (!talk_send(t, out->data + from, end - from))
		return exam_fail_end(x, t);
	return end == out->len || talk_is_quiet(t, pause) ||
	       is_not_early(x, t, end, out->len);
}

/* Cuts a frame in two at a place, or, at 0, into single bytes. */
static bool echoes_parts(
	struct exam *x, struct talk *t, const char *text, size_t len, size_t at)
{
	struct outgoing o = exchange_frame(FRAME_TEXT, text, len);
	struct buf out = {0};
	bool ok = exchange_write(&out, &o);

	if (at)
		ok = ok && sends_part(x, t, &out, 0, at, PAUSE) &&
		     sends_part(x, t, &out, at, out.len, PAUSE);
	else
		for (size_t i = 0; ok && i < out.len; i++)
			ok = sends_part(x, t, &out, i, i + 1, 2);
	buf_free(&out);
	talk_within(t, x->ms);
	return ok && exchange_expect(x, t, FRAME_TEXT, text, len);
}

bool step_cut_frame(struct exam *x)
{
	static const size_t cuts[] = {1, 2, 3, 4, 7, 8, 9, 70, 137};
	char text[130];
	struct talk t;
	bool ok;

	fill(text, sizeof text);
	exam_expect(x, echo, (size_t)5);
	ok = exchange_open(x, &t, x->echo);
	for (size_t i = 1; ok && i < 11; i++)
		ok = echoes_parts(x, &t, "whole", 5, i);
	exam_expect(x, echo, sizeof text);
	for (size_t i = 0; ok && i < sizeof cuts / sizeof *cuts; i++)
		ok = echoes_parts(x, &t, text, sizeof text, cuts[i]);
	ok = ok && echoes_parts(x, &t, text, sizeof text, 0);
	talk_free(&t);
	return ok;
}

/* Sends n numbered texts in one write. */
static bool echoes_at_once(struct exam *x, struct talk *t, int n)
{
	struct buf out = {0};
	char text[16];
	bool ok = true;

	for (int i = 1; ok && i <= n; i++) {
		int len = snprintf(text, sizeof text, "text %d", i);
		struct outgoing o =
			exchange_frame(FRAME_TEXT, text, (size_t)len);

		ok = exchange_write(&out, &o);
	}
	talk_within(t, x->ms);
	ok = ok && (talk_send(t, out.data, out.len) || exam_fail_end(x, t));
	for (int i = 1; ok && i <= n; i++) {
		int len = snprintf(text, sizeof text, "text %d", i);

		exam_expect(x,
			(struct words){"Text %d of the %d that were sent in "
				       "one write.",
				"한 번에 보낸 텍스트 %2$d개 가운데 %1$d번째."},
			i, n);
		ok = exchange_expect(x, t, FRAME_TEXT, text, (size_t)len);
	}
	buf_free(&out);
	return ok;
}

bool step_two_in_a_write(struct exam *x)
{
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) && echoes_at_once(x, &t, 2) &&
		  echoes_at_once(x, &t, 50);

	talk_free(&t);
	return ok;
}

bool step_binary(struct exam *x)
{
	unsigned char bytes[256];
	struct talk t;
	bool ok;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	exam_expect(
		x, (struct words){"A binary frame (opcode 2) with the same 256 "
				  "bytes.",
			   "같은 256바이트의 바이너리 프레임(opcode 2)."});
	ok = exchange_open(x, &t, x->echo) &&
	     exchange_echo(x, &t, FRAME_BINARY, bytes, sizeof bytes);
	talk_free(&t);
	return ok;
}

bool step_empty(struct exam *x)
{
	struct talk t;
	bool ok;

	exam_expect(x,
		(struct words){"An empty text, 81 00.", "빈 텍스트, 81 00."});
	ok = exchange_open(x, &t, x->echo) &&
	     exchange_echo(x, &t, FRAME_TEXT, "", 0);
	talk_within(&t, x->ms);
	if (ok)
		exam_expect(x, (struct words){"An empty binary message, 82 00.",
				       "빈 바이너리 메시지, 82 00."});
	ok = ok && exchange_echo(x, &t, FRAME_BINARY, "", 0);
	talk_free(&t);
	return ok;
}
