/* huffman.c - Huffman codes: RFC 1951, section 3.2. */
#include "deflate/huffman.h"

#include <string.h>

const uint8_t huffman_order[HUFFMAN_ORDER] = {
	16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

void huffman_fixed(uint8_t lengths[HUFFMAN_SYMBOLS])
{
	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	memset(lengths + HUFFMAN_LITERALS, 5, 32);
}

/* Returns the next code of that length. The first bit of a code, its highest, is
 * the lowest here: to add 1, the carry goes down. */
static unsigned next_code(unsigned code, unsigned length)
{
	unsigned bit = 1u << (length - 1);

	while (code & bit)
		bit >>= 1;
	return bit ? (code & (bit - 1)) | bit : 0;
}

/* The table for codes of n bits is twice that for n - 1 bits, since either bit
 * may stand behind a shorter code, and the codes of n bits. Where those begin, is
 * a 0 behind the last code and one, so it is the same number here. */
static void make_quick(struct huffman *h)
{
	const uint16_t *symbol = h->symbols;
	unsigned code = 0;

	h->quick[0] = 0;
	for (unsigned length = 1; length <= HUFFMAN_QUICK; length++) {
		size_t half = (size_t)1 << (length - 1);

		memcpy(h->quick + half, h->quick, half * sizeof *h->quick);
		for (int n = h->count[length]; n; n--) {
			h->quick[code] = (uint16_t)(*symbol++ << 4 | length);
			code = next_code(code, length);
		}
	}
}

int huffman_make(struct huffman *h, const uint8_t *lengths, size_t n)
{
	uint16_t first[HUFFMAN_MAX_BITS + 2] = {0}; /* in h->symbols */
	int left = 1;

	memset(h->count, 0, sizeof h->count);
	for (size_t i = 0; i < n; i++)
		h->count[lengths[i]]++;
	for (int bits = 1; bits <= HUFFMAN_MAX_BITS; bits++) {
		left = left * 2 - h->count[bits];
		if (left < 0)
			return left;
		first[bits + 1] = (uint16_t)(first[bits] + h->count[bits]);
	}
	for (size_t i = 0; i < n; i++)
		if (lengths[i])
			h->symbols[first[lengths[i]]++] = (uint16_t)i;
	make_quick(h);
	return left;
}

unsigned huffman_decode(const struct huffman *h, unsigned bits)
{
	/* of this length, the first code and its place in h->symbols */
	unsigned first = 0, place = 0, code = 0;
	unsigned found = h->quick[bits & ((1 << HUFFMAN_QUICK) - 1)];

	for (unsigned length = 1; !found && length <= HUFFMAN_MAX_BITS;
		length++) {
		unsigned count = h->count[length];

		code = code << 1 | (bits & 1);
		bits >>= 1;
		if (code < first + count)
			found = (unsigned)h->symbols[place + code - first]
					<< 4 |
				length;
		first = (first + count) << 1;
		place += count;
	}
	return found;
}

void huffman_assign(uint16_t *bits, const uint8_t *lengths, size_t n)
{
	unsigned code = 0;

	for (unsigned length = 1; length <= HUFFMAN_MAX_BITS; length++)
		for (size_t i = 0; i < n; i++)
			if (lengths[i] == length) {
				bits[i] = (uint16_t)code;
				code = next_code(code, length);
			}
}

/* Trees that become one. */
struct forest {
	uint16_t roots[HUFFMAN_LITERALS], n; /* nodes without a parent */
	/* Of each node: leaves first, which are the symbols. */
	uint32_t weight[2 * HUFFMAN_LITERALS];
	uint16_t parent[2 * HUFFMAN_LITERALS];
	uint8_t depth[2 * HUFFMAN_LITERALS];
};

/* Takes the lightest root out, and returns it. */
static unsigned take_lightest(struct forest *f)
{
	unsigned best = 0, node;

	for (unsigned i = 1; i < f->n; i++)
		if (f->weight[f->roots[i]] < f->weight[f->roots[best]])
			best = i;
	node = f->roots[best];
	f->roots[best] = f->roots[--f->n];
	return node;
}

/* Huffman's algorithm: the two lightest trees are joined, until there is one; a
 * single symbol gets a parent, too. Sets how deep each symbol is, which is the
 * length of its code, and returns the greatest. */
static unsigned join(struct forest *f, uint8_t *lengths, unsigned n)
{
	unsigned end = n, deepest = 0;

	f->n = 0;
	for (unsigned i = 0; i < n; i++)
		if (f->weight[i])
			f->roots[f->n++] = (uint16_t)i;
	for (; f->n && (f->n > 1 || end == n); end++) {
		unsigned a = take_lightest(f), b = f->n ? take_lightest(f) : a;

		f->parent[a] = f->parent[b] = (uint16_t)end;
		f->weight[end] = f->weight[a] + f->weight[b];
		f->roots[f->n++] = (uint16_t)end;
	}
	for (unsigned i = end; i--;) {
		bool is_below = f->weight[i] && i + 1 < end;
		unsigned d = is_below ? f->depth[f->parent[i]] + 1u : 0;

		f->depth[i] = (uint8_t)d;
		deepest = d > deepest ? d : deepest;
	}
	memcpy(lengths, f->depth, n);
	return deepest;
}

void huffman_choose(
	uint8_t *lengths, const uint32_t *occurs, size_t n, unsigned max)
{
	struct forest f;

	memcpy(f.weight, occurs, n * sizeof *occurs);
	/* while the tree is too deep, rare symbols count more */
	while (join(&f, lengths, (unsigned)n) > max)
		for (size_t i = 0; i < n; i++)
			f.weight[i] = (f.weight[i] + 1) / 2;
}
