/* test_wire.c - the bytes of a connection, taken apart: every rule that can
 * be broken, every cut, and garbage. */
#include "tests/explain/shown.h"

#include "ws.h"
#include "ws/frame.h"

#include <stdio.h>

static const char request[] = "GET /chat HTTP/1.1\r\n"
			      "Host: server.example.com\r\n"
			      "Upgrade: websocket\r\n"
			      "Connection: Upgrade\r\n"
			      "User-Agent: none\r\n"
			      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			      "Sec-WebSocket-Version: 13\r\n\r\n";

static const char response[] =
	"HTTP/1.1 101 Switching Protocols\r\n"
	"Upgrade: websocket\r\n"
	"Connection: Upgrade\r\n"
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static const struct piece_field *field(const struct shown *w, const char *name)
{
	for (size_t i = 0; i < w->piece.n; i++)
		if (!strcmp(w->piece.fields[i].is.name, name))
			return &w->piece.fields[i];
	cr_assert(false, "no field %s", name);
	return NULL;
}

static void expect_value(
	const struct shown *w, const char *name, const char *value)
{
	cr_expect_str_eq(field(w, name)->value, value);
}

/* Frames of one side, with nothing before them. */
static struct shown *frames(bool sent, const void *bytes, size_t len)
{
	struct shown *w = shown_new(1000);

	wire_upgrade(&w->wire);
	shown_feed(w, sent, bytes, len);
	return w;
}

/* Expects the bytes to be refused with this code, at that byte, for this
 * reason. */
static void refused(bool sent, const void *bytes, size_t len, int code,
	size_t at, const char *why)
{
	struct shown *w = frames(sent, bytes, len);

	cr_assert(w->why != NULL, "%s", why);
	cr_expect_eq(w->code, code, "%s: %d", why, w->code);
	cr_expect(strstr(w->why, why), "%s", w->why);
	shown_free(w);
	/* the byte before it is fine */
	w = frames(sent, bytes, at);
	cr_expect_null(w->why, "%s: %s", why, w->why);
	shown_feed(w, sent, (const char *)bytes + at, 1);
	cr_expect(w->why, "%s", why);
	shown_free(w);
}

/* The longest that is explained has 24 characters; any other name is shown as it was
 * written, up to 39. */
Test(wire, names_of_fields)
{
	static const char head[] =
		"GET / HTTP/1.1\r\n"
		"Content-Security-Policy-Report-Only: a\r\n"
		"X-Name-Of-Forty-Characters-And-Some-More: b\r\n"
		"Sec-WebSocket-Extensions: c\r\n\r\n";
	struct shown *w = shown_new(1000);

	shown_feed(w, false, head, sizeof head - 1);
	expect_value(w, "Content-Security-Policy-Report-Only", "a");
	expect_value(w, "X-Name-Of-Forty-Characters-And-Some-Mor", "b");
	expect_value(w, "Sec-WebSocket-Extensions", "c");
	cr_expect_str_empty(
		field(w, "Content-Security-Policy-Report-Only")->is.means);
	shown_free(w);
}

#define KEY "\0\0\0\0"
#define BYTES(s) s, sizeof s - 1

Test(wire, 5_2_what_a_frame_breaks)
{
	refused(false, BYTES("\xc1\x80" KEY), 1002, 0, "5.2");
	refused(false, BYTES("\xa1\x80" KEY), 1002, 0, "5.2");
	refused(false, BYTES("\x91\x80" KEY), 1002, 0, "5.2");
	refused(false, BYTES("\x83\x80" KEY), 1002, 0, "5.2");
	refused(false, BYTES("\x8f\x80" KEY), 1002, 0, "5.2");
	refused(false, BYTES("\x81\xfe\0\x7d" KEY), 1002, 3, "5.2");
	refused(false, BYTES("\x81\xff\0\0\0\0\0\0\xff\xff" KEY), 1002, 9,
		"5.2");
	refused(false, BYTES("\x81\xff\x80\0\0\0\0\1\0\0" KEY), 1002, 9, "5.2");
}

