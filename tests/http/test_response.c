/* test_response.c - the answer to a request: RFC 9112 4 to 6, RFC 9110 8.6,
 * 9.3.2 and 15. */
#include "tests/lib/support.h"

#include "http/response.h"
#include "tests/lib/scarce.h"

#include <stdio.h>

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

/* What has been written, with a final 0. */
static struct buf out;
static struct response res;

static void begin(void)
{
	buf_free(&out);
	memset(&res, 0xA5, sizeof res);
	response_init(&res, &out, DATE, NULL);
}

static const char *text(void)
{
	cr_assert(buf_append(&out, "", 1));
	out.len--;
	return (const char *)out.data;
}

/* Is this line, without its end, in the head? */
static bool has_line(const char *line)
{
	char whole[2000];

	snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
	return strstr(text(), whole);
}

/* RFC 9112 2.1: lines that end with CR LF, then an empty one. Returns what
 * follows it. */
static const char *body(void)
{
	const char *p = text(), *end = strstr(p, "\r\n\r\n");

	cr_assert(end != NULL, "%s", p);
	for (; p < end; p++) {
		if (*p == '\r')
			cr_expect_eq(p[1], '\n');
		else if (*p == '\n')
			cr_expect_eq(p[-1], '\r');
		else
			cr_expect(*p >= ' ' && *p <= '~', "%#x", *p);
	}
	return end + 4;
}

TestSuite(response, .fini = begin);

Test(response, rfc9112_4_the_status_line)
{
	static const char *const lines[] = {"101 Switching Protocols", "200 OK",
		"204 No Content", "206 Partial Content",
		"301 Moved Permanently", "302 Found", "304 Not Modified",
		"400 Bad Request", "403 Forbidden", "404 Not Found",
		"405 Method Not Allowed", "408 Request Timeout",
		"412 Precondition Failed", "414 URI Too Long",
		"416 Range Not Satisfiable", "417 Expectation Failed",
		"426 Upgrade Required", "431 Request Header Fields Too Large",
		"500 Internal Server Error", "501 Not Implemented",
		"503 Service Unavailable", "505 HTTP Version Not Supported",
		NULL};
	char line[100];

	for (size_t i = 0; lines[i]; i++) {
		begin();
		response_send(&res, atoi(lines[i]), NULL, "", 0);
		snprintf(line, sizeof line, "HTTP/1.1 %s\r\n", lines[i]);
		cr_expect(!strncmp(text(), line, strlen(line)), "%s", text());
		cr_expect_eq(res.status, atoi(lines[i]));
		cr_expect_str_empty(body());
	}
}

/* RFC 9112 4: "A server MUST send the space that separates the status-code
 * from the reason-phrase even when the reason-phrase is absent" */
Test(response, rfc9112_4_the_space_before_an_empty_phrase)
{
	begin();
	response_send(&res, 299, NULL, "", 0);
	cr_expect(!strncmp(text(), "HTTP/1.1 299 \r\n", 15), "%s", text());
}

Test(response, a_whole_answer)
{
	begin();
	response_send(&res, 200, "text/html; charset=utf-8", "<p>\0!", 5);
	cr_expect(has_line("Date: " DATE));
	cr_expect(has_line("Content-Type: text/html; charset=utf-8"));
	cr_expect(has_line("Content-Length: 5"));
	cr_expect(has_line("X-Content-Type-Options: nosniff"));
	cr_expect(!strstr(text(), "Connection"));
	cr_expect_eq(text() + out.len - body(), 5);
	cr_expect_arr_eq(body(), "<p>\0!", 5);
	cr_expect(!res.failed && !res.close && res.fd == -1);
}

Test(response, nothing_is_written_before_it_is_sent)
{
	begin();
	response_add(&res, "Vary", "*");
	cr_expect_eq(out.len, 0);
	cr_expect_eq(res.status, 0);
	cr_expect(!res.head_only && !res.is_http_1_0 && !res.failed);
}

Test(response, earlier_output_is_kept)
{
	begin();
	cr_assert(buf_append(&out, "before", 6));
	response_send(&res, 200, NULL, "", 0);
	cr_expect(!strncmp(text(), "beforeHTTP/1.1 200 OK\r\n", 23));
}

