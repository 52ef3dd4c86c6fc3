/* streams.h - DEFLATE by hand: bits in the order in which they lie in a
 * message. */
#ifndef STREAMS_H
#define STREAMS_H

#include "buf.h"
#include "deflate/inflate.h"

/* A row of bits that grows. */
struct stream {
	unsigned char bytes[4096];
	size_t bits;
};

/* Adds the bits that a text has: every 0 and 1 of it, in this order. Huffman
 * codes are written like that, RFC 1951 3.1.1. */
void stream_add(struct stream *, const char *bits);

/* Adds a number, its lowest bit first. */
void stream_put(struct stream *, unsigned value, int n);

/* Adds the header of a dynamic block, not a final one, whose code for code
 * lengths has four bits for each of 0 to 15, and then these lengths. */
void stream_dynamic(struct stream *, const unsigned char *literals,
	int n_literals, const unsigned char *distances, int n_distances);

/* Inflates the bytes, from a block of exactly their size, behind a window of so
 * many bits. Returns what inflate_message does. What comes out is inflate->out, and
 * belongs to the caller. */
int stream_inflate(struct inflate *, int bits, const void *data, size_t len,
	const char *window);

#endif
