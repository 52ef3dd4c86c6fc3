/* test_utf8.c - RFC 3629's table of valid and invalid forms, whole and cut
 * at each byte; and which characters may be printed. */
#include "tests/lib/support.h"

#include "utf8.h"

#include <stdint.h>

/* The same verdict whole, byte by byte, and cut in two at each place. */
static void expect(bool valid, const void *data, size_t len)
{
	unsigned char *text = exactly(data, len);
	struct utf8 u = {0};
	bool good = true;

	cr_expect_eq(utf8_is_valid(text, len), valid);
	for (size_t i = 0; i < len; i++)
		good = good && utf8_next(&u, text + i, 1);
	cr_expect_eq(good && utf8_is_complete(&u), valid);
	for (size_t cut = 0; cut <= len; cut++) {
		u = (struct utf8){0};
		good = utf8_next(&u, text, cut) &&
		       utf8_next(&u, text + cut, len - cut);
		cr_expect_eq(good && utf8_is_complete(&u), valid);
	}
	free(text);
}

/* The definition, straight from the bits: RFC 3629 3. */
static size_t encode(unsigned char out[4], uint32_t point)
{
	if (point < 0x80)
		return out[0] = (unsigned char)point, 1;
	if (point < 0x800) {
		out[0] = (unsigned char)(0xC0 | point >> 6);
		out[1] = (unsigned char)(0x80 | (point & 0x3F));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (unsigned char)(0xE0 | point >> 12);
		out[1] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
		out[2] = (unsigned char)(0x80 | (point & 0x3F));
		return 3;
	}
	out[0] = (unsigned char)(0xF0 | point >> 18);
	out[1] = (unsigned char)(0x80 | (point >> 12 & 0x3F));
	out[2] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
	out[3] = (unsigned char)(0x80 | (point & 0x3F));
	return 4;
}

Test(utf8, rfc3629_3_every_code_point_but_the_surrogates)
{
	unsigned char text[4];

	for (uint32_t point = 0; point < 0x110000; point++) {
		size_t n = encode(text, point);
		bool valid = point < 0xD800 || point > 0xDFFF;

		if (utf8_is_valid(text, n) != valid)
			cr_expect(false, "U+%04X", (unsigned)point);
	}
}

/* Of all sequences of two and of three bytes, as many are valid as there are
 * code points and pairs of them: no other form passes. */
Test(utf8, rfc3629_4_no_other_form)
{
	unsigned long two = 0, three = 0;

	for (uint32_t i = 0; i < 1 << 16; i++) {
		unsigned char text[2] = {i >> 8, i & 0xFF};

		two += utf8_is_valid(text, 2);
	}
	for (uint32_t i = 0; i < 1 << 24; i++) {
		unsigned char text[3] = {i >> 16, i >> 8 & 0xFF, i & 0xFF};

		three += utf8_is_valid(text, 3);
	}
	cr_expect_eq(two, 128 * 128 + 1920);
	cr_expect_eq(three,
		128UL * 128 * 128 + 2UL * 128 * 1920 + (65536 - 2048 - 2048));
}

Test(utf8, rfc3629_7_examples)
{
	expect(true, "A\xE2\x89\xA2\xCE\x91.", 7);
	expect(true, "\xED\x95\x9C\xEA\xB5\xAD\xEC\x96\xB4", 9);
	expect(true, "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", 9);
	expect(true, "\xEF\xBB\xBF\xF0\xA3\x8E\xB4", 7);
}

Test(utf8, rfc3629_10_overlong_forms)
{
	expect(false, "\xC0\x80", 2);
	expect(false, "\xC1\xBF", 2);
	expect(false, "\xE0\x80\x80", 3);
	expect(false, "\xE0\x9F\xBF", 3);
	expect(false, "\xF0\x80\x80\x80", 4);
	expect(false, "\xF0\x8F\xBF\xBF", 4);
}

