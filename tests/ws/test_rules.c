/* test_rules.c - every frame that a client might send, judged by RFC 6455 5
 * itself: which sections it breaks, as far as its bytes have arrived. */
#include "tests/lib/support.h"

#include "ws/frame.h"

#include <stdio.h>

/* A bit for each section that a frame can break. */
enum { S5_1 = 1, S5_2 = 2, S5_4 = 4, S5_5 = 8 };

static const char *const sections[] = {
	"(RFC 6455 5.1)", "(RFC 6455 5.2)", "(RFC 6455 5.4)", "(RFC 6455 5.5)"};

/* A frame as it may appear on the wire; `form` is its bytes of extended
 * length. */
struct wire {
	int opcode, fin, rsv, masked;
	size_t form;
	uint64_t len;
};

static size_t write_wire(unsigned char *p, const struct wire *w)
{
	size_t n = 2;

	p[0] = (unsigned char)(w->fin << 7 | w->rsv << 4 | w->opcode);
	p[1] = w->form == 0 ? (unsigned char)w->len : w->form == 2 ? 126 : 127;
	p[1] |= w->masked << 7;
	for (size_t i = w->form; i > 0; i--)
		p[n++] = (unsigned char)(w->len >> 8 * (i - 1));
	memset(p + n, 0xAA, 4);
	return n + (w->masked ? 4 : 0);
}

static bool is_reserved(int opcode)
{
	return (opcode > 2 && opcode < 8) || opcode > 10;
}

/* What the first byte breaks. */
static int broken_by_first(const struct wire *w, bool in_message)
{
	int broken = w->rsv || is_reserved(w->opcode) ? S5_2 : 0;

	if (w->opcode >= 8)
		return broken | (w->fin ? 0 : S5_5);
	if (!is_reserved(w->opcode) && (w->opcode == 0) != in_message)
		broken |= S5_4;
	return broken;
}

/* Everything that `have` bytes break. */
static int broken_by(const struct wire *w, size_t have, bool in_message)
{
	int broken = broken_by_first(w, in_message);

	if (have < 2)
		return broken;
	if (!w->masked)
		broken |= S5_1;
	if (w->opcode >= 8 && (w->form || w->len > 125))
		broken |= S5_5;
	if (have < 2 + w->form)
		return broken;
	if (w->len >> 63 || w->form != (w->len < 126            ? 0
					       : w->len < 65536 ? 2
								: 8))
		broken |= S5_2;
	return broken;
}

/* Does the sentence fit into a Close, and name one of those sections? */
static bool is_about(const char *why, int broken)
{
	if (!why || !broken)
		return !why && !broken;
	if (strlen(why) > 123)
		return false;
	for (int i = 0; i < 4; i++)
		if (broken >> i & 1 && strstr(why, sections[i]))
			return true;
	return false;
}

/* Each prefix is judged, and no verdict may change with the bytes that
 * follow. */
static bool is_judged_well(const struct wire *w, bool in_message)
{
	unsigned char bytes[FRAME_HEAD_MAX];
	size_t size = write_wire(bytes, w);
	const char *why, *before = NULL;
	struct frame f;

	for (size_t have = 1; have <= size; have++) {
		frame_parse(bytes, have, &f);
		why = frame_rule(&f, have, in_message, true);
		if (!is_about(why, broken_by(w, have, in_message)) ||
			(before && why != before)) {
			cr_expect(false, "%02X %02X, %zu bytes: %s, not %s",
				bytes[0], bytes[1], have, why, before);
			return false;
		}
		before = why;
	}
	return true;
}

/* All first bytes, masked or not, inside a message or not, with one length. It
 * stops at the first failure. */
static void judge_all(size_t form, uint64_t len)
{
	for (int i = 0; i < 1024; i++) {
		struct wire w = {.opcode = i & 15,
			.fin = i >> 4 & 1,
			.rsv = i >> 5 & 7,
			.masked = i >> 8 & 1,
			.form = form,
			.len = len};

		if (!is_judged_well(&w, i >> 9))
			return;
	}
}

Test(rules, 5_every_frame_of_a_short_length)
{
	for (uint64_t len = 0; len < 126; len++)
		judge_all(0, len);
}

Test(rules, 5_2_every_frame_of_an_extended_length)
{
	static const uint64_t lens[] = {126, 127, 65535, 65536, 1u << 24,
		(1u << 24) + 1, INT64_MAX, 1ull << 63, UINT64_MAX};

	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
		if (lens[i] < 65536)
			judge_all(2, lens[i]);
		judge_all(8, lens[i]);
	}
}

Test(rules, 5_5_a_verdict_stands_whatever_follows)
{
	judge_all(2, 0);
	judge_all(2, 125);
	judge_all(8, 0);
	judge_all(8, 125);
}

/* RFC 6455 7.4.1 and 7.4.2, and the three codes that IANA has added since. */
static bool may_be_sent(int code)
{
	static const int registered[] = {1000, 1001, 1002, 1003, 1007, 1008,
		1009, 1010, 1011, 1012, 1013, 1014};

	for (size_t i = 0; i < sizeof registered / sizeof *registered; i++)
		if (code == registered[i])
			return true;
	return code >= 3000 && code < 5000;
}

Test(rules, 7_4_2_every_close_code)
{
	for (int code = -1; code <= 65536; code++)
		if (frame_is_close_code(code) != may_be_sent(code))
			cr_expect(false, "%d", code);
}

static int judge_close(const void *payload, size_t len, const char **why)
{
	void *block = exactly(payload, len);
	int code = frame_close_rule(block, len, why);

	free(block);
	return code;
}

static void expect_close(
	int code, const void *payload, size_t len, const char *section)
{
	const char *why = "";

	cr_expect_eq(judge_close(payload, len, &why), code);
	if (!code)
		return;
	cr_expect(strstr(why, section), "%s", why);
	cr_expect_leq(strlen(why), 123);
}

Test(rules, 7_4_1_every_code_in_a_close)
{
	for (int code = 0; code < 65536; code++) {
		unsigned char payload[2] = {code >> 8, code & 255};

		expect_close(may_be_sent(code) ? 0 : 1002, payload, 2,
			"(RFC 6455 7.4)");
	}
}

Test(rules, 5_5_1_a_close_without_a_code)
{
	expect_close(0, "", 0, "");
}

Test(rules, 5_5_1_half_a_close_code)
{
	expect_close(1002, "\x03", 1, "(RFC 6455 5.5.1)");
	expect_close(1002, "\0", 1, "(RFC 6455 5.5.1)");
}

Test(rules, 5_5_1_close_reasons)
{
	unsigned char payload[125] = {1000 >> 8, 1000 & 255};

	expect_close(0, "\x03\xE8you \xC3\xA9", 8, "");
	expect_close(1007, "\x03\xE8you \xC3", 7, "(RFC 6455 5.5.1)");
	expect_close(1007, "\x03\xE8\xED\xA0\x80", 5, "(RFC 6455 5.5.1)");
	expect_close(1007, "\x03\xE8\xFF", 3, "(RFC 6455 5.5.1)");
	/* the code is wrong before the reason is */
	expect_close(1002, "\x03\xED\xFF", 3, "(RFC 6455 7.4)");
	memset(payload + 2, 'x', 123);
	expect_close(0, payload, 125, "");
	payload[124] = 0xC3;
	expect_close(1007, payload, 125, "(RFC 6455 5.5.1)");
}
