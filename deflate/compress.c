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

static void add(struct symbols *s, int alphabet, unsigned symbol, size_t extra,
	unsigned extra_bits)
{
	s->all[s->n++] = (struct symbol){(uint16_t)symbol, (uint16_t)extra,
		(uint8_t)extra_bits, (uint8_t)alphabet};
	s->occurs[alphabet][symbol]++;
}

/* Adds the symbol for a number, as huffman.h says, in a row that begins with
 * `first`. */
static void add_number(
	struct symbols *s, int alphabet, unsigned first, size_t number, int top)
{
	unsigned bits = 0;

	while (number >> bits >= 2u << top)
		bits++;
	add(s, alphabet, first + (bits << top) + (unsigned)(number >> bits),
		number & ((1u << bits) - 1), bits);
}

static void add_match(struct symbols *s, size_t length, size_t distance)
{
	if (length == HUFFMAN_MAX_MATCH)
		add(s, 0, 285, 0, 0);
	else
		add_number(s, 0, HUFFMAN_LENGTH, length - HUFFMAN_MIN_MATCH, 2);
	add_number(s, 1, 0, distance - 1, 1);
}

/* RFC 1951 3.2.7: the lengths of a code. One symbol can stand for several that
 * are 0; the one for several that are alike would save little. */
static void add_lengths(struct symbols *s, const uint8_t *lengths, size_t n)
{
	for (size_t at = 0, run; at < n; at += run) {
		for (run = 0; run < 138 && at + run < n && !lengths[at + run];)
			run++;
		if (run > 10)
			add(s, 0, 18, run - 11, 7);
		else if (run > 2)
			add(s, 0, 17, run - 3, 3);
		else
			add(s, 0, lengths[at], 0, 0);
		run = run > 2 ? run : 1;
	}
}

/* Returns how many bits they take. */
static size_t cost(const struct symbols *s, const struct huffman *codes)
{
	size_t bits = 0;

	for (const struct symbol *p = s->all; p < s->all + s->n; p++)
		bits += (size_t)codes[p->alphabet].lengths[p->symbol] +
			p->extra_bits;
	return bits;
}

static void put(struct compress *c, const struct symbols *s,
	const struct huffman *codes)
{
	for (const struct symbol *p = s->all; p < s->all + s->n; p++) {
		const struct huffman *h = &codes[p->alphabet];

		put_bits(c, h->codes[p->symbol], h->lengths[p->symbol]);
		put_bits(c, p->extra, p->extra_bits);
	}
}

/* Makes codes for this block. Returns whether they are better than the fixed. */
static bool make_dynamic(struct compress *c)
{
	if (c->block.n <= FEW)
		return false;
	huffman_choose(&c->dynamic[0], c->block.occurs[0], 286, 15);
	huffman_choose(
		&c->dynamic[1], c->block.occurs[1], HUFFMAN_DISTANCES, 15);
	memset(&c->head, 0, offsetof(struct symbols, all));
	add_lengths(&c->head, c->dynamic[0].lengths, 286);
	add_lengths(&c->head, c->dynamic[1].lengths, HUFFMAN_DISTANCES);
	huffman_choose(&c->first, c->head.occurs[0], HUFFMAN_ORDER, 7);
	return 14 + 3 * HUFFMAN_ORDER + cost(&c->head, &c->first) +
		       cost(&c->block, c->dynamic) <
	       cost(&c->block, c->fixed);
}

static void put_head(struct compress *c)
{
	put_bits(c, 286 - 257, 5);
	put_bits(c, HUFFMAN_DISTANCES - 1, 5);
	put_bits(c, HUFFMAN_ORDER - 4, 4);
	for (int i = 0; i < HUFFMAN_ORDER; i++)
		put_bits(c, c->first.lengths[huffman_order[i]], 3);
	put(c, &c->head, &c->first);
}

static void write_block(struct compress *c)
{
	bool is_dynamic = make_dynamic(c);

	put_bits(c, is_dynamic ? 2 << 1 : 1 << 1, 3);
	if (is_dynamic)
		put_head(c);
	put(c, &c->block, is_dynamic ? c->dynamic : c->fixed);
}

/* Returns where the index says three bytes such as those at `at` began last. */
static uint32_t *latest(struct compress *c, size_t at)
{
	const unsigned char *p = c->text.data + at;
	uint32_t three = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;

	return &c->latest[three * 2654435761u >> (32 - COMPRESS_HASH_BITS)];
}

/* Enters n bytes into the index, those with two more behind them. */
static void enter(struct compress *c, size_t at, size_t n)
{
	for (; n && at + HUFFMAN_MIN_MATCH <= c->text.len; n--, at++) {
		uint32_t position = c->position + (uint32_t)at;
		uint32_t *last = latest(c, at);

		c->before[position % COMPRESS_PLACES] = *last;
		*last = position;
	}
}

/* Returns how long the longest match at `at` is, and sets how far it goes back. */
static size_t find(struct compress *c, size_t at, size_t *distance)
{
	const unsigned char *p = c->text.data + at;
	size_t left = c->text.len - at, reach = at < c->reach ? at : c->reach;
	size_t most = left < HUFFMAN_MAX_MATCH ? left : HUFFMAN_MAX_MATCH;
	uint32_t position = c->position + (uint32_t)at, place, back;
	size_t longest = 0, n;

	if (left < HUFFMAN_MIN_MATCH)
		return 0;
	place = *latest(c, at);
	for (int tries = 0; tries < TRIES; tries++) {
		back = position - place;
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
	return longest;
}

/* Adds a match, if there is one, or a literal. Returns how many bytes it stands
 * for. */
static size_t add_next(struct compress *c, size_t at)
{
	size_t distance, n = find(c, at, &distance);

	if (n >= HUFFMAN_MIN_MATCH) {
		add_match(&c->block, n, distance);
	} else {
		add(&c->block, 0, c->text.data[at], 0, 0);
		n = 1;
	}
	enter(c, at, n);
	return n;
}

/* RFC 7692 7.2.1: the message ends with an empty stored block: 000, and zeros up
 * to the next byte. The 00 00 FF FF behind that are left out. */
static void write_blocks(struct compress *c, size_t at)
{
	do {
		memset(&c->block, 0, offsetof(struct symbols, all));
		while (at < c->text.len && c->block.n < COMPRESS_SYMBOLS)
			at += add_next(c, at);
		add(&c->block, 0, HUFFMAN_END, 0, 0);
		write_block(c);
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
	else if (has_room)
		enter(c, 0, w->len);
	w->indexed = c->position + w->len;
	if (has_room)
		write_blocks(c, w->len);
	c->position = w->indexed + (uint32_t)len;
	buf_free(&c->text);
	return has_room;
}
