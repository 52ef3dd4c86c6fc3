/* compress.h - compresses a message: RFC 1951, and RFC 7692, section 7.2.1.
 *
 * With context takeover a message may refer to those before it, as far as the
 * window reaches. The peer keeps these bytes; so do we, in one struct
 * compress_window a connection. What finds something there is shared by all
 * connections. */
#ifndef DEFLATE_COMPRESS_H
#define DEFLATE_COMPRESS_H

#include "buf.h"
#include "deflate/block.h"

#include <stdint.h>

#define COMPRESS_HASH_BITS 12

/* One is enough for a process. It begins all zero. */
struct compress {
	/* Yours to set. */
	int window_bits;  /* 8 to 15, at most what the peer has agreed to: no
			    match reaches farther */
	bool even_longer; /* compress also what does not become shorter */

	/* Private. Each byte has a position, and positions only grow: what
	 * another connection has left here lies too far back for this one. */
	uint32_t position;                        /* of the next byte */
	uint32_t latest[1 << COMPRESS_HASH_BITS]; /* where three such bytes
						     began */
	struct block block;
};

/* The end of what one peer has decompressed so far, in COMPRESS_SIZE bytes of
 * memory, which are the caller's. It begins with these members all zero. */
struct compress_window {
	/* Private. */
	uint32_t
		indexed; /* compress.position behind it, if still in `latest` */
	uint32_t len;    /* bytes so far, at most 1 << window_bits */
	unsigned char bytes[];
};

#define COMPRESS_SIZE(window_bits) \
	(sizeof(struct compress_window) + ((size_t)1 << (window_bits)))

/* Appends the message to `out`, compressed and without the 00 00 FF FF at its
 * end. The window has its bytes from then on; window_bits must be the same for
 * all messages of one window.
 *
 * Without a window (NULL) a message refers only to itself: for a connection
 * without context takeover, and for a broadcast that is compressed once for all,
 * since every peer can read it, whatever came before. The windows of those that
 * have context takeover must then be told by compress_remember.
 *
 * Returns 1; 0 when it would not become shorter, so that it is better sent as it
 * is; -1 when there is no memory. If not 1, `out` and the window are as they
 * were. A message has at most WS_MESSAGE_MAX bytes (ws.h). */
int compress_message(struct compress *, struct compress_window *,
	const void *data, size_t len, struct buf *out);

/* The peer has been sent this message, compressed without its window. */
void compress_remember(const struct compress *, struct compress_window *,
	const void *data, size_t len);

#endif
