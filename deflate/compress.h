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
	/* Yours to set. */
	int window_bits; /* 8 to 15, at most what the peer has agreed to: no
			  * match reaches farther */

	/* Private: RFC 1951 4, "a chained hash table". Each byte has a position,
	 * and positions only grow: what another connection has left here lies
	 * too far back for this one. */
	uint32_t position;                        /* of the next byte */
	uint32_t latest[1 << COMPRESS_HASH_BITS]; /* where three bytes with this
						     hash began */
	uint32_t before[COMPRESS_PLACES]; /* where such bytes began before */

	/* Private: the symbols of a block; and of a dynamic one, those of the
	 * lengths of its codes, RFC 1951 3.2.7. */
	struct symbols {
		size_t n;
#define COMPRESS_SYMBOLS 8192
		struct symbol {
			uint16_t symbol, extra;
			uint8_t extra_bits, alphabet; /* 1: the distances */
		} all[COMPRESS_SYMBOLS + 3];
		uint32_t occurs[2][HUFFMAN_LITERALS]; /* in each alphabet */
	} block, head;
	struct huffman fixed[2], dynamic[2], first;
};

/* Appends the message to `out`, compressed and without the 00 00 FF FF at its
 * end. It may refer to the window, to which the caller adds it if it is sent.
 *
 * Without a window (NULL) a message refers only to itself: for a connection
 * without context takeover, and for a broadcast that is compressed once for all,
 * since every peer can read it, whatever came before.
 *
 * Returns false when there is no memory; what is then in `out` is of no use. A
 * message that does not become shorter is better sent as it is. It has at most
 * WS_MESSAGE_MAX bytes (ws.h). */
bool compress_message(struct compress *, struct window *, const void *data,
	size_t len, struct buf *out);

#endif
