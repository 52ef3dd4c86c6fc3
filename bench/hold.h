/* hold.h - many WebSockets that have nothing to say. */
#ifndef HOLD_H
#define HOLD_H

#include "bench/crowd.h"
#include "bench/measure.h"

/* Opens all, lets each talk once and prints, columns divided by tabs:
 * name, connections, resident bytes a connection, resident bytes before. */
void hold_idle(struct crowd *);

/* Opens all, each is greeted, and if told so waits, stopped by itself, to be
 * continued; while they are held, Pings some at random for a time, so many at
 * once as the plan has messages. Prints: name, connections, opened a second,
 * resident bytes a connection, Pings a second, their p50 and p99 in us. */
void hold_many(struct crowd *, const struct plan *, bool waits);

#endif
