/* parent.h - the process that starts those which serve, and watches over them.
 *
 * It starts a worker that has died again, after a pause that grows while it keeps
 * dying, replaces one that hangs, and kills those that have not stopped in time.
 * It passes signals on; SIGHUP does not stop the server if there is an
 * app.on_turn, which it calls then. It calls the application's on_parent,
 * on_prepare, on_child and on_ended. */
#ifndef PARENT_H
#define PARENT_H

#include "app.h"
#include "serve/source.h"
#include "workers/hang.h"
#include "workers/sets.h"

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/* Private. */
struct parent {
	struct sets sets; /* the first member, which begins with the listener */
	size_t n;         /* workers */
	uint32_t hang_ms; /* for one that hangs; 0: for ever */
	struct worker {
		pid_t pid; /* 0: none */
		int64_t started, due;
		int64_t pause;
		struct hang hang;
	} workers[WORKERS_MAX];
	size_t own; /* the number of this process, which is a worker */
	const struct app *inner, *app;
	struct server *server;
	/* They wake the loop: one has come, something is due. */
	struct source signals, timer;
	sigset_t caught;
	size_t alive;
	bool stopping;
	int status;
	/* Milliseconds. */
	int64_t now, wake;           /* when something is due */
	int64_t look_at, look_pause; /* for those that hang; 0: never */
	int64_t kill_at;
};

/* Has so many workers serve the application, a copy of the inner one. `hang_ms` is
 * for one that hangs; 0: for ever. */
void parent_open(struct parent *, struct app *, const struct app *inner,
	const struct options *, size_t workers, uint32_t hang_ms);

#endif
