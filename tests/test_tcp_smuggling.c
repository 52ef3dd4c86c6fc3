/* test_tcp_smuggling.c - requests that hide in others: RFC 9112 11.2. */
#include "tests/lib/site.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NEXT GET("/public/second.txt") "\r\n"

static const char *const none[] = {NULL};

/* Expects one answer with that status and then the end, though a second request
 * follows the first or is hidden in it. */
static void expect_one(int status, const char *request)
{
	struct visitor v;
	struct heard h;

	visitor_connect(&v);
	live_send_text(v.fd, request);
	live_send_text(v.fd, NEXT);
	h = visitor_hears(&v);
	cr_expect_eq(h.status, status, "%d to %s", h.status, request);
	visitor_reads(&v, NULL, h.length);
	visitor_expect_end(&v);
	visitor_leave(&v);
}

#define POST "POST /public/quick.txt HTTP/1.1\r\nHost: h\r\n"

/* RFC 9112 11.2: where does a body end? Nobody may see its end in another place
 * than we do. */
Test(tcp, 11_2_no_request_hides_in_a_body)
{
	static const struct {
		int status;
		const char *request;
	} table[] = {
		{405, POST "Content-Length: 53\r\n\r\n"},
		{405, POST "Content-Length: 1\r\n\r\n"},
		{405, POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{405, POST "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"},
		{405, POST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"},
		{204, "OPTIONS * HTTP/1.1\r\nHost: h\r\n"
		      "Content-Length: 5\r\n\r\n"},
		{501, "BREW / HTTP/1.1\r\nHost: h\r\n"
		      "Content-Length: 5\r\n\r\n"},
		{400, GET("/") "Content-Length: 5\r\n\r\n"},
		{400, GET("/") "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{400, GET("/") "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			       "Sec-WebSocket-Version: 13\r\n"
			       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			       "Content-Length: 5\r\n\r\n"},
	};

	site_write_text("second.txt", "second");
	site_open(none);
	for (size_t i = 0; i < COUNT(table); i++)
		expect_one(table[i].status, table[i].request);
	site_close();
}

/* After POST and Host; each is followed by an empty line. */
Test(tcp, 11_2_no_length_is_guessed)
{
	static const struct {
		int status;
		const char *fields;
	} table[] = {
		{400, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"},
		{400, "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"},
		{400, "Content-Length: 0\r\nContent-Length: 5\r\n"},
		{400, "Content-Length: 5\r\nContent-Length: 5\r\n"},
		{400, "Content-Length: 0, 5\r\n"},
		{400, "Content-Length: 5, 5\r\n"},
		{400, "Content-Length: +0\r\n"},
		{400, "Content-Length: -1\r\n"},
		{400, "Content-Length: 0x0\r\n"},
		{400, "Content-Length: 0 0\r\n"},
		{400, "Content-Length: 0.0\r\n"},
		{400, "Content-Length: \"0\"\r\n"},
		{400, "Content-Length:\r\n"},
		{400, "Content-Length: 18446744073709551616\r\n"},
		{400, "Content-Length : 0\r\n"},
		{400, "Content-Length\t: 0\r\n"},
		{400, " Content-Length: 0\r\n"},
		{400, "X: y\r\n Content-Length: 5\r\n"},
		{400, "Content-Length: 0\rX: y\r\n"},
		{400, "Content-Length: 0\nX: y\r\n"},
		{400, "Content-Length: 0\r\n\nX: y\r\n"},
		{400, "Transfer-Encoding: identity\r\n"},
		{400, "Transfer-Encoding: chunked, identity\r\n"},
		{400, "Transfer-Encoding: chunked, chunked\r\n"},
		{400, "Transfer-Encoding: xchunked\r\n"},
		{400, "Transfer-Encoding: chunked;q=1\r\n"},
		{400, "Transfer-Encoding: \"chunked\"\r\n"},
		{400, "Transfer-Encoding: \x0b"
		      "chunked\r\n"},
		{400, "Transfer-Encoding: chunked\x0b\r\n"},
		{400, "Transfer-Encoding:\r\n"},
		{400, "Transfer-Encoding: chunked\r\n"
		      "Transfer-Encoding: identity\r\n"},
		{400, "Transfer-Encoding : chunked\r\n"},
		{400, "Transfer-Encoding:\r\n chunked\r\n"},
		{501, "Transfer-Encoding: gzip, chunked\r\n"},
		{405, "transfer-encoding:\tCHUNKED \r\n"},
	};
	char request[512];

	site_write_text("second.txt", "second");
	site_open(none);
	for (size_t i = 0; i < COUNT(table); i++) {
		snprintf(request, sizeof request, POST "%s\r\n",
			table[i].fields);
		expect_one(table[i].status, request);
	}
	expect_one(
		400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
	site_close();
}

/* RFC 9112 2.2, 3, 3.2: nor is it guessed where a head ends, or which host it
 * is for. */
Test(tcp, 11_2_no_head_is_guessed)
{
	static const struct {
		int status;
		const char *request;
	} table[] = {
		{400, "GET / HTTP/1.1\r\n\r\n"},
		{400, GET("/") "Host: h\r\n\r\n"},
		{400, GET("/") "host: other\r\n\r\n"},
		{400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
		{400, "GET / HTTP/1.1\r\nHost: a/\r\n\r\n"},
		{400, "GET http://a@b/ HTTP/1.1\r\nHost: h\r\n\r\n"},
		{400, "GET / HTTP/1.1\nHost: h\n\n"},
		{400, "GET / HTTP/1.1\r\nHost: h\r\n\n"},
		{400, "GET / HTTP/1.1\r\nHost: h\n\r\n"},
		{400, "GET / HTTP/1.1\r\rHost: h\r\n\r\n"},
		{400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{400, "GET /  HTTP/1.1\r\nHost: h\r\n\r\n"},
		{400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
		{400, "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"},
		{400, " GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{400, "GET / http/1.1\r\nHost: h\r\n\r\n"},
		{400, "GET / HTTP/1.1, HTTP/1.0\r\nHost: h\r\n\r\n"},
		{400, "GET /\r\n\r\n"},
		{400, "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
	};

	site_write_text("second.txt", "second");
	site_open(none);
	for (size_t i = 0; i < COUNT(table); i++)
		expect_one(table[i].status, table[i].request);
	site_close();
}
