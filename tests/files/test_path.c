/* test_path.c - RFC 3986, sections 2.1, 2.3, 3.3, 3.4. */
#include "files/path.h"
#include "tests/lib/support.h"

#include <stdio.h>

/* Expects this name, or a refusal when it is NULL. */
static void expect(const char *component, size_t len, const char *name)
{
	char *block = exactly(component, len);
	char *got = malloc(PATH_NAME_SIZE);
	bool ok = path_decode(got, (struct slice){block, len});

	cr_expect_eq(ok, name != NULL, "%s", component);
	if (ok && name)
		cr_expect_str_eq(got, name);
	free(got);
	free(block);
}

Test(path, names_are_decoded_once)
{
	static const struct {
		const char *component, *name;
	} cases[] = {
		{"index.html", "index.html"},
		{"site%20one.css", "site one.css"},
		{"%73ite.css", "site.css"},
		{"100%25", "100%"},
		{"100%2525", "100%25"},
		{"%252e%252e", "%2e%2e"},
		{"a%252Fb", "a%2Fb"},
		{"%ED%95%9C%EA%B8%80.txt", "한글.txt"},
		{"%ed%95%9c%ea%b8%80.txt", "한글.txt"},
		{"%ff%FE", "\xFF\xFE"},
		{"a+b", "a+b"},
		{"a%2Bb", "a+b"},
		{"a;b=c,d:e@f", "a;b=c,d:e@f"},
		{"%0A", "\n"},
		{"a%3Fb%23c", "a?b#c"},
		{".well-known", ".well-known"}, /* RFC 8615 3 */
		{"%2ewell%2Dknown", ".well-known"},
		{"a.", "a."},
		{"a..b", "a..b"},
		{"-", "-"},
		{"~", "~"},
		{" ", " "},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect(cases[i].component, strlen(cases[i].component),
			cases[i].name);
}

Test(path, names_that_are_never_served)
{
	static const char *const cases[] = {"", ".", "..", "...", ".git",
		".htaccess", ".well-know", ".well-known.", ".WELL-KNOWN", "%2e",
		"%2E%2e", ".%2e", "%2e.", "%2egit", "/", "a/b", "%2f", "a%2Fb",
		"..%2f..%2fetc", "a\\b", "%5c", "..%5C", "%", "a%", "%4", "a%4",
		"%%", "%zz", "%4g", "%g4", "%-1", "% 41", "%+41", "%00", "a%00",
		"a%00.html", "%u0041"};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect(cases[i], strlen(cases[i]), NULL);
	expect("a\0b", 3, NULL);
}

Test(path, every_byte_as_an_escape)
{
	char escape[8], name[3] = {'x'};

	for (int c = 1; c < 256; c++) {
		snprintf(escape, sizeof escape, "x%%%02X", (unsigned)c);
		name[1] = (char)c;
		expect(escape, 4, c == '/' || c == '\\' ? NULL : name);
	}
}

/* NAME_MAX is 255 bytes, decoded. */
Test(path, the_longest_name)
{
	char plain[257], coded[3 * 256 + 1] = "";

	memset(plain, 'x', 256);
	plain[256] = 0;
	for (int i = 0; i < 256; i++)
		strcat(coded, "%78");
	expect(plain, 256, NULL);
	expect(coded, strlen(coded), NULL);
	plain[255] = 0;
	expect(plain, 255, plain);
	expect(coded, strlen(coded) - 3, plain);
}

static void expect_folder(const char *path, size_t size, const char *want)
{
	char *block = exactly(path, strlen(path)), *out = malloc(size);
	bool ok = path_folder(out, size, (struct slice){block, strlen(path)});

	cr_expect_eq(ok, want != NULL, "%s in %zu", path, size);
	if (ok && want)
		cr_expect_str_eq(out, want);
	free(out);
	free(block);
}

Test(path, the_address_of_a_folder_is_encoded_again)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"css", "css/"},
		{"a/b/c", "a/b/c/"},
		{"%63ss", "css/"},
		{"a b", "a%20b/"},
		{"a%20b", "a%20b/"},
		{"a%0D%0ASet-Cookie:x", "a%0D%0ASet-Cookie%3Ax/"},
		{"a\r\nb", "a%0D%0Ab/"},
		{"100%25", "100%25/"},
		{"%ed%95%9c", "%ED%95%9C/"},
		{"http:", "http%3A/"},
		{"a?b%3fc#d", "a%3Fb%3Fc%23d/"},
		{"-._~", "-._~/"},
		{"AZaz09", "AZaz09/"},
		{"!$&'()*+,;=:@", "%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40/"},
		{"", NULL},
		{"/", NULL},
		{"a/", NULL},
		{"/a", NULL},
		{"a//b", NULL},
		{"a/../b", NULL},
		{"a/%2e%2e", NULL},
		{"a/.git", NULL},
		{"a%2fb", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_folder(cases[i].path, 64, cases[i].want);
}

