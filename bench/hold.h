/* hold.h - many WebSockets that have nothing to say. */
#ifndef HOLD_H
#define HOLD_H

#include "crowd.h"

/* Opens all, lets each talk once and prints, columns divided by tabs:
 * name, connections, resident bytes a connection, resident bytes before. */
void hold_idle(struct crowd *);

/* Opens all, each is greeted; while they are held, Pings some of them at
 * random for a time. Prints: name, connections, opened a second, resident
 * bytes a connection, Pings a second, their p50 and p99 in us. */
void hold_many(struct crowd *, uint32_t milliseconds);

#endif
