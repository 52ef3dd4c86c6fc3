/* test_ws_text.c - RFC 6455 5.6, 8.1: text is UTF-8, and is refused at the
 * first byte that cannot be. */
#include "tests/lib/pieces.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

Test(ws, 5_6_text_and_binary)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x81, "text: \xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5");
	hears(&t, "text", "text: \xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5");
	answers(&t, 0x81, "text: \xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5");
	says_data(&t, 0x82, "\0\xFF\xC0\x80", 4);
	record(&t.events, "binary", "\0\xFF\xC0\x80", 4);
	answers_data(&t, 0x82, "\0\xFF\xC0\x80", 4);
	/* a text may hold a 0 */
	says_data(&t, 0x81, "a\0b", 3);
	record(&t.events, "text", "a\0b", 3);
	answers_data(&t, 0x81, "a\0b", 3);
	hold(&t);
}

/* Valid text at the ends of the ranges of RFC 3629 4. */
static const char *const good_texts[] = {"\x01", "\x7F", "\xC2\x80", "\xDF\xBF",
	"\xE0\xA0\x80", "\xE0\xBF\xBF", "\xE1\x80\x80", "\xEC\xBF\xBF",
	"\xED\x80\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBD",
	"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF0\xBF\xBF\xBF",
	"\xF1\x80\x80\x80", "\xF3\xBF\xBF\xBF", "\xF4\x80\x80\x80",
	"\xF4\x8F\xBF\xBF"};

/* Invalid text: `wrong` is the index of the first byte that cannot be right, or
 * the length when more bytes could have made it right. */
static const struct bad_text {
	const char *bytes;
	size_t wrong;
} bad_texts[] = {
	{"\x80", 0},
	{"\xBF", 0},
	{"\xC0\x80", 0},
	{"\xC1\xBF", 0},
	{"\xF5\x80\x80\x80", 0},
	{"\xF8\x88\x80\x80\x80", 0},
	{"\xFC\x84\x80\x80\x80\x80", 0},
	{"\xFE", 0},
	{"\xFF", 0},
	{"\xC2\x7F", 1},
	{"\xC2\xC2", 1},
	{"\xDF\xC0", 1},
	{"\xE0\x80\x80", 1},
	{"\xE0\x9F\xBF", 1},
	{"\xE0\xC0\x80", 1},
	{"\xE1\x7F\x80", 1},
	{"\xED\xA0\x80", 1},
	{"\xED\xBF\xBF", 1},
	{"\xEF\xC0\x80", 1},
	{"\xF0\x80\x80\x80", 1},
	{"\xF0\x8F\xBF\xBF", 1},
	{"\xF1\x7F\x80\x80", 1},
	{"\xF4\x90\x80\x80", 1},
	{"\xF4\xBF\xBF\xBF", 1},
	{"\xE2\x82\x41", 2},
	{"\xED\x9F\xC0", 2},
	{"\xF0\x90\x7F\x80", 2},
	{"\xF4\x8F\xC0\x80", 2},
	{"\xF0\x90\x80\xC0", 3},
	{"\xF0\x9F\x98\x41", 3},
	{"\xC3", 1},
	{"\xE0", 1},
	{"\xE2\x82", 2},
	{"\xF0", 1},
	{"\xF0\x9F", 2},
	{"\xF4\x8F\xBF", 3},
};

/* In one frame, and in two that are cut at each byte, with `before` in
 * front. */
static void expect_text(const char *before, const char *bytes)
{
	char text[64];
	size_t len = (size_t)snprintf(text, sizeof text, "%s%s", before, bytes);

	for (size_t cut = strlen(before); cut <= len; cut++) {
		struct talk t = {.row = bytes, .acts.echo = true};

		if (cut)
			says_data(&t, 0x01, text, cut);
		says_data(&t, cut ? 0x80 : 0x81, text + cut, len - cut);
		hears(&t, "text", text);
		answers(&t, 0x81, text);
		hold(&t);
	}
}

Test(ws, 5_6_text_of_every_form)
{
	for (size_t i = 0; i < SIZE(good_texts); i++) {
		expect_text("", good_texts[i]);
		expect_text("32 bytes before it are of ASCII:", good_texts[i]);
	}
}

static void expect_no_text(const char *before, const struct bad_text *bad)
{
	char text[64];
	size_t len =
		(size_t)snprintf(text, sizeof text, "%s%s", before, bad->bytes);

	for (size_t cut = strlen(before); cut <= len; cut++) {
		struct talk t = {.row = bad->bytes, .acts.echo = true};

		if (cut)
			says_data(&t, 0x01, text, cut);
		says_data(&t, cut ? 0x80 : 0x81, text + cut, len - cut);
		says(&t, 0x81, "after");
		refuses(&t, 1007, "8.1");
		hold(&t);
	}
}

Test(ws, 8_1_text_that_is_not_utf8)
{
	for (size_t i = 0; i < SIZE(bad_texts); i++) {
		expect_no_text("", &bad_texts[i]);
		expect_no_text(
			"32 bytes before it are of ASCII:", &bad_texts[i]);
	}
}

/* Every byte is a fragment, and each is followed by a ping. The pings are
 * answered up to the wrong byte, or up to the last when only the end is
 * wrong. */
Test(ws, 8_1_text_that_is_not_utf8_byte_by_byte)
{
	for (size_t i = 0; i < SIZE(bad_texts); i++) {
		const struct bad_text *bad = &bad_texts[i];
		struct talk t = {.row = bad->bytes};

		for (size_t at = 0; bad->bytes[at]; at++) {
			says_data(&t, at ? 0x00 : 0x01, bad->bytes + at, 1);
			says(&t, 0x89, "so far?");
			if (at < bad->wrong)
				answers(&t, 0x8A, "so far?");
		}
		says(&t, 0x80, "");
		refuses(&t, 1007, "8.1");
		hold(&t);
	}
}

/* In the middle of a frame whose rest never arrives. */
Test(ws, 8_1_refused_as_soon_as_the_wrong_byte_arrives)
{
	for (size_t i = 0; i < SIZE(bad_texts); i++) {
		const struct bad_text *bad = &bad_texts[i];
		char bytes[64] = "\x81\xFE\x01\x00";
		size_t len = strlen(bad->bytes);

		if (bad->wrong == len)
			continue;
		memcpy(bytes + 8, "caf\xC3\xA9", 5);
		memcpy(bytes + 13, bad->bytes, len);
		expect_refused_at(bad->bytes, bytes, 13 + len,
			13 + bad->wrong + 1, 1007, 1000);
	}
}

/* Binary messages are not validated, and a new text is judged from its
 * beginning. */
Test(ws, 8_1_every_text_begins_anew)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x82, "\xE2\x82");
	hears(&t, "binary", "\xE2\x82");
	answers(&t, 0x82, "\xE2\x82");
	says(&t, 0x81, "\xE2\x82\xAC");
	hears(&t, "text", "\xE2\x82\xAC");
	answers(&t, 0x81, "\xE2\x82\xAC");
	says(&t, 0x81, "\xAC");
	refuses(&t, 1007, "8.1");
	hold(&t);
}
