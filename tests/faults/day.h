/* day.h - a day of the server, as its clients experience it: honest ones of
 * each kind, slow ones, and some that vanish. */
#ifndef DAY_H
#define DAY_H

#include "tests/faults/wrap.h"

#include <stdbool.h>

/* Goes through the day. Returns how many of its conversations have failed, and
 * gives up after `most` of them. *what names the last one. */
int day_live(const struct wrap *, int most, const char **what);

/* Are an ordinary page and an ordinary socket served as they should be? */
bool day_is_honest_served(const struct wrap *);

/* A socket that stays open until it gets a Close with 1001, and answers
 * that. */
bool day_stay(const struct wrap *);
bool day_goodbye(void);

#endif
