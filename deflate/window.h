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

/* The window of one end. It is empty while all but `bits` is zero, and for good
 * where the end forgets. */
struct window {
	/* The last bytes that the end has sent. The memory is the caller's, and
	 * WINDOW_SIZE: NULL until the first message, or where the end forgets. */
	unsigned char *bytes;
	/* Private to compress.c: compress.position behind it, if the index
	 * has all of it. */
	uint32_t indexed;
	uint16_t len;
	/* No match reaches back farther than 2^bits bytes, 8 to 15. */
	uint8_t bits;
	/* The end has no context takeover: each of its messages begins with an
	 * empty window. */
	bool forgets;
};

#define WINDOW_SIZE(w) ((size_t)1 << (w)->bits)

/* The end has sent this message, too. */
void window_add(struct window *, const void *data, size_t len);

#endif
