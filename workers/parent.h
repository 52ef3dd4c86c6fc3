/* parent.h - the process that starts those which serve, and watches over them.
 *
 * It starts a worker that has died again, after a pause that grows while it keeps
 * dying, replaces one that hangs, and kills those that have not stopped in time.
 * It passes signals on; SIGHUP does not stop the server if there is an
 * app.on_turn, which it calls then. It calls the application's on_parent,
 * on_prepare and on_ended. */
#ifndef PARENT_H
#define PARENT_H

#include "serve/source.h"
#include "serve/spread.h"

#include <stdint.h>
#include <sys/types.h>

struct hang;

struct parent {
	/* Set by parent_open. */
	struct spread spread; /* the first member */
	uint32_t hang_ms;     /* for a worker that hangs; 0: for ever */

	/* Private. */
	struct worker {
		pid_t pid; /* 0: none */
		int64_t started, due;
		int64_t pause;
	} workers[SPREAD_MAX];
	struct hang *hangs; /* of each, in shared memory */
	struct hang *own;   /* of this process; NULL in the parent */
	const struct app *app;
	struct server *server;
	struct source signals; /* wakes the loop when one has come */
	sigset_t caught;
	size_t alive;
	bool stopping;
	int status;
	/* Milliseconds. */
	int64_t now, wake;           /* when something is due */
	int64_t look_at, look_pause; /* for those that hang; 0: never */
	int64_t kill_at;
};

/* Prepares for so many workers. Ends the program with a sentence and status 1
 * when it cannot. What it takes is the process's until its end. */
void parent_open(struct parent *, size_t workers, uint32_t hang_ms);

#endif
