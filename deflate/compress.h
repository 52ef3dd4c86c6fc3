/* compress.h - compresses a message: RFC 1951, and RFC 7692, section 7.2.1.
 *
 * With context takeover a message may refer to those before it, as far as the
 * window reaches. What finds something there is shared by all connections. */
#ifndef DEFLATE_COMPRESS_H
#define DEFLATE_COMPRESS_H

#include "buf.h"
#include "deflate/huffman.h"
#include "deflate/window.h"

#define COMPRESS_HASH_BITS 12
#define COMPRESS_PLACES (1 << 15) /* as many as the largest window has bytes */

/* One is enough for a process. It begins all zero. */
struct compress {
	/* Yours to read, and to free: the latest message, without the 00 00 FF FF
	 * at its end. */
	struct buf out;

	/* Private. Of the message under way: */
	struct buf text; /* the window, and the message */
	size_t reach;    /* bytes that a match may go back */
	uint64_t rest;   /* bits that do not fill a byte of `out` yet */
	unsigned n_rest; /* 0 to 7 */

	/* RFC 1951 4, "a chained hash table". Each byte has a position,
	 * and positions only grow: what another connection has left here lies
	 * too far back for this one. */
	uint32_t position; /* of the first byte of `text`, or of the next */
	uint32_t latest[1 << COMPRESS_HASH_BITS]; /* where three bytes with this
						     hash began */
	uint32_t before[COMPRESS_PLACES]; /* where such bytes began before */

	/* The symbols of a block, and behind them, for a dynamic one, those of
	 * the lengths of its codes, RFC 1951 3.2.7. Each is of an alphabet: 0
	 * has the literals, 1 the distances, 2 the lengths of codes. */
#define COMPRESS_SYMBOLS 8192
	struct symbol {
		uint16_t symbol, extra;
		uint8_t extra_bits, alphabet;
	} symbols[COMPRESS_SYMBOLS + 3 + HUFFMAN_LITERALS + HUFFMAN_DISTANCES];
	size_t n;
	uint32_t occurs[3][HUFFMAN_LITERALS];
	struct huffman fixed[2], dynamic[3];
};

/* Compresses a message. It may refer to the window, to which the caller adds it if
 * it is sent. In an empty window it refers only to itself: so does each message of
 * an end without context takeover, and a broadcast that is compressed once for all
 * in the smallest of their windows, since every peer can read that, whatever came
 * before.
 *
 * Returns false when there is no memory; `out` is then of no use. A message that
 * does not become shorter is better sent as it is. It has at most WS_MESSAGE_MAX
 * bytes (ws.h). */
bool compress_message(
	struct compress *, struct window *, const void *data, size_t len);

#endif