Test(wire, 5_1_masks)
{
	refused(false, BYTES("\x81\x05Hello"), 1002, 1, "a client must mask");
	refused(true, BYTES("\x81\x80" KEY), 1002, 1, "a server must not mask");
}

Test(wire, 5_4_fragments)
{
	refused(false, BYTES("\x80\x80" KEY), 1002, 0, "5.4");
	refused(false, BYTES("\x01\x80" KEY "\x81\x80" KEY), 1002, 6, "5.4");
	refused(true, BYTES("\x80\0"), 1002, 0, "5.4");
	refused(true, BYTES("\x01\0\x81\0"), 1002, 2, "5.4");
}

Test(wire, 5_5_control_frames)
{
	refused(false, BYTES("\x09\x80" KEY), 1002, 0, "5.5");
	refused(false, BYTES("\x89\xfe\0\x7e" KEY), 1002, 1, "5.5");
	refused(false, BYTES("\x88\x81" KEY "\x03"), 1002, 6, "5.5.1");
	refused(false, BYTES("\x88\x82" KEY "\x03\xed"), 1002, 7, "7.4");
	refused(false, BYTES("\x88\x83" KEY "\x03\xe8\xff"), 1007, 8, "5.5.1");
	refused(true, BYTES("\x88\x02\0\0"), 1002, 3, "7.4");
	refused(true, BYTES("\x89\x7e\0\x7e"), 1002, 1, "5.5");
	refused(false, BYTES("\x88\x80" KEY "\x81"), 0, 6, "5.5.1");
}

Test(wire, 8_1_text_is_refused_in_the_middle_of_a_frame)
{
	refused(false, BYTES("\x81\xe4" KEY "ab\xff..."), 1007, 8, "8.1");
	refused(false, BYTES("\x81\x81" KEY "\xc3"), 1007, 6, "8.1");
	refused(false, BYTES("\x01\x81" KEY "\xc3\x80\x80" KEY), 1007, 12,
		"8.1");
	refused(false, BYTES("\x01\x81" KEY "\xc3\x80\x81" KEY "a"), 1007, 13,
		"8.1");
	refused(true, BYTES("\x81\x03\xed\xa0\x80"), 1007, 3, "8.1");
}

Test(wire, 7_4_1_a_message_that_is_too_big)
{
	char most[8 + 900] = "\x02\xfe\x03\x84" KEY;
	struct shown *w;

	refused(false, BYTES("\x82\xfe\x03\xe9" KEY), 1009, 3, "7.4.1");
	refused(false, BYTES("\x82\xff\0\0\0\0\0\1\0\0" KEY), 1009, 9, "7.4.1");
	w = frames(false, most, sizeof most);
	shown_feed(w, false, BYTES("\x80\xe4" KEY));
	cr_expect_null(w->why);
	shown_free(w);
	w = frames(false, most, sizeof most);
	shown_feed(w, false, BYTES("\x80\xe5" KEY));
	cr_expect_eq(w->code, 1009);
	shown_free(w);
	/* the server's messages have no limit */
	w = frames(true, BYTES("\x82\x7e\x03\xe9"));
	cr_expect_null(w->why);
	shown_free(w);
}

Test(wire, 7_4_every_close_code)
{
	for (int code = 0; code < 65536; code++) {
		char frame[] = {'\x88', 2, (char)(code >> 8), (char)code};
		char number[12];
		struct shown *w;

		/* all codes with a name, and the borders of the ranges */
		if (code > 1017 && code % 1000 > 1 && code % 1000 < 999 &&
			code < 65530)
			continue;
		w = frames(true, frame, sizeof frame);
		snprintf(number, sizeof number, "%d", code);
		expect_value(w, "close code", number);
		cr_expect_eq(w->why == NULL, frame_is_close_code(code));
		cr_expect(*field(w, "close code")->is.means);
		shown_free(w);
	}
}

