/* growth.c - does an unfinished message grow fast enough? */
#include "ws/growth.h"

void growth_begin(struct growth *p, uint32_t len, uint32_t now)
{
	*p = (struct growth){len, now};
}

enum growth_of growth_look(
	struct growth *p, uint32_t len, uint32_t now, uint32_t window)
{
	uint64_t least = (uint64_t)window * GROWTH_RATE / 1000;

	if (!window || now - p->begun < window)
		return GROWTH_GOES_ON;
	if (len - p->len < least)
		return GROWTH_IS_TOO_SLOW;
	growth_begin(p, len, now);
	return GROWTH_IS_KEPT;
}
