/* hold.h - many WebSockets that have nothing to say. */
#ifndef HOLD_H
#define HOLD_H

#include "bench/crowd.h"
#include "bench/measure.h"

/* Opens all, lets each talk once and prints, in columns divided by tabs: name,
 * connections, resident bytes for each connection, resident bytes before. */
void hold_idle(struct crowd *);

/* Opens all clients, each of which is greeted. If told so, it then stops itself
 * and waits to be continued. While the clients are held, some of them, picked
 * at random, send Pings for a time, as many at once as the plan has messages.
 * Prints: name, connections, connections opened a second, resident bytes for
 * each connection, Pings a second, their p50 and p99 in us. */
void hold_many(struct crowd *, const struct plan *, bool waits);

#endif
