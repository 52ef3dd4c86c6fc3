/* clock.c - the time, in a loop that looks at it once a turn. */
#include "serve/clock.h"

#include "buf.h"
#include "http/slice.h"

/* The coarse clock costs a fifth of what CLOCK_MONOTONIC costs. */
void clock_tick(time_t *second, uint64_t *now, char date[30])
{
	uint64_t before = *now;
	struct timespec t;
	time_t wall;
	struct tm tm;

	if (!clock_gettime(CLOCK_MONOTONIC_COARSE, &t) ||
		!clock_gettime(CLOCK_MONOTONIC, &t))
		*now = (uint64_t)t.tv_sec * 1000 +
		       (uint64_t)t.tv_nsec / 1000000;
	if (*now == before && *second)
		return; /* the kernel moves all coarse clocks together */
	wall = time(NULL);
	if (wall != *second && gmtime_r(&wall, &tm))
		buf_format(date, 30, "%s, %02d %s %d %02d:%02d:%02d GMT",
			slice_days[tm.tm_wday], tm.tm_mday,
			slice_months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
			tm.tm_min, tm.tm_sec);
	*second = wall;
}