Test(utf8, rfc3629_3_surrogates_and_above)
{
	expect(true, "\xED\x9F\xBF", 3);
	expect(false, "\xED\xA0\x80", 3);
	expect(false, "\xED\xBF\xBF", 3);
	expect(true, "\xEE\x80\x80", 3);
	expect(true, "\xF4\x8F\xBF\xBF", 4);
	expect(false, "\xF4\x90\x80\x80", 4);
	expect(false, "\xF5\x80\x80\x80", 4);
	expect(false, "\xFF", 1);
}

Test(utf8, tails_alone_and_missing)
{
	expect(false, "\x80", 1);
	expect(false, "a\xBF", 2);
	expect(false, "\xC3", 1);
	expect(false, "\xE2\x82", 2);
	expect(false, "\xF0\x9F\x98", 3);
	expect(false,
		"\xC3"
		"A",
		2);
	expect(false,
		"\xE2\x82"
		"A",
		3);
}

/* The fast way over ASCII must see a wrong byte wherever it stands. */
Test(utf8, one_byte_in_a_long_text)
{
	char text[100];

	for (size_t i = 0; i < sizeof text; i++) {
		memset(text, 'a', sizeof text);
		expect(true, text, sizeof text);
		text[i] = '\xFF';
		expect(false, text, sizeof text);
	}
}

Test(utf8, wrong_bytes_are_refused_as_they_arrive)
{
	struct utf8 u = {0};

	/* fail fast: F4 may go on with 80 to 8F, 90 is wrong at once */
	cr_expect(utf8_next(&u, "\xF4", 1));
	cr_expect(!utf8_next(&u, "\x90", 1));
}

/* Byte by byte, the plain loop judges alone: from a state, whether `len` more
 * bytes are valid. */
static bool read_plainly(struct utf8 *u, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!utf8_next(u, p + i, 1))
			return false;
	return true;
}

/* What stands around a sequence: three bytes. */
static const char *around = "\xEA\xB0\x80";

static void fill(unsigned char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text[i] = (unsigned char)around[i % 3];
}

#define SPAN 300

/* The sequence in a long text, which ends behind it or goes on. The fast way must
 * say the same as the plain one: how many bytes are due, or -1. */
static void expect_fast(
	const unsigned char *sequence, size_t len, size_t at, int due)
{
	static unsigned char text[SPAN];
	size_t end = (at + len + 3) / 3 * 3 + at % 32 * 3;
	struct utf8 u = {0};
	bool valid;

	if (!text[0])
		fill(text, SPAN);
	memcpy(text + at, sequence, len);
	valid = utf8_next(&u, text, at + len);
	if (valid != (due >= 0) || (valid && u.need != due))
		cr_assert(false, "%02x %02x ... at %zu", sequence[0],
			sequence[1], at);
	/* what is due does not come: a new character begins instead */
	memset(text + at + len, 'a', 3 - (at + len) % 3);
	valid = utf8_is_valid(text, end);
	if (valid != (due == 0))
		cr_assert(false, "%02x %02x ... at %zu, then a", sequence[0],
			sequence[1], at);
	fill(text + at, 12);
}

/* Of 64 places, which are 3 bytes apart, each is another one in a block, whether
 * it has 16, 32 or 64 bytes. */
static size_t place(size_t i)
{
	return 3 + i % 64 * 3;
}

/* All sequences that begin with these bytes and are not decided yet, up to four
 * bytes. */
static void every_sequence(unsigned char sequence[4], size_t len, struct utf8 u)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		struct utf8 next = u;
		bool valid;

		sequence[len] = (unsigned char)byte;
		valid = read_plainly(&next, sequence + len, 1);
		expect_fast(sequence, len + 1, place(byte + sequence[len / 2]),
			valid ? next.need : -1);
		if (valid && next.need)
			every_sequence(sequence, len + 1, next);
		sequence[len] = 0;
	}
}

/* A byte that is wrong decides, and so does one that ends a character: what
 * comes after them begins anew, and needs no walk of its own. */
Test(utf8, fast_and_plain_agree_on_every_sequence)
{
	unsigned char sequence[4] = {0};

	every_sequence(sequence, 0, (struct utf8){0});
}

/* The first and last bytes of each range in RFC 3629, and those beside them. */
static const unsigned char mark[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
	0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
	0xF1, 0xF3, 0xF4, 0xF5, 0xFF};