/* RFC 9110 6.6.1: an origin server with a clock "MUST generate a Date header
 * field in all 2xx (Successful), 3xx (Redirection), and 4xx (Client Error)
 * responses" */
Test(response, rfc9110_6_6_1_date_and_nosniff_in_every_answer)
{
	for (int status = 200; status < 600; status++) {
		begin();
		response_send(&res, status, NULL, "", 0);
		cr_expect(has_line("Date: " DATE), "%d", status);
		cr_expect(has_line("X-Content-Type-Options: nosniff"), "%d",
			status);
	}
}

/* RFC 9110 8.6: "A server MUST NOT send a Content-Length header field in any
 * response with a status code of 1xx (Informational) or 204 (No Content)." */
Test(response, rfc9110_8_6_which_responses_have_a_length)
{
	static const int without[] = {100, 101, 199, 204, 304};
	static const int with[] = {200, 206, 302, 400, 404, 416, 426, 500};

	for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
		begin();
		response_send(&res, without[i], NULL, "", 0);
		cr_expect(!strcasestr(text(), "Content-Length"), "%s", text());
	}
	for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
		begin();
		response_send(&res, with[i], NULL, "", 0);
		cr_expect(has_line("Content-Length: 0"), "%s", text());
	}
}

Test(response, rfc9110_8_3_no_type_without_a_body)
{
	begin();
	response_send(&res, 200, NULL, "", 0);
	cr_expect(!strcasestr(text(), "\r\nContent-Type:"));
	cr_expect_str_empty(body());
}

/* RFC 9110 9.3.2: exactly the same head as for GET, and no content. */
Test(response, rfc9110_9_3_2_head)
{
	char *head;
	size_t len;

	begin();
	response_add(&res, "ETag", "\"x\"");
	response_send(&res, 200, "text/plain", "12345", 5);
	len = out.len - 5;
	head = strndup(text(), len);
	begin();
	res.head_only = true;
	response_add(&res, "ETag", "\"x\"");
	response_send(&res, 200, "text/plain", "12345", 5);
	cr_expect_eq(out.len, len);
	cr_expect_str_eq(text(), head);
	begin();
	res.head_only = true;
	response_error(&res, 404, "why");
	cr_expect(has_line("Content-Length: 19"));
	cr_expect_str_empty(body());
	free(head);
}

Test(response, rfc9110_9_3_2_a_head_of_any_length)
{
	begin();
	response_head(&res, 206, "video/mp4", 1234567890123456789);
	cr_expect(has_line("Content-Length: 1234567890123456789"));
	cr_expect(has_line("Content-Type: video/mp4"));
	cr_expect_str_empty(body());
	cr_expect_eq(res.status, 206);
	begin();
	response_head(&res, 200, "video/mp4", UINT64_MAX);
	cr_expect(has_line("Content-Length: 18446744073709551615"));
}

/* RFC 9112 9.3, 9.6: the end of a connection is always announced. That it goes
 * on is announced only to an HTTP/1.0 client, which does not expect it. */
Test(response, rfc9112_9_6_connection)
{
	for (int i = 0; i < 4; i++) {
		begin();
		res.is_http_1_0 = i & 1;
		res.close = i & 2;
		response_send(&res, 200, NULL, "", 0);
		cr_expect_eq(has_line("Connection: close"), i >= 2);
		cr_expect_eq(has_line("Connection: keep-alive"), i == 1);
	}
}

Test(response, fields_stand_in_the_order_in_which_they_were_added)
{
	begin();
	response_add(&res, "ETag", "\"x\"");
	response_add(&res, "Vary", "Accept-Encoding");
	response_add(&res, "Empty", "");
	response_send(&res, 200, NULL, "", 0);
	cr_expect(has_line("ETag: \"x\"\r\nVary: Accept-Encoding\r\nEmpty: "));
	cr_expect_str_empty(body());
}

/* RFC 9110 5.4: fields have a limited room. One byte more makes the response
 * fail, and never sends a head that is cut short. */
