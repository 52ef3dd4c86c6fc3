/* test_json.c - JSON: RFC 8259. The kinds of texts are those of the public
 * JSONTestSuite: what must be accepted, what must be refused, and what may be
 * either, where this parser has made up its mind. */
#include "tests/lib/support.h"

#include "bus/json.h"

#include <stdint.h>

/* With its size, so that a 0 may be in it. */
#define TEXT(s)                 \
	{                       \
		s, sizeof s - 1 \
	}

static bool is_valid(struct slice text)
{
	char *block = malloc(text.len + 1);
	bool valid;

	cr_assert(block != NULL);
	memcpy(block, text.p, text.len);
	block[text.len] = 0;
	valid = strlen(block) == text.len && json_is_valid(block);
	free(block);
	return valid;
}

static void expect_all(const struct slice *texts, size_t n, bool valid)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(is_valid(texts[i]), valid, "%d: %.*s", (int)i,
			(int)texts[i].len, texts[i].p);
}

Test(chat_json, 2_to_7_what_must_be_accepted)
{
	static const struct slice texts[] = {TEXT("[[]   ]"), TEXT("[\"\"]"),
		TEXT("[]"), TEXT("[\"a\"]"), TEXT("[false]"),
		TEXT("[null, 1, \"1\", {}]"), TEXT("[null]"), TEXT("[1\n]"),
		TEXT(" [1]"), TEXT("[1,null,null,null,2]"), TEXT("[2] "),
		TEXT("[123e65]"), TEXT("[0e+1]"), TEXT("[0e1]"), TEXT("[ 4]"),
		TEXT("[-0.000000000000000000000000000000000000001]"),
		TEXT("[20e1]"), TEXT("[-0]"), TEXT("[-123]"), TEXT("[-1]"),
		TEXT("[1E22]"), TEXT("[1E-2]"), TEXT("[1E+2]"),
		TEXT("[123e45]"), TEXT("[123.456e78]"), TEXT("[1e-2]"),
		TEXT("[1e+2]"), TEXT("[123]"), TEXT("[123.456789]"),
		TEXT("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"),
		TEXT("{\"a\":\"b\",\"a\":\"c\"}"), TEXT("{}"), TEXT("{\"\":0}"),
		TEXT("{\"foo\\u0000bar\": 42}"),
		TEXT("{ \"min\": -1.0e+28, \"max\": 1.0e+28 }"),
		TEXT("{\"x\":[{\"id\": \"xx\"}], \"id\": \"xx\"}"),
		TEXT("{\"a\":[]}"), TEXT("{\n\"a\": \"b\"\n}"),
		TEXT("[\"\\u0060\\u012a\\u12AB\"]"),
		TEXT("[\"\\uD801\\udc37\"]"),
		TEXT("[\"\\\"\\\\\\/\\b\\f\\n\"]"), TEXT("[\"\\r\\t\"]"),
		TEXT("[\"\\\\u0000\"]"), TEXT("[\"a/*b*/c/*d//e\"]"),
		TEXT("[\"\\\\a\"]"), TEXT("[\"asd \"]"),
		TEXT("[\"\xf4\x8f\xbf\xbf\"]"), TEXT("[\"\xef\xbf\xbf\"]"),
		TEXT("[\"\\u0000\"]"), TEXT("[\"\xe2\x80\xa8 \xe2\x80\xa9\"]"),
		TEXT("[\"\x7f\"]"), TEXT("[\"\\uFFFE\"]"),
		TEXT("[\"\\uDBFF\\uDFFE\"]"),
		TEXT("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"), TEXT("\" \""),
		TEXT("42"), TEXT("-0.1"), TEXT("null"), TEXT("\"asd\""),
		TEXT("false"), TEXT("true"), TEXT("\"\""), TEXT("[\"a\"]\n"),
		TEXT(" [] "), TEXT("\t\r\n {}\n")};

	expect_all(texts, sizeof texts / sizeof *texts, true);
}

