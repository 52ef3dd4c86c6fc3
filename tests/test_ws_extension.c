/* test_ws_extension.c - RFC 6455 9: what ws.c does for an extension, by one that
 * is not compression: x-flip inverts every bit of a payload that is not
 * short, and marks it by RSV1. */
#include "tests/lib/pieces.h"
#include "ws/frame.h"

#include <stdio.h>

#define SHORT 4 /* so long, and it is sent as it is */
#define OFFER "Sec-WebSocket-Extensions: x-other, x-flip; a=1\r\n"
#define REFUSED "a payload must not begin with 80 (RFC 7692 0)"

static int ended;
static struct buf plain, coded;

static void flip(struct buf *to, const void *from, size_t len)
{
	to->len = 0;
	cr_assert(buf_append(to, from, len));
	for (size_t i = 0; i < len; i++)
		to->data[i] ^= 0xFF;
}

static struct ws_session *agree(const struct ws_extension *extension,
	const struct request *req, const struct route *route, const char *offer,
	size_t len, char answer[WS_ANSWER_SIZE])
{
	static struct ws_session session;

	cr_expect(req->path.len && route != NULL);
	session.by = extension;
	if (len < 6 || memcmp(offer, "x-flip", 6))
		return NULL;
	snprintf(answer, WS_ANSWER_SIZE, "x-flip; b=%zu", len);
	return &session;
}

static int decode(
	struct ws *ws, const unsigned char **p, size_t *len, const char **why)
{
	(void)ws;
	if (*len && **p == 0x80) {
		*why = REFUSED;
		return 1007;
	}
	flip(&plain, *p, *len);
	*p = plain.data;
	return 0;
}

static bool encode(const struct ws_extension *by, struct ws *ws, const void **p,
	size_t *len)
{
	cr_expect_eq(by, ws->session->by);
	cr_expect_eq(ws->state, WS_OPEN);
	if (*len <= SHORT)
		return false;
	flip(&coded, *p, *len);
	*p = coded.data;
	return true;
}

static void end(struct ws *ws)
{
	cr_expect_eq(ws->state, WS_CLOSED);
	ended++;
}

static const struct ws_extension x_flip = {.max_coded = 1000,
	.agree = agree,
	.decode = decode,
	.encode = encode,
	.end = end};

static void clean(void)
{
	buf_free(&plain);
	buf_free(&coded);
}

static struct talk talk(void)
{
	return (struct talk){
		.acts.echo = true, .extension = &x_flip, .offer = OFFER};
}

/* What the client says, first byte and text, flipped. */
static void says_flipped(struct talk *t, int first, const char *text)
{
	struct buf b = {0};

	flip(&b, text, strlen(text));
	says_data(t, first, b.data, b.len);
	buf_free(&b);
}

static void answers_flipped(struct talk *t, int first, const char *text)
{
	struct buf b = {0};

	flip(&b, text, strlen(text));
	answers_data(t, first, b.data, b.len);
	buf_free(&b);
}

Test(ws_extension, 9_coded_and_plain_messages, .fini = clean)
{
	struct talk t = talk();

	says_flipped(&t, 0xC1, "Hello");
	hears(&t, "text", "Hello");
	answers_flipped(&t, 0xC1, "Hello");
	says(&t, 0x82, "plain, but its echo is not");
	hears(&t, "binary", "plain, but its echo is not");
	answers_flipped(&t, 0xC2, "plain, but its echo is not");
	says_flipped(&t, 0xC1, "hi");
	hears(&t, "text", "hi");
	answers(&t, 0x81, "hi");
	says(&t, 0xC1, "");
	hears(&t, "text", "");
	answers(&t, 0x81, "");
	says(&t, 0x89, "a Ping's payload is never coded");
	answers(&t, 0x8A, "a Ping's payload is never coded");
	hold(&t);
}

/* max_coded is for coded messages alone. */
Test(ws_extension, 9_a_plain_message_may_be_longer, .fini = clean)
{
	struct talk t = talk();
	char *text = some_text(1500), *twice = some_text(3000);

	memcpy(twice, text, 1500);
	memcpy(twice + 1500, text, 1500);
	says(&t, 0x81, text);
	hears(&t, "text", text);
	answers_flipped(&t, 0xC1, text);
	says(&t, 0x01, text);
	says(&t, 0x80, text);
	hears(&t, "text", twice);
	answers_flipped(&t, 0xC1, twice);
	hold(&t);
	free(text);
	free(twice);
}

/* RFC 7692 6.1: only the first fragment has RSV1; UTF-8 may be cut anywhere. */
Test(ws_extension, 9_a_coded_message_in_fragments, .fini = clean)
{
	struct talk t = talk();

	says_flipped(&t, 0x41, "K\xC3");
	says(&t, 0x00, "");
	says(&t, 0x89, "p");
	answers(&t, 0x8A, "p");
	says_flipped(&t, 0x80, "\xB6lle");
	hears(&t, "text", "K\xC3\xB6lle");
	answers_flipped(&t, 0xC1, "K\xC3\xB6lle");
	says(&t, 0x01, "one that");
	says(&t, 0x80, " is not");
	hears(&t, "text", "one that is not");
	answers_flipped(&t, 0xC1, "one that is not");
	hold(&t);
}

