/* tally.c - durations counted in steps that grow with the figure.
 *
 *     below 64: a step each | 64-127: 32 steps of 2 | 128-255: 32 of 4 | ... */
#include "bench/tally.h"

#include <stdlib.h>

void tally_add(struct tally *t, uint64_t duration)
{
	int shift = 58 - __builtin_clzll(duration | 1);

	if (shift < 0)
		shift = 0;
	/* duration >> shift lies in 32-63, or is duration itself below that */
	t->counts[(size_t)shift * TALLY_FINE + (size_t)(duration >> shift)]++;
	t->total++;
}

double tally_quantile(const struct tally *t, double part)
{
	uint64_t seen = 0, wanted = (uint64_t)((double)t->total * part);

	for (size_t i = 0; i < TALLY_SIZE; i++) {
		size_t shift = i / TALLY_FINE ? i / TALLY_FINE - 1 : 0;

		seen += t->counts[i];
		if (seen > wanted)
			return (double)((uint64_t)(i - shift * TALLY_FINE)
					<< shift);
	}
	return 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(double *figures, size_t n)
{
	if (!n)
		return 0;
	qsort(figures, n, sizeof *figures, by_size);
	return (figures[(n - 1) / 2] + figures[n / 2]) / 2;
}