Test(response, limit_on_the_fields)
{
	char value[RESPONSE_FIELDS_MAX], line[RESPONSE_FIELDS_MAX + 4];
	size_t most = RESPONSE_FIELDS_MAX - strlen("A: \r\n");

	memset(value, 'v', sizeof value);
	value[most] = 0;
	begin();
	response_add(&res, "A", value);
	cr_expect(!res.failed);
	response_send(&res, 200, NULL, "", 0);
	snprintf(line, sizeof line, "A: %s", value);
	cr_expect(has_line(line));
	cr_expect_str_empty(body());
	cr_expect(!res.failed);
	begin();
	response_add(&res, "A", value);
	response_add(&res, "B", "");
	cr_expect(res.failed);
	response_send(&res, 200, NULL, "", 0);
	cr_expect(has_line(line));
	cr_expect_str_empty(body());
	cr_expect(!strstr(text(), "\r\nB"));
	value[most] = 'v';
	value[most + 1] = 0;
	begin();
	response_add(&res, "A", value);
	cr_expect(res.failed);
}

/* RFC 9110 15.5: an error is explained, here to a person. */
Test(response, rfc9110_15_5_an_error_says_why)
{
	char why[124], length[40];

	memset(why, 'w', sizeof why - 1);
	why[sizeof why - 1] = 0;
	begin();
	response_error(&res, 431, why);
	cr_expect_eq(res.status, 431);
	cr_expect(has_line("Content-Type: text/plain; charset=utf-8"));
	snprintf(length, sizeof length, "Content-Length: %zu", strlen(body()));
	cr_expect(has_line(length));
	cr_expect(strstr(body(), "431 Request Header Fields Too Large: www"));
	cr_expect(strstr(body(), why));
	cr_expect_eq(body()[strlen(body()) - 1], '\n');
}

Test(response, rfc9110_15_4_3_redirect)
{
	begin();
	response_redirect(&res, "/");
	cr_expect(!strncmp(text(), "HTTP/1.1 302 Found\r\n", 20));
	cr_expect(!res.failed);
	cr_expect(has_line("Location: /"));
	cr_expect(has_line("Content-Length: 0"));
	cr_expect_str_empty(body());
}

/* Whichever part of it has no memory. */
Test(response, redirect_without_memory)
{
	static char location[9000];
	int call = 0;

	memset(location, 'a', sizeof location - 1);
	do {
		begin();
		scarce.realloc = ++call;
		response_redirect(&res, location);
		cr_expect_eq(res.failed, scarce.realloc == 0, "%d", call);
	} while (res.failed);
	cr_expect_gt(call, 2);
	scarce.realloc = 0;
}

Test(response, rfc9110_10_2_2_one_location)
{
	begin();
	res.added = "location: /there\r\n";
	response_redirect(&res, "/");
	cr_expect(has_line("location: /there"));
	cr_expect(!strstr(text(), "Location: "));
}

/* Each of the application's fields takes the place of all the server's fields
 * with that name. */
Test(response, rfc9110_5_1_fields_that_are_replaced)
{
	begin();
	res.added = "content-type: text/html\r\nEmpty: \r\n"
		    "ETAG: mine\r\nVary: Origin\r\nVar: 1\r\n";
	response_add(&res, "ETag", "ours");
	response_add(&res, "Vary", "Accept-Encoding");
	response_add(&res, "VARY", "*");
	response_add(&res, "Variant", "ours");
	response_add(&res, "Mine", "ours");
	response_send(&res, 200, "text/plain", "body", 4);
	cr_expect(has_line("content-type: text/html"));
	cr_expect(has_line("Empty: "));
	cr_expect(has_line("ETAG: mine"));
	cr_expect(has_line("Vary: Origin"));
	cr_expect(has_line("Var: 1"));
	cr_expect(has_line("Variant: ours"));
	cr_expect(has_line("Mine: ours"));
	cr_expect(has_line("Content-Length: 4"));
	cr_expect(has_line("X-Content-Type-Options: nosniff"));
	cr_expect(!strstr(text(), "text/plain"));
	cr_expect(!strstr(text(), "Accept-Encoding"));
	cr_expect(!strstr(text(), "\r\nETag: "));
	cr_expect(!strstr(text(), "VARY"));
	cr_expect_str_eq(body(), "body");
}
