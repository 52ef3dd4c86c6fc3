/* test_http.c - what is answered before a request reaches the application, and
 * besides it: RFC 9110 7 to 10 and 15, RFC 9112 9. */
#include "tests/lib/ask.h"

#include <stdio.h>

Test(http, rfc9110_9_3_1_get)
{
	struct reply a = ask_one(200, "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n");

	cr_expect(slice_is(a.body, "/a"));
	cr_expect(!reply_count(&a, "Connection"));
	cr_expect(!asked.ends);
}

/* RFC 9110 9.3.2: "The HEAD method is identical to GET except that the server
 * MUST NOT send content in the response." */
Test(http, rfc9110_9_3_2_head)
{
	static const struct {
		int status;
		const char *path;
	} table[] = {{200, "/"}, {200, "/a/b"}, {204, "/204"}, {304, "/304"}};
	static const char rest[] = " HTTP/1.1\r\nHost: h\r\n\r\n";

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int status = table[i].status;
		struct reply get, head;

		get = ask_one(status, "GET %s%s", table[i].path, rest);
		head = ask_one(status, "HEAD %s%s", table[i].path, rest);
		cr_expect_str_eq(head.head, get.head);
		cr_expect(!asked.ends);
	}
}

/* RFC 9110 9.3.2: also when the request is refused. */
Test(http, rfc9110_9_3_2_head_that_is_refused)
{
	ask_one(417, "HEAD / HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n");
	ask_one(400, "HEAD / HTTP/1.1\r\nHost: h\r\n"
		     "Content-Length: 1\r\n\r\n");
	ask_one(400, "HEAD / HTTP/1.1\r\n\r\n");
	ask_one(400, "HEAD / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n");
	ask_one(505, "HEAD / HTTP/2.0\r\n\r\n");
	ask_one(400, "HEAD /{ HTTP/1.1\r\nHost: h\r\n\r\n");
	/* but the next request gets one */
	ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n\x16");
	cr_expect_eq(ask_next(true).status, 200);
	cr_expect(ask_next(false).body.len > 0);
	cr_expect_eq(asked.unread.len, 0);
}

/* RFC 9110 9.3.7, 10.2.1 */
Test(http, rfc9110_9_3_7_options)
{
	static const char *const targets[] = {
		"*", "/", "/any", "http://h", "http://h/any", NULL};

	for (size_t i = 0; targets[i]; i++) {
		struct reply a = ask_one(204,
			"OPTIONS %s HTTP/1.1\r\nHost: h\r\n\r\n", targets[i]);

		cr_expect(reply_has(&a, "Allow: GET, HEAD, OPTIONS"));
		cr_expect(!reply_count(&a, "Content-Length"));
		cr_expect(!asked.ends);
	}
}

/* RFC 9110 15.5.6: "The origin server MUST generate an Allow header field in
 * a 405 response containing a list of the target resource's currently
 * supported methods." */
Test(http, rfc9110_15_5_6_known_methods)
{
	static const char *const lines[] = {"POST /", "PUT /", "DELETE /",
		"PATCH /", "TRACE /", "CONNECT h:80", "POST http://h/", NULL};

	for (size_t i = 0; lines[i]; i++) {
		struct reply a = ask_one(
			405, "%s HTTP/1.1\r\nHost: h\r\n\r\n", lines[i]);

		cr_expect(reply_has(&a, "Allow: GET, HEAD, OPTIONS"));
		cr_expect(a.body.len > 0);
		cr_expect(!asked.ends);
	}
}

