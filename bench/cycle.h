/* cycle.h - a WebSocket's beginning and its end. */
#ifndef CYCLE_H
#define CYCLE_H

#include "bench/crowd.h"

/* Opens a WebSocket for each client of the crowd, including the idle ones. */
void cycle_open(struct crowd *);

/* An operation: connect, handshake, greeting, Close, its answer, the end. */
extern const struct work cycle_work;

#endif