static void expect_code(int code, const char *means)
{
	char frame[] = {'\x88', 2, (char)(code >> 8), (char)code};
	struct shown *w = frames(true, frame, sizeof frame);

	cr_expect_str_eq(field(w, "close code")->is.means, means);
	shown_free(w);
}

Test(wire, 7_4_close_codes_by_name)
{
	expect_code(999, "not a close code");
	expect_code(1000, "normal closure");
	expect_code(1011, "internal error");
	expect_code(1013, "try again later (IANA)");
	expect_code(1015, "TLS handshake failed (never sent)");
	expect_code(1016, "reserved for the protocol");
	expect_code(2999, "reserved for the protocol");
	expect_code(3000, "registered with IANA");
	expect_code(4000, "for private use by applications");
	expect_code(5000, "not a close code");
	expect_code(65535, "not a close code");
}

Test(wire, 5_5_1_closes_with_a_reason_and_without_a_code)
{
	struct shown *w = frames(false, BYTES("\x88\x86" KEY "\x0f\xa0"
					      "bye\n"));

	expect_value(w, "close code", "4000");
	expect_value(w, "close reason", "bye\\x0a");
	cr_expect_eq(field(w, "close reason")->at, 8);
	cr_expect_eq(field(w, "close reason")->bits, 32);
	shown_free(w);
	w = frames(true, BYTES("\x88\0"));
	cr_expect(strstr(field(w, "close code")->is.means, "1005"));
	shown_free(w);
}

Test(wire, 5_4_where_a_fragment_stands)
{
	struct shown *w = frames(true, BYTES("\x01\x03Hel"));

	expect_value(w, "message", "3 bytes in 1 frame so far");
	shown_feed(w, true, BYTES("\x89\0"));
	shown_feed(w, true, BYTES("\x80\x02lo"));
	expect_value(w, "message", "5 bytes in 2 frames, complete");
	expect_value(w, "text", "lo");
	shown_feed(w, true, BYTES("\x82\x02\xff\xff"));
	cr_expect_null(w->why);
	shown_free(w);
}

Test(wire, long_payload_is_not_gathered)
{
	static char zeros[100000];
	struct shown *w = shown_new(1000);

	w->wire.max_message = 0;
	wire_upgrade(&w->wire);
	shown_feed(w, false, BYTES("\x82\xff\0\0\0\0\0\3\x0d\x40" KEY));
	shown_feed(w, false, zeros, sizeof zeros);
	cr_expect_eq(w->piece.kind, PIECE_RUN);
	expect_value(w, "payload", "100000 of 200000");
	cr_expect_eq(field(w, "payload")->shown, 64);
	shown_feed(w, false, zeros, sizeof zeros);
	expect_value(w, "payload", "100001-200000 of 200000");
	cr_expect_eq(w->wire.sides[0].kept.cap, 0);
	shown_end(w);
	cr_expect_null(w->why);
	shown_free(w);
}

Test(wire, 5_3_the_key_goes_on_in_the_next_run)
{
	struct shown *w =
		frames(false, BYTES("\x81\x88\x37\xfa\x21\x3d\x7f\x9f"));

	expect_value(w, "text", "He");
	shown_feed(w, false, BYTES("\x4d\x51\x58"));
	expect_value(w, "text", "llo");
	shown_feed(w, false, BYTES("\xdb\x00\x1c"));
	expect_value(w, "text", "!!!");
	shown_free(w);
}