Test(chat_json, 2_to_7_what_must_be_refused)
{
	static const struct slice texts[] = {TEXT("[1 true]"), TEXT("[a\xe5]"),
		TEXT("[\"\": 1]"), TEXT("[\"\"],"), TEXT("[,1]"),
		TEXT("[1,,2]"), TEXT("[\"x\",,]"), TEXT("[\"x\"]]"),
		TEXT("[\"\",]"), TEXT("[\"x\""), TEXT("[x"), TEXT("[3[4]]"),
		TEXT("[\xff]"), TEXT("[1:2]"), TEXT("[,]"), TEXT("[-]"),
		TEXT("[   , \"\"]"), TEXT("[\"a\",\n4\n,1,"), TEXT("[1,]"),
		TEXT("[1,,]"), TEXT("[\"\va\"\\f]"), TEXT("[*]"), TEXT("[\"\""),
		TEXT("[1,"), TEXT("[{}"), TEXT("[fals]"), TEXT("[nul]"),
		TEXT("[tru]"), TEXT("123\0"), TEXT("[++1234]"), TEXT("[+1]"),
		TEXT("[+Inf]"), TEXT("[-01]"), TEXT("[-1.0.]"), TEXT("[-2.]"),
		TEXT("[-NaN]"), TEXT("[.-1]"), TEXT("[.2e-3]"), TEXT("[0.1.2]"),
		TEXT("[0.3e+]"), TEXT("[0.3e]"), TEXT("[0.e1]"), TEXT("[0E+]"),
		TEXT("[0E]"), TEXT("[0e+]"), TEXT("[1.0e+]"), TEXT("[1.0e-]"),
		TEXT("[1.0e]"), TEXT("[1 000.0]"), TEXT("[1eE2]"),
		TEXT("[2.e+3]"), TEXT("[2.e3]"), TEXT("[9.e+]"), TEXT("[Inf]"),
		TEXT("[NaN]"), TEXT("[\xef\xbc\x91]"), TEXT("[1+2]"),
		TEXT("[0x1]"), TEXT("[0x42]"), TEXT("[Infinity]"),
		TEXT("[0e+-1]"), TEXT("[-123.123foo]"), TEXT("[123\xe5]"),
		TEXT("[1e1\xe5]"), TEXT("[0\xe5]"), TEXT("[-Infinity]"),
		TEXT("[-foo]"), TEXT("[- 1]"), TEXT("[-012]"), TEXT("[-.123]"),
		TEXT("[-1x]"), TEXT("[1ea]"), TEXT("[1.]"), TEXT("[.123]"),
		TEXT("[1.2a-3]"), TEXT("[1.8011670033376514H-308]"),
		TEXT("[012]"), TEXT("[\"x\", truth]"), TEXT("{[: \"x\"}"),
		TEXT("{\"x\", null}"), TEXT("{\"x\"::\"b\"}"),
		TEXT("{\xf0\x9f\x87\xa8\xf0\x9f\x87\xad}"),
		TEXT("{\"a\":\"a\" 123}"), TEXT("{key: 'value'}"),
		TEXT("{\"\xb9\":\"0\",}"), TEXT("{\"a\" b}"), TEXT("{:\"b\"}"),
		TEXT("{\"a\" \"b\"}"), TEXT("{\"a\":"), TEXT("{\"a\""),
		TEXT("{1:1}"), TEXT("{9999E9999:1}"),
		TEXT("{null:null,null:null}"), TEXT("{\"id\":0,,,,,}"),
		TEXT("{'a':0}"), TEXT("{\"id\":0,}"), TEXT("{\"a\":\"b\"}/**/"),
		TEXT("{\"a\":\"b\"}//"), TEXT("{\"a\":\"b\"}/"),
		TEXT("{\"a\":\"b\",,\"c\":\"d\"}"), TEXT("{a: \"b\"}"),
		TEXT("{\"a\":\"a"), TEXT("{ \"foo\" : \"bar\", \"a\" }"),
		TEXT("{\"a\":\"b\"}#"), TEXT(" "), TEXT(""),
		TEXT("[\"\\uD800\\\"]"), TEXT("[\"\\uD800\\u\"]"),
		TEXT("[\"\\uD800\\u1\"]"), TEXT("[\"\\uD800\\u1x\"]"),
		TEXT("[\xc3\xa9]"), TEXT("[\"\\\0\"]"), TEXT("[\"\\x00\"]"),
		TEXT("[\"\\\\\\\"]"), TEXT("[\"\\\t\"]"),
		TEXT("[\"\\\xf0\x9f\x8c\x80\"]"), TEXT("[\"\\\"]"),
		TEXT("[\"\\u00A\"]"), TEXT("[\"\\uD834\\uDd\"]"),
		TEXT("[\"\\uD800\\uD800\\x\"]"), TEXT("[\"\\u\xe5\"]"),
		TEXT("[\"\\a\"]"), TEXT("[\"\\uqqqq\"]"), TEXT("[\"\\\xe5\"]"),
		TEXT("[\\u0020\"asd\"]"), TEXT("[\\n]"), TEXT("\""),
		TEXT("['single quote']"), TEXT("abc"), TEXT("[\"\\"),
		TEXT("[\"a\0a\"]"), TEXT("[\"new\nline\"]"), TEXT("[\"\t\"]"),
		TEXT("\"\\UA66D\""), TEXT("\"\"x"), TEXT("[\xe2\x81\xa0]"),
		TEXT("\xef\xbb\xbf"), TEXT("<.>"), TEXT("[<null>]"),
		TEXT("[1]x"), TEXT("[1]]"), TEXT("[\"asd]"), TEXT("a\xc3\xa5"),
		TEXT("[True]"), TEXT("1]"), TEXT("{\"x\": true,"), TEXT("[][]"),
		TEXT("]"), TEXT("\xef\xbb\xbf{}"), TEXT("\xe5"), TEXT("["),
		TEXT("2@"), TEXT("{}}"), TEXT("{\"\":"),
		TEXT("{\"a\":/*comment*/\"b\"}"), TEXT("{\"a\": true} \"x\""),
		TEXT("['"), TEXT("[,"), TEXT("[{"), TEXT("[\"a"),
		TEXT("[\"a\""), TEXT("{"), TEXT("{]"), TEXT("{,"), TEXT("{["),
		TEXT("{\"a"), TEXT("{'a'"), TEXT("[\"\\{[\"\\{[\"\\{"),
		TEXT("\xe9"), TEXT("*"), TEXT("{\"a\":\"b\"}#{}"),
		TEXT("[\\u000A\"\"]"), TEXT("[1"), TEXT("[ false, nul"),
		TEXT("[ true, fals"), TEXT("[ false, tru"),
		TEXT("{\"asd\":\"asd\""), TEXT("\xc3\xa5"),
		TEXT("[\xe2\x81\xa0]"), TEXT("[\f]")};

	expect_all(texts, sizeof texts / sizeof *texts, false);
}

