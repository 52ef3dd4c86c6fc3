/* test_handshake.c - the opening handshake: RFC 6455 4.2 to 4.4, 9.1, 11.3;
 * first each rule by itself, then on whole connections. It is long because
 * every refusal has its table. */
#include "tests/lib/ask.h"

#include "http/handshake.h"

#include <stdio.h>

static struct request req;
static const char *why;
static char *block;

/* Reads a request with these fields after Host. */
static void read_fields(const char *line, const char *fields)
{
	char text[8000];
	int len = snprintf(
		text, sizeof text, "%s\r\nHost: h\r\n%s\r\n", line, fields);

	cr_assert((size_t)len < sizeof text);
	free(block);
	block = exactly(text, (size_t)len);
	cr_assert_eq(request_parse(block, (size_t)len, &req), len, "%s", text);
}

static bool is_asked(const char *line, const char *fields)
{
	read_fields(line, fields);
	return handshake_is_asked(&req);
}

/* Returns the verdict on a handshake that has these fields besides the required
 * ones. The sentence of a refusal must name a section and fit into the
 * answer. */
static int check(const char *fields)
{
	int status;

	read_fields("GET / HTTP/1.1", fields);
	status = handshake_check(&req, &why);
	cr_expect(!status || (strstr(why, "RFC 6455") && strlen(why) <= 123));
	return status;
}

