/* window.h - what one end has sent so far, to which its next message may refer:
 * RFC 1951, section 2; RFC 7692, section 7.1.2.
 *
 * Each end compresses with a window of its own, and both ends keep it. A larger
 * one compresses better, and takes as many bytes of memory for each connection. */
#ifndef DEFLATE_WINDOW_H
#define DEFLATE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The window of one end. It begins all zero but for what was agreed to, and then it
 * is empty. */
struct window {
	/* The last bytes that the end has sent, in WINDOW_SIZE bytes of memory,
	 * which are the caller's. Without them (NULL) it stays empty. */
	unsigned char *bytes;
	/* The caller's: bytes of the messages that the end has sent compressed,
	 * and what they became. */
	unsigned long long plain, coded;
	/* Private to compress.c: compress.position behind it, if the index
	 * has all of it. */
	uint32_t indexed;
	uint16_t len;
	/* What was agreed to: no match reaches back farther than 2^bits bytes, 8
	 * to 15; and without context takeover the window stays empty. */
	uint8_t bits;
	bool forgets;
};

#define WINDOW_SIZE(w) ((size_t)1 << (w)->bits)

/* The end has sent this message, too. */
void window_add(struct window *, const void *data, size_t len);

#endif
