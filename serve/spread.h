/* spread.h - how a program serves in several processes: it sets app.spread, to
 * a struct that begins with this one.
 *
 *     server_run: limits, signals, sockets, app.on_bound
 *         run: for each i below n, a fork
 *             server_serve(server, i)     in the new process, to its end
 *             server_turn(server, ms)     in this one, again and again */
#ifndef SPREAD_H
#define SPREAD_H

#include <signal.h>
#include <stddef.h>

#define SPREAD_MAX 64 /* processes */

struct app;
struct server;

struct spread {
	/* Processes that serve, 1 to SPREAD_MAX. Each has sockets of its own
	 * where the kernel can spread clients over them, and the nth part of
	 * --max-memory. */
	size_t n;
	/* Is called when all is set up, in place of the loop, and returns the
	 * program's exit status. The server has a loop, but no clients. The
	 * signals that ask for something are blocked in this process: one for
	 * which it is to act it takes itself, by signalfd(2) or the like. */
	int (*run)(struct spread *, const struct app *, struct server *,
		const sigset_t *signals);
	/* Each process calls it before and after each wait of its loop. */
	void (*on_wait)(struct spread *);
};

#endif
