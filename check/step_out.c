/* step_out.c - steps 11 to 13: frames out. RFC 6455 5.1, 5.2. */
#include "check/exchange.h"
#include "check/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first bit in which two bytes differ. */
static unsigned first_bit(unsigned char a, unsigned char b)
{
	unsigned bit = 0;

	while (!((a ^ b) & 128 >> bit))
		bit++;
	return bit;
}

/* Compares all that comes with a whole frame, bit by bit. */
static bool comes_exactly(struct exam *x, struct talk *t, const struct buf *due)
{
	for (size_t i = 0; i < due->len; i++) {
		unsigned char byte;

		if (t->in.len <= i && !talk_receive(t, i))
			return exam_fail_end(x, t);
		byte = t->in.data[i];
		if (byte == due->data[i])
			continue;
		exam_mark(x, t, i, first_bit(byte, due->data[i]));
		return exam_fail(x, t,
			(struct words){"Byte %zu is %02x, where %02x was due.",
				"%zu번 바이트가 %02x입니다. %02x여야 합니다."},
			i, byte, due->data[i]);
	}
	talk_take(t, due->len);
	return true;
}

/* Pings and Pongs do not count. */
static bool says_no_more(struct exam *x, struct talk *t)
{
	if (talk_is_quiet(t, 100))
		return true;
	exchange_skip_pings(t);
	if (!t->in.len && t->end == TALK_OPEN)
		return true;
	if (!t->in.len)
		return exam_fail_end(x, t);
	exam_mark(x, t, 0, 0);
	return exam_fail(x, t,
		(struct words){"%zu bytes came without being asked for.",
			"청하지 않은 %zu바이트가 왔습니다."},
		t->in.len);
}

static bool greets(struct exam *x, struct talk *t)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t len = strlen(x->says);
	struct buf due = {0};
	bool ok = exchange_open(x, t, x->greeting) &&
		  buf_append(&due, head,
			  frame_head(head, FRAME_TEXT, true, len)) &&
		  buf_append(&due, x->says, len) && comes_exactly(x, t, &due);

	buf_free(&due);
	return ok && says_no_more(x, t);
}

/* Writes the head of a text of so many bytes as "81 0d". */
static void write_head(char text[3 * FRAME_HEAD_MAX], size_t len)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t n = frame_head(head, FRAME_TEXT, true, len);

	for (size_t i = 0; i < n; i++)
		text += sprintf(text, "%s%02x", i ? " " : "", head[i]);
}

bool step_greeting(struct exam *x)
{
	char head[3 * FRAME_HEAD_MAX];
	struct talk t;
	bool ok;

	write_head(head, strlen(x->says));
	exam_expect(x,
		(struct words){"One text frame: %s and %s",
			"텍스트 프레임 하나: %s 다음에 %s"},
		head, x->says);
	ok = greets(x, &t);
	talk_free(&t);
	if (!ok)
		return false;
	exam_expect(x,
		(struct words){
			"No greeting on %s: nothing is said there first.",
			"%s에는 인사가 없다. 서버가 먼저 말하지 않는다."},
		x->echo);
	ok = exchange_open(x, &t, x->echo) && says_no_more(x, &t);
	talk_free(&t);
	return ok;
}

/* Sends a text whose masking key is 0, and expects it back. */
static bool returns(
	struct exam *x, struct talk *t, const char *text, size_t len)
{
	struct outgoing o = exchange_frame(FRAME_TEXT, text, len);

	memset(o.key, 0, sizeof o.key);
	talk_within(t, 2 * x->ms);
	return exchange_send(x, t, &o) &&
	       exchange_expect(x, t, FRAME_TEXT, text, len);
}

bool step_unmasked(struct exam *x)
{
	struct talk t;
	bool ok;

	exam_expect(x, (struct words){"81 05 and Hello: MASK is 0, and no key.",
			       "81 05 다음에 Hello. MASK는 0이고 키가 없다."});
	ok = exchange_open(x, &t, x->echo) && returns(x, &t, "Hello", 5);
	talk_free(&t);
	return ok;
}

bool step_lengths(struct exam *x)
{
	static const struct {
		size_t len;
		int bits;
	} all[] = {{100, 7}, {1000, 16}, {70000, 64}};
	char *text = malloc(70000);
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) && text;

	for (size_t i = 0; ok && i < 3; i++) {
		exam_expect(x,
			(struct words){
				"A text of %zu bytes, its length in %d bits.",
				"%zu바이트 텍스트. 길이는 %d비트."},
			all[i].len, all[i].bits);
		memset(text, 'a' + (int)i, all[i].len);
		ok = returns(x, &t, text, all[i].len);
	}
	free(text);
	talk_free(&t);
	return ok;
}
