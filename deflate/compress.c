/* compress.c - compresses a message: RFC 1951, section 4; RFC 7692, 7.2.1.
 *
 *     | the window: earlier messages  |  the message            |
 *           ^ these bytes                     ^ occur again here
 *           `----------- distance -----------´
 *
 * An index says where three bytes occurred before. What it says may be stale, or
 * true of others with the same hash; so the bytes are compared before they are
 * used, and a wrong entry costs no more than that.
 *
 * Literals and matches become symbols, and these a block, as soon as it is known
 * how often each occurs: RFC 1951 3.2.5 to 3.2.7. */
#include "deflate/compress.h"

#include <string.h>

#define FEW 128  /* symbols: fewer are not worth codes of their own */
#define TRIES 16 /* places that are compared */

/* Adds a number of n bits, from the lowest of a byte to its highest. `out` has
 * room. */
static void put_bits(struct compress *c, unsigned value, unsigned n)
{
	c->rest |= (uint64_t)value << c->n_rest;
	for (c->n_rest += n; c->n_rest >= 8; c->n_rest -= 8, c->rest >>= 8)
		c->out.data[c->out.len++] = (unsigned char)c->rest;
}

static void add(struct compress *c, int alphabet, unsigned symbol, size_t extra,
	unsigned extra_bits)
{
	c->symbols[c->n++] = (struct symbol){(uint16_t)symbol, (uint16_t)extra,
		(uint8_t)extra_bits, (uint8_t)alphabet};
	c->occurs[alphabet][symbol]++;
}

/* Adds the symbol for a number, as huffman.h says, in a row that begins with
 * `first`. */
static void add_number(struct compress *c, int alphabet, unsigned first,
	size_t number, int top)
{
	unsigned bits = 0;

	while (number >> bits >= 2u << top)
		bits++;
	add(c, alphabet, first + (bits << top) + (unsigned)(number >> bits),
		number & ((1u << bits) - 1), bits);
}

/* RFC 1951 3.2.7: the lengths of a code. One symbol can stand for several that
 * are 0; the one for several that are alike would save little. */
static void add_lengths(struct compress *c, const uint8_t *lengths, size_t n)
{
	for (size_t at = 0, run; at < n; at += run < 3 ? 1 : run) {
		for (run = 0; run < 138 && at + run < n && !lengths[at + run];)
			run++;
		if (run > 10)
			add(c, 2, 18, run - 11, 7);
		else if (run > 2)
			add(c, 2, 17, run - 3, 3);
		else
			add(c, 2, lengths[at], 0, 0);
	}
}

/* Returns how many bits n symbols take, each in the code of its alphabet. */
static size_t cost(const struct symbol *s, size_t n, const struct huffman *h)
{
	size_t bits = 0;

	for (; n; n--, s++)
		bits += h[s->alphabet].lengths[s->symbol] + s->extra_bits;
	return bits;
}

static void put(struct compress *c, const struct symbol *s, size_t n,
	const struct huffman *codes)
{
	for (; n; n--, s++) {
		const struct huffman *h = &codes[s->alphabet];

		put_bits(c, h->codes[s->symbol], h->lengths[s->symbol]);
		put_bits(c, s->extra, s->extra_bits);
	}
}

/* Makes codes for a block of n symbols, and adds their lengths. Returns whether all
 * that is shorter than the block with fixed codes. */
static bool make_dynamic(struct compress *c, size_t n)
{
	if (n <= FEW)
		return false;
	huffman_choose(&c->dynamic[0], c->occurs[0], 286, 15);
	huffman_choose(&c->dynamic[1], c->occurs[1], HUFFMAN_DISTANCES, 15);
	add_lengths(c, c->dynamic[0].lengths, 286);
	add_lengths(c, c->dynamic[1].lengths, HUFFMAN_DISTANCES);
	huffman_choose(&c->dynamic[2], c->occurs[2], HUFFMAN_ORDER, 7);
	return 14 + 3 * HUFFMAN_ORDER + cost(c->symbols, c->n, c->dynamic) <
	       cost(c->symbols, n, c->fixed);
}

/* Writes a block of n symbols. RFC 1951 3.2.7: what has been added behind them, the
 * lengths of its codes, is written before them. */
