/* huffman.h - Huffman codes: RFC 1951, section 3.2.
 *
 * Symbols that are frequent have short codes, and no code is the beginning of
 * another, so a reader knows where each ends. A code is the way from the root of
 * a tree to a leaf: 0 is left, 1 is right. RFC 1951 3.2.2 has this one:
 *
 *          .               symbol  length  code
 *         / \              B       1       0
 *        B   .             A       2       10
 *           / \            C       3       110
 *          A   .           D       3       111
 *             / \
 *            C   D         "ABCD" is 10 0 110 111
 *
 * Only the lengths are sent. The codes follow from them, by two rules: a shorter
 * code is less than a longer one, from the first bit on; and the codes of one
 * length are consecutive numbers, in the order of their symbols. */
#ifndef DEFLATE_HUFFMAN_H
#define DEFLATE_HUFFMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 1951 3.2.5: there are two alphabets. One has the bytes, the end of a block
 * and the lengths of matches. Each length is followed by a symbol of the other,
 * which has the distances. Where both lie in one array, the second begins at
 * HUFFMAN_LITERALS. */
#define HUFFMAN_END 256
#define HUFFMAN_LENGTH 257 /* the first of 29 */
#define HUFFMAN_LITERALS 288
#define HUFFMAN_SYMBOLS (HUFFMAN_LITERALS + 32)
#define HUFFMAN_MAX_BITS 15 /* of a code */
#define HUFFMAN_MIN_MATCH 3 /* its length */
#define HUFFMAN_MAX_MATCH 258

/* RFC 1951 3.2.7: the order in which a dynamic block sends the lengths of the
 * code in which it sends the lengths of the others. */
#define HUFFMAN_ORDER 19
extern const uint8_t huffman_order[HUFFMAN_ORDER];

/* A symbol stands for a range of lengths or distances, and extra bits say which
 * one is meant. It says where the number, less its smallest value, has its first
 * 1, and the `top` bits behind that, two of a length, one of a distance:
 *
 *     0 0 0 1 x x y y y      symbol: 1xx in a row of such, for 3 extra bits
 *                            extra bits: yyy
 *
 * Small numbers have symbols of their own. Both functions return what belongs to
 * a symbol, counted from the first: extra bits, and the least number. */
static inline unsigned char huffman_extra_bits(unsigned symbol, int top)
{
	return (unsigned char)(symbol >> top ? (symbol >> top) - 1 : 0);
}

static inline unsigned huffman_base(unsigned symbol, int top)
{
	unsigned extra = huffman_extra_bits(symbol, top);

	return (symbol - (extra << top)) << extra;
}

/* A code, to read by. */
struct huffman {
	/* How many symbols have codes of each length, and the symbols in the
	 * order of their codes. */
	uint16_t count[HUFFMAN_MAX_BITS + 1], symbols[HUFFMAN_LITERALS];
	/* The same, faster: what huffman_decode returns for each value of the
	 * next HUFFMAN_QUICK bits, or 0 when the code may be longer. */
#define HUFFMAN_QUICK 9
	uint16_t quick[1 << HUFFMAN_QUICK];
};

/* Makes the code with these lengths, 0 for a symbol without one. Returns what is
 * left of the tree, in leaves as deep as HUFFMAN_MAX_BITS: 0 when the code is
 * complete. If less than 0 there are more codes than leaves, and no code was
 * made. */
int huffman_make(struct huffman *, const uint8_t *lengths, size_t n);

/* Finds the code that begins at the lowest bit. Returns symbol << 4 | length, or
 * 0 when there is none. */
unsigned huffman_decode(const struct huffman *, unsigned bits);

/* Codes of both alphabets, to write. The first bit of a code is the lowest. */
struct huffman_codes {
	uint8_t lengths[HUFFMAN_SYMBOLS];
	uint16_t bits[HUFFMAN_SYMBOLS];
};

/* RFC 1951 3.2.6: the lengths of the fixed codes. */
void huffman_fixed(uint8_t lengths[HUFFMAN_SYMBOLS]);

/* Sets the bits of the codes whose lengths are set. */
void huffman_assign(uint16_t *bits, const uint8_t *lengths, size_t n);

/* Sets the lengths of codes for n symbols, at most HUFFMAN_LITERALS, that occur
 * so often: few bits in all, but no code longer than `max`, where 1 << max is at
 * least n. Symbols that do not occur have none; a single one has one bit. */
void huffman_choose(
	uint8_t *lengths, const uint32_t *occurs, size_t n, unsigned max);

#endif
