/* test_wing.c - RFC 7692 by whole conversations: what is agreed to, what comes
 * out of compressed messages, how they are answered, what is refused. */
#include "deflate/compress.h"
#include "deflate/inflate.h"
#include "tests/deflate/wing.h"
#include "tests/lib/scarce.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define OFFER                                            \
	"Sec-WebSocket-Extensions: permessage-deflate; " \
	"client_max_window_bits\r\n"
#define FIREFOX "Sec-WebSocket-Extensions: permessage-deflate\r\n"
#define EVERYWHERE LIST("--deflate")

static struct loop loop;

static void begin(const char *const *options)
{
	loop_init(&loop);
	wing_start(&loop, options);
}

static void end(void)
{
	loop_end(&loop);
	wing_stop();
}

/* A talk on a path where it is spoken. The wing is that of begin(). */
static struct talk talk(const char *row, const char *offer)
{
	return (struct talk){
		.row = row, .extension = wing_extension(), .offer = offer};
}

/* A compressed text. */
#define SAYS(t, bytes) says_data(t, 0xC1, bytes, sizeof(bytes) - 1)

Test(deflate, 7_2_3_the_examples)
{
	struct talk t;

	begin(EVERYWHERE);
	t = talk("7.2.3.1", OFFER);
	SAYS(&t, "\xf2\x48\xcd\xc9\xc9\x07\x00");
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.1, in fragments", OFFER);
	says_data(&t, 0x41, "\xf2\x48\xcd", 3);
	says(&t, 0x89, "");
	answers(&t, 0x8A, "");
	says_data(&t, 0x80, "\xc9\xc9\x07\x00", 4);
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.2, with context takeover", OFFER);
	SAYS(&t, "\xf2\x48\xcd\xc9\xc9\x07\x00");
	SAYS(&t, "\xf2\x00\x11\x00\x00");
	hears(&t, "text", "Hello");
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.3, stored", OFFER);
	SAYS(&t, "\x00\x05\x00\xfa\xffHello\x00");
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.4, BFINAL", OFFER);
	SAYS(&t, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00");
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.5, two blocks", OFFER);
	SAYS(&t, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00");
	hears(&t, "text", "Hello");
	hold(&t);
	t = talk("7.2.3.6, empty", OFFER);
	SAYS(&t, "\x00");
	hears(&t, "text", "");
	hold(&t);
	end();
}

/* A handler may give it to memcpy, even for 0 bytes. */
static void expect_a_place(struct ws *ws, const char *data, size_t len)
{
	(void)ws;
	cr_expect(data);
	cr_expect_eq(len, 0);
}

/* Nothing has come before it, and nothing comes out of it. */
Test(deflate, an_empty_message_is_the_first)
{
	struct peer *p;

	begin(EVERYWHERE);
	loop.acts.on_message = expect_a_place;
	p = wing_peer(&loop, "/", "permessage-deflate; client_max_window_bits");
	peer_says_frame(p, 0xC1, "\x00", 1);
	expect_events(p, "text \n");
	peer_free(p);
	end();
}

/* A message that is not compressed leaves the context as it is; so does one in
 * the middle. */
Test(deflate, 6_1_plain_messages_between)
{
	struct talk t;

	begin(EVERYWHERE);
	t = talk("between", OFFER);
	SAYS(&t, "\xf2\x48\xcd\xc9\xc9\x07\x00");
	says(&t, 0x82, "some other bytes");
	SAYS(&t, "\xf2\x00\x11\x00\x00");
	hears(&t, "text", "Hello");
	hears(&t, "binary", "some other bytes");
	hears(&t, "text", "Hello");
	hold(&t);
	end();
}

Test(deflate, what_is_refused)
{
	static const char reach[] = "\xf2\x00\x11\x00\x00";
	struct talk t;

	begin(EVERYWHERE);
	t = talk("not DEFLATE", OFFER);
	SAYS(&t, "\x07");
	says(&t, 0x81, "nothing is heard any more");
	refuses(&t, 1007, "RFC 1951");
	hold(&t);
	t = talk("before the beginning", OFFER);
	SAYS(&t, reach);
	refuses(&t, 1007, "RFC 1951");
	hold(&t);
	/* RFC 7692 7.1.1.2: without context takeover there is nothing */
	t = talk("no takeover", FIREFOX);
	SAYS(&t, "\xf2\x48\xcd\xc9\xc9\x07\x00");
	hears(&t, "text", "Hello");
	SAYS(&t, reach);
	refuses(&t, 1007, "RFC 1951");
	hold(&t);
	t = talk("not UTF-8", OFFER);
	SAYS(&t, "\x00\x02\x00\xfd\xff\xc3\x28\x00");
	refuses(&t, 1007, "8.1");
	hold(&t);
	t = talk("cut character", OFFER);
	SAYS(&t, "\x00\x01\x00\xfe\xff\xc3\x00");
	refuses(&t, 1007, "8.1");
	hold(&t);
	t = talk("RSV1 on a Ping", OFFER);
	says(&t, 0xC9, "");
	refuses(&t, 1002, "5.2");
	hold(&t);
	t = talk("RSV1 on a continuation", OFFER);
	says_data(&t, 0x41, "\xf2", 1);
	says_data(&t, 0xC0, "\x48", 1);
	refuses(&t, 1002, "5.2");
	hold(&t);
	end();
}

/* Returns a peer on a path, after the handshake with that answer. */
static struct peer *shake(const char *path, const char *offer, const char *want)
{
	struct peer *p = wing_peer(&loop, path, offer);

	cr_expect_str_eq(wing_answer, want, "%s", wing_answer);
	return p;
}

/* RFC 7692 5.1: the first one that is acceptable, and nothing else. */
Test(deflate, 5_1_the_first_acceptable_offer)
{
	begin(EVERYWHERE);
	peer_free(shake("/",
		"x-other, permessage-deflate; foo, "
		"permessage-deflate; server_max_window_bits=9; "
		"client_max_window_bits=9, permessage-deflate",
		"permessage-deflate; server_max_window_bits=9; "
		"client_max_window_bits=9"));
	peer_free(shake("/", "permessage-deflate; foo", ""));
	peer_free(shake("/", NULL, ""));
	end();
}

/* Without --deflate it is spoken on /deflate alone; and never on a route whose
 * bytes are not shown. */
Test(deflate, where_it_is_spoken)
{
	static const char offer[] =
		"permessage-deflate; client_max_window_bits";
	static const char answer[] =
		"permessage-deflate; client_max_window_bits=9";
	struct peer *p;

	begin(LIST("--deflate-window", "9"));
	peer_free(shake("/echo", offer, ""));
	peer_free(shake("/deflate/", offer, ""));
	p = shake("/deflate", offer, answer);
	cr_expect(p->conn.ws.session && p->conn.ws.route == &loop.route);
	peer_free(p);
	peer_free(shake("/deflate", NULL, ""));
	end();
	begin(LIST("--deflate", "--deflate-window", "9"));
	peer_free(shake("/echo", offer, answer));
	loop.route.is_private = true;
	peer_free(shake("/echo", offer, ""));
	end();
}

/* What a peer has received. */
struct receiver {
	unsigned char bytes[1 << 10];
	struct window window;
};

/* The peer is sent this message, which is that text. */
static void receive(
	struct receiver *r, const void *data, size_t len, const char *text)
{
	static struct inflate inflate = {.max_output = 1 << 20};

	r->window.bytes = r->bytes;
	inflate.window = r->window;
	cr_assert_eq(
		inflate_message(&inflate, data, len), 0, "%s", inflate.why);
	cr_assert_eq(inflate.out.len, strlen(text));
	cr_expect(!memcmp(inflate.out.data, text, strlen(text)));
	window_add(&r->window, text, strlen(text));
	buf_free(&inflate.out);
}

/* The peer has got one frame, a compressed message which is that text. */
static void unpack(struct peer *p, struct receiver *r, const char *text)
{
	unsigned char *frame = p->got.data;
	size_t head = frame[1] < 126 ? 2 : 4;
	size_t len = head == 2 ? frame[1] : (size_t)frame[2] << 8 | frame[3];

	cr_assert_eq(*frame, 0xC1);
	cr_assert_eq(p->got.len, head + len);
	receive(r, frame + head, len, text);
	p->got.len = 0;
}

static const char chat[] =
	"{\"type\":\"message\",\"from\":\"alice\",\"text\":\"hello to all\"}";

/* What each kind of agreement makes of the same text, sent twice. */
Test(deflate, 7_2_1_what_is_sent)
{
	static const struct {
		const char *offer;
		uint8_t bits;
		bool forgets;
	} rows[] = {
		{"permessage-deflate", 10, false},
		{"permessage-deflate; server_no_context_takeover", 10, true},
		{"permessage-deflate; server_max_window_bits=8", 8, false},
		{"permessage-deflate; server_max_window_bits=15", 10, false},
	};

	begin(EVERYWHERE);
	for (size_t i = 0; i < SIZE(rows); i++) {
		struct peer *p = wing_peer(&loop, "/", rows[i].offer);
		struct receiver r = {.window = {.bits = rows[i].bits,
					     .forgets = rows[i].forgets}};
		size_t first;

		cr_assert(ws_send(&p->conn.ws, chat));
		loop_serve_pending(&loop);
		first = p->got.len;
		cr_expect_lt(first, strlen(chat));
		unpack(p, &r, chat);
		cr_assert(ws_send(&p->conn.ws, chat));
		loop_serve_pending(&loop);
		if (rows[i].forgets)
			cr_expect_eq(p->got.len, first);
		else
			cr_expect_lt(p->got.len, 20, "%zu", p->got.len);
		unpack(p, &r, chat);
		peer_free(p);
	}
	end();
}

/* What is short, or would grow, is sent as it is. */
Test(deflate, what_is_sent_as_it_is)
{
	static const char *const texts[] = {
		"", "Hello", "0123456789abcdefghij"};
	struct peer *p;

	begin(EVERYWHERE);
	p = wing_peer(&loop, "/", "permessage-deflate");
	for (size_t i = 0; i < SIZE(texts); i++) {
		cr_assert(ws_send(&p->conn.ws, texts[i]));
		loop_serve_pending(&loop);
		cr_expect_eq(p->got.data[0], 0x81);
		cr_expect_eq(p->got.len, 2 + strlen(texts[i]));
		p->got.len = 0;
	}
	cr_expect_eq(loop.shared.host.held, 0);
	peer_free(p);
	end();
}

/* An idle socket has nothing of its own until its first compressed message; and
 * then at most 1,100 bytes a direction, which count against the budget. */
Test(deflate, memory_of_a_socket)
{
	struct peer *p, *other;

	begin(EVERYWHERE);
	p = wing_peer(&loop, "/", "permessage-deflate; client_max_window_bits");
	other = wing_peer(
		&loop, "/", "permessage-deflate; client_max_window_bits");
	cr_expect_eq(p->conn.ws.session, other->conn.ws.session);
	cr_expect_eq(loop.shared.host.held, 0);
	cr_assert(ws_send(&p->conn.ws, chat));
	loop_serve_pending(&loop);
	cr_expect(loop.shared.host.held <= 1100, "%llu", loop.shared.host.held);
	peer_says_frame(p, 0xC1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
	cr_expect(loop.shared.host.held <= 2200, "%llu", loop.shared.host.held);
	cr_expect_neq(p->conn.ws.session, other->conn.ws.session);
	peer_free(p);
	cr_expect_eq(loop.shared.host.held, 0);
	peer_free(other);
	end();
}

/* Where all memory is in use, what is to be sent goes as it is, and what comes
 * compressed is refused. */
Test(deflate, no_memory_for_a_window)
{
	struct peer *p;

	begin(EVERYWHERE);
	p = wing_peer(&loop, "/", "permessage-deflate; client_max_window_bits");
	loop.shared.host.max_memory = 100;
	for (int i = 0; i < 4; i++) {
		cr_expect(ws_send(&p->conn.ws, chat));
		loop_serve_pending(&loop);
		cr_expect(p->got.len > 2 && p->got.data[0] == 0xC1);
		p->got.len = 0;
	}
	loop.shared.host.max_memory = UINT64_MAX;
	peer_free(p);
	p = wing_peer(&loop, "/", "permessage-deflate; client_max_window_bits");
	scarce.calloc = true;
	peer_says_frame(p, 0xC1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
	cr_expect_eq(p->code, 1013);
	peer_free(p);
	p = wing_peer(&loop, "/", "permessage-deflate; client_max_window_bits");
	loop.shared.host.max_memory = 100; /* for one, but not for two */
	peer_says_frame(p, 0xC1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
	cr_expect_eq(p->code, 1013);
	peer_free(p);
	end();
}

/* A bomb is refused before its memory is taken: 1009. */
Test(deflate, bombs)
{
	static struct compress compress;
	static char zeros[1 << 20];
	struct window w = {.bits = 10};
	struct buf *bomb = &compress.out;
	struct peer *p;

	cr_assert(compress_message(&compress, &w, zeros, sizeof zeros));
	begin(LIST("--deflate", "--max-compressed", "8K"));
	loop.shared.host.max_message = sizeof zeros;
	p = wing_peer(&loop, "/", "permessage-deflate");
	peer_says_frame(p, 0xC2, bomb->data, bomb->len);
	cr_expect_eq(p->closed, 0);
	peer_free(p);
	loop.shared.host.max_message = sizeof zeros - 1;
	p = wing_peer(&loop, "/", "permessage-deflate");
	peer_says_frame(p, 0xC2, bomb->data, bomb->len);
	cr_expect_eq(p->code, 1009);
	peer_free(p);
	/* more compressed bytes than allowed, from the head alone */
	p = wing_peer(&loop, "/", "permessage-deflate");
	peer_says(p, "\xC2\xFE\x20\x01", 4);
	cr_expect_eq(p->code, 1009);
	peer_free(p);
	p = wing_peer(&loop, "/", "permessage-deflate");
	peer_says(p, "\x82\xFE\x20\x01", 4);
	cr_expect_eq(p->closed, 0);
	peer_free(p);
	buf_free(bomb);
	end();
}

/* Of the address sanitizer: how many bytes there are on the heap. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* What a message took is free again when its socket ends, whether it was refused
 * for its size or not. */
Test(deflate, no_memory_is_kept_for_large_messages)
{
	static struct compress compress;
	static char zeros[1 << 20];
	struct window w = {.bits = 10};
	struct buf *coded = &compress.out;
	size_t before;

	if (!__sanitizer_get_current_allocated_bytes)
		cr_skip_test("it needs the address sanitizer");
	cr_assert(compress_message(&compress, &w, zeros, sizeof zeros));
	begin(EVERYWHERE);
	before = __sanitizer_get_current_allocated_bytes();
	for (uint32_t less = 0; less < 2; less++) {
		struct peer *p;

		loop.shared.host.max_message = (uint32_t)sizeof zeros - less;
		p = wing_peer(&loop, "/echo", "permessage-deflate");
		peer_says_frame(p, 0xC2, coded->data, coded->len);
		cr_expect_eq(p->code, less ? 1009 : 0);
		peer_free(p);
		cr_expect_lt(__sanitizer_get_current_allocated_bytes(),
			before + sizeof zeros / 4);
	}
	buf_free(coded);
	end();
}

/* A message for all: those that have context takeover know it from then on. */
Test(deflate, one_encoding_for_all)
{
	static const char *const offers[] = {
		"permessage-deflate; client_max_window_bits",
		"permessage-deflate; server_no_context_takeover",
		"permessage-deflate; server_max_window_bits=8"};
	const struct ws_extension *by;

	begin(EVERYWHERE);
	by = wing_extension();
	for (size_t i = 0; i < SIZE(offers); i++) {
		struct peer *p = wing_peer(&loop, "/", offers[i]);
		const void *data = chat;
		size_t len = strlen(chat);
		struct receiver r = {.window = {.bits = 8, .forgets = i == 1}};

		cr_assert(ws_send(&p->conn.ws, chat));
		loop_serve_pending(&loop);
		unpack(p, &r, chat);
		cr_assert(by->encode(by, NULL, &data, &len));
		receive(&r, data, len, chat);
		by->remember(&p->conn.ws, true, chat, strlen(chat), len);
		cr_assert(ws_send(&p->conn.ws, chat));
		loop_serve_pending(&loop);
		unpack(p, &r, chat);
		peer_free(p);
	}
	end();
}

/* However the bytes come, and whatever comes: the same answers. */
Test(deflate, pieces_of_compressed_messages)
{
	struct talk t;

	begin(EVERYWHERE);
	t = talk("echo", OFFER);
	t.acts.echo = t.unforeseen = true;
	SAYS(&t, "\xf2\x48\xcd\xc9\xc9\x07\x00");
	says(&t, 0x81, chat);
	says(&t, 0x81, chat);
	says_data(&t, 0x41, "\xf2", 1);
	says_data(&t, 0x00, "\x00\x11", 2);
	says_data(&t, 0x80, "\x00\x00", 2);
	says(&t, 0x82, chat);
	SAYS(&t, "\x07");
	hold(&t);
	end();
}
