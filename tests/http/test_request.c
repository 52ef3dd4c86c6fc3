/* test_request.c - the head of a request, to the byte: RFC 9112 2 to 6 and 9,
 * RFC 9110 4 to 8. Long because the grammar is: each table is one rule. */
#include "tests/lib/sample.h"

#include "http/request.h"

#include <stdarg.h>
#include <stdio.h>

#define OK 0 /* in a table: not refused */

/* What judge() read last, in a block that ends where the bytes end. */
static struct request req;
static char *block;

/* Parses the first `n` bytes, with nothing after them. The request is not zero
 * before, so that a member that request_parse leaves unset is noticed. */
static ssize_t judge_prefix(const char *bytes, size_t n)
{
	free(block);
	block = exactly(bytes, n);
	memset(&req, 0xA5, sizeof req);
	return request_parse(block, n, &req);
}

/* Is this prefix worth a try? Every prefix of a short text is; of a long one,
 * those around the ends of lines and around its end. */
static bool is_cut(const char *bytes, size_t len, size_t n)
{
	return len <= 4096 || n < 2 || n + 3 > len || n % 1021 == 0 ||
	       memchr(bytes + n - 2, '\n', 4);
}

/* Returns the verdict on a run of bytes. The law of pieces: no prefix has a
 * different verdict, and once a prefix has the verdict, all longer ones have
 * it. */
static ssize_t judge_bytes(const char *bytes, size_t len)
{
	ssize_t verdict = judge_prefix(bytes, len), before = 0;

	for (size_t n = 0; n < len; n++) {
		ssize_t now =
			is_cut(bytes, len, n) ? judge_prefix(bytes, n) : before;
		bool right = now == before || (now == verdict && !before);

		if (verdict > 0)
			right = now == ((ssize_t)n < verdict ? 0 : verdict);
		cr_expect(right, "%zd after %zu bytes, %zd after all %zu", now,
			n, verdict, len);
		before = now;
	}
	return judge_prefix(bytes, len);
}

/* A refusal has a sentence that fits into a Close frame. Otherwise there is
 * none. */
static ssize_t judge(const char *head)
{
	ssize_t verdict = judge_bytes(head, strlen(head));

	cr_expect_eq(!req.fields.why, verdict >= 0);
	cr_expect(!req.fields.why ||
		  (*req.fields.why && strlen(req.fields.why) <= 123));
	return verdict;
}

