/* spread.h - how a program serves in several processes: it sets app.spread, to
 * a struct that begins with this one, and app.listener (serve/listener.h), which
 * opens sockets for all of them.
 *
 *     server_run: limits, signals, app.listener, app.on_bound
 *         run: for each i below n, a fork
 *             server_serve(server, its sockets)   in the new one, to its end
 *             server_turn(server)                 in this one, again and again */
#ifndef SPREAD_H
#define SPREAD_H

#include <stddef.h>

struct app;
struct server;

struct spread {
	size_t n; /* that serve: each has the nth part of --max-memory */
	/* Is called when all is set up, in place of the loop, and returns the
	 * program's exit status. The server has a loop, but no clients. The
	 * signals that ask for something are blocked in this process: one for
	 * which it is to act it takes itself, by signalfd(2) or the like. */
	int (*run)(struct spread *, const struct app *, struct server *);
};

#endif
