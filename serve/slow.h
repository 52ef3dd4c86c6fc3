/* slow.h - does a peer read what it is sent?
 *
 * The kernel takes output in large portions, so a successful send says little
 * about the peer. What the peer has acknowledged says more, but the kernel
 * tells that only when it is asked. It is asked while output waits: in each
 * quarter of the send deadline in which nothing could be sent. */
#ifndef SLOW_H
#define SLOW_H

#include <stdbool.h>
#include <stdint.h>

#define SLOW_LOOKS 4

/* All zero at the beginning. */
struct slow {
	uint32_t given; /* bytes that the kernel has taken: yours to count */

	/* Private. */
	uint32_t since;      /* since when output waits, in milliseconds */
	uint32_t taken;      /* how many of those the peer has acknowledged */
	unsigned char looks; /* checks in a row that found nothing new */
};

/* Call this when output begins to wait. */
void slow_begin(struct slow *, int fd, uint32_t now);

/* Call this when a quarter of the send deadline has passed. Returns false when
 * the peer has read nothing for SLOW_LOOKS quarters, or too little: less than 1
 * KiB a second over a minute. */
bool slow_reads(struct slow *, int fd, uint32_t now);

/* For a peer that does not read. Closing its socket then resets it, which at
 * once frees the output that the kernel would otherwise keep offering to it for
 * minutes. */
void slow_reset(int fd);

#endif
