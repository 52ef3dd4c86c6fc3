/* test_json.c - a writer of JSON: RFC 8259. */
#include "tests/explain/shown.h"

#include "explain/json.h"

/* Expects this text, and frees it. */
static void expect(struct json *json, const char *text)
{
	cr_expect(!json->failed);
	cr_expect(is_json((char *)json->out.data, json->out.len));
	cr_expect(json->out.len == strlen(text) &&
			  !memcmp(json->out.data, text, json->out.len),
		"%.*s", (int)json->out.len, (char *)json->out.data);
	buf_free(&json->out);
}

static void expect_string(const char *text, const char *written)
{
	struct json json = {.failed = false};

	json_put_string(&json, NULL, text);
	cr_expect(utf8_is_valid(json.out.data, json.out.len));
	expect(&json, written);
}

Test(json, objects_and_arrays)
{
	struct json json = {.failed = false};

	json_open(&json, NULL, '{');
	json_put_number(&json, "n", UINT64_MAX);
	json_open(&json, "empty", '[');
	json_close(&json, ']');
	json_open(&json, "list", '[');
	json_put_string(&json, NULL, "a");
	json_open(&json, NULL, '{');
	json_close(&json, '}');
	json_put_number(&json, NULL, 0);
	json_close(&json, ']');
	json_put_true(&json, "set");
	json_put_hex(&json, "hex", (const unsigned char *)"\0\xff", 2);
	json_close(&json, '}');
	expect(&json, "{\"n\":18446744073709551615,\"empty\":[],"
		      "\"list\":[\"a\",{},0],\"set\":true,\"hex\":\"00ff\"}");
}

Test(json, strings_whatever_they_hold)
{
	expect_string("", "\"\"");
	expect_string("Hello ✅ 한국어 😀", "\"Hello ✅ 한국어 😀\"");
	expect_string("\"\\", "\"\\\"\\\\\"");
	expect_string("a\n\x1b\x7fz", "\"a\\u000a\\u001b\\u007fz\"");
	expect_string("\xff\xc3(", "\"\\ufffd\\ufffd(\"");
	expect_string("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
	expect_string("cut \xe2\x9c", "\"cut \\ufffd\\ufffd\"");
}

Test(json, every_byte_in_a_string)
{
	for (int byte = 1; byte < 256; byte++) {
		char text[] = {'a', (char)byte, 'z', 0};
		struct json json = {.failed = false};

		json_put_string(&json, NULL, text);
		cr_assert(utf8_is_valid(json.out.data, json.out.len));
		cr_assert(is_json((char *)json.out.data, json.out.len));
		for (size_t i = 0; i < json.out.len; i++)
			cr_assert(json.out.data[i] >= ' ' &&
				  json.out.data[i] != 0x7f);
		buf_free(&json.out);
	}
}
