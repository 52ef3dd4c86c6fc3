/* test_slice.c - the grammars of RFC 9110 5.6 and RFC 3986 3, to the byte. */
#include "tests/lib/support.h"

#include "http/slice.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define UNRESERVED DIGITS LETTERS "-._~"
#define SUB_DELIMS "!$&'()*+,;="

static void *blocks[4096];
static size_t blocks_n;

/* A slice that ends where its block ends. */
static struct slice heap_bytes(const void *bytes, size_t len)
{
	cr_assert_lt(blocks_n, sizeof blocks / sizeof *blocks);
	blocks[blocks_n] = exactly(bytes, len);
	return (struct slice){blocks[blocks_n++], len};
}

static struct slice heap(const char *text)
{
	return heap_bytes(text, strlen(text));
}

static void free_blocks(void)
{
	while (blocks_n)
		free(blocks[--blocks_n]);
}

TestSuite(slice, .fini = free_blocks);

static bool is_in(const char *set, int c)
{
	return c && strchr(set, c);
}

/* Of all 256 bytes, only those in `set` are in the classes. */
static void expect_class(int classes, const char *set)
{
	for (int c = 0; c < 256; c++) {
		char byte = (char)c;
		struct slice one = heap_bytes(&byte, 1);

		cr_expect_eq(slice_is_all(one, classes), is_in(set, c),
			"classes %d, byte %#x", classes, (unsigned)c);
		cr_expect_eq(slice_span(one, classes), is_in(set, c),
			"classes %d, byte %#x", classes, (unsigned)c);
	}
}

Test(slice, rfc9110_5_6_2_token_to_the_byte)
{
	expect_class(SLICE_TOKEN, DIGITS LETTERS "!#$%&'*+-.^_`|~");
}

Test(slice, rfc3986_2_3_unreserved_to_the_byte)
{
	expect_class(SLICE_UNRESERVED, UNRESERVED);
}

Test(slice, rfc3986_3_3_path_to_the_byte)
{
	expect_class(SLICE_PATH, UNRESERVED SUB_DELIMS ":@/[]|^");
}

Test(slice, rfc3986_3_4_query_to_the_byte)
{
	expect_class(SLICE_QUERY, UNRESERVED SUB_DELIMS ":@/?[]|^{}\\`%");
}

Test(slice, rfc3986_3_2_2_registered_name_to_the_byte)
{
	expect_class(SLICE_HOST, UNRESERVED SUB_DELIMS);
}

Test(slice, rfc5234_b_1_digits_to_the_byte)
{
	expect_class(SLICE_DIGIT, DIGITS);
	expect_class(SLICE_HEX, DIGITS "abcdefABCDEF");
	expect_class(
		SLICE_DIGIT | SLICE_TOKEN, DIGITS LETTERS "!#$%&'*+-.^_`|~");
	expect_class(0, "");
}

Test(slice, in_class_judges_one_character)
{
	for (int c = 0; c < 256; c++) {
		cr_expect_eq(slice_in_class((char)c, SLICE_DIGIT),
			is_in(DIGITS, c), "%#x", (unsigned)c);
		cr_expect_eq(slice_in_class((char)c, SLICE_HEX),
			is_in(DIGITS "abcdefABCDEF", c), "%#x", (unsigned)c);
		cr_expect_eq(slice_in_class((char)c, SLICE_TOKEN),
			is_in(DIGITS LETTERS "!#$%&'*+-.^_`|~", c), "%#x",
			(unsigned)c);
	}
}

Test(slice, rfc3986_2_1_percent_and_two_digits)
{
	static const struct {
		const char *text;
		size_t span;
	} table[] = {
		{"%41", 3},
		{"%c3%A9", 6},
		{"a%00b", 5},
		{"%25%32%46", 9},
		{"%", 0},
		{"%4", 0},
		{"a%", 1},
		{"a%4", 1},
		{"%%41", 0},
		{"%g1", 0},
		{"%1g", 0},
		{"%41%4", 3},
		{"%41%4z", 3},
		{"% 1", 0},
		{"%\xC3\xA9", 0},
	};
	static const int classes[] = {SLICE_PATH, SLICE_HOST};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct slice s = heap(table[i].text);

		for (size_t k = 0; k < 2; k++) {
			cr_expect_eq(slice_span(s, classes[k]), table[i].span,
				"%s", table[i].text);
			cr_expect_eq(slice_is_all(s, classes[k]),
				table[i].span == s.len, "%s", table[i].text);
		}
	}
}

