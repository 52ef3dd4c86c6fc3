/* step_rules.c - steps 20 to 25: what a server must refuse. RFC 6455 5, 8.1. */
#include "check/exchange.h"
#include "check/step.h"

#include <string.h>

static const struct words due = {
	"A Close with %d, and no echo.", "%d 코드의 Close. 에코는 없다."};

/* Sends a frame on a connection of its own. It must be refused. */
static bool refuses(struct exam *x, const struct outgoing *o, int code)
{
	struct buf out = {0};
	struct talk t;
	bool ok;

	exam_expect(x, due, code);
	ok = exchange_open(x, &t, x->echo) && exchange_write(&out, o);
	if (ok) {
		exchange_send_bytes(&t, &out);
		ok = exchange_expect_close(x, &t, code);
	}
	buf_free(&out);
	talk_free(&t);
	return ok;
}

static struct outgoing hello(int opcode)
{
	return exchange_frame(opcode, "Hello", 5);
}

bool step_mask_rule(struct exam *x)
{
	struct outgoing o = hello(FRAME_TEXT);

	o.bare = true;
	return refuses(x, &o, 1002);
}

bool step_reserved_bits(struct exam *x)
{
	struct outgoing o = hello(FRAME_TEXT);
	bool ok = true;

	for (o.rsv = 4; ok && o.rsv; o.rsv /= 2)
		ok = refuses(x, &o, 1002);
	return ok;
}

bool step_opcodes(struct exam *x)
{
	bool ok = true;

	for (int opcode = 3; ok && opcode < 16; opcode++) {
		struct outgoing o = hello(opcode);

		if (opcode < FRAME_CLOSE || opcode > FRAME_PONG)
			ok = refuses(x, &o, 1002);
	}
	return ok;
}

bool step_control(struct exam *x)
{
	char large[126] = {0};
	struct outgoing o = exchange_frame(FRAME_PING, large, sizeof large);
	struct outgoing ping = hello(FRAME_PING);
	struct outgoing end = exchange_frame(FRAME_CLOSE, "\x03\xe8", 2);

	ping.more = end.more = true;
	return refuses(x, &ping, 1002) && refuses(x, &end, 1002) &&
	       refuses(x, &o, 1002);
}

bool step_shortest_form(struct exam *x)
{
	char text[300] = {0};
	struct outgoing a = hello(FRAME_TEXT), b = hello(FRAME_TEXT);
	struct outgoing c = exchange_frame(FRAME_TEXT, text, sizeof text);

	a.form = 2;
	b.form = c.form = 8;
	return refuses(x, &a, 1002) && refuses(x, &b, 1002) &&
	       refuses(x, &c, 1002);
}

/* The wrong bytes come first, and the rest of the frame never. */
static bool refuses_at_once(struct exam *x)
{
	struct outgoing o = exchange_frame(FRAME_TEXT, "\xff\xfe\xfd\xfc", 4);
	struct buf out = {0};
	struct talk t;
	bool ok;

	o.announced = 100;
	exam_expect(x,
		(struct words){"A Close with 1007 after 4 of 100 bytes: they "
			       "are not UTF-8, whatever follows.",
			"100바이트 가운데 4바이트 뒤에 1007의 Close. 무엇이 "
			"이어지든 UTF-8이 아니다."});
	ok = exchange_open(x, &t, x->echo) && exchange_write(&out, &o);
	if (ok) {
		exchange_send_bytes(&t, &out);
		ok = exchange_expect_close(x, &t, 1007);
	}
	buf_free(&out);
	talk_free(&t);
	return ok;
}

/* RFC 3629 3: all characters there are come back, and no byte of binary is
 * looked at. */
static bool returns_good(struct exam *x)
{
	static const char good[] = "a\xc2\xa3\xed\x95\x9c\xf0\x9f\x98\x80";
	struct talk t;
	bool ok;

	exam_expect(
		x, (struct words){
			   "A text with characters of 1 to 4 bytes comes back.",
			   "1~4바이트 글자로 된 텍스트가 되돌아온다."});
	ok = exchange_open(x, &t, x->echo) &&
	     exchange_echo(x, &t, FRAME_TEXT, good, sizeof good - 1);
	if (ok)
		exam_expect(
			x, (struct words){
				   "Binary comes back, whatever its bytes are.",
				   "바이너리는 어떤 바이트든 되돌아온다."});
	ok = ok && exchange_echo(x, &t, FRAME_BINARY, "\xff\xfe", 2);
	talk_free(&t);
	return ok;
}

bool step_utf8(struct exam *x)
{
	static const char *const wrong[] = {"\xff", "ab\xc0\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "ab\xe2\x82"};
	bool ok = refuses_at_once(x);

	for (size_t i = 0; ok && i < sizeof wrong / sizeof *wrong; i++) {
		struct outgoing o =
			exchange_frame(FRAME_TEXT, wrong[i], strlen(wrong[i]));

		ok = refuses(x, &o, 1007);
	}
	return ok && returns_good(x);
}
