/* hang.h - does a worker still come back to its wait for events?
 *
 * The parent asks now and then, and the worker's loop takes the question as it
 * takes any other event. A question that still lies there at the next look was
 * not taken meanwhile. */
#ifndef HANG_H
#define HANG_H

#include "serve/source.h"

#include <sys/types.h>

#define HANG_LOOKS 6 /* that find a question not taken: the worker hangs */

struct hang {
	struct source source; /* for the worker's loop to watch: EPOLLIN */
	int looks;            /* private: that have found one, in a row */
};

/* Prepares, before the first worker is started. Returns false when that is
 * impossible; errno says why. */
bool hang_open(struct hang *);

/* A worker is about to be started, and has not been asked yet. */
void hang_begin(struct hang *);

/* Asks. Returns true when this is the last of HANG_LOOKS looks in a row that find
 * the question of the look before, while no signal and no debugger has stopped the
 * worker. Time in which the parent does not run is one look at most. */
bool hang_look(struct hang *, pid_t worker);

#endif
