/* test_base64.c - the vectors of RFC 4648. */
#include "tests/lib/support.h"

#include "base64.h"

static void expect(const char *plain, const char *coded)
{
	size_t len = strlen(plain), n = strlen(coded);
	char *out = malloc(n + 1);

	cr_expect_eq(BASE64_LEN(len), n);
	base64_encode(out, plain, len);
	cr_expect_str_eq(out, coded);
	free(out);
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
	static const unsigned char bytes[] = {0x00, 0x10, 0x83, 0x10, 0x51,
		0x87, 0x20, 0x92, 0x8B, 0x30, 0xD3, 0x8F, 0x41, 0x14, 0x93,
		0x51, 0x55, 0x97, 0x61, 0x96, 0x9B, 0x71, 0xD7, 0x9F, 0x82,
		0x18, 0xA3, 0x92, 0x59, 0xA7, 0xA2, 0x9A, 0xAB, 0xB2, 0xDB,
		0xAF, 0xC3, 0x1C, 0xB3, 0xD3, 0x5D, 0xB7, 0xE3, 0x9E, 0xBB,
		0xF3, 0xDF, 0xBF};
	char text[65];

	base64_encode(text, bytes, sizeof bytes);
	cr_expect_str_eq(text,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"+/");
}
