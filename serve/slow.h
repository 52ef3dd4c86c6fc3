/* slow.h - does a peer read what it is sent?
 *
 * The kernel takes output in large portions, so a successful send says little
 * about the peer. What the peer has acknowledged says more, but the kernel
 * tells that only when it is asked. It is asked while output waits: in each
 * quarter of the send deadline in which nothing could be sent.
 *
 * A Unix socket has no acknowledgements. There the kernel counts the memory of
 * what is unread: all that one call sent, and some more, until the last byte of
 * it has been read. So one call must send little, and what it adds to the count
 * is more than its bytes:
 *
 *     send 16384 bytes    unread: 17152
 *     the peer reads 16383    ... 17152
 *     the peer reads 1            0
 */
#ifndef SLOW_H
#define SLOW_H

#include <stdbool.h>
#include <stdint.h>

#define SLOW_LOOKS 4

/* The most that one call may send over a Unix socket. A peer that reads 1 KiB a
 * second finishes it in half of the default deadline. */
#define SLOW_PORTION 16384

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

/* What the peer has taken, in a count that begins anywhere. A call that sends
 * cannot lower it, but over a Unix socket it seems to. So while output waits,
 * ask before such calls, and have the account corrected when they are done and
 * counted in `given`. */
uint32_t slow_taken(const struct slow *, int fd);
void slow_correct(struct slow *, int fd, uint32_t before);

/* Call this when a quarter of the send deadline has passed. Returns false when
 * the peer has read nothing for SLOW_LOOKS quarters, or too little: less than 1
 * KiB a second, averaged over a minute or, where one portion more or less would
 * decide, over several. */
bool slow_reads(struct slow *, int fd, uint32_t now);

/* For a peer that does not read. Closing its socket then resets it, which at
 * once frees the output that the kernel would otherwise keep offering to it for
 * minutes. */
void slow_reset(int fd);

#endif
