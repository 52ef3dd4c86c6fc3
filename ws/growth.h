/* growth.h - does an unfinished message grow fast enough?
 *
 * It has a window of time, again and again, and has to grow in each of them by
 * GROWTH_RATE bytes a second, averaged over the window. */
#ifndef GROWTH_H
#define GROWTH_H

#include <stdint.h>

#define GROWTH_RATE 1024

struct growth {
	uint32_t len;   /* of the message when its window began */
	uint32_t begun; /* milliseconds; 49 days may run over */
};

enum growth_of { GROWTH_GOES_ON, GROWTH_IS_KEPT, GROWTH_IS_TOO_SLOW };

void growth_begin(struct growth *, uint32_t len, uint32_t now);

/* Looks at a message that has `len` bytes now, with a window of so many
 * milliseconds (0: for ever). When that is over, it is kept, and the next window
 * begins; or the message is too slow. */
enum growth_of growth_look(
	struct growth *, uint32_t len, uint32_t now, uint32_t window);

#endif
