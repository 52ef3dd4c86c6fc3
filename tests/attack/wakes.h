/* wakes.h - how often the server's loop woke up, and how often for nothing. */
#ifndef WAKES_H
#define WAKES_H

#include <stdatomic.h>
#include <stdint.h>

#define WAKES_FILE "WAKES" /* in the environment: the file that holds them */

struct wakes {
	_Atomic uint64_t all;
	_Atomic uint64_t idle; /* no call succeeded until the next wait */
};

#endif
