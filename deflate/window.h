/* window.h - what one end has sent so far, to which its next message may refer:
 * RFC 1951, section 2; RFC 7692, section 7.1.2.
 *
 * With context takeover both ends keep it. */
#ifndef DEFLATE_WINDOW_H
#define DEFLATE_WINDOW_H

#include <stddef.h>
#include <stdint.h>

/* The end of it, in WINDOW_SIZE bytes of memory, which are the caller's. It
 * begins with these members all zero. */
struct window {
	uint32_t len; /* bytes so far, at most 2^bits */
	/* Private to compress.c: compress.position behind it, if the index
	 * has all of it. */
	uint32_t indexed;
	unsigned char bytes[];
};

#define WINDOW_SIZE(bits) (sizeof(struct window) + ((size_t)1 << (bits)))

/* The end has sent this message, too. `bits` must be the same for all messages. */
void window_add(struct window *, int bits, const void *data, size_t len);

#endif