/* Numbers of any size are numbers; half a surrogate pair is no character, and
 * only UTF-8 is read. */
Test(chat_json, 6_to_9_what_may_be_either)
{
	static const struct slice accepted[] = {TEXT("[123.456e-789]"),
		TEXT("[0.4e00669999999999999999999999999999969999999006]"),
		TEXT("[-1e+9999]"), TEXT("[1.5e+9999]"),
		TEXT("[-123123e100000]"), TEXT("[123123e100000]"),
		TEXT("[123e-10000000]"),
		TEXT("[-123123123123123123123123123123]"),
		TEXT("[100000000000000000000]")};
	static const struct slice refused[] = {TEXT("[\"\\uDADA\"]"),
		TEXT("[\"\\uD888\\u1234\"]"), TEXT("\xff\xfe[\0\"\0\""),
		TEXT("[\"\xe6\x97\xa5\xd1\x88\xfa\"]"),
		TEXT("[\"\\uD800\\n\"]"), TEXT("[\"\\uDd1ea\"]"),
		TEXT("[\"\\uD800\\uD800\\n\"]"), TEXT("[\"\\ud800\"]"),
		TEXT("[\"\\ud800abc\"]"), TEXT("[\"\xff\"]"),
		TEXT("[\"\\uDd1e\\uD834\"]"), TEXT("[\"\xe9\"]"),
		TEXT("[\"\\uDFAA\"]"), TEXT("[\"\xed\xa0\x80\"]"),
		TEXT("[\"\xf4\xbf\xbf\xbf\"]"), TEXT("[\"\xc0\xaf\"]"),
		TEXT("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"), TEXT("[\"\x81\"]"),
		TEXT("\0[\0\"\0\xe9\0\"\0]")};

	expect_all(accepted, sizeof accepted / sizeof *accepted, true);
	expect_all(refused, sizeof refused / sizeof *refused, false);
}

/* A bomb of brackets is refused where it is too deep, and takes no stack. */
Test(chat_json, 9_depth)
{
	static char text[1 << 20];

	memset(text, '[', sizeof text);
	cr_expect(!is_valid((struct slice){text, sizeof text}));
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	cr_expect(is_valid((struct slice){text, 2 * JSON_DEPTH_MAX}));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	cr_expect(!is_valid((struct slice){text, 2 * JSON_DEPTH_MAX + 2}));
	for (size_t i = 0; i + 5 <= sizeof text; i += 5)
		memcpy(text + i, "{\"\":[", 5);
	cr_expect(!is_valid((struct slice){text, sizeof text / 5 * 5}));
}

