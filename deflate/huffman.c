/* huffman.c - Huffman codes: RFC 1951, section 3.2. */
#include "deflate/huffman.h"

#include <string.h>

const uint8_t huffman_order[HUFFMAN_ORDER] = {
	16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

/* Gives the first n of `symbols` their codes. The next code is 1 more: the first
 * bit of a code, its highest, is the lowest here, so the carry goes down. Where
 * those of the next length begin, is a 0 behind that, so it is the same number
 * here. Any bits may stand behind a code, so it has many places in `quick`. */
static void assign(struct huffman *h, unsigned n)
{
	unsigned code = 0, bit;

	for (unsigned i = 0; i < n; i++) {
		unsigned symbol = h->symbols[i], length = h->lengths[symbol];

		h->codes[symbol] = (uint16_t)code;
		if (length <= HUFFMAN_QUICK)
			for (unsigned k = code; k < 1 << HUFFMAN_QUICK;
				k += 1u << length)
				h->quick[k] = (uint16_t)(symbol << 4 | length);
		for (bit = 1u << (length - 1); code & bit; bit >>= 1)
			code -= bit;
		code += bit;
	}
}

int huffman_make(struct huffman *h, const uint8_t *lengths, size_t n)
{
	uint16_t first[HUFFMAN_MAX_BITS + 2] = {0}; /* in h->symbols */
	int left = 1;

	memset(h, 0, sizeof *h);
	memcpy(h->lengths, lengths, n);
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
	assign(h, first[HUFFMAN_MAX_BITS]);
	return left;
}

/* "Distance codes 0-31 are represented by (fixed-length) 5-bit codes", and two of
 * them "will never actually occur": they have no symbol here. */
void huffman_fixed(struct huffman codes[2])
{
	uint8_t lengths[HUFFMAN_LITERALS];

	if (codes->count[8])
		return;
	memset(lengths, 8, HUFFMAN_LITERALS);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	huffman_make(&codes[0], lengths, HUFFMAN_LITERALS);
	memset(lengths, 5, HUFFMAN_DISTANCES);
	huffman_make(&codes[1], lengths, HUFFMAN_DISTANCES);
}

/* A code that is one bit shorter takes twice as much of the tree. It begins with
 * all codes as long as they may be, and what is left of the tree goes to those
 * for which a bit less is worth the most: how often the symbol occurs, for each
 * leaf that this takes. What is asked of them falls, until the tree is full.
 * Huffman's own algorithm makes codes that are shorter by a thousandth, but some
 * may be longer than `max`. */
void huffman_choose(
	struct huffman *h, const uint32_t *occurs, size_t n, unsigned max)
{
	uint8_t lengths[HUFFMAN_LITERALS] = {0};
	uint32_t left = 1u << max; /* leaves as deep as `max` */
	uint64_t worth = 0;

	for (size_t i = 0; i < n; i++) {
		lengths[i] = occurs[i] ? (uint8_t)max : 0;
		left -= occurs[i] > 0;
		worth += 2 * (uint64_t)occurs[i];
	}
	for (; left && worth; worth -= worth / 8 + 1)
		for (size_t i = 0; i < n; i++)
			while (lengths[i] > 1 && left >> (max - lengths[i]) &&
				(uint64_t)occurs[i] << lengths[i] > worth)
				left -= 1u << (max - lengths[i]--);
	huffman_make(h, lengths, n);
}

unsigned huffman_decode(const struct huffman *h, unsigned bits)
{
	unsigned found = h->quick[bits % (1 << HUFFMAN_QUICK)];
	const uint16_t *first = h->symbols; /* of this length */
	unsigned code = 0; /* less the first one of this length */

	for (int length = 1; !found && length <= HUFFMAN_MAX_BITS; length++) {
		code = code << 1 | (bits >> (length - 1) & 1);
		if (code < h->count[length])
			found = (unsigned)first[code] << 4 | (unsigned)length;
		code -= h->count[length];
		first += h->count[length];
	}
	return found;
}