/* Expects a whole head to be read to its end, or refused with that status. */
static void expect(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void expect(int status, const char *format, ...)
{
	static char head[2 * REQUEST_HEAD_MAX];
	va_list args;
	ssize_t n;

	va_start(args, format);
	vsnprintf(head, sizeof head, format, args);
	va_end(args);
	n = judge(head);
	cr_expect_eq(n, status ? -status : (ssize_t)strlen(head),
		"%zd, not %d, for %.300s", n, status, head);
}

/* Expects that these bytes may still become a head. */
static void expect_unfinished(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
static void expect_unfinished(const char *format, ...)
{
	static char head[2 * REQUEST_HEAD_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(head, sizeof head, format, args);
	va_end(args);
	cr_expect_eq(judge(head), 0, "%.300s", head);
}

/* The same for a request line, with a Host after it. */
static void expect_line(int status, const char *line)
{
	expect(status, "%s\r\nHost: h\r\n\r\n", line);
}

/* The same for fields, each ended by CR LF, after a request line and Host. */
static void expect_fields(int status, const char *fields)
{
	expect(status, "GET / HTTP/1.1\r\nHost: h\r\n%s\r\n", fields);
}

/* The byte at `at` in `head` takes each of the 256 values; `set` holds those
 * that the grammar allows there. */
static void expect_set(const char *head, size_t at, const char *set)
{
	size_t len = strlen(head);
	char *bytes = exactly(head, len);

	for (int c = 0; c < 256; c++) {
		bool valid = c && strchr(set, c);
		ssize_t n;

		bytes[at] = (char)c;
		n = judge_bytes(bytes, len);
		cr_expect_eq(n, valid ? (ssize_t)len : -400, "byte %#x: %zd",
			(unsigned)c, n);
	}
	free(bytes);
}

#define ALPHANUM \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define TCHAR ALPHANUM "!#$%&'*+-.^_`|~"
#define PCHAR ALPHANUM "-._~!$&'()*+,;=:@"
/* What browsers send as it is: WHATWG URL 1.3. */
#define RAW_IN_PATH "[]|^"
#define RAW_IN_QUERY RAW_IN_PATH "{}\\`%"

Test(request, rfc9112_2_1_a_head_without_its_body)
{
	static const char text[] =
		"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\n";

	cr_expect_eq(judge_bytes(text, strlen(text)), 28);
	cr_expect(slice_is(req.path, "/a"));
	cr_expect_eq(req.fields.n, 1);
}

Test(request, rfc9112_2_1_an_incomplete_head_is_waited_for)
{
	static const char *const heads[] = {"", "G", "\r", "\r\n", "GET / ",
		"GET / HTTP/1.1", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n",
		"GET / HTTP/1.1\r\nHost", "GET / HTTP/1.1\r\nHost: h\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\n\r", NULL};

	for (size_t i = 0; heads[i]; i++)
		expect_unfinished("%s", heads[i]);
}

Test(request, rfc9112_2_2_empty_lines_before_the_request_line)
{
	expect_line(OK, "\r\nGET / HTTP/1.1");
	expect_line(400, "\r\n\r\nGET / HTTP/1.1");
	expect_line(400, "\nGET / HTTP/1.1");
	expect_line(400, "\rGET / HTTP/1.1");
	expect_line(400, " \r\nGET / HTTP/1.1");
	expect(400, "\r\n\r\n");
}

Test(request, rfc9112_2_2_a_bare_lf_ends_no_line)
{
	expect(400, "GET / HTTP/1.1\nHost: h\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost: h\n\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost: h\r\n\n");
	expect(400, "GET / HTTP/1.1\nHost: h\n\n");
	expect_fields(400, "A: b\nC: d\r\n");
	cr_expect(strstr(req.fields.why, "CR LF"), "%s", req.fields.why);
}

Test(request, rfc9112_2_2_a_bare_cr_is_invalid)
{
	expect_line(400, "GET / HTTP/1.1\r");
	expect_line(400, "GET\r/ HTTP/1.1");
	expect_line(400, "GET /\r HTTP/1.1");
	expect_fields(400, "A: b\rC: d\r\n");
	expect_fields(400, "A: b\r\r\n");
	expect_fields(400, "A\r: b\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost: h\r\n\rX\r\n");
}

Test(request, rfc9112_2_2_white_space_before_the_first_field)
{
	expect(400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\n\tA: b\r\nHost: h\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\n \r\nHost: h\r\n\r\n");
}

/* RFC 9112 2.2: a peer that speaks another protocol is refused at its first
 * byte. */
Test(request, rfc9112_2_2_another_protocol_is_refused_at_once)
{
	cr_expect_eq(judge_bytes("\x16", 1), -400);
	cr_expect_eq(judge_bytes("\0", 1), -400);
	cr_expect_eq(judge_bytes("GET\n", 4), -400);
	cr_expect_eq(judge_bytes("\x81\x85", 2), 0);
}

Test(request, rfc9112_3_the_request_line)
{
	static const char *const wrong[] = {"GET", "GET ", "GET /", "GET / ",
		" GET / HTTP/1.1", "GET  / HTTP/1.1", "GET /  HTTP/1.1",
		"GET / HTTP/1.1 ", "GET / HTTP/1.1\t", "GET\t/ HTTP/1.1",
		"GET /\tHTTP/1.1", "GET / x HTTP/1.1", "GET HTTP/1.1",
		"GET  HTTP/1.1", "/ HTTP/1.1", " / HTTP/1.1", "GET/ HTTP/1.1",
		"GET /HTTP/1.1", "HTTP/1.1 200 OK", NULL};

	expect_line(OK, "GET / HTTP/1.1");
	for (size_t i = 0; wrong[i]; i++)
		expect_line(400, wrong[i]);
}

Test(request, rfc9110_9_1_methods)
{
	static const struct {
		const char *name;
		enum method method;
	} table[] = {
		{"GET", METHOD_GET},
		{"HEAD", METHOD_HEAD},
		{"OPTIONS", METHOD_OPTIONS},
		{"POST", METHOD_OTHER},
		{"PUT", METHOD_OTHER},
		{"DELETE", METHOD_OTHER},
		{"TRACE", METHOD_OTHER},
		{"PATCH", METHOD_OTHER},
		/* RFC 9110 9.1: "The method token is case-sensitive" */
		{"get", METHOD_UNKNOWN},
		{"Get", METHOD_UNKNOWN},
		{"options", METHOD_UNKNOWN},
		{"GE", METHOD_UNKNOWN},
		{"GETS", METHOD_UNKNOWN},
		{"BREW", METHOD_UNKNOWN},
		{"!#$%&'*+-.^_`|~09", METHOD_UNKNOWN},
	};
	char line[100];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(line, sizeof line, "%s / HTTP/1.1", table[i].name);
		expect_line(OK, line);
		cr_expect_eq(req.method, table[i].method, "%s", line);
	}
}

Test(request, rfc9110_9_1_a_method_is_a_token_to_the_byte)
{
	expect_set("GxT / HTTP/1.1\r\nHost: h\r\n\r\n", 1, TCHAR);
}

Test(request, rfc9112_3_2_1_origin_form)
{
	expect_line(OK, "GET /a/b;c=1/%20?x=/?&y HTTP/1.1");
	cr_expect(slice_is(req.path, "/a/b;c=1/%20"));
	cr_expect(slice_is(req.query, "x=/?&y"));
	cr_expect(slice_is(req.host, "h"));
	expect_line(OK, "GET /? HTTP/1.1");
	cr_expect(slice_is(req.path, "/"));
	cr_expect(slice_is(req.query, ""));
	expect_line(OK, "GET //.././/x HTTP/1.1");
	cr_expect(slice_is(req.path, "//.././/x"));
	cr_expect_null(req.query.p);
}

Test(request, rfc3986_3_3_the_path_to_the_byte)
{
	/* with "?" there, the rest is a query */
	expect_set("GET /axzz HTTP/1.1\r\nHost: h\r\n\r\n", 6,
		PCHAR "/?" RAW_IN_PATH);
	/* and it can only begin with "/" */
	expect_set("GET xa HTTP/1.1\r\nHost: h\r\n\r\n", 4, "/");
}

Test(request, rfc3986_3_4_the_query_to_the_byte)
{
	expect_set("GET /?xzz HTTP/1.1\r\nHost: h\r\n\r\n", 6,
		PCHAR "/?" RAW_IN_QUERY);
}

/* The application is given the bytes as they were sent. */
Test(request, what_browsers_send_raw_stays_raw)
{
	expect_line(OK, "GET /x[1]|^?a[]=1&f={}&`\\|^&q=100% HTTP/1.1");
	cr_expect(slice_is(req.path, "/x[1]|^"));
	cr_expect(slice_is(req.query, "a[]=1&f={}&`\\|^&q=100%"));
	expect_line(OK, "GET http://a/[]?{%} HTTP/1.1");
	cr_expect(slice_is(req.path, "/[]"));
	cr_expect(slice_is(req.query, "{%}"));
}

Test(request, rfc3986_2_1_percent_escapes)
{
	static const char *const wrong[] = {
		"/%", "/%4", "/%4g", "/%g4", "/%%41", "/%41%", "/%?41", NULL};
	static const char *const right[] = {
		"/?%", "/?%4", "/?%zz", "/?a=%41%", "/?%%%", "/%41?%", NULL};

	expect_line(OK, "GET /%41%2f%2F%00%c3%A9?%41%00 HTTP/1.1");
	for (size_t i = 0; wrong[i]; i++)
		expect(400, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", wrong[i]);
	for (size_t i = 0; right[i]; i++)
		expect(OK, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", right[i]);
}

/* RFC 9110 4.1, RFC 9112 3.2: targets in none of the four forms. */
Test(request, rfc9112_3_2_other_targets)
{
	static const char *const wrong[] = {"a", "?a", "#", "/#a", "/a?b#c",
		"*", "**", "/\xC3\xA9", "/?\xC3\xA9", "/{x}", "/\"", "/<", "/>",
		"/\\", "/`", "/?\"", "/?<", "/?>", "/?a b", "[", "\\", "../a",
		"localhost", "h:80", "http:", "http:/", "http:/h/", "http//h/",
		"https://h/", "ws://h/", "ftp://h/", "mailto:a@b", NULL};

	for (size_t i = 0; wrong[i]; i++)
		expect(400, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", wrong[i]);
}

Test(request, rfc9112_3_2_2_absolute_form)
{
	static const struct {
		const char *target, *host, *path, *query;
	} table[] = {
		{"http://a/b?c", "a", "/b", "c"},
		{"http://a:80/b", "a:80", "/b", NULL},
		{"http://a:/", "a:", "/", NULL},
		{"http://a", "a", "/", NULL},
		{"http://a?c/d", "a", "/", "c/d"},
		{"http://a?", "a", "/", ""},
		{"HTTP://A/b", "A", "/b", NULL},
		{"hTTp://a//b", "a", "//b", NULL},
		{"http://[::1]:3000/", "[::1]:3000", "/", NULL},
		{"http://%41/http://b/", "%41", "/http://b/", NULL},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		expect(OK, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n",
			table[i].target);
		cr_expect(slice_is(req.host, table[i].host), "%s",
			table[i].target);
		cr_expect(slice_is(req.path, table[i].path), "%s",
			table[i].target);
		cr_expect_eq(!req.query.p, !table[i].query);
		cr_expect(
			!table[i].query || slice_is(req.query, table[i].query));
	}
}

/* RFC 9110 4.2.1: "A recipient that processes such a URI reference MUST reject
 * it as invalid": one with an empty host; 4.2.4: or with userinfo. */
Test(request, rfc9110_4_2_1_a_host_in_the_target)
{
	static const char *const wrong[] = {"http://", "http:///", "http:///a",
		"http://?a", "http://:80/", "http://:@/", "http://user@a/",
		"http://user:word@a/", "http://@a/", "http://a#b",
		"http://a/#b", "http://a:b/", "http://a:80:80/", "http://a:-1/",
		"http://[::1/", "http://[]/", "http://[::1]x/", "http://a%/",
		"http://a%4/", "http://a\\b/", "http://\xC3\xA9/", "http://a/%",
		"http://a/\xC3\xA9", NULL};

	for (size_t i = 0; wrong[i]; i++)
		expect(400, "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", wrong[i]);
}

/* RFC 9112 3.2.2: "the origin server MUST ignore the received Host header
 * field (if any) and instead use the host information of the
 * request-target" */
Test(request, rfc9112_3_2_2_the_target_overrides_the_field)
{
	expect(OK, "GET http://a:1/ HTTP/1.1\r\nHost: b:2\r\n\r\n");
	cr_expect(slice_is(req.host, "a:1"));
	/* but the field is still required: RFC 9112 3.2 */
	expect(400, "GET http://a/ HTTP/1.1\r\n\r\n");
	expect(400, "GET http://a/ HTTP/1.1\r\nHost: b@c\r\n\r\n");
	expect(400, "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
	expect(OK, "GET http://a/ HTTP/1.0\r\n\r\n");
	cr_expect(slice_is(req.host, "a"));
}

Test(request, rfc9112_3_2_3_authority_form)
{
	expect_line(OK, "CONNECT h:80 HTTP/1.1");
	cr_expect_eq(req.method, METHOD_OTHER);
	expect_line(OK, "CONNECT [::1]:80 HTTP/1.1");
	expect_line(400, "CONNECT user@h:80 HTTP/1.1");
	expect_line(400, "CONNECT h:x HTTP/1.1");
	expect_line(400, "GET h:80 HTTP/1.1");
	expect_line(400, "OPTIONS h:80 HTTP/1.1");
}

/* RFC 9110 9.3.6: "A server MUST reject a CONNECT request that targets an
 * empty or invalid port number, typically by responding with a 400 (Bad
 * Request) status code." */
Test(request, rfc9110_9_3_6_connect_names_a_port)
{
	expect_line(400, "CONNECT h: HTTP/1.1");
	expect_line(400, "CONNECT h HTTP/1.1");
	expect_line(400, "CONNECT h80 HTTP/1.1");
	expect_line(400, "CONNECT 127.0.0.1 HTTP/1.1");
	expect_line(400, "CONNECT [::1] HTTP/1.1");
	expect_line(400, "CONNECT * HTTP/1.1");
}

Test(request, rfc9112_3_2_4_asterisk_form)
{
	expect_line(OK, "OPTIONS * HTTP/1.1");
	cr_expect(slice_is(req.path, "*"));
	cr_expect_null(req.query.p);
	expect_line(OK, "OPTIONS /* HTTP/1.1");
	cr_expect(slice_is(req.path, "/*"));
	expect_line(400, "HEAD * HTTP/1.1");
	expect_line(400, "POST * HTTP/1.1");
	expect_line(400, "options * HTTP/1.1");
	expect_line(400, "OPTIONS *a HTTP/1.1");
	expect_line(400, "OPTIONS *? HTTP/1.1");
}

Test(request, rfc9112_2_3_every_version_of_one_digit_each)
{
	for (int major = 0; major < 10; major++)
		for (int minor = 0; minor < 10; minor++) {
			char line[] = "GET / HTTP/x.y";

			line[11] = (char)('0' + major);
			line[13] = (char)('0' + minor);
			expect_line(major == 1 ? OK : 505, line);
			if (major == 1)
				cr_expect_eq(req.minor, minor > 0, "%s", line);
		}
}

Test(request, rfc9112_2_3_invalid_versions)
{
	static const char *const wrong[] = {"", "HTTP", "HTTP/", "HTTP/1",
		"HTTP/1.", "HTTP/.1", "HTTP/1.1.", "HTTP/1.10", "HTTP/01.1",
		"HTTP/11", "HTTP/1,1", "HTTP /1.1", "HTTP/ 1.1", "HTTP/1.x",
		"HTTP/x.1", "http/1.1", "Http/1.1", "HTTQ/1.1", "XHTTP/1.1",
		"HTTPS/1.1", "SHTTP/1.1", "ICE/1.0", "HTTP/+1.1", "HTTP/-1.1",
		"HTTP\\1.1", "HTTP/1.\xB2", "HTTP/2", "1.1", NULL};

	for (size_t i = 0; wrong[i]; i++)
		expect(400, "GET / %s\r\nHost: h\r\n\r\n", wrong[i]);
}

/* RFC 9113 3.4: the first bytes of an HTTP/2 client. */
Test(request, rfc9110_15_6_6_the_preface_of_http_2)
{
	expect(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

Test(request, rfc9112_5_fields)
{
	expect_fields(OK, "A:b\r\nLonger-Name: c, d\r\nA:\te \r\n");
	cr_assert_eq(req.fields.n, 4);
	cr_expect(slice_is(req.fields.lines[0].name, "Host"));
	cr_expect(slice_is(req.fields.lines[0].value, "h"));
	cr_expect(slice_is(req.fields.lines[1].name, "A"));
	cr_expect(slice_is(req.fields.lines[1].value, "b"));
	cr_expect(slice_is(req.fields.lines[2].name, "Longer-Name"));
	cr_expect(slice_is(req.fields.lines[2].value, "c, d"));
	cr_expect(slice_is(req.fields.lines[3].name, "A"));
	cr_expect(slice_is(req.fields.lines[3].value, "e"));
}

Test(request, rfc9112_5_1_white_space_around_a_value)
{
	static const char *const fields[] = {"A:x y\r\n", "A: x y\r\n",
		"A:\tx y\r\n", "A: \t x y\t \t\r\n", "A:x y \r\n", NULL};
	static const char *const empty[] = {
		"A:\r\n", "A: \r\n", "A: \t \r\n", NULL};

	for (size_t i = 0; fields[i]; i++) {
		expect_fields(OK, fields[i]);
		cr_expect(slice_is(request_header(&req, "A"), "x y"));
	}
	for (size_t i = 0; empty[i]; i++) {
		expect_fields(OK, empty[i]);
		cr_expect(slice_is(request_header(&req, "A"), ""));
	}
}

Test(request, rfc9112_5_1_space_before_the_colon)
{
	expect_fields(400, "A : b\r\n");
	expect_fields(400, "A\t: b\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost : h\r\n\r\n");
}

Test(request, rfc9112_5_2_folded_lines)
{
	expect_fields(400, "A: b\r\n c\r\n");
	expect_fields(400, "A: b\r\n\tc\r\n");
	expect_fields(400, "A: b\r\n \r\n");
	expect_fields(400, "A: b\r\n C: d\r\n");
}

Test(request, rfc9110_5_1_a_name_is_a_token_to_the_byte)
{
	/* with ":" there, the name ends and "yz: v" is its value */
	expect_set(
		"GET / HTTP/1.1\r\nHost: h\r\nAxyz: v\r\n\r\n", 26, TCHAR ":");
	expect_fields(400, ": v\r\n");
	expect_fields(400, " : v\r\n");
	expect_fields(400, "v\r\n");
	expect_fields(400, "A b: v\r\n");
	expect_fields(400, "N\xC3\xA4me: v\r\n");
}

/* RFC 9110 5.5: visible characters, obs-text, and blanks between. */
Test(request, rfc9110_5_5_a_value_to_the_byte)
{
	char set[256] = "\t";
	size_t n = 1;

	for (int c = ' '; c < 256; c++)
		if (c != 0x7F)
			set[n++] = (char)c;
	set[n] = 0;
	expect_set("GET / HTTP/1.1\r\nHost: h\r\nA: vxv\r\n\r\n", 29, set);
	expect_set("GET / HTTP/1.1\r\nHost: h\r\nA: vx\r\n\r\n", 29, set);
	expect_set("GET / HTTP/1.1\r\nHost: h\r\nA:xv\r\n\r\n", 27, set);
}

Test(request, rfc9112_3_2_exactly_one_host)
{
	expect(OK, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	expect(OK, "GET / HTTP/1.1\r\nhOST: h\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\nHosts: h\r\n\r\n");
	expect(400, "GET / HTTP/1.2\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n");
	expect(400, "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nHOST: g\r\n\r\n");
	expect(OK, "GET / HTTP/1.0\r\n\r\n");
	cr_expect_null(req.host.p);
	expect(OK, "GET / HTTP/1.0\r\nHost: h\r\n\r\n");
	cr_expect(slice_is(req.host, "h"));
	expect(400, "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n");
	expect(400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n");
}

Test(request, rfc9112_3_2_a_valid_host)
{
	static const char *const valid[] = {"h", "h:", "localhost:3000",
		"[::1]", "[::1]:80", "127.0.0.1", "a_b", "a,b", "%41", NULL};
	static const char *const wrong[] = {"", ":80", "a b", "a/b", "a@b",
		"http://a", "a:b", "a:80:80", "a:8 0", "[]", "[::1", "[x]",
		"a%", "\xC3\xA9", "a?", "a#", "\"a\"", "<a>", NULL};

	for (size_t i = 0; valid[i]; i++) {
		expect(OK, "GET / HTTP/1.1\r\nHost: \t%s \r\n\r\n", valid[i]);
		cr_expect(slice_is(req.host, valid[i]));
	}
	for (size_t i = 0; wrong[i]; i++)
		expect(400, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", wrong[i]);
}

Test(request, rfc9110_8_6_content_length)
{
	static const char *const some[] = {"1", "5", "05", "000000000000000001",
		"00000000000000000000000000000000000005", "999999999999999999",
		NULL};

	for (size_t i = 0; some[i]; i++) {
		expect(OK,
			"POST / HTTP/1.1\r\nHost: h\r\n"
			"Content-Length: %s\r\n\r\n",
			some[i]);
		cr_expect(req.has_body, "%s", some[i]);
	}
	expect_fields(OK, "Content-Length: 0\r\n");
	cr_expect(!req.has_body);
	expect_fields(OK, "content-LENGTH:\t00000000000000000000000000 \r\n");
	cr_expect(!req.has_body);
	expect_fields(OK, "");
	cr_expect(!req.has_body);
}

/* RFC 9112 6.3, RFC 9110 8.6: only 1*DIGIT, once. */
Test(request, rfc9112_6_3_invalid_lengths)
{
	static const char *const wrong[] = {"", "+5", "-5", "-0", "5.0", "5,",
		",5", "5, 5", "5,6", "5 5", "0x5", "5h", "a", "1e3", "\"5\"",
		"5;", "5\t5", "\xD9\xA5", "9223372036854775808",
		"10000000000000000000", "18446744073709551615",
		"18446744073709551616", "18446744073709551621",
		"99999999999999999999999999", NULL};

	for (size_t i = 0; wrong[i]; i++)
		expect(400,
			"POST / HTTP/1.1\r\nHost: h\r\n"
			"Content-Length: %s\r\n\r\n",
			wrong[i]);
}

Test(request, rfc9112_6_3_two_lengths)
{
	expect_fields(400, "Content-Length: 5\r\nContent-Length: 6\r\n");
	expect_fields(400, "Content-Length: 5\r\nContent-Length: 5\r\n");
	expect_fields(400, "Content-Length: 0\r\ncontent-length: 0\r\n");
	expect_fields(400, "Content-Length: 0\r\nContent-Length: 5\r\n");
	expect_fields(400, "Content-Length: 5\r\nA: b\r\nContent-Length:\r\n");
}

Test(request, rfc9112_6_1_chunked)
{
	static const char *const good[] = {
		"chunked", "CHUNKED", "Chunked\t", ", chunked,", NULL};

	for (size_t i = 0; good[i]; i++) {
		expect(OK,
			"POST / HTTP/1.1\r\nHost: h\r\n"
			"Transfer-Encoding: %s\r\n\r\n",
			good[i]);
		cr_expect(req.has_body);
	}
	expect_fields(
		OK, "Transfer-Encoding:\r\ntransfer-encoding: chunked\r\n");
	cr_expect(req.has_body);
}

/* RFC 9112 6.1: "A server MAY reject a request that contains both
 * Content-Length and Transfer-Encoding" */
Test(request, rfc9112_6_1_encoding_and_length)
{
	expect_fields(
		400, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
	expect_fields(
		400, "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n");
	expect_fields(400, "Content-Length: 5\r\nTransfer-Encoding:\r\n");
}

/* RFC 9112 6.1: in HTTP/1.0 the framing of such a message is faulty. */
Test(request, rfc9112_6_1_encoding_in_http_1_0)
{
	expect(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
	expect(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n"
		    "Content-Length: 5\r\n\r\n");
	expect(400, "GET / HTTP/1.0\r\nTransfer-Encoding:\r\n\r\n");
}

/* RFC 9112 6.1: "A server that receives a request message with a transfer
 * coding it does not understand SHOULD respond with 501 (Not
 * Implemented)." */
Test(request, rfc9112_6_1_unknown_codings)
{
	expect_fields(501, "Transfer-Encoding: gzip, chunked\r\n");
	expect_fields(501, "Transfer-Encoding: x;a=\"b,c\", chunked\r\n");
	expect_fields(501,
		"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n");
}

/* RFC 9112 6.3: "the chunked transfer coding is not the final encoding, the
 * message body length cannot be determined reliably; the server MUST respond
 * with the 400 (Bad Request) status code and then close the connection." */
Test(request, rfc9112_6_3_chunked_is_not_the_last)
{
	expect_fields(400, "Transfer-Encoding: chunked, gzip\r\n");
	expect_fields(400,
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n");
	expect_fields(400, "Transfer-Encoding: gzip\r\n");
	expect_fields(400, "Transfer-Encoding: identity\r\n");
	expect_fields(400, "Transfer-Encoding: xchunked\r\n");
	expect_fields(400, "Transfer-Encoding: \"chunked\"\r\n");
	expect_fields(400, "Transfer-Encoding: chunked;a=b\r\n");
	expect_fields(400, "Transfer-Encoding: chunked chunked\r\n");
	expect_fields(400, "Transfer-Encoding:\r\n");
	expect_fields(400, "Transfer-Encoding: ,\r\n");
}

/* RFC 9112 6.1: "A sender MUST NOT apply the chunked transfer coding more
 * than once to a message body" */
Test(request, rfc9112_6_1_chunked_twice)
{
	expect_fields(400, "Transfer-Encoding: chunked, chunked\r\n");
	expect_fields(400, "Transfer-Encoding: chunked\r\n"
			   "Transfer-Encoding: chunked\r\n");
}

Test(request, rfc9112_9_3_keep_alive)
{
	static const struct {
		const char *fields;
		bool in_1_0, in_1_1;
	} table[] = {
		{"", false, true},
		{"Connection: close\r\n", false, false},
		{"Connection: Close\r\n", false, false},
		{"Connection: keep-alive\r\n", true, true},
		{"cONNECTION: Keep-Alive\r\n", true, true},
		{"Connection: keep-alive, close\r\n", false, false},
		{"Connection: close, keep-alive\r\n", false, false},
		{"Connection: ,x,\tclose\t,\r\n", false, false},
		{"Connection: x\r\nConnection: close\r\n", false, false},
		{"Connection: keep-alive\r\nConnection: close\r\n", false,
			false},
		{"Connection: x\r\nConnection: y, keep-alive\r\n", true, true},
		{"Connection: closed\r\n", false, true},
		{"Connection: xkeep-alive\r\n", false, true},
		{"Connection: close;x\r\n", false, true},
		{"Connection:\r\n", false, true},
		{"Keep-Alive: timeout=5\r\n", false, true},
		{"Proxy-Connection: close\r\n", false, true},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		for (int minor = 0; minor < 3; minor++) {
			expect(OK, "GET / HTTP/1.%d\r\nHost: h\r\n%s\r\n",
				minor, table[i].fields);
			cr_expect_eq(req.keep_alive,
				minor ? table[i].in_1_1 : table[i].in_1_0,
				"1.%d %s", minor, table[i].fields);
		}
}

/* The letter a `n` times, valid until the next call. */
static const char *as(size_t n)
{
	static char text[2 * REQUEST_HEAD_MAX];

	cr_assert(n < sizeof text);
	memset(text, 'a', n);
	text[n] = 0;
	return text;
}

/* RFC 9112 3: "A server that receives a request-target longer than any URI
 * it wishes to parse MUST respond with a 414 (URI Too Long) status code" */
Test(request, rfc9112_3_limit_on_the_target)
{
	expect(OK, "GET /%s HTTP/1.1\r\nHost: h\r\n\r\n", as(7999));
	expect(414, "GET /%s HTTP/1.1\r\nHost: h\r\n\r\n", as(8000));
	expect(OK, "GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n", as(7998));
	expect(414, "GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n", as(7999));
	expect(OK, "GET http://h/%s HTTP/1.1\r\nHost: h\r\n\r\n", as(7991));
	expect(414, "GET http://h/%s HTTP/1.1\r\nHost: h\r\n\r\n", as(7992));
	expect(414, "GET /%s HTTP/1.1\r\nHost: h\r\n\r\n", as(20000));
	expect(414, "GET /%s", as(17000));
	expect(414, "\r\nGET /%s", as(17000));
	expect(414, "GET /%s", as(REQUEST_HEAD_MAX - 5));
	expect_unfinished("GET /%s", as(REQUEST_HEAD_MAX - 6));
}

/* RFC 9112 3: "A server that receives a method longer than any that it
 * implements SHOULD respond with a 501 (Not Implemented) status code." */
Test(request, rfc9112_3_a_long_method)
{
	expect(OK, "%s / HTTP/1.1\r\nHost: h\r\n\r\n", as(9000));
	cr_expect_eq(req.method, METHOD_UNKNOWN);
}

/* RFC 6585 5. The size is that of the whole head, including its last CR LF. */
Test(request, rfc6585_5_limit_on_the_head)
{
	static const char begin[] = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
	size_t rest = REQUEST_HEAD_MAX - strlen(begin) - 4;

	expect(OK, "%s%s\r\n\r\n", begin, as(rest));
	expect(431, "%s%s\r\n\r\n", begin, as(rest + 1));
	expect(OK, "\r\n%s%s\r\n\r\n", begin, as(rest - 2));
	expect(431, "\r\n%s%s\r\n\r\n", begin, as(rest - 1));
	expect(431, "%s%s\r\nB: c\r\n\r\n", begin, as(rest));
	expect(431, "%s%s", begin, as(20000));
	/* refused as soon as its end has no room */
	expect(431, "%s%s", begin, as(rest + 4));
	expect_unfinished("%s%s", begin, as(rest + 3));
}

/* RFC 6585 5: or when it has too many fields. */
Test(request, rfc6585_5_limit_on_the_fields)
{
	char fields[101 * 7 + 1] = "";

	for (int i = 0; i < FIELDS_MAX - 1; i++)
		snprintf(fields + strlen(fields), 8, "A%d:\r\n", i % 100);
	expect_fields(OK, fields);
	cr_expect_eq(req.fields.n, FIELDS_MAX);
	cr_expect_eq(fields_count(&req.fields, "A98"), 1);
	strcat(fields, "B:\r\n");
	expect_fields(431, fields);
}

Test(request, rfc9110_5_3_fields_by_name)
{
	expect_fields(OK, "A: 1\r\nAB: 2\r\na: 3\r\nB:\r\n");
	cr_expect(slice_is(request_header(&req, "a"), "1"));
	cr_expect(slice_is(request_header(&req, "aB"), "2"));
	cr_expect(slice_is(request_header(&req, "B"), ""));
	cr_expect_null(request_header(&req, "C").p);
	cr_expect_null(request_header(&req, "").p);
	cr_expect_eq(fields_count(&req.fields, "A"), 2);
	cr_expect_eq(fields_count(&req.fields, "Ab"), 1);
	cr_expect_eq(fields_count(&req.fields, "ABC"), 0);
}

Test(request, rfc9110_5_3_one_list_of_several_fields)
{
	struct fields_list list = {.fields = &req.fields, .name = "x"};

	expect_fields(
		OK, "X: a,\tb\r\nY: no\r\nX:\r\nx: ,\r\nX: \"c, d\", e\r\n");
	cr_expect(slice_is(fields_next(&list), "a"));
	cr_expect(slice_is(fields_next(&list), "b"));
	cr_expect(slice_is(fields_next(&list), "\"c, d\""));
	cr_expect(slice_is(fields_next(&list), "e"));
	cr_expect_null(fields_next(&list).p);
	cr_expect_null(fields_next(&list).p);
	cr_expect(fields_has_token(&req.fields, "X", "E"));
	cr_expect(fields_has_token(&req.fields, "x", "B"));
	cr_expect(!fields_has_token(&req.fields, "X", "no"));
	cr_expect(!fields_has_token(&req.fields, "X", "d"));
	cr_expect(!fields_has_token(&req.fields, "X", ""));
	cr_expect(!fields_has_token(&req.fields, "Z", "a"));
}

/* Whatever is wrong with a head, the verdict does not depend on how its bytes
 * arrive: each byte in turn is replaced by others, left out, and doubled. */
Test(request, the_same_verdict_however_the_bytes_arrive)
{
	static const char head[] = "GET http://h:80/a%20b?c=d HTTP/1.1\r\n"
				   "Host: h\r\nContent-Length: 10\r\n\r\n";
	static const char others[] = "\0\t\n\r \"%,/09:A?[\x7F\xFF";
	char text[sizeof head + 1];
	size_t len = sizeof head - 1;

	for (size_t at = 0; at < len; at++) {
		for (size_t i = 0; i < sizeof others - 1; i++) {
			memcpy(text, head, len);
			text[at] = others[i];
			judge_bytes(text, len);
		}
		memmove(text + at, head + at + 1, len - at - 1);
		judge_bytes(text, len - 1);
		memcpy(text, head, at + 1);
		memcpy(text + at + 1, head + at, len - at);
		judge_bytes(text, len + 1);
	}
}

/* A line ends at a control character, and a tab ends none. */
Test(request, only_a_control_character_is_news)
{
	for (int c = 0; c < 256; c++) {
		char text[] = {'a', (char)c, '\n'};
		bool is_news = (c < 32 && c != '\t') || c == 127;

		cr_expect_eq(request_has_news(text, 2, 0), is_news, "%d", c);
		cr_expect_eq(request_has_news(text, 2, 1), is_news, "%d", c);
		/* the last that was seen is looked at again, others are not */
		cr_expect_eq(request_has_news(text, 2, 2), is_news, "%d", c);
		cr_expect_eq(
			request_has_news(text + 1, 1, 0), is_news, "%d", c);
	}
	cr_expect(!request_has_news("\nab", 3, 3));
	cr_expect(request_has_news("\nab", 3, 1));
}