/* A head is recognised after a body; inside a request's body it is not. */
Test(wire, bodies)
{
	static char zeros[65];
	struct shown *w = shown_new(1000);

	shown_feed(w, false,
		BYTES("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n"
		      "\r\n"));
	shown_feed(
		w, false, BYTES("HTTP/1.1GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
	cr_expect_eq(w->piece.kind, PIECE_REQUEST);
	cr_expect_null(w->why);
	shown_feed(w, false,
		BYTES("POST / HTTP/1.1\r\nHost: x\r\n"
		      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
	cr_expect_str_eq(w->piece.title, "body");
	expect_value(w, "body", "0\\x0d\\x0a\\x0d\\x0a");
	memset(zeros, '0', sizeof zeros);
	shown_feed(w, false, zeros, sizeof zeros);
	cr_expect_eq(strlen(field(w, "body")->value), 64 + 3);
	shown_free(w);
}

/* The first byte after it breaks the rule. */
Test(wire, 5_5_1_nothing_follows_a_close)
{
	struct shown *w = frames(true, BYTES("\x88\0\x81\x02hi"));

	cr_expect_str_eq(w->piece.title, "not read");
	cr_expect_eq(w->piece.at, 0);
	shown_feed(w, true, BYTES("\x81\0"));
	cr_expect_null(w->piece.why);
	shown_free(w);
}

Test(wire, texts_are_cut_between_characters)
{
	char frame[2 + 99] = "\x81\x63";
	struct shown *w;

	for (size_t i = 2; i < sizeof frame; i += 3)
		memcpy(frame + i, "\xe2\x9c\x85", 3);
	w = frames(true, frame, sizeof frame);
	cr_expect_eq(strlen(field(w, "text")->value), 63 + 3);
	shown_free(w);
	/* two of the three bytes of the last one */
	memset(frame + 2, 'a', sizeof frame - 2);
	for (size_t i = 4; i + 3 <= sizeof frame; i += 3)
		memcpy(frame + i, "\xe2\x9c\x85", 3);
	w = frames(true, frame, sizeof frame);
	cr_expect_eq(strlen(field(w, "text")->value), 62 + 3);
	shown_free(w);
}

/* A run that one side sends. */
struct says {
	bool sent;
	const char *bytes;
	size_t len;
};

/* The whole conversation; run `which` is cut before byte `at`, or before each
 * byte when that is SIZE_MAX. */
static struct shown *talk(
	const struct says *says, size_t n, size_t which, size_t at)
{
	struct shown *w = shown_new(1000);

	for (size_t i = 0; i < n; i++) {
		const char *p = says[i].bytes;
		size_t len = says[i].len;

		if (at == SIZE_MAX) {
			for (size_t j = 0; j < len; j++)
				shown_feed(w, says[i].sent, p + j, 1);
		} else if (i == which) {
			shown_feed(w, says[i].sent, p, at);
			shown_feed(w, says[i].sent, p + at, len - at);
		} else {
			shown_feed(w, says[i].sent, p, len);
		}
	}
	shown_end(w);
	return w;
}

static void expect_same(
	const struct shown *a, const struct shown *b, size_t which, size_t at)
{
	for (int sent = 0; sent < 2; sent++) {
		const struct buf *x = &a->lines[sent], *y = &b->lines[sent];

		cr_assert(
			x->len == y->len &&
				(!x->len || !memcmp(x->data, y->data, x->len)),
			"cut %zu in %zu:\n%.*s\nnot\n%.*s", at, which,
			(int)y->len, (char *)y->data, (int)x->len,
			(char *)x->data);
	}
}

/* Checks the law of pieces. */
static void hold(const struct says *says, size_t n)
{
	struct shown *whole = talk(says, n, n, 0), *cut;

	for (size_t which = 0; which < n; which++)
		for (size_t at = 1; at < says[which].len; at++) {
			cut = talk(says, n, which, at);
			expect_same(whole, cut, which, at);
			shown_free(cut);
		}
	cut = talk(says, n, n, SIZE_MAX);
	expect_same(whole, cut, n, SIZE_MAX);
	shown_free(cut);
	shown_free(whole);
}

#define IN(s)                          \
	{                              \
		false, s, sizeof s - 1 \
	}
#define OUT(s)                        \
	{                             \
		true, s, sizeof s - 1 \
	}
#define HOLD(...)                                \
	hold((const struct says[]){__VA_ARGS__}, \
		sizeof(struct says[]){__VA_ARGS__} / sizeof(struct says))

static const char masked_hello[] =
	"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";

Test(wire, same_fields_however_the_bytes_arrive)
{
	HOLD(IN(request), OUT(response), OUT("\x81\x05Hello"), IN(masked_hello),
		IN("\x01\x83" KEY "\xe2\x9c\x85\x89\x82" KEY "hi\x80\x81" KEY
		   "!\x82\xfe\0\x7e" KEY),
		IN("01234567890123456789012345678901234567890123456789012345678"
		   "9"
		   "01234567890123456789012345678901234567890123456789012345678"
		   "9"
		   "012345"),
		OUT("\x8a\x02hi\x88\x02\x03\xe8"),
		IN("\x88\x88" KEY "\x03\xe8goning"));
}

Test(wire, same_refusal_however_the_bytes_arrive)
{
	HOLD(IN(request), OUT(response),
		IN("\x81\x85" KEY "ab\xff..\x81\x80" KEY));
	HOLD(IN(request), OUT(response), IN("\x81\x81" KEY "a\xc1\x80" KEY));
	HOLD(IN(request), OUT(response), IN("\x82\xfe\x03\xe9" KEY "more"));
	HOLD(IN(request), OUT(response), IN("\x88\x82" KEY "\x03\xed more"));
	HOLD(IN("GET / HTTP/1.1\r\nHost : x\r\nMore: of it\r\n\r\n"));
	HOLD(IN("GET / HTTP/1.1\nHost: x\r\n\r\n"));
	HOLD(IN("\x16\x03\x01\x02"));
	HOLD(IN("\r\nGET / HTTP/1.1\r\n\r\n"));
	HOLD(OUT("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
		 "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n"
		 "HTTP/1.1 what\r\n"));
}

Test(wire, same_end_however_the_bytes_arrive)
{
	HOLD(IN(request), OUT(response), IN("\x81\x85" KEY "ab"));
	HOLD(IN(request), OUT(response), IN("\x89\x85" KEY "ab"));
	HOLD(IN(request), OUT(response), IN("\x81\xfe\0"));
	HOLD(IN("GET / HTTP/1.1\r\nHost: x\r"));
	HOLD(OUT("HTTP/1.1 200 OK\r\nDate"));
}

/* More lines than fields: the last lines share one field. */
Test(wire, heads_of_many_fields)
{
	struct shown *w = shown_new(1000);
	struct buf head = {0};

	buf_printf(&head, "GET / HTTP/1.1\r\nHost: x\r\n");
	for (int i = 0; i < 90; i++)
		buf_printf(&head, i % 2 ? "Origin: x\r\n" : "X-%d: x\r\n", i);
	buf_printf(&head, "%s", strchr(request, '\n') + 27);
	shown_feed(w, false, head.data, head.len);
	cr_expect_null(w->why, "%s", w->why);
	cr_expect_str_eq(w->piece.title, "handshake request");
	expect_value(w, "Base64", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	cr_expect(field(w, "end of head")->bits == 16);
	buf_free(&head);
	shown_free(w);
}

/* The steps of the handshake refer to the bytes of the key. */
Test(wire, 4_2_2_steps_from_key_to_accept)
{
	struct shown *w = shown_new(1000);

	shown_feed(w, false, BYTES(request));
	expect_value(w, "key + GUID",
		"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	expect_value(w, "SHA-1",
		"b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea");
	expect_value(w, "Base64", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	cr_expect(!memcmp(request + field(w, "SHA-1")->at,
		"dGhlIHNhbXBsZSBub25jZQ==", 24));
	shown_feed(w, true, BYTES(response));
	cr_expect_null(w->why);
	shown_feed(w, true, BYTES("\x81\0"));
	cr_expect_eq(w->piece.kind, PIECE_FRAME);
	shown_feed(w, false, BYTES("\x81\x80" KEY));
	cr_expect_eq(w->piece.kind, PIECE_FRAME);
	shown_free(w);
}

static void answered(const char *head, const char *why)
{
	struct shown *w = shown_new(1000);

	shown_feed(w, false, BYTES(request));
	shown_feed(w, true, head, strlen(head));
	cr_expect(!why == !w->why && (!why || strstr(w->why, why)), "%s: %s",
		head, w->why);
	shown_free(w);
}

#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

Test(wire, 4_1_what_a_101_must_have)
{
	answered("HTTP/1.1 101 Yes\r\nupgrade: WebSocket\r\n"
		 "connection: x, upgrade\r\n" ACCEPT "\r\n",
		NULL);
	answered("HTTP/1.1 101 Yes\r\nConnection: Upgrade\r\n" ACCEPT "\r\n",
		"Upgrade: websocket");
	answered("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n" ACCEPT "\r\n",
		"Connection: Upgrade");
	answered("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\n\r\n",
		"match the key");
	answered("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n"
		 "Connection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=\r\n\r\n",
		"match the key");
	answered("HTTP/1.1 403 Forbidden\r\n\r\n", NULL);
}

Test(wire, a_response_that_is_too_long)
{
	struct shown *w = shown_new(1000);
	struct buf head = {0};

	buf_printf(&head, "HTTP/1.1 200 OK\r\n");
	while (head.len < 20000)
		buf_printf(&head, "X: x\r\n");
	shown_feed(w, true, head.data, head.len);
	cr_expect_str_eq(w->why, "the head has over 100 fields");
	shown_free(w);
	w = shown_new(1000);
	head.len = 17;
	buf_printf(&head, "X: %020000d\r\n", 1);
	shown_feed(w, true, head.data, head.len);
	cr_expect_str_eq(w->why, "the head has over 16 KiB");
	shown_free(w);
	buf_free(&head);
}

Test(wire, responses_that_are_none)
{
	answered("HTTP/2.0 200 OK\r\n\r\n", "(RFC 9112 4)");
	answered("HTTP/1.1 20 OK\r\n\r\n", "(RFC 9112 4)");
	answered("HTTP/1.1 200\r\n\r\n", "(RFC 9112 4)");
	answered("\r\n", "(RFC 9112 4)");
	answered("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "(RFC 9112 5)");
	answered("HTTP/1.1 200 OK\r\nname : x\r\n\r\n", "(RFC 9112 5)");
}

Test(wire, 4_2_1_handshakes_by_their_faults)
{
	struct shown *w = shown_new(1000);
	char key[sizeof request], version[sizeof request];

	memcpy(key, request, sizeof key);
	strstr(key, "ZQ==")[2] = 'x';
	shown_feed(w, false, key, sizeof key - 1);
	cr_expect_eq(w->code, 400);
	cr_expect(strstr(w->why, "Sec-WebSocket-Key"));
	/* and it may ask again */
	memcpy(version, request, sizeof version);
	strstr(version, ": 13")[3] = '2';
	w->why = NULL;
	shown_feed(w, false, version, sizeof version - 1);
	cr_expect_eq(w->code, 426);
	w->why = NULL;
	shown_feed(w, false, BYTES(request));
	cr_expect_null(w->why);
	shown_free(w);
}

/* xorshift: the same numbers on every machine. */
static uint32_t random_of(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

/* A frame that is mostly valid. */
static size_t frame_of(uint32_t *r, char *p, bool masked)
{
	static const unsigned char first[] = {0x81, 0x82, 0x01, 0x80, 0x00,
		0x89, 0x8a, 0x88, 0x81, 0x82, 0x81, 0x82};
	size_t len = random_of(r, 20) ? random_of(r, 30) : random_of(r, 300);
	size_t n = 2;

	p[0] = (char)first[random_of(r, sizeof first)];
	if (!random_of(r, 60))
		p[0] = (char)random_of(r, 256);
	p[1] = (char)(len < 126 ? len : 126);
	if (len >= 126) {
		p[n++] = (char)(len >> 8);
		p[n++] = (char)len;
	}
	if (masked != !random_of(r, 100)) {
		p[1] |= (char)0x80;
		memset(p + n, 0, 4);
		n += 4;
	}
	for (size_t i = 0; i < len; i++)
		p[n++] = (char)(random_of(r, 90) ? 'a' + random_of(r, 26)
						 : random_of(r, 256));
	if ((p[0] & 15) == 8 && len > 1 && random_of(r, 4)) {
		p[n - len] = 3;
		p[n - len + 1] = (char)(0xe8 + random_of(r, 8));
	}
	return n;
}

/* Frames, or bytes of any kind; now and then one of them is changed. */
static size_t garbage(uint32_t *r, char *p, bool sent, bool framed)
{
	size_t n = 0;

	if (framed && random_of(r, 30))
		while (random_of(r, 4))
			n += frame_of(r, p + n, !sent);
	else if (random_of(r, 2))
		for (n = 0; n < 1 + random_of(r, 200); n++)
			p[n] = (char)random_of(r, 256);
	else if (sent)
		n = (size_t)sprintf(p, "%s", response);
	else
		n = (size_t)sprintf(p, "%s", request);
	for (; n && !random_of(r, 6);)
		p[random_of(r, (uint32_t)n)] = (char)random_of(r, 256);
	return n;
}

static void garble(uint32_t seed)
{
	static char run[65536];
	uint32_t r = seed;
	struct shown *w = shown_new(1000);
	bool framed = random_of(&r, 2);

	if (framed)
		wire_upgrade(&w->wire);
	for (int i = 0; i < 12; i++) {
		bool sent = random_of(&r, 2);
		size_t n = garbage(&r, run, sent, framed || w->wire.upgraded);
		size_t at = n ? random_of(&r, (uint32_t)n) : 0;

		shown_feed(w, sent, run, at);
		shown_feed(w, sent, run + at, n - at);
	}
	shown_end(w);
	shown_free(w);
}

Test(wire, no_byte_of_garbage_is_unexplained)
{
	for (uint32_t seed = 1; seed <= 1000; seed++)
		garble(seed * 2654435761u);
}

/* The verdict of ws.c on the same bytes. */
struct judged {
	struct ws ws; /* the first member */
	struct buf in, out;
	int code;
	char why[WS_REASON_MAX + 1];
};

static struct buf *output(struct ws *ws)
{
	return &((struct judged *)ws)->out;
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct judged *j = (struct judged *)ws;

	j->code = code;
	strcpy(j->why, reason);
}

static void judge(struct judged *j, const void *bytes, size_t len)
{
	static struct ws_host host = {.max_message = 1000,
		.max_unsent = 1 << 20,
		.max_backlog = 1 << 20,
		.max_memory = UINT64_MAX,
		.output = output};

	ws_open(&j->ws, &host, NULL);
	j->ws.on_close = on_close;
	buf_append(&j->in, bytes, len);
	ws_input(&j->ws, &j->in);
	buf_free(&j->in);
	buf_free(&j->out);
}

/* The last piece that is not what is passed over. */
static void expect_agreement(uint32_t seed)
{
	static char bytes[65536];
	struct judged j = {.code = 0};
	struct shown *w;
	size_t n = 0;

	for (int i = 0; i < 6; i++)
		n += frame_of(&seed, bytes + n, true);
	judge(&j, bytes, n);
	w = frames(false, bytes, n);
	if (w->why && w->code) {
		cr_assert_eq(w->code, j.code);
		cr_assert_str_eq(w->why, j.why);
	} else {
		cr_assert(!j.code || frame_is_close_code(j.code) ||
			  j.code == 1005);
		cr_assert_null(strstr(j.why, "(RFC "));
	}
	shown_free(w);
}

Test(wire, the_rules_are_those_that_the_server_keeps)
{
	for (uint32_t seed = 1; seed <= 3000; seed++)
		expect_agreement(seed * 2654435761u);
}