static void refuses_flipped(
	const char *row, int first, const char *text, int code, const char *why)
{
	struct talk t = talk();

	t.row = row;
	says_flipped(&t, first, text);
	says(&t, 0x89, "nothing follows");
	refuses(&t, code, why);
	hold(&t);
}

Test(ws_extension, 9_refused_messages, .fini = clean)
{
	refuses_flipped("no flip", 0xC2, "\x7F", 1007, "RFC 7692 0");
	refuses_flipped("not UTF-8", 0xC1, "a\xFF", 1007, "8.1");
	refuses_flipped("cut inside", 0xC1, "a\xC3", 1007, "8.1");
}

/* The first byte of its second frame, if it has one, comes after this. */
Test(ws_extension, 9_reserved_bits_that_are_not_its_own, .fini = clean)
{
	static const struct {
		const char *row;
		int begins, first;
	} rows[] = {
		{"RSV1 on a Ping", 0, 0xC9},
		{"RSV1 on a Pong", 0, 0xCA},
		{"RSV1 on a Close", 0, 0xC8},
		{"RSV1 on a continuation", 0x41, 0xC0},
		{"RSV1 on a continuation of a plain one", 0x01, 0xC0},
		{"RSV2", 0, 0xA1},
		{"RSV3", 0, 0x91},
		{"RSV1 and RSV2", 0, 0xE1},
		{"RSV1 on a reserved opcode", 0, 0xC3},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct talk t = talk();

		t.row = rows[i].row;
		if (rows[i].begins)
			says(&t, rows[i].begins, "x");
		says(&t, rows[i].first, "x");
		refuses(&t, 1002, "5.2");
		hold(&t);
	}
}

/* The limit for coded messages is kept from the heads alone. */
Test(ws_extension, 9_too_long_a_coded_message, .fini = clean)
{
	char *text = some_text(1000);
	struct talk t = talk();

	says_flipped(&t, 0xC1, text);
	hears(&t, "text", text);
	answers_flipped(&t, 0xC1, text);
	says_bytes(&t, "\xC2\xFE\x03\xE9", 4);
	refuses(&t, 1009, "7.4.1");
	hold(&t);
	t = talk();
	t.max_message = 2000;
	says_flipped(&t, 0x41, text);
	says_bytes(&t, "\x80\x81", 2);
	refuses(&t, 1009, "7.4.1");
	hold(&t);
	free(text);
}

static struct loop loop;

/* Returns a peer that has shaken hands, with this line in its request. */
static struct peer *shake(const char *offer)
{
	struct peer *p = peer_new(&loop);
	char request[1000];

	snprintf(request, sizeof request, "%.*s%s\r\n",
		(int)strlen(REQUEST) - 2, REQUEST, offer);
	peer_says(p, request, strlen(request));
	cr_assert(has_text(&p->got, "HTTP/1.1 101 "));
	return p;
}

Test(ws_extension, 9_1_the_first_offer_that_fits_is_answered)
{
	struct peer *p;

	loop_init(&loop);
	loop.app.extension = &x_flip;
	p = shake("Sec-WebSocket-Extensions: x-other; x-flip\r\n"
		  "Sec-WebSocket-Extensions: x-no,, x-flip; q , x-flip\r\n");
	cr_expect(has_text(
		&p->got, "\r\nSec-WebSocket-Extensions: x-flip; b=9\r\n"));
	cr_expect_eq(p->conn.ws.session->by, &x_flip);
	ended = 0;
	peer_free(p);
	cr_expect_eq(ended, 1);
	loop_end(&loop);
}

Test(ws_extension, 9_1_no_offer_fits)
{
	static const char *const offers[] = {
		"", "Sec-WebSocket-Extensions: x-other; x-flip\r\n"};

	for (int i = 0; i < 2; i++) {
		struct peer *p;

		loop_init(&loop);
		loop.app.extension = &x_flip;
		p = shake(offers[i]);
		cr_expect(!has_text(&p->got, "Extensions"));
		cr_expect_null(p->conn.ws.session);
		p->got.len = 0;
		peer_says_frame(p, 0xC1, "x", 1);
		cr_expect_eq(p->code, 1002);
		peer_free(p);
		loop_end(&loop);
	}
}

/* What waits to be sent is what counts, not what it was. */
static void send_some(struct ws *ws)
{
	size_t before = ws_buffered(ws);

	cr_expect(ws_send(ws, "Hello"));
	cr_expect(ws_send(ws, "hi"));
	cr_expect_eq(ws_buffered(ws) - before, 2 + 5 + 2 + 2);
}

Test(ws_extension, what_is_sent_first_is_coded, .fini = clean)
{
	struct peer *p;

	loop_init(&loop);
	loop.app.extension = &x_flip;
	loop.acts.on_connection = send_some;
	p = shake(OFFER);
	cr_expect(has_text(&p->got, "\xC1\x05\xB7\x9A\x93\x93\x90\x81\x02hi"));
	peer_free(p);
	loop_end(&loop);
}