Test(http, rfc9110_15_6_2_unknown_methods)
{
	ask_one(501, "BREW / HTTP/1.1\r\nHost: h\r\n\r\n");
	ask_one(501, "get / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(!asked.ends);
	ask_one(501, "BREW / HTTP/1.0\r\n\r\n");
	cr_expect(asked.ends);
}

/* RFC 9110 10.1.1: anything other than 100-continue is answered with 417. */
Test(http, rfc9110_10_1_1_unknown_expectations)
{
	static const char *const wrong[] = {"x", "200-ok", "100-continued",
		"100-continue, x", "x, 100-continue", "100-continue;a=b",
		"100-continue\r\nExpect: x", "\"100-continue\"", NULL};

	for (size_t i = 0; wrong[i]; i++) {
		ask_one(417, "GET / HTTP/1.1\r\nHost: h\r\nExpect: %s\r\n\r\n",
			wrong[i]);
	}
}

/* RFC 9110 10.1.1: for a request without a body, 100-continue changes nothing:
 * the first answer is the last. */
Test(http, rfc9110_10_1_1_continue)
{
	static const char *const right[] = {"Expect: 100-continue\r\n",
		"expect:\t100-CONTINUE \r\n", "Expect: ,100-continue,\r\n",
		"Expect:\r\n", NULL};

	for (size_t i = 0; right[i]; i++) {
		ask_one(200, "GET / HTTP/1.1\r\nHost: h\r\n%s\r\n", right[i]);
	}
	ask_one(200, "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
}

/* RFC 9110 10.1.1: a client that is refused is not asked for its body first. */
Test(http, rfc9110_10_1_1_no_continue_before_a_refusal)
{
	ask_last(405, "POST / HTTP/1.1\r\nHost: h\r\n"
		      "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
		      "abc");
	ask_last(400, "GET / HTTP/1.1\r\nHost: h\r\n"
		      "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n"
		      "abc");
}

Test(http, rfc9110_15_5_22_a_server_for_websockets_only)
{
	struct reply a;

	ask_app.on_request = NULL;
	a = ask_one(426, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(reply_is_426(&a));
	cr_expect(a.body.len > 0);
	a = ask_one(426, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(reply_is_426(&a));
	a = ask_one(426, "GET / HTTP/1.0\r\n" UPGRADE "\r\n");
	cr_expect(reply_is_426(&a));
	ask_one(405, "POST / HTTP/1.1\r\nHost: h\r\n\r\n");
	ask("GET / HTTP/1.1\r\n" UPGRADE "\r\n");
	cr_expect_eq(ask_next(true).status, 101);
}

/* RFC 9110 7.8: "A server MAY ignore a received Upgrade header field if it
 * wishes to continue using the current protocol on that connection." */
Test(http, rfc9110_7_8_a_server_without_websockets)
{
	struct reply a;

	ask_app.on_upgrade = NULL;
	a = ask_one(200, "GET /a HTTP/1.1\r\n" UPGRADE "\r\n");
	cr_expect(slice_is(a.body, "/a"));
	ask_one(200, "GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
		     "Connection: Upgrade\r\n\r\n");
}

/* RFC 9112 9.3 */
Test(http, rfc9112_9_3_persistence)
{
	struct reply a = ask_one(200, "GET / HTTP/1.0\r\n\r\n");

	cr_expect(reply_has(&a, "Connection: close") && asked.ends);
	a = ask_one(200, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	cr_expect(reply_has(&a, "Connection: keep-alive") && !asked.ends);
	a = ask_one(200, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(!reply_count(&a, "Connection") && !asked.ends);
	a = ask_one(
		200, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	cr_expect(reply_has(&a, "Connection: close") && asked.ends);
	a = ask_one(200, "GET / HTTP/1.9\r\nHost: h\r\n\r\n");
	cr_expect(!reply_count(&a, "Connection") && !asked.ends);
	a = ask_one(200, "GET /close HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(reply_has(&a, "Connection: close") && asked.ends);
}

/* RFC 9112 9.6: after a close it "MUST NOT process any further requests
 * received on that connection." */
Test(http, rfc9112_9_6_nothing_after_a_close)
{
	ask_last(200, "GET / HTTP/1.1\r\nHost: h\r\n"
		      "Connection: close\r\n\r\n");
	ask_last(200, "GET / HTTP/1.0\r\n\r\n");
	ask_last(200, "GET /close HTTP/1.1\r\nHost: h\r\n\r\n");
	ask_last(204, "OPTIONS * HTTP/1.1\r\nHost: h\r\n"
		      "Connection: close\r\n\r\n");
}

Test(http, rfc9112_9_3_a_limited_number_of_requests)
{
	static const char one[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	char text[sizeof one * 5] = "";
	struct reply a;

	for (int i = 0; i < 5; i++)
		strcat(text, one);
	ask_max_requests = 3;
	ask(text);
	for (int i = 1; i <= 3; i++) {
		a = ask_next(false);
		cr_expect_eq(a.status, 200);
		cr_expect_eq(reply_has(&a, "Connection: close"), i == 3);
	}
	cr_expect_eq(asked.unread.len, 0);
	cr_expect(asked.ends);
}

/* RFC 9112 9.3.2: a server "MUST send the corresponding responses in the same
 * order that the requests were received" */
Test(http, rfc9112_9_3_2_pipelines)
{
	static const struct {
		const char *said;
		int status;
		const char *body; /* NULL: any */
	} table[] = {
		{"GET /1 HTTP/1.1\r\nHost: h\r\n\r\n", 200, "/1"},
		{"HEAD /2 HTTP/1.1\r\nHost: h\r\n\r\n", 200, ""},
		{"\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n", 200, "/3"},
		{"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 204, ""},
		{"POST /4 HTTP/1.1\r\nHost: h\r\n\r\n", 405, NULL},
		{"GET /304 HTTP/1.1\r\nHost: h\r\n\r\n", 304, ""},
		{"BREW /5 HTTP/1.1\r\nHost: h\r\n\r\n", 501, NULL},
		{"GET /204 HTTP/1.1\r\nHost: h\r\n\r\n", 204, ""},
		{"GET http://h/6?x HTTP/1.1\r\nHost: h\r\n\r\n", 200, "/6"},
		{"GET /no HTTP/1.1\r\n" UPGRADE "\r\n", 403, NULL},
		{"GET /7 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200,
			"/7"},
		{"GET /8 HTTP/1.1\r\n\r\n", 400, NULL},
		{"GET /9 HTTP/1.1\r\nHost: h\r\n\r\n", 0, NULL},
	};
	char text[2000] = "";

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		strcat(text, table[i].said);
	ask(text);
	for (size_t i = 0; table[i].status; i++) {
		struct reply a = ask_next(!strncmp(table[i].said, "HEAD", 4));

		cr_expect_eq(a.status, table[i].status, "%zu", i);
		if (table[i].body)
			cr_expect(slice_is(a.body, table[i].body), "%zu", i);
	}
	cr_expect_eq(asked.unread.len, 0);
	cr_expect(asked.ends);
}

/* More requests than are answered in one turn; the last one is incomplete. */
Test(http, rfc9112_9_3_2_a_long_pipeline)
{
	char *text = calloc(1, 10000), path[20];

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text),
			"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n", i);
	strcat(text, "GET /unfinished HTTP/1.1\r\nHost: h\r\n");
	ask(text);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof path, "/%d", i);
		cr_expect(slice_is(ask_next(false).body, path), "%s", path);
	}
	cr_expect_eq(asked.unread.len, 0);
	cr_expect(!asked.ends);
	free(text);
}

/* RFC 9112 11.2: a body that looks like a request is not one, whoever sends it
 * and however its length is given. */
Test(http, rfc9112_11_2_a_body_is_never_a_request)
{
	static const struct {
		const char *line, *fields;
		int status;
	} table[] = {
		{"GET / HTTP/1.1", "Content-Length: 36\r\n", 400},
		{"HEAD / HTTP/1.1", "Content-Length: 36\r\n", 400},
		{"GET / HTTP/1.0", "Content-Length: 36\r\n", 400},
		{"GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n", 400},
		{"POST / HTTP/1.1", "Content-Length: 36\r\n", 405},
		{"POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", 405},
		{"OPTIONS * HTTP/1.1", "Content-Length: 36\r\n", 204},
		{"BREW / HTTP/1.1", "Content-Length: 36\r\n", 501},
		{"POST / HTTP/1.1", "Content-Length: 36\r\nExpect: x\r\n", 417},
		{"POST / HTTP/1.1", "Content-Length: 999999999\r\n", 405},
		{"POST / HTTP/1.1",
			"Content-Length: 36\r\nConnection: keep-alive\r\n",
			405},
		{"POST / HTTP/1.1",
			"Content-Length: 36\r\n"
			"Transfer-Encoding: chunked\r\n",
			400},
		{"POST / HTTP/1.1",
			"Content-Length: 36\r\nContent-Length: 0\r\n", 400},
		{"POST / HTTP/1.1", "Content-Length: 0, 36\r\n", 400},
		{"POST / HTTP/1.1", "Content-Length: +36\r\n", 400},
		{"POST / HTTP/1.1", "Content-Length : 36\r\n", 400},
		{"POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n",
			501},
		{"POST / HTTP/1.1", "Transfer-Encoding : chunked\r\n", 400},
		{"POST / HTTP/1.1", "Transfer-Encoding:\x0B chunked\r\n", 400},
		{"POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n", 400},
	};
	char text[300];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(text, sizeof text, "%s\r\nHost: h\r\n%s\r\n",
			table[i].line, table[i].fields);
		ask_last(table[i].status, text);
	}
}

/* A length of 0 means no body: what follows is a request. */
Test(http, rfc9112_6_3_no_body)
{
	ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
	    "GET /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 00\r\n\r\n"
	    "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect_eq(ask_next(false).status, 405);
	cr_expect(slice_is(ask_next(false).body, "/1"));
	cr_expect(slice_is(ask_next(false).body, "/2"));
	cr_expect_eq(asked.unread.len, 0);
}

/* RFC 9112 2.2: "the server SHOULD respond with a 400 (Bad Request) response
 * and close the connection." */
Test(http, rfc9112_2_2_refusals_end_the_connection)
{
	char *text = malloc(30000), fields[1000] = "";

	ask_last(400, "GET / HTTP/1.1\r\n\r\n");
	ask_last(400, "GET\r\n\r\n");
	ask_last(400, "\r\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\nHost: h\r\nA: b\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n");
	ask_last(400, "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n");
	ask_last(400, "\x16\x03\x01\x02");
	ask_last(505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n");
	ask_last(505, "GET / HTTP/0.9\r\nHost: h\r\n\r\n");
	memset(text, 'a', 30000);
	memcpy(text, "GET /", 5);
	strcpy(text + 8100, " HTTP/1.1\r\nHost: h\r\n\r\n");
	ask_last(414, text);
	memset(text + 8100, 'a', 10000);
	text[18100] = 0;
	ask_one(414, "%s", text);
	cr_expect(asked.ends);
	memset(text, 'a', 30000);
	memcpy(text, "GET / HTTP/1.1\r\nA:", 18);
	strcpy(text + 20000, "\r\nHost: h\r\n\r\n");
	ask_last(431, text);
	for (int i = 0; i < 101; i++)
		strcat(fields, "A:b\r\n");
	sprintf(text, "GET / HTTP/1.1\r\n%s\r\n", fields);
	ask_last(431, text);
	free(text);
}

/* A refusal repeats nothing of the request, since somebody might read it as
 * something else. */
Test(http, rfc9110_17_nothing_of_a_request_is_echoed)
{
	static const char *const said[] = {"EVIL / HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET EVIL HTTP/1.1\r\nHost: h\r\n\r\n",
		"GET / EVIL\r\nHost: h\r\n\r\n", "EVIL\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: EVIL@h\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nEVIL\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nExpect: EVIL\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: EVIL\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: EVIL\r\n\r\n",
		"POST /EVIL HTTP/1.1\r\nHost: EVIL\r\n\r\n",
		"GET / HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Key: EVIL\r\n\r\n",
		"GET / HTTP/1.1\r\n" UPGRADE
		"Sec-WebSocket-Protocol: EVIL/\r\n\r\n",
		"GET / HTTP/1.1\r\n" UPGRADE
		"Sec-WebSocket-Extensions: EVIL/\r\n\r\n",
		NULL};

	for (size_t i = 0; said[i]; i++) {
		ask(said[i]);
		cr_expect(ask_next(false).status >= 400, "%s", said[i]);
		cr_expect(!memmem(asked.got.data, asked.got.len, "EVIL", 4),
			"%s", (char *)asked.got.data);
	}
}

/* RFC 9110 7.8: after the 101 there is another protocol, and no more
 * requests. */
Test(http, rfc9110_7_8_no_request_behind_the_101)
{
	struct reply a;

	ask("GET / HTTP/1.1\r\n" UPGRADE "\r\n"
	    "GET /more HTTP/1.1\r\nHost: h\r\n\r\n");
	a = ask_next(true);
	cr_expect_eq(a.status, 101);
	/* "G" has RSV bits and a reserved opcode: a Close with 1002 */
	cr_assert(asked.unread.len > 10);
	cr_expect(!memcmp(asked.unread.p + 6, "\x88", 1));
	cr_expect(!memcmp(asked.unread.p + 8, "\x03\xEA", 2));
	cr_expect(!memmem(asked.unread.p, asked.unread.len, "HTTP", 4));
	cr_expect(asked.ends);
}

/* A site may want a field on every response, errors and all: without it a page
 * of another origin could not even read why it is refused. */
Test(http, the_applications_fields_are_on_every_response)
{
	static const struct {
		const char *said;
		int status;
	} table[] = {
		{"GET / HTTP/1.1\r\nHost: h\r\n\r\n", 200},
		{"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", 200},
		{"GET /204 HTTP/1.1\r\nHost: h\r\n\r\n", 204},
		{"GET /304 HTTP/1.1\r\nHost: h\r\n\r\n", 304},
		{"OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n", 204},
		{"GET / HTTP/1.1\r\n\r\n", 400},
		{"GET /no HTTP/1.1\r\n" UPGRADE "\r\n", 403},
		{"POST / HTTP/1.1\r\nHost: h\r\n\r\n", 405},
		{"GET / HTTP/1.1\r\nHost: h\r\nExpect: x\r\n\r\n", 417},
		{"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
		{"GET / HTTP/2.0\r\n\r\n", 505},
	};

	ask_app.fields = "Access-Control-Allow-Origin: *\r\n"
			 "X-Content-Type-Options: nosniff\r\n"
			 "ALLOW: GET\r\nX: \r\nX: 2\r\n";
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct reply a = ask_one(table[i].status, "%s", table[i].said);

		cr_expect(reply_has(&a, "Access-Control-Allow-Origin: *"));
		cr_expect(reply_has(&a, "ALLOW: GET"));
		cr_expect_eq(reply_count(&a, "X-Content-Type-Options"), 1);
		cr_expect_eq(reply_count(&a, "Allow"), 1);
		cr_expect_eq(reply_count(&a, "X"), 2);
		cr_expect_eq(reply_count(&a, "Date"), 1);
	}
}

/* A 101 is as RFC 6455 4.2.2 has it, and nobody else's. */
Test(http, rfc6455_4_2_2_the_applications_fields_are_not_on_a_101)
{
	struct reply plain, a;

	ask("GET / HTTP/1.1\r\n" UPGRADE "\r\n");
	plain = ask_next(false);
	ask_app.fields = "X: 1\r\nX-Content-Type-Options: none\r\n";
	ask("GET / HTTP/1.1\r\n" UPGRADE "\r\n");
	a = ask_next(false);
	cr_expect_eq(a.status, 101);
	cr_expect_str_eq(a.head, plain.head);
}