static int check_key(const char *key)
{
	char fields[200];

	snprintf(fields, sizeof fields,
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n", key);
	return check(fields);
}

static int check_version(const char *version)
{
	char fields[200];

	snprintf(fields, sizeof fields,
		"Sec-WebSocket-Version: %s\r\nSec-WebSocket-Key: " KEY "\r\n",
		version);
	return check(fields);
}

/* Field lines that end with CR LF, added to a valid key and version. */
static int check_more(const char *fields)
{
	char all[7000];

	snprintf(all, sizeof all,
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n%s",
		fields);
	return check(all);
}

static int check_extensions(const char *list)
{
	char fields[1000];

	snprintf(fields, sizeof fields, "Sec-WebSocket-Extensions: %s\r\n",
		list);
	return check_more(fields);
}

static int check_protocols(const char *list)
{
	char fields[1000];

	snprintf(fields, sizeof fields, "Sec-WebSocket-Protocol: %s\r\n", list);
	return check_more(fields);
}

static void expect_accept(const char *key, const char *accept)
{
	char *exact = exactly(key, HANDSHAKE_KEY_LEN);
	char *out = malloc(HANDSHAKE_ACCEPT_SIZE);

	handshake_accept(out, exact);
	cr_expect_str_eq(out, accept);
	free(exact);
	free(out);
}

Test(handshake, 1_3_the_accept_of_the_example)
{
	expect_accept(KEY, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

/* The answer depends on the key as it is written, not on the bytes that it
 * stands for: the sample of 4.1 and its canonical spelling have different
 * answers. */
Test(handshake, 4_2_2_the_accept_depends_on_the_text)
{
	expect_accept(
		"AQIDBAUGBwgJCgsMDQ4PEC==", "OfS0wDaT5NoxF2gqm7Zj2YtetzM=");
	expect_accept(
		"AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
	expect_accept(
		"/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g=");
}

Test(handshake, 4_2_1_only_http_1_1_and_later)
{
	static const char fields[] =
		"Upgrade: websocket\r\nConnection: Upgrade\r\n";

	cr_expect(is_asked("GET / HTTP/1.1", fields));
	cr_expect(is_asked("GET / HTTP/1.2", fields));
	cr_expect(is_asked("GET http://h/chat HTTP/1.9", fields));
	/* RFC 9110 7.8: "A server MUST ignore an Upgrade header field that is
	 * received in an HTTP/1.0 request." */
	cr_expect(!is_asked("GET / HTTP/1.0", fields));
}

Test(handshake, 4_2_1_only_get)
{
	static const char *const others[] = {"HEAD", "POST", "PUT", "DELETE",
		"OPTIONS", "PATCH", "TRACE", "get", "WEBSOCKET", NULL};
	char line[40];

	for (size_t i = 0; others[i]; i++) {
		snprintf(line, sizeof line, "%s / HTTP/1.1", others[i]);
		cr_expect(!is_asked(line, "Upgrade: websocket\r\n"
					  "Connection: Upgrade\r\n"),
			"%s", line);
	}
}

/* Names and tokens in any case, in lists, over several fields. */
Test(handshake, 4_2_1_upgrade_and_connection)
{
	static const char *const asks[] = {
		"Upgrade: websocket\r\nConnection: Upgrade\r\n",
		"UPGRADE: WebSocket\r\nCONNECTION: UPGRADE\r\n",
		"upgrade:WEBSOCKET\r\nconnection:upgrade\r\n",
		"Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
		"Connection: Upgrade, keep-alive\r\nUpgrade: websocket\r\n",
		"Connection:\tkeep-alive\t,\t Upgrade \r\n"
		"Upgrade: \twebsocket\t\r\n",
		"Connection: keep-alive\r\nConnection: Upgrade\r\n"
		"Upgrade: websocket\r\n",
		"Connection:\r\nConnection: ,, x,Upgrade,\r\n"
		"Upgrade: h2c\r\nUpgrade: , websocket\r\n",
		"Connection: Upgrade\r\nUpgrade: h2c, websocket, foo/1\r\n",
		NULL};

	for (size_t i = 0; asks[i]; i++)
		cr_expect(is_asked("GET / HTTP/1.1", asks[i]), "%s", asks[i]);
}

Test(handshake, 4_2_1_without_upgrade_or_connection_it_is_plain)
{
	static const char *const plain[] = {"", "Upgrade: websocket\r\n",
		"Connection: Upgrade\r\n",
		"Upgrade: websocket\r\nConnection: keep-alive\r\n",
		"Upgrade: websocket\r\nConnection: close\r\n",
		"Upgrade: websocket\r\nConnection:\r\n",
		"Upgrade:\r\nConnection: Upgrade\r\n",
		"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
		"Upgrade: websockets\r\nConnection: Upgrade\r\n",
		"Upgrade: web socket\r\nConnection: Upgrade\r\n",
		"Upgrade: websocket/13\r\nConnection: Upgrade\r\n",
		"Upgrade: \"websocket\"\r\nConnection: Upgrade\r\n",
		"Upgrade: websocket\r\nConnection: Upgrade-Insecure\r\n",
		"Upgrade: websocket\r\nConnection: keep-alive Upgrade\r\n",
		"Upgrade: websocket\r\nConnection: keep-alive;Upgrade\r\n",
		"Upgrades: websocket\r\nConnection: Upgrade\r\n",
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n",
		NULL};

	for (size_t i = 0; plain[i]; i++)
		cr_expect(
			!is_asked("GET / HTTP/1.1", plain[i]), "%s", plain[i]);
}

Test(handshake, 4_2_1_a_valid_handshake)
{
	cr_expect_eq(check_more(""), 0);
	cr_expect_eq(check("sec-websocket-version:13\r\n"
			   "SEC-WEBSOCKET-KEY:\t" KEY " \r\n"),
		0);
	/* unknown fields are ignored, in any order */
	cr_expect_eq(check("Cookie: a=b\r\nSec-WebSocket-Key: " KEY "\r\n"
			   "Origin: http://example.com\r\n"
			   "Sec-WebSocket-Version: 13\r\nX: y\r\n"),
		0);
}

Test(handshake, 4_2_1_key_of_16_bytes)
{
	static const char *const wrong[] = {"", "=", "==", "AAAA",
		"AAAAAAAAAAAAAAAAAAAA",         /* 15 bytes, */
		"AAAAAAAAAAAAAAAAAAAAAAA=",     /* 17 bytes, */
		"AAAAAAAAAAAAAAAAAAAAAAAA",     /* 18, */
		"AAAAAAAAAAAAAAAAAAAAAAAAAA==", /* 19 */
		"AAAAAAAAAAAAAAAAAAAAAA",       /* padding is missing, */
		"AAAAAAAAAAAAAAAAAAAAAA=",      /* all or half, */
		"AAAAAAAAAAAAAAAAAAAAA===",     /* or is too much */
		"AAAAAAAAAAAAAAAAAAAAA=A=", "=AAAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAA=AAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA-==",
		"AAAAAAAAAAAAAAAAAAAAA_==", "AAAAAAAAAA AAAAAAAAAAA==",
		"AAAAAAAAAA\tAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA%==",
		"AAAAAAAAAAAAAAAAAAAAA\xC3==", "\"AAAAAAAAAAAAAAAAAAAA==\"",
		"AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAAAAAAAAAAAAA==,", NULL};

	cr_expect_eq(check_key(KEY), 0);
	cr_expect_eq(check_key("+++++++++++//////////w=="), 0);
	cr_expect_eq(check_key("0123456789abcdefABCDEg=="), 0);
	for (size_t i = 0; wrong[i]; i++) {
		cr_expect_eq(check_key(wrong[i]), 400, "%s", wrong[i]);
		cr_expect(strstr(why, "Sec-WebSocket-Key"), "%s", why);
	}
	cr_expect_eq(check("Sec-WebSocket-Version: 13\r\n"), 400);
	cr_expect(strstr(why, "Sec-WebSocket-Key"), "%s", why);
}

/* The printed sample has bits set that a strict Base64 decoder may refuse (RFC
 * 4648 3.5), but a server must accept it. */
Test(handshake, 4_1_the_printed_sample_key)
{
	cr_expect_eq(check_key("AQIDBAUGBwgJCgsMDQ4PEC=="), 0);
	cr_expect_eq(check_key("AAAAAAAAAAAAAAAAAAAAAB=="), 0);
	cr_expect_eq(check_key("AAAAAAAAAAAAAAAAAAAAA/=="), 0);
}

/* 11.3.1: the field "MUST NOT appear more than once in an HTTP request." */
Test(handshake, 11_3_1_exactly_one_key)
{
	cr_expect_eq(check_more("Sec-WebSocket-Key: " KEY "\r\n"), 400);
	cr_expect(strstr(why, "Sec-WebSocket-Key"), "%s", why);
	cr_expect_eq(check_more("Sec-WebSocket-Key:\r\n"), 400);
	cr_expect_eq(check_more("sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEC=="
				"\r\n"),
		400);
}

Test(handshake, 4_2_1_a_version_is_required)
{
	cr_expect_eq(check("Sec-WebSocket-Key: " KEY "\r\n"), 400);
	cr_expect(strstr(why, "Sec-WebSocket-Version"), "%s", why);
}

/* 4.2.2: a request for another version is answered with 426 and our version. */
Test(handshake, 4_4_another_version)
{
	static const char *const others[] = {
		"0", "7", "8", "12", "14", "25", "130", "255", NULL};
	/* 4.3: no version at all by its grammar, so it is refused as well */
	static const char *const wrong[] = {"", "013", "13.0", "+13", "x",
		"1 3", "13;", "13, 13", "13, 8", "8, 13", "256", "\"13\"",
		NULL};

	cr_expect_eq(check_version("13"), 0);
	cr_expect_eq(check_version(" \t13\t "), 0);
	for (size_t i = 0; others[i]; i++) {
		cr_expect_eq(check_version(others[i]), 426, "%s", others[i]);
		cr_expect(strstr(why, "13"), "%s", why);
	}
	for (size_t i = 0; wrong[i]; i++) {
		int status = check_version(wrong[i]);

		cr_expect(status == 400 || status == 426, "%s", wrong[i]);
	}
	/* the client is told this first: other rules may differ by version */
	cr_expect_eq(check("Sec-WebSocket-Version: 8\r\n"), 426);
	cr_expect_eq(check("Sec-WebSocket-Version: 8\r\n"
			   "Sec-WebSocket-Key: x\r\n"),
		426);
}

/* 11.3.5: the field "MUST NOT appear more than once in an HTTP request." */
Test(handshake, 11_3_5_exactly_one_version)
{
	cr_expect_eq(check_more("Sec-WebSocket-Version: 13\r\n"), 400);
	cr_expect(strstr(why, "Sec-WebSocket-Version"), "%s", why);
	cr_expect_eq(check_more("sec-websocket-version: 8\r\n"), 400);
	cr_expect_eq(check_more("Sec-WebSocket-Version:\r\n"), 400);
}

Test(handshake, 9_1_extensions_in_the_grammar)
{
	static const char *const good[] = {"deflate-stream",
		"mux; max-channels=4; flow-control, deflate-stream",
		"private-extension", "permessage-deflate",
		"permessage-deflate; client_max_window_bits",
		"permessage-deflate; client_max_window_bits=15;a;b=c",
		"permessage-deflate;client_max_window_bits=\"15\"", "a,b,c",
		"a ; b = c ; d = \"e\" , f", "a\t;\tb\t=\tc", ",a", "a,",
		"a,,b", "x-webkit-deflate-frame",
		"!#$%&'*+-.^_`|~; a=!#$%&'*+-.^_`|~", NULL};

	for (size_t i = 0; good[i]; i++)
		cr_expect_eq(check_extensions(good[i]), 0, "%s", good[i]);
	cr_expect_eq(check_more("Sec-WebSocket-Extensions: foo\r\n"
				"Sec-WebSocket-Extensions: bar; baz=2\r\n"),
		0);
}

/* "When using the quoted-string syntax variant, the value after quoted-string
 * unescaping MUST conform to the 'token' ABNF." */
Test(handshake, 9_1_quoted_parameters)
{
	cr_expect_eq(check_extensions("a; b=\"c\""), 0);
	cr_expect_eq(check_extensions("a; b=\"\\c\""), 0);
	cr_expect_eq(check_extensions("a; b=\"c\\d\\e\""), 0);
	cr_expect_eq(check_extensions("a; b=\"\\c d\""), 400);
	cr_expect_eq(check_extensions("a; b=\"c\\\\\""), 400);
	cr_expect_eq(check_extensions("a; b=\"c\\\"\""), 400);
}

Test(handshake, 9_1_malformed_extensions)
{
	static const char *const wrong[] = {"", ",", ", ,", ";", ";a", "a;",
		"a;;b", "a; ", "a;,b", "a;b=", "a;b= ", "a;=c", "a;=", "a=b",
		"a b", "a;b c", "a;b=c d", "a;b=c=d", "a;b==c", "a/b", "a:b",
		"(a)", "a;(b)", "a@b", "\"a\"", "a;\"b\"", "a;\"b\"=c",
		"a;b=\"\"", "a;b=\"c d\"", "a;b=\"c,d\"", "a;b=\"c;d\"",
		"a;b=\"c", "a;b=c\"", "a;b=cd\"", "a;b=\"(d\"", "a;b=\"",
		"a;b=\"c\"d", "a;b=\"c\"\"d\"", "a;b='c d'", "a;b=\"\xC3\xA9\"",
		"\xC3\xA9", "a;b=\xC3\xA9", "good, bad bad", "good; a=b, ;",
		"[a]", "{a}", "a;b=<c>", NULL};

	for (size_t i = 0; wrong[i]; i++) {
		cr_expect_eq(check_extensions(wrong[i]), 400, "%s", wrong[i]);
		cr_expect(strstr(why, "Sec-WebSocket-Extensions"), "%s", why);
	}
	cr_expect_eq(check_more("Sec-WebSocket-Extensions: a\r\n"
				"Sec-WebSocket-Extensions: b;\r\n"),
		400);
}

Test(handshake, 4_1_protocols_in_the_grammar)
{
	static const char *const good[] = {"chat", "chat, superchat",
		"chat,superchat", "\tchat\t,\tsuperchat\t",
		"v2.bookings.example.net", "!#$%&'*+-.^_`|~", ",chat", "chat,",
		"chat,,superchat", "chat, CHAT", "chat, cha, chatt", NULL};
	static const char *const wrong[] = {"", ",", ", ,", "a b", "a/b", "a;b",
		"a=b", "a:b", "(a)", "<a>", "a@b", "\"a\"", "a\\b", "[a]",
		"a?b", "{a}", "http://example.com", "\xC3\xA9", "a, b c",
		"\"a, b\"", NULL};

	for (size_t i = 0; good[i]; i++)
		cr_expect_eq(check_protocols(good[i]), 0, "%s", good[i]);
	for (size_t i = 0; wrong[i]; i++) {
		cr_expect_eq(check_protocols(wrong[i]), 400, "%s", wrong[i]);
		cr_expect(strstr(why, "Sec-WebSocket-Protocol"), "%s", why);
	}
}

/* They "MUST all be unique strings". */
Test(handshake, 4_1_protocols_are_unique)
{
	cr_expect_eq(check_protocols("chat, chat"), 400);
	cr_expect_eq(check_protocols("chat, superchat,\tchat"), 400);
	cr_expect_eq(check_protocols("a, b, c, d, e, c"), 400);
	/* 11.3.4: it may stand in several fields, which are one list */
	cr_expect_eq(check_more("Sec-WebSocket-Protocol: a\r\n"
				"Sec-WebSocket-Protocol: b\r\n"),
		0);
	cr_expect_eq(check_more("Sec-WebSocket-Protocol: a, b\r\n"
				"sec-websocket-protocol: c, a\r\n"),
		400);
}

Test(handshake, limit_on_the_protocols)
{
	char list[400] = "p0", more[16];

	for (int i = 1; i < 32; i++) {
		snprintf(more, sizeof more, ",p%d", i);
		strcat(list, more);
	}
	cr_expect_eq(check_protocols(list), 0);
	strcat(list, ",p32");
	cr_expect_eq(check_protocols(list), 400);
}

static const char *selected(const char *fields, const char *const *spoken)
{
	cr_assert_eq(check_more(fields), 0, "%s", fields);
	return handshake_protocol(&req, spoken);
}

/* 4.2.2: one of those offered, in the client's order of preference; NULL when
 * there is none that both speak. */
Test(handshake, 4_2_2_subprotocol)
{
	static const char *const two[] = {"echo", "chat", NULL};
	static const char *const none[] = {NULL};

	cr_expect_eq(selected("Sec-WebSocket-Protocol: echo\r\n", two), two[0]);
	cr_expect_eq(selected("Sec-WebSocket-Protocol: chat, echo\r\n", two),
		two[1]);
	cr_expect_eq(
		selected("Sec-WebSocket-Protocol: x,\techo ,chat\r\n", two),
		two[0]);
	cr_expect_eq(selected("Sec-WebSocket-Protocol: x\r\n"
			      "Sec-WebSocket-Protocol: y, chat\r\n",
			     two),
		two[1]);
	cr_expect_null(selected("Sec-WebSocket-Protocol: x, y\r\n", two));
	cr_expect_null(selected("Sec-WebSocket-Protocol: ECHO, ech\r\n", two));
	cr_expect_null(selected("", two));
	cr_expect_null(selected("Sec-WebSocket-Protocol: echo\r\n", none));
	cr_expect_null(selected("Sec-WebSocket-Protocol: echo\r\n", NULL));
}

/* The 101 that answers a handshake on this path with these fields, and what is
 * sent after it. */
static struct reply shake(const char *path, const char *fields)
{
	struct reply a;
	char text[1000];

	snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n" UPGRADE "%s\r\n",
		path, fields);
	ask(text);
	a = ask_next(true);
	cr_expect_eq(a.status, 101, "%s", text);
	return a;
}

/* RFC 6455 4.2.2: the fields of the server's handshake, and no others that
 * would mean something. The first frame is sent together with it. */
Test(handshake, 4_2_2_the_servers_handshake)
{
	struct reply a = shake("/", "");

	cr_expect(!strncmp(a.head, "HTTP/1.1 101 Switching Protocols\r\n", 34));
	cr_expect(reply_has(&a, "Upgrade: websocket"));
	cr_expect(reply_has(&a, "Connection: Upgrade"));
	cr_expect(reply_has(&a, "Sec-WebSocket-Accept: " ACCEPT));
	cr_expect(!reply_count(&a, "Sec-WebSocket-Protocol"));
	cr_expect(!reply_count(&a, "Sec-WebSocket-Extensions"));
	cr_expect(!reply_count(&a, "Content-Length"));
	cr_expect(!reply_count(&a, "Content-Type"));
	cr_expect(!reply_count(&a, "Transfer-Encoding"));
	cr_expect(slice_is(asked.unread, "\x81\4none"));
	cr_expect(!asked.ends);
}

/* 11.3.3: "The |Sec-WebSocket-Accept| header MUST NOT appear more than once in
 * an HTTP response."; 11.3.4: nor may the subprotocol. */
Test(handshake, 11_3_3_one_accept_and_one_subprotocol)
{
	struct reply a = shake("/echo", "Sec-WebSocket-Protocol: v2.echo\r\n"
					"Sec-WebSocket-Protocol: echo\r\n");

	cr_expect_eq(reply_count(&a, "Sec-WebSocket-Accept"), 1);
	cr_expect_eq(reply_count(&a, "Sec-WebSocket-Protocol"), 1);
	cr_expect_eq(reply_count(&a, "Upgrade"), 1);
	cr_expect_eq(reply_count(&a, "Connection"), 1);
}

/* RFC 6455 1.2: as printed there, except for the host names. */
Test(handshake, 1_2_the_handshake_of_the_example)
{
	struct reply a;

	ask("GET /chat HTTP/1.1\r\n"
	    "Host: server.example.com\r\n"
	    "Upgrade: websocket\r\n"
	    "Connection: Upgrade\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	    "Origin: http://example.com\r\n"
	    "Sec-WebSocket-Protocol: chat, superchat\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n");
	a = ask_next(true);
	cr_expect_eq(a.status, 101);
	cr_expect(reply_has(&a, "Sec-WebSocket-Accept: " ACCEPT));
}

/* RFC 6455 4.2.1, in the most unusual way that it allows. */
Test(handshake, 4_2_1_any_case_any_order_several_fields)
{
	struct reply a;

	ask("\r\nGET http://h:1/echo?x HTTP/1.7\r\n"
	    "sec-websocket-VERSION:\t13\t\r\n"
	    "CONNECTION: keep-alive\r\n"
	    "uPGRADE: h2c,\tWebSocket\r\n"
	    "Content-Length: 0\r\n"
	    "SEC-WEBSOCKET-PROTOCOL: x\r\n"
	    "connection: ,\tUPGRADE ,\r\n"
	    "sec-websocket-key:" KEY "\r\n"
	    "Sec-Websocket-Protocol: v2.echo, echo\r\n"
	    "host: h\r\n\r\n");
	a = ask_next(true);
	cr_expect_eq(a.status, 101);
	cr_expect(reply_has(&a, "Sec-WebSocket-Accept: " ACCEPT));
	cr_expect(reply_has(&a, "Sec-WebSocket-Protocol: v2.echo"));
	cr_expect(slice_is(asked.unread, "\x81\7v2.echo"));
}

/* RFC 6455 4.2.2: the field names one of those offered, or is not sent. */
Test(handshake, 4_2_2_subprotocol_in_the_answer)
{
	struct reply a = shake("/echo", "Sec-WebSocket-Protocol: echo\r\n");

	cr_expect(reply_has(&a, "Sec-WebSocket-Protocol: echo"));
	cr_expect(slice_is(asked.unread, "\x81\4echo"));
	a = shake("/echo", "Sec-WebSocket-Protocol: x, v2.echo, echo\r\n");
	cr_expect(reply_has(&a, "Sec-WebSocket-Protocol: v2.echo"));
	a = shake("/echo", "Sec-WebSocket-Protocol: x, ECHO\r\n");
	cr_expect(!reply_count(&a, "Sec-WebSocket-Protocol"));
	cr_expect(slice_is(asked.unread, "\x81\4none"));
	a = shake("/echo", "");
	cr_expect(!reply_count(&a, "Sec-WebSocket-Protocol"));
	a = shake("/", "Sec-WebSocket-Protocol: echo\r\n");
	cr_expect(!reply_count(&a, "Sec-WebSocket-Protocol"));
}

/* After the 101 there is no HTTP any more that could be closed. */
Test(handshake, 4_2_2_no_close_with_the_101)
{
	struct reply a = shake("/", "Connection: close\r\n");

	cr_expect_eq(reply_count(&a, "Connection"), 1);
	cr_expect(!asked.ends);
	ask_max_requests = 1;
	a = shake("/", "");
	cr_expect_eq(reply_count(&a, "Connection"), 1);
	cr_expect(!asked.ends);
}

/* RFC 6455 9.1: an extension is in use only when the server lists it. */
Test(handshake, 9_1_no_extension_is_selected)
{
	struct reply a =
		shake("/", "Sec-WebSocket-Extensions: permessage-deflate; "
			   "client_max_window_bits, x; y=\"z\"\r\n");

	cr_expect(!reply_count(&a, "Sec-WebSocket-Extensions"));
}

/* RFC 6455 4.2.1, 9.1, 11.3: an invalid handshake gets an error, and the
 * connection stays HTTP. */
Test(handshake, 4_2_1_invalid_handshakes_are_refused)
{
	static const char *const fields[] = {"Sec-WebSocket-Key: " KEY "\r\n",
		"Sec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Extensions: a b\r\n",
		"Sec-WebSocket-Extensions:\r\n",
		"Sec-WebSocket-Protocol: a/b\r\n",
		"Sec-WebSocket-Protocol: a, b, a\r\n",
		"Sec-WebSocket-Protocol:\r\n", NULL};

	for (size_t i = 0; fields[i]; i++) {
		struct reply a = ask_one(
			400, "GET / HTTP/1.1\r\n" UPGRADE "%s\r\n", fields[i]);

		cr_expect(memmem(a.body.p, a.body.len, "RFC 6455", 8));
		cr_expect(!reply_count(&a, "Upgrade"));
		cr_expect(!asked.ends);
	}
	ask_last(400, "GET / HTTP/1.1\r\n" UPGRADE "Host: h\r\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\n" UPGRADE "Content-Length: 5\r\n\r\n");
	ask_last(400, "GET / HTTP/1.1\r\n" UPGRADE
		      "Transfer-Encoding: chunked\r\n\r\n");
}

Test(handshake, 4_2_1_key_and_version_are_required)
{
	static const char start[] = "GET / HTTP/1.1\r\nHost: h\r\n"
				    "Upgrade: websocket\r\n"
				    "Connection: Upgrade\r\n";
	static const char *const fields[] = {"",
		"Sec-WebSocket-Key: " KEY "\r\n",
		"Sec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: c2hvcnQ=\r\n",
		NULL};

	for (size_t i = 0; fields[i]; i++)
		ask_one(400, "%s%s\r\n", start, fields[i]);
}

/* RFC 6455 4.2.2, 4.4: "a |Sec-WebSocket-Version| header field indicating the
 * version(s) the server is capable of understanding" */
Test(handshake, 4_4_another_version_is_answered_with_ours)
{
	struct reply a =
		ask_one(426, "GET / HTTP/1.1\r\nHost: h\r\n"
			     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			     "Sec-WebSocket-Key: " KEY "\r\n"
			     "Sec-WebSocket-Version: 25\r\n\r\n");

	cr_expect(reply_is_426(&a));
	cr_expect(memmem(a.body.p, a.body.len, "13", 2));
	cr_expect(!asked.ends);
	/* and then the client may try again: RFC 6455 4.4 */
	ask("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Key: " KEY "\r\n"
	    "Sec-WebSocket-Version: 25\r\n\r\n"
	    "GET / HTTP/1.1\r\n" UPGRADE "\r\n");
	cr_expect_eq(ask_next(false).status, 426);
	cr_expect_eq(ask_next(true).status, 101);
}

/* RFC 6455 4.2.2: "If the server does not wish to accept this connection, it
 * MUST return an appropriate HTTP error code (e.g., 403 Forbidden) and abort
 * the WebSocket handshake described in this section." */
Test(handshake, 4_2_2_a_handshake_that_is_declined)
{
	struct reply a = ask_one(403, "GET /no HTTP/1.1\r\n" UPGRADE "\r\n");

	cr_expect(!reply_count(&a, "Sec-WebSocket-Accept"));
	cr_expect(!asked.ends);
}

/* RFC 6455 4.2.1: a request with any other method, or in HTTP/1.0, is
 * ordinary. */
Test(handshake, 4_2_1_ordinary_requests)
{
	struct reply a = ask_one(200, "GET /a HTTP/1.0\r\n" UPGRADE "\r\n");

	cr_expect(slice_is(a.body, "/a"));
	ask_one(200, "HEAD /a HTTP/1.1\r\n" UPGRADE "\r\n");
	ask_one(405, "POST /a HTTP/1.1\r\n" UPGRADE "\r\n");
	ask_one(405, "PUT /a HTTP/1.1\r\n" UPGRADE "\r\n");
	ask_one(501, "BREW /a HTTP/1.1\r\n" UPGRADE "\r\n");
	ask_one(200, "GET /a HTTP/1.1\r\nHost: h\r\n"
		     "Upgrade: websocket\r\n\r\n");
	ask_one(200, "GET /a HTTP/1.1\r\nHost: h\r\n"
		     "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
}

/* RFC 6455 4.1: a client waits for the 101. When one does not wait, the
 * requests before its handshake and the frames after it are still handled in
 * order. */
Test(handshake, 4_2_2_requests_before_and_frames_after)
{
	static const char said[] =
		"GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
		"HEAD /2 HTTP/1.1\r\nHost: h\r\n\r\n"
		"GET /echo HTTP/1.1\r\n" UPGRADE "\r\n"
		"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
		"\x82\x82\0\0\0\0\r\n";

	ask_bytes(said, sizeof said - 1);
	cr_expect(slice_is(ask_next(false).body, "/1"));
	cr_expect_eq(ask_next(true).status, 200);
	cr_expect_eq(ask_next(true).status, 101);
	cr_expect(slice_is(asked.unread, "\x81\4none\x81\5Hello\x82\2\r\n"));
	cr_expect(!asked.ends);
}
