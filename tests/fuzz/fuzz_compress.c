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
	struct window sent, received;
};

/* The peer of this connection has a message more. */
static void receive(
	struct end *e, const struct buf *sent, const void *data, size_t len)
{
	static struct inflate inflate = {.max_output = 1 << 16};
	unsigned char *block = fuzz_copy(sent->data, sent->len);

	inflate.window = e->received;
	assert(!inflate_message(&inflate, block, sent->len));
	assert(inflate.out.len == len);
	assert(!len || !memcmp(inflate.out.data, data, len));
	window_add(&e->received, data, len);
	window_add(&e->sent, data, len);
	buf_free(&inflate.out);
	free(block);
}

static void send_one(struct compress *c, struct end ends[2], unsigned how,
	const void *data, size_t len)
{
	struct end *end = &ends[how & 1];
	struct window all = {.bits = end->sent.bits};
	bool broadcast = how & 2;
	bool is_sent;

	assert(compress_message(c, broadcast ? &all : &end->sent, data, len));
	is_sent = how & 4 || c->out.len < len;
	for (int i = 0; is_sent && i < 2; i++)
		if (broadcast || end == &ends[i])
			receive(&ends[i], &c->out, data, len);
}

int fuzz_compress(const uint8_t *data, size_t len)
{
	static struct compress c;
	struct end ends[2];
	uint8_t bits;

	memset(&c, 0, sizeof c);
	bits = (uint8_t)(8 + fuzz_number(&data, &len, 1) % 8);
	for (int i = 0; i < 4; i++) {
		struct window *w =
			i & 1 ? &ends[i / 2].sent : &ends[i / 2].received;

		*w = (struct window){.bits = bits};
		w->bytes = malloc(WINDOW_SIZE(w));
		assert(w->bytes);
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
		free(ends[i].sent.bytes);
		free(ends[i].received.bytes);
	}
	buf_free(&c.out);
	return 0;
}