#define MARKS (sizeof mark)

/* Writes the `i`th sequence of four of them; returns how many bytes are due
 * after the first `len`, or -1. */
static int spell_marks(unsigned char sequence[4], size_t i, size_t len)
{
	struct utf8 u = {0};

	for (size_t k = 0; k < 4; k++, i /= MARKS)
		sequence[k] = mark[i % MARKS];
	return read_plainly(&u, sequence, len) ? u.need : -1;
}

/* Each two bytes, behind the beginning of a character that wants them or does
 * not, and before as many tails as could make them right. What stands around
 * them has no two tails, so an error in the tables cannot send all of it to the
 * plain loop. */
Test(utf8, fast_and_plain_agree_on_every_pair)
{
	static const char *const starts[] = {"", "\xC2", "\xE1", "\xE1\x80",
		"\xF1", "\xF1\x80", "\xF1\x80\x80"};
	size_t i = 0;

	around = "\xC3\xBCz";
	for (size_t k = 0; k < sizeof starts / sizeof *starts; k++)
		for (unsigned pair = 0; pair < 65536; pair++)
			for (size_t tails = 0; tails < 3; tails++) {
				unsigned char text[7];
				size_t n = strlen(starts[k]);
				struct utf8 u = {0};

				memcpy(text, starts[k], n);
				text[n++] = (unsigned char)(pair >> 8);
				text[n++] = (unsigned char)pair;
				memset(text + n, 0x80, tails);
				n += tails;
				expect_fast(text, n, place(i++),
					read_plainly(&u, text, n) ? u.need
								  : -1);
			}
}

Test(utf8, fast_and_plain_agree_at_every_place)
{
	unsigned char sequence[4];

	for (size_t i = 0; i < MARKS * MARKS * MARKS; i++) {
		int due = spell_marks(sequence, i, 3);

		for (size_t k = 0; k < 64; k++)
			expect_fast(sequence, 3, place(k), due);
	}
}

Test(utf8, fast_and_plain_agree_across_every_cut)
{
	unsigned char text[180];

	for (size_t i = 0; i < MARKS * MARKS * MARKS; i++) {
		unsigned char *p = text + place(i) % 90;
		bool valid;

		fill(text, sizeof text);
		valid = spell_marks(p, i, 3) == 0;
		fill(p + 3, 3);
		for (size_t cut = 0; cut <= sizeof text; cut++) {
			struct utf8 u = {0};
			bool good =
				utf8_next(&u, text, cut) &&
				utf8_next(&u, text + cut, sizeof text - cut);

			if ((good && utf8_is_complete(&u)) != valid)
				cr_assert(false, "%02x %02x %02x at %td, %zu",
					p[0], p[1], p[2], p - text, cut);
		}
	}
}

/* A run of ASCII is skipped as such, and must not hide what is due before it. */
Test(utf8, a_cut_character_before_a_run_of_ascii)
{
	unsigned char text[SPAN];

	for (size_t i = 0; i < 64; i++)
		for (size_t n = 1; n <= 4; n++) {
			fill(text, place(i));
			memcpy(text + place(i), "\xF0\x9F\x98\x80", n);
			memset(text + place(i) + n, 'a', 100);
			cr_assert_eq(utf8_is_valid(text, place(i) + n + 100),
				n == 4);
		}
}

/* Texts of each length that end with each part of a character. */
Test(utf8, nothing_beyond_a_text_is_read)
{
	static const char *const words[] = {"\xEA\xB0\x80", "\xF0\x9F\x98\x80",
		"\xC3\xBC", "a\xEA\xB0\x80z", "\xC3\xBC-"};
	char text[150];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);
		struct utf8 u = {0};

		for (size_t k = 0; k < sizeof text; k++) {
			text[k] = words[i][k % n];
			cr_assert(utf8_next(&u, text + k, 1));
			expect(!u.need, text, k + 1);
		}
	}
}

