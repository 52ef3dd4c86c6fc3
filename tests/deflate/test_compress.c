/* test_compress.c - what is compressed can be inflated, whatever the window is
 * and whatever other connections have compressed meanwhile. */
#include "deflate/compress.h"
#include "deflate/inflate.h"
#include "tests/lib/dice.h"
#include "tests/lib/scarce.h"
#include "tests/lib/support.h"

/* A connection: what one end sends is inflated at the other. Both have its
 * window. */
struct pipe {
	struct window sent, received;
};

static struct pipe open_pipe(int bits)
{
	struct window w = {.bits = (uint8_t)bits};
	struct pipe p = {w, w};

	p.sent.bytes = malloc(WINDOW_SIZE(&w));
	p.received.bytes = malloc(WINDOW_SIZE(&w));
	cr_assert(p.sent.bytes && p.received.bytes);
	return p;
}

static void close_pipe(struct pipe *p)
{
	free(p->sent.bytes);
	free(p->received.bytes);
}

/* The peer gets what it was sent. */
static void receive(
	struct pipe *p, const struct buf *sent, const void *data, size_t len)
{
	static struct inflate inflate = {.max_output = 1 << 24};
	unsigned char *block = exactly(sent->data, sent->len);

	inflate.window = p->received;
	cr_assert_eq(inflate_message(&inflate, block, sent->len), 0,
		"%s at bit %zu", inflate.why, inflate.bit);
	cr_assert_eq(inflate.out.len, len);
	cr_assert(!len || !memcmp(inflate.out.data, data, len));
	window_add(&p->received, inflate.out.data, inflate.out.len);
	buf_free(&inflate.out);
	free(block);
}

/* Sends a message. Returns its compressed size. */
static size_t send_through(
	struct pipe *p, struct compress *c, const void *data, size_t len)
{
	unsigned char *block = exactly(data, len);

	cr_assert(compress_message(c, &p->sent, block, len));
	receive(p, &c->out, data, len);
	window_add(&p->sent, block, len);
	free(block);
	return c->out.len;
}

static struct compress *begin(void)
{
	return calloc(1, sizeof(struct compress));
}

static void end(struct compress *c)
{
	buf_free(&c->out);
	free(c);
}

static void expect_bytes(const char *text, const char *bytes, size_t len)
{
	struct window w = {.bits = 8};
	struct compress *c = begin();

	cr_expect(compress_message(c, &w, text, strlen(text)));
	cr_expect(c->out.len == len && !memcmp(c->out.data, bytes, len), "%s",
		text);
	end(c);
}

Test(compress, rfc7692_7_2_3_1_a_message)
{
	expect_bytes("Hello", "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
	expect_bytes("", "\x02\x00", 2);
}

/* RFC 7692 7.2.3.2: the second Hello is a reference to the first. */
Test(compress, rfc7692_7_2_3_2_context_takeover)
{
	struct compress *c = begin();
	struct pipe p = open_pipe(10);

	cr_expect_eq(send_through(&p, c, "Hello", 5), 7);
	cr_expect_eq(send_through(&p, c, "Hello", 5), 4);
	close_pipe(&p);
	end(c);
}

/* Of each window three connections use one index. */
Test(compress, what_is_compressed_can_be_inflated)
{
	struct compress *c = begin();
	unsigned char *data = malloc(40000);

	for (int bits = 8; bits <= 15; bits++) {
		struct pipe pipes[3] = {
			open_pipe(bits), open_pipe(bits), open_pipe(bits)};

		for (int i = 0; i < 150; i++) {
			size_t len = dice(dice(8) ? 300 : 40000);

			dice_fill(data, len, 3000);
			send_through(&pipes[dice(3)], c, data, len);
		}
		for (int i = 0; i < 3; i++)
			close_pipe(&pipes[i]);
	}
	free(data);
	end(c);
}

/* The index says what it will, the bytes are compared. */
Test(compress, a_wrong_index_does_no_harm)
{
	struct compress *c = begin();
	struct pipe p = open_pipe(9);
	unsigned char data[400];

	c->position = UINT32_MAX - 5000; /* it wraps around */
	for (int i = 0; i < 200; i++) {
		for (int k = 0; k < 1 << COMPRESS_HASH_BITS; k++)
			c->latest[k] = c->position - dice(600);
		for (int k = 0; k < COMPRESS_PLACES; k++)
			c->before[k] = c->position - dice(600);
		dice_fill(data, sizeof data, 3000);
		send_through(&p, c, data, dice(sizeof data + 1));
	}
	close_pipe(&p);
	end(c);
}

/* Compressed once, it is read by peers who have had other messages; and what
 * follows may refer to it. */
Test(compress, a_broadcast_is_read_in_every_context)
{
	struct compress *c = begin();
	struct pipe pipes[3] = {open_pipe(8), open_pipe(8), open_pipe(8)};
	char text[400];

	for (int i = 0; i < 40; i++) {
		struct window all = {.bits = 8};
		struct buf out = {0};
		size_t len = dice(sizeof text);

		for (size_t k = 0; k < sizeof text; k++)
			text[k] = (char)dice(256);
		send_through(&pipes[i % 3], c, text, sizeof text / 2);
		cr_assert(compress_message(c, &all, text, len));
		cr_assert(buf_append(&out, c->out.data, c->out.len));
		for (int k = 0; k < 3; k++) {
			window_add(&pipes[k].sent, text, len);
			receive(&pipes[k], &out, text, len);
		}
		if (len > 20 && len < 256)
			cr_expect(send_through(&pipes[0], c, text, len) < 12);
		buf_free(&out);
	}
	for (int k = 0; k < 3; k++)
		close_pipe(&pipes[k]);
	end(c);
}

/* Then the caller sends it uncompressed, and the peer's window is as it was. */
Test(compress, a_message_that_would_grow_changes_nothing)
{
	struct compress *c = begin();
	struct pipe p = open_pipe(10);
	unsigned char noise[30000];

	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (unsigned char)dice(256);
	send_through(&p, c, "Hello, hello", 12);
	for (size_t len = 0; len < sizeof noise; len += 1 + len / 2) {
		cr_expect(compress_message(c, &p.sent, noise, len));
		cr_expect_geq(c->out.len, len);
	}
	cr_expect(compress_message(c, &p.sent, "aaaaaaaaaa", 10));
	receive(&p, &c->out, "aaaaaaaaaa", 10);
	window_add(&p.sent, "aaaaaaaaaa", 10);
	cr_expect_lt(send_through(&p, c, "Hello, hello", 12), 6);
	close_pipe(&p);
	end(c);
}

Test(compress, no_memory)
{
	struct compress *c = begin();
	struct pipe p = open_pipe(8);

	send_through(&p, c, "aaaaaaaaaaaaaaa", 15);
	/* twice for the text, and for what comes out */
	for (int calls = 1; calls < 4; calls++) {
		buf_free(&c->out);
		scarce.realloc = calls;
		cr_expect(!compress_message(c, &p.sent, "bbbbbbbb", 8));
	}
	scarce.realloc = 0;
	cr_expect_lt(send_through(&p, c, "aaaaaaaaaaaaaaa", 15), 6);
	close_pipe(&p);
	end(c);
}
