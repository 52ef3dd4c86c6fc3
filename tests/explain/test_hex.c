/* test_hex.c - bytes in hex, in the forms in which people paste them. */
#include "tests/lib/support.h"

#include "explain/hex.h"

static bool read_text(const char *text, struct buf *out, struct slice *wrong)
{
	size_t len = strlen(text);
	char *block = exactly(text, len);
	bool good = hex_read(out, (struct slice){block, len}, wrong);

	if (!good)
		wrong->p = text + (wrong->p - block);
	free(block);
	return good;
}

static void expect(const char *text, const char *bytes, size_t len)
{
	struct buf out = {0};
	struct slice wrong;

	if (!read_text(text, &out, &wrong))
		cr_expect(false, "%s: %.*s", text, (int)wrong.len, wrong.p);
	else
		cr_expect(out.len == len &&
				  (!len || !memcmp(out.data, bytes, len)),
			"%s: %zu bytes", text, out.len);
	buf_free(&out);
}

static void expect_hello(const char *text)
{
	expect(text, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
}

static void expect_wrong(const char *text, const char *word)
{
	struct buf out = {0};
	struct slice wrong = {0};

	cr_expect(!read_text(text, &out, &wrong), "%s", text);
	cr_expect(slice_is(wrong, word), "%s: %.*s", text, (int)wrong.len,
		wrong.p);
	buf_free(&out);
}

Test(hex, words)
{
	expect_hello("81 85 37 fa 21 3d 7f 9f 4d 51 58");
	expect_hello("818537FA213D7F9F4D5158");
	expect_hello("8185 37fa 213d 7f9f 4d51 58\n");
	expect_hello("\t81 85\r\n37 fa\r\n\r\n21 3d7f9f 4d 51 58");
	expect_hello("81:85:37:fa:21:3d:7f:9f:4d:51:58");
	expect_hello("0x81, 0x85, 0x37, 0xFA, 0X21,\n0x3d7f9f, 0x4d 51 58");
	expect_hello(
		"{0x81,0x85,0x37,0xfa,0x21,0x3d,0x7f,0x9f,0x4d,0x51,0x58};");
	expect_hello(
		"\"\\x81\\x85\\x37\\xfa\\x21\\x3d\\x7f\\x9f\\x4d\\x51\\x58\"");
	expect_hello("[ '81', '85', '37', 'fa' ] (21 3d 7f 9f 4d 51 58)");
	expect("5 0x5 05", "\5\5\5", 3);
	expect("00 00\n0000", "\0\0\0\0", 4);
	expect("00000000", "\0\0\0\0", 4);
	expect("", "", 0);
	expect(" \n", "", 0);
}

Test(hex, dumps)
{
	expect_hello("00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58         "
		     "             |..7.!=..MQX|\n0000000b\n");
	expect_hello("00000000: 8185 37fa 213d 7f9f 4d51 58            "
		     "  ..7.!=..MQX\n");
	expect_hello("0000000 81 85 37 fa 21 3d 7f 9f 4d 51 58\n0000013\n");
	expect_hello("0000   81 85 37 fa 21 3d 7f 9f 4d 51 58"
		     "                  ..7.!=..MQX");
	expect_hello("\t0x0000:  8185 37fa 213d 7f9f 4d51 58           "
		     "        ..7.!=..MQX");
	expect_hello("0000000 81 85 37 fa 21 3d 7f 9f 4d 51 58"
		     "                 >..7.!=..MQX<\n0000013\n");
}

#define SIXTEEN "\xab\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf"

Test(hex, dumps_of_many_lines)
{
	expect("00000000  ab 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  "
	       "|................|\n"
	       "00000010  ab 01                                             "
	       "|..|\n"
	       "00000012\n",
		SIXTEEN "\xab\1", 18);
	expect("00000000: ab01 0203 0405 0607 0809 0a0b 0c0d 0e0f  ab cd ef\n"
	       "00000010: ab01 0203 0405 0607                      ab cd ef\n",
		SIXTEEN "\xab\1\2\3\4\5\6\7", 24);
	expect("0000000 ab 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n"
	       "0000020 ab\n0000021\n",
		SIXTEEN "\xab", 17);
	/* od -A d -t x1z */
	expect("0000000 ab 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  "
	       ">................<\n"
	       "0000016 ab                                               "
	       ">.<\n0000017\n",
		SIXTEEN "\xab", 17);
	expect("0000   ab 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f   abcd\n"
	       "0010   ab 01 02 03 04 05 06 07                           "
	       "abcd\n",
		SIXTEEN "\xab\1\2\3\4\5\6\7", 24);
}

Test(hex, what_is_not_hex)
{
	expect_wrong("81 zz 37", "zz");
	expect_wrong("GET / HTTP/1.1", "GET");
	expect_wrong("0x", "0x");
	expect_wrong("81 -5", "-5");
	expect_wrong("81\n\n<", "<");
}

Test(hex, what_might_be_meant_in_two_ways)
{
	/* which half of a byte is missing? */
	expect_wrong("81 853 7f", "853");
	/* hexdump and od write numbers in the order of their machine */
	expect_wrong("0000000 8581 fa37 3d21", "8581");
	/* repeated lines are left out */
	expect_wrong("00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 "
		     "00  |................|\n*\n00000100\n",
		"*");
}
