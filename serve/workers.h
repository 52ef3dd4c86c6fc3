/* workers.h - the processes of a server, from their start to their end. */
#ifndef WORKERS_H
#define WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct hang_count;
struct listening;
struct options;
struct signals;

/* What one process serves with. */
struct place {
	struct listening *listening; /* its own sockets are the first set */
	size_t processes, max_clients;
	const struct signals *signals; /* to wait with: see process.h */
	struct hang_count *turns;      /* to count at each wait: see hang.h */
};

/* Sets up what the options ask for (sockets, signals, limits, the user), logs
 * it, with what to open in a browser when it has a page, and calls `run`: in this process, or in several of their own. `run` closes
 * its listening sockets when it is to stop, and the parent closes its copies.
 *
 * The parent passes signals on. SIGHUP does not stop the server if there is an
 * `on_hangup`, which the parent calls then; `run` learns of it by process_got.
 * The parent starts a worker that has died again, after a pause that grows while
 * it keeps dying, replaces one that hangs, and kills those that have not stopped
 * in time. Returns the program's exit status when all have ended. When something
 * cannot be set up, ends the program with a sentence and status 1. */
int workers_run(const struct options *, bool has_page,
	int (*run)(void *data, const struct place *),
	void (*on_hangup)(void *data), void *data);

#endif
