/* clock.h - the time, in a loop that looks at it once a turn. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_TICK_MS 10 /* where it is coarsest */

/* Sets *now to milliseconds that do not run backwards, exact to CLOCK_TICK_MS,
 * and when a second is over, the date as HTTP has it (RFC 9110 5.6.7). *second is
 * that of the date: 0 before the first tick. */
void clock_tick(time_t *second, uint64_t *now, char date[30]);

#endif