/* A text that is cut is refused, and nothing is read behind its end. */
Test(chat_json, cut_anywhere)
{
	static const char text[] = "{\"a\\n\":[1.5e-3,\"\\uD834\\uDD1E\",true,"
				   "{\"b\":null}],\"c\":\"\\u00e9\"}";

	for (size_t len = 0; len < sizeof text - 1; len++)
		cr_expect(!is_valid((struct slice){text, len}), "%zu", len);
	cr_expect(is_valid((struct slice){text, sizeof text - 1}));
}

static struct slice slice(const char *text)
{
	return (struct slice){text, strlen(text)};
}

static void expect_member(
	const char *object, const char *name, const char *value)
{
	struct slice found = json_member(object, name);

	cr_assert(json_is_valid(object));
	if (value)
		cr_expect(found.p && slice_is(found, value), "%.*s",
			(int)found.len, found.p);
	else
		cr_expect(!found.p, "%.*s", (int)found.len, found.p);
}

Test(chat_json, 4_member)
{
	expect_member("{}", "a", NULL);
	expect_member("[\"a\",1]", "a", NULL);
	expect_member("\"a\"", "a", NULL);
	expect_member("{\"a\":1}", "a", "1");
	expect_member("{\"a\":1}", "b", NULL);
	expect_member(" { \"a\" : \"x\" , \"b\" : [ 1 ] } ", "b", "[ 1 ]");
	expect_member("{\"b\":{\"a\":1}}", "a", NULL);
	expect_member("{\"b\":{\"a\":1},\"a\":2}", "a", "2");
	expect_member("{\"a\":1,\"a\":{}}", "a", "{}"); /* as JSON.parse */
	expect_member("{\"\\u0061\":1}", "a", "1");
	expect_member("{\"a\\u0000\":1}", "a", NULL);
	expect_member(
		"{\"a-name-of-more-than-thirty-two-bytes\":1}", "a", NULL);
}

static void expect_string(const char *value, const char *text, size_t len)
{
	char *to = malloc(len + !len), more[64];

	cr_assert(json_is_valid(value));
	cr_expect_eq(json_string(value, to, len), (ssize_t)len);
	cr_expect(!memcmp(to, text, len), "%.*s", (int)len, to);
	cr_expect_eq(json_string(value, more, sizeof more), (ssize_t)len);
	if (len)
		cr_expect_eq(json_string(value, to, len - 1), -1);
	free(to);
}

Test(chat_json, 7_string)
{
	char to[8];

	expect_string("\"\"", "", 0);
	expect_string("\"a\"", "a", 1);
	expect_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
	expect_string("\"\\u0000\\u007F\"", "\0\x7f", 2);
	expect_string("\"\\u00e9\\u07FF\"", "\xc3\xa9\xdf\xbf", 4);
	expect_string("\"\\u0800\\uFFFF\"", "\xe0\xa0\x80\xef\xbf\xbf", 6);
	expect_string("\"\\uD834\\uDD1E\"", "\xf0\x9d\x84\x9e", 4);
	expect_string("\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf", 4);
	expect_string("\"안녕\"", "안녕", 6);
	cr_expect_eq(json_string("1", to, sizeof to), -1);
	cr_expect_eq(json_string(NULL, to, sizeof to), -1);
}

Test(chat_json, 6_integer)
{
	static const char *const bad[] = {"-1", "1.0", "1e3", "\"1\"",
		"9007199254740992", "99999999999999999999", "true"};
	uint64_t n;

	cr_expect(json_integer(slice("0"), &n) && n == 0);
	cr_expect(json_integer(slice("9007199254740991"), &n) &&
		  n == 9007199254740991);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect(!json_integer(slice(bad[i]), &n), "%s", bad[i]);
	cr_expect(!json_integer((struct slice){NULL, 0}, &n));
}

/* What is written is read back as the same characters. */
Test(chat_json, 7_quote)
{
	static const struct slice texts[] = {TEXT(""), TEXT("a"),
		TEXT("\"\\\b\n\x1f\x7f"), TEXT("a\0b"), TEXT("</script>안녕"),
		TEXT("\xe2\x80\xae\xf0\x9d\x84\x9e")};
	char back[64];

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *quoted = json_quote(texts[i]);
		ssize_t n;

		cr_assert(quoted && json_is_valid(quoted));
		n = json_string(quoted, back, sizeof back);
		cr_expect(n == (ssize_t)texts[i].len &&
			  !memcmp(back, texts[i].p, texts[i].len));
		free(quoted);
	}
}
