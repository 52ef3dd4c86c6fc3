/* dice.h - random numbers, which are the same in each run. */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns one of 0 to n - 1. */
static inline uint32_t dice(uint32_t n)
{
	static uint64_t state = 6455;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

/* Makes bytes of some kind: few or many different ones, with repetitions of what
 * lies up to `far` bytes before, or without. */
static inline void dice_fill(unsigned char *data, size_t len, uint32_t far)
{
	static const uint32_t alphabets[] = {1, 2, 5, 30, 256};
	uint32_t alphabet = alphabets[dice(5)], fresh = 1 + dice(20);

	for (size_t i = 0; i < len; i++) {
		uint32_t reach = i < far ? (uint32_t)i : far;
		bool repeats = i && dice(20) >= fresh;

		data[i] = repeats ? data[i - 1 - dice(reach)]
				  : (unsigned char)dice(alphabet);
	}
}

#endif
