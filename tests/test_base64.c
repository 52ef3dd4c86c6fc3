/* test_base64.c - the vectors of RFC 4648, encoded and decoded. */
#include "tests/lib/support.h"

#include "base64.h"

static void expect(const char *plain, const char *coded)
{
	size_t len = strlen(plain), n = strlen(coded);
	char *out = malloc(n + 1);
	unsigned char *back = malloc(n / 4 * 3);
	char *text = exactly(coded, n);

	cr_expect_eq(BASE64_LEN(len), n);
	base64_encode(out, plain, len);
	cr_expect_str_eq(out, coded);
	cr_expect_eq(base64_decode(back, text, n), (ssize_t)len);
	cr_expect_arr_eq(back, plain, len);
	free(out);
	free(back);
	free(text);
}

Test(base64, rfc4648_10_vectors)
{
	expect("", "");
	expect("f", "Zg==");
	expect("fo", "Zm8=");
	expect("foo", "Zm9v");
	expect("foob", "Zm9vYg==");
	expect("fooba", "Zm9vYmE=");
	expect("foobar", "Zm9vYmFy");
}

Test(base64, every_character_of_the_alphabet)
{
	static const char text[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"+/";
	unsigned char bytes[48];
	char again[65];

	cr_expect_eq(base64_decode(bytes, text, 64), 48);
	base64_encode(again, bytes, 48);
	cr_expect_str_eq(again, text);
}

Test(base64, rfc4648_3_5_bits_left_over_may_be_set)
{
	unsigned char bytes[18];

	/* the key that RFC 6455 4.1 prints: its last character before the
	 * padding should be A, Q, g or w, but is not */
	cr_expect_eq(base64_decode(bytes, "AQIDBAUGBwgJCgsMDQ4PEC==", 24), 16);
}

Test(base64, rfc4648_3_3_other_characters_are_refused)
{
	static const char *const wrong[] = {"A", "AB", "ABC",
		"A===", "====", "A=BC", "AB=C", "=ABC", "AB C", "AB\nC", "ABC-",
		"ABC_", "\303\251AB", "ABCDE", "AA==AAAA"};
	unsigned char out[8];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect_eq(base64_decode(out, wrong[i], strlen(wrong[i])), -1,
			"%s", wrong[i]);
	cr_expect_eq(base64_decode(out, "AB\0C", 4), -1);
}
