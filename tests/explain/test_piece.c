/* test_piece.c - a peer's bytes, made safe to show. */
#include "tests/lib/support.h"

#include "explain/piece.h"

static void expect(const char *bytes, size_t len, const char *value)
{
	struct piece_field f = {.cut = false};
	char *block = exactly(bytes, len);

	piece_put_bytes(&f, block, len);
	cr_expect_str_eq(f.value, value);
	free(block);
}

#define EXPECT(bytes, value) expect(bytes, sizeof bytes - 1, value)

Test(piece, text_as_it_is)
{
	EXPECT("Hello ~ 한국어 ✅ 😀", "Hello ~ 한국어 ✅ 😀");
	EXPECT("1\uFE0F\u20E3 \U0001F468\u200D\U0001F467",
		"1\uFE0F\u20E3 \U0001F468\u200D\U0001F467");
	EXPECT("", "");
}

Test(piece, control_characters_are_escaped)
{
	EXPECT("a\nb\r\t\0\x1b[31m\x7f",
		"a\\x0ab\\x0d\\x09\\x00\\x1b[31m\\x7f");
	EXPECT("\xc2\x80\xc2\x9f\xc2\xa0", "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
	EXPECT("\\x0a", "\\\\x0a");
}

Test(piece, what_hides_or_turns_text_is_escaped)
{
	EXPECT("\u200b\u200e\u2028\u202e\u2066\ufeff",
		"\\xe2\\x80\\x8b\\xe2\\x80\\x8e\\xe2\\x80\\xa8\\xe2\\x80\\xae"
		"\\xe2\\x81\\xa6\\xef\\xbb\\xbf");
	EXPECT("\u00AD\u115F\u180E\U000E0041\uFE0F",
		"\\xc2\\xad\\xe1\\x85\\x9f\\xe1\\xa0\\x8e\\xf3\\xa0"
		"\\x81\\x81\\xef\\xb8\\x8f");
	EXPECT("\u200a\u2010\u2027\u202f\u205f\u2070",
		"\u200a\u2010\u2027\u202f\u205f\u2070");
}

Test(piece, what_is_not_utf8_is_escaped)
{
	EXPECT("\xff \xc3( \xed\xa0\x80", "\\xff \\xc3( \\xed\\xa0\\x80");
	EXPECT("\xe2\x9c", "\\xe2\\x9c");
}

/* Whatever is added, the value is bounded, and "..." says that there is
 * more. */
Test(piece, a_value_that_is_too_long)
{
	for (size_t n = 0; n < PIECE_VALUE_SIZE + 9; n++) {
		struct piece_field f = {.cut = false};
		size_t len;

		for (size_t i = 0; i < n; i++)
			piece_put_bytes(&f, "x", 1);
		piece_put_number(&f, UINT64_MAX);
		piece_put(&f, "!");
		len = strlen(f.value);
		cr_assert_lt(len, sizeof f.value);
		cr_assert_eq(f.cut, !strcmp(f.value + len - 3, "..."));
		cr_assert_eq(f.cut, n + 21 + 4 > sizeof f.value);
	}
}

Test(piece, numbers)
{
	char text[PIECE_DIGITS];

	cr_expect_str_eq(piece_digits(text, 0), "0");
	cr_expect_str_eq(
		piece_digits(text, UINT64_MAX), "18446744073709551615");
}