Test(slice, span_stops_at_the_first_other_character)
{
	struct slice s = heap("123a4");

	cr_expect_eq(slice_span(s, SLICE_DIGIT), 3);
	cr_expect_eq(slice_span(s, SLICE_HEX), 5);
	cr_expect(!slice_is_all(s, SLICE_DIGIT));
	cr_expect(slice_is_all(s, SLICE_HEX));
}

Test(slice, an_empty_slice_is_in_no_class)
{
	struct slice empty = heap(""), none = {0};

	cr_expect_eq(slice_span(empty, SLICE_TOKEN), 0);
	cr_expect_eq(slice_span(none, SLICE_TOKEN), 0);
	cr_expect(!slice_is_all(empty, SLICE_TOKEN));
	cr_expect(!slice_is_all(none, SLICE_TOKEN));
}

/* Each of a list that ends with NULL. */
static void expect_hosts(bool valid, const char *const *hosts)
{
	for (; *hosts; hosts++) {
		struct slice s = heap(*hosts);

		cr_expect_eq(slice_is_host(s), valid, "%s", *hosts);
	}
}

Test(slice, rfc3986_3_2_2_hosts)
{
	static const char *const valid[] = {"localhost", "x", "127.0.0.1",
		"999.1", "a.b-c_d~e", "example.com.", SUB_DELIMS, "%41%c3%a9",
		"[::1]", "[::]", "[1::]", "[2001:db8::7]", "[2001:DB8::aF]",
		"[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]",
		"[::ffff:192.0.2.1]", "[1:2:3:4:5:6:1.2.3.4]", NULL};
	static const char *const invalid[] = {"", "x y", " x", "x\t", "x/y",
		"x?y", "x#y", "x@y", "user:word@x", "a\\b", "a\"b", "a|b",
		"<x>", "{x}", "a^b", "a`b", "\xC3\xA9", "x%", "x%4", "x%zz",
		"[", "]", "[]", "[:", "[:]", "[::1", "::1", "[::1]x", "[::1]]",
		"[[::1]]", "[g::]", "[::1 ]", "[fe80::1%25eth0]", "x[::1]",
		NULL};

	expect_hosts(true, valid);
	expect_hosts(false, invalid);
}

/* RFC 3986 3.2.2 spells out which colons and dots make an IPv6 address.
 * "[v1.x]" would be an address of an unknown IP version. */
Test(slice, rfc3986_3_2_2_invalid_ipv6_addresses)
{
	static const char *const invalid[] = {"[..]", "[1.2.3.4]", "[:::]",
		"[1::2::3]", "[::1::]", "[1:2:3:4:5:6:7]",
		"[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7::8:9]",
		"[1:2:3:4::5:6:7:8]", "[::1:2:3:4:5:6:7:8]",
		"[1:2:3:4:5:6:7:8::]", "[1.2.3.4::]", "[1.2.3.4::1]",
		"[1.2.3.4:1::]", "[::1.2.3.4:1.2.3.4]", "[12345::]",
		"[1:2:3:4:5:6:7:]", "[:1:2:3:4:5:6:7]", "[::1.2.3]",
		"[::1.2.3.4.5]", "[::256.1.1.1]", "[::1.2.3.04]",
		"[::1.2.3.4:5]", "[::1.2.3.a]", "[::1..2.3]", "[::.1.2.3]",
		"[v1.x]", NULL};

	expect_hosts(false, invalid);
}

Test(slice, rfc3986_3_2_3_ports)
{
	static const char *const valid[] = {"x:0", "x:80", "localhost:3000",
		"x:65535", "x:", "[::1]:", "[::1]:80", "127.0.0.1:80", NULL};
	static const char *const invalid[] = {":", ":80", "x:80a", "x:a",
		"x:-1", "x:+1", "x: 80", "x:80 ", "x:80:80", "x::80", "[::1]80",
		"[::1]:8x", "[::1]::80", "x:%38", NULL};

	expect_hosts(true, valid);
	expect_hosts(false, invalid);
}