static void write_block(struct compress *c, size_t n)
{
	bool is_dynamic = make_dynamic(c, n);

	put_bits(c, is_dynamic ? 2 << 1 : 1 << 1, 3);
	if (is_dynamic) {
		put_bits(c, 286 - 257, 5);
		put_bits(c, HUFFMAN_DISTANCES - 1, 5);
		put_bits(c, HUFFMAN_ORDER - 4, 4);
		for (int i = 0; i < HUFFMAN_ORDER; i++)
			put_bits(c, c->dynamic[2].lengths[huffman_order[i]], 3);
		put(c, c->symbols + n, c->n - n, c->dynamic);
	}
	put(c, c->symbols, n, is_dynamic ? c->dynamic : c->fixed);
}

/* Enters the three bytes at `at` into the index, if there are so many. Returns
 * where such bytes began last, or else this position. */
static inline uint32_t enter(struct compress *c, size_t at)
{
	const unsigned char *p = c->text.data + at;
	uint32_t position = c->position + (uint32_t)at, three, *latest;

	if (at + HUFFMAN_MIN_MATCH > c->text.len)
		return position;
	three = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
	latest = &c->latest[three * 2654435761u >> (32 - COMPRESS_HASH_BITS)];
	c->before[position % COMPRESS_PLACES] = *latest;
	*latest = position;
	return c->before[position % COMPRESS_PLACES];
}

/* Returns how long the longest match at `at` is, or 1, and sets how far it goes
 * back. The index has all that is before it, and this then. */
static size_t find(struct compress *c, size_t at, size_t *distance)
{
	const unsigned char *p = c->text.data + at;
	size_t left = c->text.len - at, reach = at < c->reach ? at : c->reach;
	size_t most = left < HUFFMAN_MAX_MATCH ? left : HUFFMAN_MAX_MATCH;
	uint32_t place = enter(c, at), back;
	size_t longest = HUFFMAN_MIN_MATCH - 1, n;

	for (int tries = 0; tries < TRIES; tries++) {
		back = c->position + (uint32_t)at - place;
		if (!back || back > reach)
			break;
		for (n = 0; n < most && p[n] == *(p + n - back);)
			n++;
		if (n > longest) {
			longest = n;
			*distance = back;
		}
		place = c->before[place % COMPRESS_PLACES];
	}
	return longest < HUFFMAN_MIN_MATCH ? 1 : longest;
}

/* Adds a match, if there is one, or a literal. Returns how many bytes it stands
 * for. RFC 1951 3.2.5: the greatest length has a symbol of its own. */
static size_t add_next(struct compress *c, size_t at)
{
	size_t distance, n = find(c, at, &distance);

	if (n == 1)
		add(c, 0, c->text.data[at], 0, 0);
	else if (n == HUFFMAN_MAX_MATCH)
		add(c, 0, 285, 0, 0);
	else
		add_number(c, 0, HUFFMAN_LENGTH, n - HUFFMAN_MIN_MATCH, 2);
	if (n > 1)
		add_number(c, 1, 0, distance - 1, 1);
	for (size_t i = 1; i < n; i++)
		enter(c, at + i);
	return n;
}

/* RFC 7692 7.2.1: the message ends with an empty stored block: 000, and zeros up
 * to the next byte. The 00 00 FF FF behind that are left out. */
static void write_blocks(struct compress *c, size_t at)
{
	do {
		c->n = 0;
		memset(c->occurs, 0, sizeof c->occurs);
		while (at < c->text.len && c->n < COMPRESS_SYMBOLS)
			at += add_next(c, at);
		add(c, 0, HUFFMAN_END, 0, 0);
		write_block(c, c->n);
	} while (at < c->text.len);
	put_bits(c, 0, 3);
	put_bits(c, 0, -c->n_rest % 8);
}

bool compress_message(
	struct compress *c, struct window *w, const void *data, size_t len)
{
	bool has_room;

	c->out.len = c->rest = c->n_rest = 0;
	/* With fixed codes, a literal has at most 9 bits, and a match has fewer
	 * for each of its bytes. The end of a block is one symbol of many. */
	has_room = buf_append(&c->text, w->bytes, w->len) &&
		   buf_append(&c->text, data, len) &&
		   buf_reserve(&c->out, len + len / 4 + 16);
	c->reach = WINDOW_SIZE(w);
	huffman_fixed(c->fixed);
	/* the index may have the window still, if no other message has been
	 * compressed meanwhile */
	if (w->indexed == c->position)
		c->position -= w->len;
	else
		for (size_t i = 0; has_room && i < w->len; i++)
			enter(c, i);
	w->indexed = c->position + w->len;
	if (has_room)
		write_blocks(c, w->len);
	c->position = w->indexed + (uint32_t)len;
	buf_free(&c->text);
	return has_room;
}
