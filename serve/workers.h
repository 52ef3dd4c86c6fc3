/* workers.h - the processes of a server, from their start to their end. */
#ifndef WORKERS_H
#define WORKERS_H

#include <signal.h>
#include <stddef.h>

struct options;

/* What one process serves with. */
struct place {
	const int *listeners;
	size_t n; /* of them */
	size_t processes;
	size_t max_clients;
	const sigset_t *unblocked; /* to wait with: see process.h */
};

/* Sets up what the options ask for (sockets, signals, limits, the user), logs
 * it, and calls `run`: in this process, or in several of their own. A worker
 * that dies is started again, after a pause that grows while it keeps dying;
 * signals are passed on to all. Returns the program's exit status when all
 * have ended. When something cannot be set up, ends the program with a sentence
 * and status 1. */
int workers_run(const struct options *,
	int (*run)(void *data, const struct place *), void *data);

#endif