/* The longest beginning of at most `max` bytes that ends with a character. */
Test(utf8, a_text_is_cut_between_characters)
{
	static const char text[] = "a\xC3\xBF\xEA\xB0\x81z\xF0\x9F\x98\x81"
				   "\xDF\xBF";
	static const size_t cuts[] = {
		0, 1, 1, 3, 3, 3, 6, 7, 7, 7, 7, 11, 11, 13, 13};
	size_t len = sizeof text - 1;

	for (size_t max = 0; max < sizeof cuts / sizeof *cuts; max++) {
		unsigned char *block = exactly(text, len);

		cr_expect_eq(utf8_cut((char *)block, len, max), cuts[max],
			"%zu", max);
		free(block);
	}
	cr_expect_eq(utf8_cut("\x81\x81", 2, 1), 0);
	/* what stands behind the text is none of it */
	cr_expect_eq(utf8_cut("\xEA\xB0\x81\x80", 3, 3), 3);
}

/* What may be printed at the start of a block of exactly these bytes. */
/* Each byte would be right if the one before it were not there, in blocks that end
 * where a character ends. */
Test(utf8, bytes_that_would_be_right_behind_the_last_but_one)
{
	for (size_t pairs = 0; pairs < 40; pairs++) {
		char text[300] = "\xC3\xA9\xC3\xA9\xA9";

		for (size_t n = 0; n < pairs; n++)
			strcat(text, "\xC3\xC3\xA9\xA9");
		strcat(text, "and ASCII behind it \xC3\xA9");
		cr_expect_not(
			utf8_is_valid(text, strlen(text)), "%zu pairs", pairs);
	}
}

static size_t printable(const char *text)
{
	size_t len = strlen(text);
	unsigned char *block = exactly(text, len);
	size_t n = utf8_printable(block, len);

	free(block);
	return n;
}

Test(utf8, printable_characters_of_each_size)
{
	cr_expect_eq(printable(" "), 1);
	cr_expect_eq(printable("a\n"), 1);
	cr_expect_eq(printable("~"), 1);
	cr_expect_eq(printable("é"), 2);
	cr_expect_eq(printable("한글"), 3);
	cr_expect_eq(printable("✅"), 3);
	cr_expect_eq(printable("😀!"), 4);
	/* what stands just behind a colour of skin, or U+FE0F, is a character */
	cr_expect_eq(printable("👋\U0001F400"), 4);
	cr_expect_eq(printable("❤\uFE10"), 3);
}

Test(utf8, what_is_not_utf8_is_not_printable)
{
	static const char *const cases[] = {"\x80", "\xC3", "\xC3(", "\xC0\xA0",
		"\xE2\x82", "\xED\xA0\x80", "\xF0\x9F\x98", "\xF5\x80\x80\x80",
		"\xFF"};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(printable(cases[i]), 0, "case %zu", i);
}

/* Unicode 15.0.0: Cc, Cf, Zl, Zp and Default_Ignorable_Code_Point; and the
 * surrogates, which are not UTF-8, and the backslash. All of them, and all other
 * characters, which may be printed. tests/unicode compares with the files. */
