/* day.h - a day of the server, as its clients live it: honest ones of each
 * kind, slow ones, and some that vanish. */
#ifndef DAY_H
#define DAY_H

#include "tests/faults/wrap.h"

#include <stdbool.h>

/* Goes through the day; returns how many of its conversations have failed. It
 * gives up after `most` of those. *what names the last. */
int day_live(const struct wrap *, int most, const char **what);

/* An ordinary page and an ordinary socket: is all as it should be? */
bool day_is_honest_served(const struct wrap *);

/* A socket that stays open; then it gets a Close with 1001, and answers. */
bool day_stay(const struct wrap *);
bool day_goodbye(void);

#endif
