/* block.h - writes a block: RFC 1951, sections 3.2.5 to 3.2.7. */
#ifndef DEFLATE_BLOCK_H
#define DEFLATE_BLOCK_H

#include "buf.h"
#include "deflate/huffman.h"

/* Bytes to which bits are added, from the lowest of a byte to its highest. */
struct block_output {
	struct buf *out;
	uint64_t rest; /* those that do not fill a byte yet */
	unsigned n;    /* how many, 0 to 7 */
};

/* Adds a number of n bits, at most 16. `out` must have room for 8 bytes. */
void block_put_bits(struct block_output *, unsigned value, unsigned n);

/* What a block consists of. It begins all zero. */
#define BLOCK_SYMBOLS 8192
struct block {
	size_t n;
	/* Private. */
	struct symbol {
		uint16_t symbol, extra;
		uint8_t extra_bits;
	} symbols[BLOCK_SYMBOLS + 3];
	struct huffman_codes fixed, dynamic; /* fixed: once they are needed */
};

/* Both add to the block, as long as `n` is less than BLOCK_SYMBOLS. */
void block_add_literal(struct block *, unsigned char);
void block_add_match(struct block *, size_t length, size_t distance);

/* Writes the block, with fixed or dynamic codes, whichever takes fewer bits, and
 * empties it. Returns false when there is no memory. `out` has room for 8 more
 * bytes then. */
bool block_write(struct block *, struct block_output *);

#endif
