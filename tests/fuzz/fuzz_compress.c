/* fuzz_compress.c - any bytes as messages on two connections with one index:
 * deflate/compress.h. What is compressed can be inflated, and a message that
 * would grow need not be sent.
 *
 *     | bits of the window | which, how long | message ... | which ...
 *     1 byte                 2 bytes                              */
#include "tests/fuzz/fuzz.h"

#include "deflate/compress.h"
#include "deflate/inflate.h"

struct end {
	struct window *window;
	struct buf received;
};

/* The peer of this connection has a message more. */
static void receive(struct end *e, int bits, const struct buf *sent,
	const void *data, size_t len)
{
	static struct inflate inflate = {.max_output = 1 << 16};
	size_t window = (size_t)1 << bits, before;
	unsigned char *block = fuzz_copy(sent->data, sent->len);

	if (e->received.len > window)
		buf_consume(&e->received, e->received.len - window);
	before = e->received.len;
	inflate.window_bits = bits;
	assert(!inflate_message(&inflate, block, sent->len, &e->received));
	assert(e->received.len - before == len);
	assert(!len || !memcmp(e->received.data + before, data, len));
	free(block);
}

static void send_one(struct compress *c, struct end ends[2], unsigned how,
	const void *data, size_t len)
{
	struct end *end = &ends[how & 1];
	bool broadcast = how & 2;
	struct buf out = {0};
	bool is_sent;

	assert(compress_message(
		c, broadcast ? NULL : end->window, data, len, &out));
	is_sent = how & 4 || out.len < len;
	for (int i = 0; is_sent && i < 2; i++)
		if (broadcast || end == &ends[i]) {
			receive(&ends[i], c->window_bits, &out, data, len);
			window_add(ends[i].window, c->window_bits, data, len);
		}
	buf_free(&out);
}

int fuzz_compress(const uint8_t *data, size_t len)
{
	static struct compress c;
	struct end ends[2] = {0};

	memset(&c, 0, sizeof c);
	c.window_bits = 8 + (int)(fuzz_number(&data, &len, 1) % 8);
	for (int i = 0; i < 2; i++) {
		ends[i].window = calloc(1, WINDOW_SIZE(c.window_bits));
		assert(ends[i].window);
	}
	while (len) {
		unsigned how = (unsigned)fuzz_number(&data, &len, 1);
		size_t n = fuzz_number(&data, &len, 1) * (1 + (how >> 3));
		uint8_t *block;

		n = n < len ? n : len;
		block = fuzz_copy(data, n);
		send_one(&c, ends, how, block, n);
		free(block);
		data += n;
		len -= n;
	}
	for (int i = 0; i < 2; i++) {
		free(ends[i].window);
		buf_free(&ends[i].received);
	}
	return 0;
}
