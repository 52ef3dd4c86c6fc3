/* hang.h - does a worker still come back to its wait for events?
 *
 * It adds one to a count, in memory that the parent can read, before and after
 * each wait. The parent looks at the count now and then. */
#ifndef HANG_H
#define HANG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HANG_LOOKS 6 /* that find a worker in the same turn: it hangs */

/* Private. It lies in shared memory, and each worker writes to a cache line of
 * its own. */
struct hang {
	_Alignas(64) _Atomic uint32_t turns; /* even: it waits */
	uint32_t seen;                       /* the rest is the parent's */
	int looks; /* that have found `seen`, which is odd */
};

/* A worker is about to be started, and counts there. */
void hang_begin(struct hang *);

/* The worker calls it before and after each wait. */
void hang_turn(struct hang *);

/* Returns true when this is the last of HANG_LOOKS looks in a row that find the
 * worker outside of its wait, in the same turn, and not stopped by a signal or
 * a debugger. Time in which the parent does not run is one look at most. */
bool hang_look(struct hang *, pid_t worker);

#endif