Test(slice, is_compares_bytes_and_is_nocase_ignores_case)
{
	struct slice s = heap("Upgrade"), empty = heap(""), none = {0};

	cr_expect(slice_is(s, "Upgrade"));
	cr_expect(!slice_is(s, "upgrade"));
	cr_expect(!slice_is(s, "Upgrad"));
	cr_expect(!slice_is(s, "Upgrades"));
	cr_expect(slice_is_nocase(s, "uPGRADE"));
	cr_expect(!slice_is_nocase(s, "uPGRAD"));
	cr_expect(!slice_is_nocase(s, "uPGRADEs"));
	cr_expect(!slice_is_nocase(s, ""));
	cr_expect(slice_is(empty, "") && slice_is_nocase(empty, ""));
	cr_expect(!slice_is(none, "") && !slice_is_nocase(none, ""));
}

/* RFC 9110 5.6.2: "@" and "`", "[" and "{" are not two cases of one letter. */
Test(slice, only_letters_have_a_case)
{
	for (int c = 0; c < 256; c++) {
		char byte = (char)c, text[2] = {(char)(c ^ 32), 0};
		struct slice one = heap_bytes(&byte, 1);

		cr_expect_eq(slice_is_nocase(one, text), is_in(LETTERS, c),
			"%#x", (unsigned)c);
	}
}

Test(slice, equal_compares_all_bytes)
{
	struct slice a = heap("chat"), b = heap("chat"), c = heap("Chat");
	struct slice shorter = heap("cha"), none = {0};

	cr_expect(slice_equal(a, b));
	cr_expect(!slice_equal(a, c));
	cr_expect(!slice_equal(a, shorter));
	cr_expect(!slice_equal(shorter, a));
	cr_expect(!slice_equal(none, none));
	cr_expect(!slice_equal(a, none));
}

Test(slice, rfc9110_5_6_3_trim_takes_spaces_and_tabs)
{
	static const char *const table[][2] = {{"", ""}, {" \t ", ""},
		{"a", "a"}, {" a", "a"}, {"a\t", "a"}, {"\t  a b\t", "a b"},
		{"\ra\n", "\ra\n"}, {"\va\f", "\va\f"},
		{"\xC2\xA0", "\xC2\xA0"}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct slice s = heap(table[i][0]);

		cr_expect(slice_is(slice_trim(s), table[i][1]), "case %zu", i);
	}
}

Test(slice, cut_at_the_first_mark)
{
	struct slice s = heap("a=b=c"), rest, last;

	cr_expect(slice_is(slice_cut(s, '=', &rest), "a"));
	cr_expect(slice_is(rest, "b=c"));
	cr_expect(slice_is(slice_cut(rest, 'c', &last), "b="));
	cr_expect(slice_is(last, ""));
	cr_expect(slice_is(slice_cut(s, ';', &rest), "a=b=c"));
	cr_expect_null(rest.p);
	cr_expect_null(slice_cut(rest, '=', &last).p);
	cr_expect_null(last.p);
	/* the rest may be stored in the slice itself */
	rest = s;
	cr_expect(slice_is(slice_cut(rest, '=', &rest), "a"));
	cr_expect(slice_is(rest, "b=c"));
}

/* The elements of a list, each followed by '/'. */
static void expect_list(const char *list, const char *elements)
{
	struct slice s = heap(list), rest = s, one;
	char seen[100] = "";

	while ((one = slice_next(&rest)).p) {
		strncat(seen, one.p, one.len);
		strcat(seen, "/");
	}
	cr_expect_str_eq(seen, elements, "%s", list);
	cr_expect_null(slice_next(&rest).p);
}

Test(slice, rfc9110_5_6_1_lists)
{
	expect_list("foo,bar", "foo/bar/");
	expect_list("foo ,bar,", "foo/bar/");
	expect_list("foo , ,bar,charlie", "foo/bar/charlie/");
	expect_list("", "");
	expect_list(",", "");
	expect_list(",   ,", "");
	expect_list(" \t", "");
	expect_list("\tkeep-alive\t,\t Upgrade ", "keep-alive/Upgrade/");
	expect_list(",,a,,b c,,", "a/b c/");
}

Test(slice, rfc9110_5_6_4_a_comma_in_quotes_does_not_separate)
{
	expect_list("\"a, b\", c", "\"a, b\"/c/");
	expect_list("a;b=\"x,y\",c", "a;b=\"x,y\"/c/");
	expect_list("\"a\\\", b\", c", "\"a\\\", b\"/c/");
	expect_list("\"a\\\\\", b", "\"a\\\\\"/b/");
	expect_list("a\\,b", "a\\/b/");
	expect_list("\"a, b", "\"a, b/");
	expect_list("\"a\\", "\"a\\/");
	expect_list("\"", "\"/");
	expect_list("\"\", a", "\"\"/a/");
}
