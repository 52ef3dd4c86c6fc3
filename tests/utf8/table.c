/* table.c - does utf8_next accept exactly the sequences of RFC 3629, section 4?
 * All of up to four bytes, however they are cut. The table stands here as the RFC
 * has it.
 *
 * A cut sequence is a chain of calls. So for each state that such a sequence can
 * leave utf8_next in, with the fewest bytes that lead there, each piece is tried
 * that may follow. Without the argument `all`, of those with four bytes that begin
 * with ASCII only two in 128 are tried, which takes a sixth of the time. */
#include "utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 4
#define STATES_MAX 64

/* UTF8-1 to UTF8-4: how many bytes, and the first and the last value of each */
static const struct form {
	size_t n;
	unsigned char range[4][2];
} forms[] = {
	{1, {{0x00, 0x7F}}},
	{2, {{0xC2, 0xDF}, {0x80, 0xBF}}},
	{3, {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}},
	{3, {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{3, {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}},
	{3, {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}},
};

/* A sequence of bytes, of which those before `from` are whole characters. */
struct sequence {
	unsigned char byte[LONGEST];
	size_t len, from;
};

struct state {
	struct utf8 utf8;
	struct sequence way; /* how it is reached, in the fewest bytes */
};

static struct state states[STATES_MAX];
static size_t n_states;
static unsigned long long passed, failed;
static bool all;

static bool fits(const struct form *form, const unsigned char *p, size_t len)
{
	size_t n = len < form->n ? len : form->n;

	while (n && p[n - 1] >= form->range[n - 1][0] &&
		p[n - 1] <= form->range[n - 1][1])
		n--;
	return !n;
}

/* Returns how many bytes the last character lacks, or -1: this is not the
 * beginning of any text. All but the last byte were such a beginning. */
static int lacks(struct sequence *s)
{
	const unsigned char *p = s->byte + s->from;
	size_t len = s->len - s->from;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (!fits(&forms[i], p, len))
			continue;
		if (len == forms[i].n)
			s->from = s->len;
		return (int)(forms[i].n - len);
	}
	return -1;
}

static void expect(const struct state *from, const struct sequence *s, int want)
{
	struct utf8 u = from->utf8;
	size_t cut = from->way.len;
	bool valid = utf8_next(&u, s->byte + cut, s->len - cut);
	int got = valid ? u.need : -1;
	size_t i;

	passed += got == want;
	if (got == want || failed++ > 9)
		return;
	for (i = 0; i < s->len; i++)
		printf("%s%02X", i && i == cut ? " | " : " ", s->byte[i]);
	printf(": %d bytes are due, not %d (-1: it is wrong)\n", want, got);
}

static void remember(const struct state *from, const struct sequence *s)
{
	struct state new = {from->utf8, *s};
	size_t i, cut = from->way.len;

	utf8_next(&new.utf8, s->byte + cut, s->len - cut);
	for (i = 0; i < n_states; i++)
		if (!memcmp(&states[i].utf8, &new.utf8, sizeof new.utf8))
			return;
	if (n_states < STATES_MAX)
		states[n_states++] = new;
	else
		failed++;
}

/* What is wrong stays wrong: with the first and the last byte of each range, and
 * those beside them, behind it. */
static void expect_wrong(const struct state *from, struct sequence s)
{
	static const unsigned char mark[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
		0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF};

	expect(from, &s, -1);
	while (s.len < LONGEST) {
		s.len++;
		for (size_t i = 0; i < sizeof mark; i++) {
			s.byte[s.len - 1] = mark[i];
			expect(from, &s, -1);
		}
	}
}

/* How long a sequence that begins like this one may become. */
static size_t most(const struct sequence *s)
{
	unsigned char first = s->byte[0];

	return all || !first || first >= 0x7F ? LONGEST : LONGEST - 1;
}

/* All pieces that begin with what the sequence has behind the state's own. */
static void walk(const struct state *from, struct sequence s)
{
	size_t whole = s.from;

	s.len++;
	for (unsigned byte = 0; byte < 256; byte++) {
		int want;

		s.byte[s.len - 1] = (unsigned char)byte;
		s.from = whole;
		want = lacks(&s);
		if (want < 0) {
			expect_wrong(from, s);
			continue;
		}
		expect(from, &s, want);
		if (s.len < most(&s))
			walk(from, s);
		if (s.len == from->way.len + 1)
			remember(from, &s);
	}
}

int main(int argc, char **argv)
{
	all = argc > 1 && !strcmp(argv[1], "all");
	n_states = 1;
	for (size_t i = 0; i < n_states; i++)
		if (states[i].way.len < LONGEST)
			walk(&states[i], states[i].way);
	printf("%zu states, %llu pieces\n", n_states, passed + failed);
	return failed > 0;
}
