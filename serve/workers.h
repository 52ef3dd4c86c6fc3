/* workers.h - the processes of a server, from their start to their end. */
#ifndef WORKERS_H
#define WORKERS_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct hang;
struct listening;
struct options;
struct signals;

/* What one process serves, and with what. */
struct place {
	const struct options *options;
	const struct app *app;
	struct listening *listening; /* its own sockets are the first set */
	size_t processes, max_clients;
	const struct signals *signals; /* to wait with: see process.h */
	struct hang *hang;             /* to count at each wait: see hang.h */
};

/* Sets up what the options and the application ask for (sockets, signals,
 * limits, the user), logs it, with what to open in a browser when there is a
 * page, and calls `run`: in this process, or in several of their own. `run`
 * closes its listening sockets when it is to stop, and the parent closes its
 * copies.
 *
 * The parent passes signals on. SIGHUP does not stop the server if there is an
 * app.on_turn, which the parent calls then; `run` learns of it by process_got.
 * The parent starts a worker that has died again, after a pause that grows while
 * it keeps dying, replaces one that hangs, and kills those that have not stopped
 * in time. Returns the program's exit status when all have ended. When something
 * cannot be set up, ends the program with a sentence and status 1. */
int workers_run(const struct options *, const struct app *,
	int (*run)(const struct place *));

#endif
