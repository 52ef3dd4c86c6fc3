/* compress.c - compresses a message: RFC 1951, section 4; RFC 7692, 7.2.1.
 *
 *     | the window: earlier messages  |  the message            |
 *           ^ these bytes                     ^ occur again here
 *           `----------- distance -----------´
 *
 * An index says where three bytes occurred last. What it says may be stale, or
 * true of others with the same hash; so the bytes are compared before they are
 * used, and a wrong entry costs no more than that. */
#include "deflate/compress.h"

#include <string.h>

#define FAR 4096 /* bytes */

/* A message, and the window before it. */
struct text {
	const unsigned char *data, *window_end;
	size_t len, window_len;
	uint32_t position; /* of its first byte */
};

/* Enters where the three bytes at `at` are. Returns how far before it such bytes
 * were, or 0. */
static size_t enter(struct compress *c, const struct text *t, size_t at)
{
	const unsigned char *p = t->data + at;
	uint32_t position = t->position + (uint32_t)at, before, three, *entry;

	if (t->len - at < HUFFMAN_MIN_MATCH)
		return 0;
	three = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
	entry = &c->latest[three * 2654435761u >> (32 - COMPRESS_HASH_BITS)];
	before = *entry;
	*entry = position;
	return position - before;
}

/* Returns how many bytes at `at` are as those `distance` before. */
static size_t compare(const struct text *t, size_t at, size_t distance)
{
	size_t n = 0, most = t->len - at;

	if (most > HUFFMAN_MAX_MATCH)
		most = HUFFMAN_MAX_MATCH;
	for (; n < most; n++, at++)
		if (t->data[at] !=
			(at < distance ? *(t->window_end - (distance - at))
				       : t->data[at - distance]))
			break;
	return n;
}

/* Adds a literal, or a match, unless that is short and far away: then it has
 * more bits than three literals. Returns how many bytes it stands for. */
static size_t add_next(struct compress *c, const struct text *t, size_t at)
{
	size_t distance = enter(c, t, at), n = 0;

	if (distance && distance <= at + t->window_len &&
		distance <= (size_t)1 << c->window_bits)
		n = compare(t, at, distance);
	if (n + (distance <= FAR) <= HUFFMAN_MIN_MATCH) {
		block_add_literal(&c->block, t->data[at]);
		return 1;
	}
	block_add_match(&c->block, n, distance);
	for (size_t i = 1; i < n; i++)
		enter(c, t, at + i);
	return n;
}

/* RFC 7692 7.2.1: the message ends with an empty stored block: 000, and zeros up
 * to the next byte. The 00 00 FF FF behind that are left out. */
static int write_blocks(
	struct compress *c, const struct text *t, struct block_output *b)
{
	size_t begin = b->out->len, at = 0;
	size_t most = c->even_longer ? SIZE_MAX : begin + t->len;

	c->block.n = 0;
	do {
		while (at < t->len && c->block.n < BLOCK_SYMBOLS)
			at += add_next(c, t, at);
		if (!block_write(&c->block, b))
			return -1;
	} while (at < t->len && b->out->len < most);
	block_put_bits(b, 0, 3);
	block_put_bits(b, 0, (8 - b->n) % 8);
	return b->out->len < most;
}

/* Puts the window into the index, unless it is there still: no other message has
 * been compressed meanwhile. */
static void enter_window(struct compress *c, const struct compress_window *w)
{
	struct text t = {.data = w->bytes, .len = w->len};

	if (w->indexed == c->position)
		return;
	t.position = c->position;
	for (size_t at = 0; at < t.len; at++)
		enter(c, &t, at);
	c->position += w->len;
}

void compress_remember(const struct compress *c, struct compress_window *w,
	const void *data, size_t len)
{
	size_t size = (size_t)1 << c->window_bits, n = len < size ? len : size;
	size_t old = w->len < size - n ? w->len : size - n;

	memmove(w->bytes, w->bytes + w->len - old, old);
	if (n)
		memcpy(w->bytes + old, (const char *)data + len - n, n);
	w->len = (uint32_t)(old + n);
	w->indexed = 0;
}

int compress_message(struct compress *c, struct compress_window *w,
	const void *data, size_t len, struct buf *out)
{
	struct text t = {.data = data, .len = len};
	struct block_output b = {.out = out};
	size_t begin = out->len;
	int done;

	if (w) {
		enter_window(c, w);
		t.window_end = w->bytes + w->len;
		t.window_len = w->len;
	}
	t.position = c->position;
	c->position += (uint32_t)len;
	done = write_blocks(c, &t, &b);
	if (done != 1) {
		out->len = begin;
	} else if (w) {
		compress_remember(c, w, data, len);
		w->indexed = c->position;
	}
	return done;
}
