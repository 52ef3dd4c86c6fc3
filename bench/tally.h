/* tally.h - many durations in little memory, and the middle of a few figures. */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#define TALLY_FINE 32 /* steps to each doubling: within 3 % */
#define TALLY_SIZE (60 * TALLY_FINE)

/* All zero: nothing has been counted yet. */
struct tally {
	uint64_t total;
	uint64_t counts[TALLY_SIZE];
};

void tally_add(struct tally *, uint64_t duration);

/* Returns the duration that the given part (0.5, 0.99) of them lies below. */
double tally_quantile(const struct tally *, double part);

/* Returns the median of `n` figures, which are sorted in place. */
double median(double *figures, size_t n);

#endif
