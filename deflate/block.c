/* block.c - writes a block: RFC 1951, sections 3.2.5 to 3.2.7. */
#include "deflate/block.h"

#include <string.h>

#define FEW 128 /* symbols: fewer are not worth codes of their own */

void block_put_bits(struct block_output *b, unsigned value, unsigned n)
{
	b->rest |= (uint64_t)value << b->n;
	for (b->n += n; b->n >= 8; b->n -= 8, b->rest >>= 8)
		b->out->data[b->out->len++] = (unsigned char)b->rest;
}

static struct symbol symbol(unsigned symbol, size_t extra, unsigned extra_bits)
{
	return (struct symbol){
		(uint16_t)symbol, (uint16_t)extra, (uint8_t)extra_bits};
}

/* The symbol for a number, as huffman.h says, in an alphabet that begins with
 * `first`. */
static struct symbol symbol_for(unsigned first, size_t number, int top)
{
	unsigned bits = 0;

	while (number >> bits >= 2u << top)
		bits++;
	first += (bits << top) + (unsigned)(number >> bits);
	return symbol(first, number & ((1u << bits) - 1), bits);
}

void block_add_literal(struct block *b, unsigned char literal)
{
	b->symbols[b->n++] = symbol(literal, 0, 0);
}

void block_add_match(struct block *b, size_t length, size_t distance)
{
	b->symbols[b->n++] = length == HUFFMAN_MAX_MATCH
				     ? symbol(HUFFMAN_LENGTH + 28, 0, 0)
				     : symbol_for(HUFFMAN_LENGTH,
					       length - HUFFMAN_MIN_MATCH, 2);
	b->symbols[b->n++] = symbol_for(HUFFMAN_LITERALS, distance - 1, 1);
}

/* Counts how often each symbol occurs. */
static void count(uint32_t *occurs, const struct symbol *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		occurs[s[i].symbol]++;
}

/* Returns how many bits they take. */
static size_t cost(const uint8_t *lengths, const struct symbol *s, size_t n)
{
	size_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits += (size_t)lengths[s[i].symbol] + s[i].extra_bits;
	return bits;
}

static void put(struct block_output *b, const struct huffman_codes *codes,
	const struct symbol *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned code = s[i].symbol;

		block_put_bits(b, codes->bits[code], codes->lengths[code]);
		block_put_bits(b, s[i].extra, s[i].extra_bits);
	}
}

/* RFC 1951 3.2.7: the lengths of two codes, in symbols of a third: the lengths
 * of all 286 literals and lengths, then of all 30 distances. */
#define LENGTHS (286 + 30)
struct head {
	size_t n;
	struct symbol symbols[LENGTHS];
	struct huffman_codes codes;
};

/* Adds a symbol for the length at `at`, or for more. Returns how many. */
static size_t add_length(
	struct head *h, const uint8_t lengths[LENGTHS], size_t at)
{
	unsigned length = lengths[at];
	bool again = at && lengths[at - 1] == length;
	size_t run = 1, most = !length ? 138 : again ? 6 : 1;

	while (run < most && at + run < LENGTHS && lengths[at + run] == length)
		run++;
	if (run < 3)
		run = 1;
	h->symbols[h->n++] = run == 1   ? symbol(length, 0, 0)
			     : length   ? symbol(16, run - 3, 2)
			     : run < 11 ? symbol(17, run - 3, 3)
					: symbol(18, run - 11, 7);
	return run;
}

static void make_head(struct head *h, const uint8_t codes[HUFFMAN_SYMBOLS])
{
	uint8_t lengths[LENGTHS];
	uint32_t occurs[HUFFMAN_ORDER] = {0};

	memcpy(lengths, codes, 286);
	memcpy(lengths + 286, codes + HUFFMAN_LITERALS, 30);
	h->n = 0;
	for (size_t at = 0; at < LENGTHS;)
		at += add_length(h, lengths, at);
	count(occurs, h->symbols, h->n);
	huffman_choose(h->codes.lengths, occurs, HUFFMAN_ORDER, 7);
	huffman_assign(h->codes.bits, h->codes.lengths, HUFFMAN_ORDER);
}

static void put_head(struct block_output *b, const struct head *h)
{
	block_put_bits(b, 286 - 257, 5);
	block_put_bits(b, 30 - 1, 5);
	block_put_bits(b, HUFFMAN_ORDER - 4, 4);
	for (int i = 0; i < HUFFMAN_ORDER; i++)
		block_put_bits(b, h->codes.lengths[huffman_order[i]], 3);
	put(b, &h->codes, h->symbols, h->n);
}

static void assign(struct huffman_codes *codes)
{
	huffman_assign(codes->bits, codes->lengths, HUFFMAN_LITERALS);
	huffman_assign(codes->bits + HUFFMAN_LITERALS,
		codes->lengths + HUFFMAN_LITERALS,
		HUFFMAN_SYMBOLS - HUFFMAN_LITERALS);
}

/* Makes codes for this block. Returns whether they are better than the fixed. */
static bool make_dynamic(struct block *b, struct head *h)
{
	uint32_t occurs[HUFFMAN_SYMBOLS] = {0};
	uint8_t *lengths = b->dynamic.lengths;
	size_t bits = 14 + 3 * HUFFMAN_ORDER;

	if (b->n <= FEW)
		return false;
	count(occurs, b->symbols, b->n);
	huffman_choose(lengths, occurs, HUFFMAN_LITERALS, HUFFMAN_MAX_BITS);
	huffman_choose(lengths + HUFFMAN_LITERALS, occurs + HUFFMAN_LITERALS,
		HUFFMAN_SYMBOLS - HUFFMAN_LITERALS, HUFFMAN_MAX_BITS);
	assign(&b->dynamic);
	make_head(h, lengths);
	bits += cost(h->codes.lengths, h->symbols, h->n);
	bits += cost(lengths, b->symbols, b->n);
	return bits < cost(b->fixed.lengths, b->symbols, b->n);
}

bool block_write(struct block *block, struct block_output *b)
{
	struct head head;
	bool is_dynamic;

	/* with fixed codes none has more than 18 bits */
	if (!buf_reserve(b->out, block->n * 18 / 8 + 16))
		return false;
	if (!block->fixed.lengths[0]) {
		huffman_fixed(block->fixed.lengths);
		assign(&block->fixed);
	}
	block->symbols[block->n++] = symbol(HUFFMAN_END, 0, 0);
	is_dynamic = make_dynamic(block, &head);
	block_put_bits(b, is_dynamic ? 2 << 1 : 1 << 1, 3);
	if (is_dynamic)
		put_head(b, &head);
	put(b, is_dynamic ? &block->dynamic : &block->fixed, block->symbols,
		block->n);
	block->n = 0;
	return true;
}
