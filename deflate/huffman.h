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

#include <stddef.h>
#include <stdint.h>

/* RFC 1951 3.2.5: there are two alphabets. One has the bytes, the end of a block
 * and the lengths of matches. Each length is followed by a symbol of the other,
 * which has the distances. */
#define HUFFMAN_END 256
#define HUFFMAN_LENGTH 257 /* the first of 29 */
#define HUFFMAN_LITERALS 288
#define HUFFMAN_DISTANCES 30
#define HUFFMAN_MAX_BITS 15 /* of a code */
#define HUFFMAN_MIN_MATCH 3 /* its length */
#define HUFFMAN_MAX_MATCH 258

/* RFC 1951 3.2.7: the order in which a dynamic block sends the lengths of the
 * code in which it sends the lengths of the others. */
#define HUFFMAN_ORDER 19
extern const uint8_t huffman_order[HUFFMAN_ORDER];

/* A symbol of a length or a distance stands for a range of them, and extra bits
 * say which one is meant. It says where the number, less its smallest value, has
 * its first 1, and the `top` bits behind that, two of a length, one of a distance:
 *
 *     0 0 0 1 x x y y y      symbol: 1xx in a row of such, for 3 extra bits
 *                            extra bits: yyy
 *
 * Small numbers have symbols of their own. */

/* The code of an alphabet, to read and to write by. */
struct huffman {
	/* Of each symbol: the bits of its code, the first of which is the lowest,
	 * and how many they are, 0 when it has none. */
	uint16_t codes[HUFFMAN_LITERALS];
	uint8_t lengths[HUFFMAN_LITERALS];
	/* How many symbols have codes of each length, and the symbols in the
	 * order of their codes. */
	uint16_t count[HUFFMAN_MAX_BITS + 1], symbols[HUFFMAN_LITERALS];
	/* The same, faster: what huffman_decode returns for each value of the
	 * next HUFFMAN_QUICK bits, or 0 when the code may be longer. */
#define HUFFMAN_QUICK 9
	uint16_t quick[1 << HUFFMAN_QUICK];
};

/* Makes the code with these lengths, of n symbols. Returns what is left of the
 * tree, in leaves as deep as HUFFMAN_MAX_BITS: 0 when the code is complete. If
 * less than 0 there are more codes than leaves, and no code was made. */
int huffman_make(struct huffman *, const uint8_t *lengths, size_t n);

/* RFC 1951 3.2.6: makes the fixed codes of the two alphabets, unless that has
 * been done. */
void huffman_fixed(struct huffman codes[2]);

/* Makes a code for n symbols that occur so often, at most HUFFMAN_LITERALS: few
 * bits in all, but no code longer than `max`, where 1 << max is at least n.
 * Symbols that do not occur have none; a single one has one bit. */
void huffman_choose(
	struct huffman *, const uint32_t *occurs, size_t n, unsigned max);

/* Finds the code that begins at the lowest bit. Returns symbol << 4 | length, or
 * 0 when there is none. */
unsigned huffman_decode(const struct huffman *, unsigned bits);

#endif
