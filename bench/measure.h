/* measure.h - what a message costs each server, measured in turn. */
#ifndef MEASURE_H
#define MEASURE_H

#include "bench/crowd.h"

#define ROUNDS_MAX 99

struct plan {
	uint32_t rounds;       /* for each server, one after the other */
	uint32_t milliseconds; /* that a round lasts */
	uint32_t messages;     /* in one operation */
	uint64_t limit;        /* of operations; 0: only time ends a round */
};

/* Runs the rounds and prints a line for each server, columns divided by tabs:
 *
 *     name, messages a second, CPU us a message, of it user, of it system,
 *     p50 us, p99 us of an operation, CPU and user CPU over the first server's
 *
 * All are medians of the rounds, except for the share of user mode and the
 * quantiles, which are those of the whole run. The last column is left empty
 * when it would be a guess. A ratio is taken within each round, and then its
 * median: whatever slows the machine for a while slows both servers. */
void measure(
	struct crowd *, size_t n, const struct work *, const struct plan *);

#endif