Test(utf8, what_a_terminal_obeys_or_hides_is_not_printable)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{0x00, 0x1F}, {0x5C, 0x5C}, {0x7F, 0x9F}, {0xAD, 0xAD},
		{0x34F, 0x34F}, {0x600, 0x605}, {0x61C, 0x61C}, {0x6DD, 0x6DD},
		{0x70F, 0x70F}, {0x890, 0x891}, {0x8E2, 0x8E2},
		{0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
		{0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
		{0x3164, 0x3164}, {0xD800, 0xDFFF}, {0xFE00, 0xFE0F},
		{0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
		{0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F},
		{0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

	for (uint32_t point = 0; point < 0x110000; point++) {
		unsigned char text[4];
		size_t n = encode(text, point), want = n;

		for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
			if (point >= ranges[i].first && point <= ranges[i].last)
				want = 0;
		if (utf8_printable(text, n) != want)
			cr_expect(false, "U+%04X", (unsigned)point);
	}
}

/* Code points as a text in a block of exactly its size; 0 ends them. */
static unsigned char *spell(const uint32_t *points, size_t *len)
{
	unsigned char text[80];

	for (*len = 0; *points; points++)
		*len += encode(text + *len, *points);
	return exactly(text, *len);
}

/* How many bytes at the start are shown, up to the first that is not. */
static size_t shown(const unsigned char *text, size_t len)
{
	size_t at = 0, n = 1;

	for (; at < len && n; at += n)
		n = utf8_printable(text + at, len - at);
	return at;
}

/* Cut anywhere, nothing is read beyond the end. */
static void expect_shown(const uint32_t *points, bool whole)
{
	size_t len, cut;
	unsigned char *text = spell(points, &len);

	cr_expect_eq(shown(text, len) == len, whole, "U+%04X U+%04X",
		(unsigned)points[0], (unsigned)points[1]);
	for (cut = 0; cut < len; cut++) {
		unsigned char *part = exactly(text, cut);

		cr_expect_leq(shown(part, cut), cut);
		free(part);
	}
	free(text);
}

/* UTS 51: what makes emoji of several characters is not escaped there. */
Test(utf8, emoji_are_shown_whole)
{
	static const uint32_t cases[][12] = {
		{0x2764, 0xFE0F},
		{0x31, 0xFE0F, 0x20E3}, /* keycaps */
		{0x23, 0xFE0F, 0x20E3},
		{0x2A, 0xFE0F, 0x20E3},
		{0x30, 0xFE0F, 0x20E3},
		{0x39, 0xFE0F, 0x20E3},
		{0x1F1F0, 0x1F1F7, 0x1F1E9, 0x1F1EA}, /* Korea, Germany */
		{0x1F44B, 0x1F3FD},                   /* a colour of skin */
		{0x1F468, 0x200D, 0x1F469, 0x200D, 0x1F467, 0x200D, 0x1F466},
		{0x1F469, 0x1F3FB, 0x200D, 0x2764, 0xFE0F, 0x200D, 0x1F48B,
			0x200D, 0x1F469, 0x1F3FC},
		{0x1F3F3, 0xFE0F, 0x200D, 0x1F308}, /* the rainbow's flag */
		{0x1F3F4, 0x200D, 0x2620, 0xFE0F},  /* a pirate's */
		{0x1F3F4, 0xE0067, 0xE0062, 0xE0065, 0xE006E, 0xE0067,
			0xE007F}, /* England's */
		{0x1F3F4, 0xE0030, 0xE0031, 0xE0032, 0xE0033, 0xE0034, 0xE0035,
			0xE0036, 0xE007F},
		{0x1F3F4, 0xE0020, 0xE007E, 0xE007F},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_shown(cases[i], true);
}

/* The same characters elsewhere are as invisible as any. */
Test(utf8, what_belongs_to_no_emoji_is_not_printable)
{
	static const uint32_t cases[][12] = {
		{'a', 0xFE0F},
		{'1', 0xFE0F},
		{'1', 0xFE0F, '0'},
		{'a', 0xFE0F, 0x20E3},
		{'/', 0xFE0F, 0x20E3},
		{':', 0xFE0F, 0x20E3},
		{0x1F3F4, 0xE0067, 0xE0080},
		{'a', 0x200D},
		{0xAC00, 0x200D},
		{0x1F1F0, 0x200D},
		{0x1F3FB, 0x200D}, /* a colour of nobody's skin */
		{0x2764, 0xFE0E},
		{0x2764, 0xFE0F, 0xFE0F},
		{0x2764, 0x200D, 0x200D},
		{0x2764, 0x200B},
		{0x2764, 0x200E},
		{0x2764, 0xE0100},
		{0x1F3F4, 0xE007F},
		{0x1F3F4, 0xE0067, 0xE0062},
		{0x1F3F4, 0xE0067, 'a', 0xE007F},
		{0x1F3F4, 0xE0001, 0xE007F},
		{0x1F3F3, 0xE0067, 0xE007F},
		{0x1F3F4, 0xE0061, 0xE0062, 0xE0063, 0xE0064, 0xE0065, 0xE0066,
			0xE0067, 0xE0068, 0xE007F},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_shown(cases[i], false);
}