/* The room that is needed is what the escapes would take. */
Test(path, nothing_is_written_beyond_the_given_room)
{
	expect_folder("ab", 8, "ab/");
	expect_folder("%20%20", 8, "%20%20/");
	expect_folder("ab/c", 8, "ab/c/");
	for (size_t size = 1; size < 8; size++) {
		expect_folder("ab", size, NULL);
		expect_folder("%20%20", size, NULL);
		expect_folder("ab/c", size, NULL);
	}
}

Test(path, a_query_keeps_what_the_grammar_allows)
{
	static const struct {
		const char *query, *want; /* query NULL: there is none */
	} cases[] = {
		{NULL, ""},
		{"", "?"},
		{"x=1&y=/a?b:c@d;e,f", "?x=1&y=/a?b:c@d;e,f"},
		{"%41%e3", "?%41%e3"},
		{"100%", "?100%25"},
		{"%4", "?%254"},
		{"%%41", "?%25%41"},
		{"a[]={}", "?a%5B%5D=%7B%7D"},
		{"\\`|^", "?%5C%60%7C%5E"},
		{"a\r\nb \"<>#\xff", "?a%0D%0Ab%20%22%3C%3E%23%FF"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *query = cases[i].query;
		size_t len = query ? strlen(query) : 0;
		char *block = query ? exactly(query, len) : NULL;
		struct buf out = {0};

		cr_expect(path_query(&out, (struct slice){block, len}));
		cr_expect(out.len == strlen(cases[i].want) &&
				  (!out.len || !memcmp(out.data, cases[i].want,
						       out.len)),
			"%s: %.*s", query, (int)out.len, (char *)out.data);
		buf_free(&out);
		free(block);
	}
}

static void expect_joined(const char *path, size_t size, const char *want)
{
	char *block = exactly(path, strlen(path)), *out = malloc(size);
	bool ok = path_join(out, size, (struct slice){block, strlen(path)});

	cr_expect_eq(ok, want != NULL, "%s in %zu", path, size);
	if (ok && want)
		cr_expect_str_eq(out, want);
	free(out);
	free(block);
}

Test(path, names_are_joined_as_the_file_system_has_them)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"", "index.html"},
		{"a", "a"},
		{"a/", "a/index.html"},
		{"a%20b/c%25", "a b/c%"},
		{"a/b/c.html", "a/b/c.html"},
		{".well-known/x", ".well-known/x"},
		{"/", NULL},
		{"/a", NULL},
		{"a//b", NULL},
		{"a//", NULL},
		{"..", NULL},
		{"a/../b", NULL},
		{"a/%2e%2e/b", NULL},
		{"..data/a", NULL},
		{"a/.git", NULL},
		{"a%2fb", NULL},
		{"a%00", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_joined(cases[i].path, 64, cases[i].want);
	expect_joined("ab/%63d", 7, "ab/cd");
	for (size_t size = 1; size < 6; size++)
		expect_joined("ab/%63d", size, NULL);
}
