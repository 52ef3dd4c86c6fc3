/* timer.h - what is to be called later: one list, the next one first.
 *
 * Times are in milliseconds, of any clock that does not run backwards. The
 * place of a new timer is looked for from the end of the list, so timers that all
 * wait equally long are started at no cost, however many there are. */
#ifndef TIMER_H
#define TIMER_H

#include <stdint.h>

struct timer;

/* All zero at the beginning. */
struct timers {
	struct timer *first, *last; /* NULL: there is none */
};

/* Has fn(data) called once, by the timer_run of that time or a later one. The
 * timer is gone when it is called. Returns NULL when there is no memory. */
struct timer *timer_start(
	struct timers *, uint64_t due, void (*fn)(void *data), void *data);

/* Frees a timer that has not been called. */
void timer_cancel(struct timers *, struct timer *);

/* Calls those that are due, the oldest first; of the same time, the one that was
 * started first. They may start and cancel others. One that is started
 * meanwhile is called by this timer_run only if it is due. */
void timer_run(struct timers *, uint64_t now);

/* Returns the time at which the next one is due, or UINT64_MAX when there is
 * none. */
uint64_t timer_due(const struct timers *);

#endif
