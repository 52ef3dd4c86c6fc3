/* listener.h - what a program listens on in place of a host and a port, and how
 * several processes serve there in place of one:
 *
 *     server_run: limits, signals, open, app.on_bound
 *         run: for each i below `processes`, a fork
 *             server_serve(server, its sockets)   in the new one, to its end
 *             server_turn(server)                 in this one, again and again */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LISTEN_MAX 8 /* sockets of one process */

struct app;
struct options;
struct server;

/* A program that has one sets app.listener. */
struct listener {
	/* Opens stream sockets that listen and do not block, logs which, and
	 * returns how many: 0 where several processes serve, each of which is
	 * given its own. Ends the program with a sentence and status 1 when it
	 * cannot. Called before app.on_bound. */
	size_t (*open)(struct listener *, int fds[LISTEN_MAX]);
	/* The sockets are about to be closed for good, so that new clients
	 * should not find them any more; those in a queue are still accepted.
	 * Only the process that opened them calls it, and maybe again. */
	void (*remove)(struct listener *);

	/* NULL: one process serves. Otherwise this is called when all is set up,
	 * in place of the loop, and returns the program's exit status. The server
	 * has a loop, but no clients. The signals that ask for something are
	 * blocked in this process: one for which it is to act it takes itself, by
	 * signalfd(2) or the like. */
	int (*run)(struct listener *, const struct app *, struct server *);
	size_t processes; /* n, at least 2: each has 1/n of --max-memory */
};

/* The sockets on which one process serves. */
struct listening {
	int fds[LISTEN_MAX];
	size_t n;
	struct listener *own; /* that has opened them; NULL: none */
	bool is_quiet;        /* another process has said what they cannot do */
};

/* Opens a non-blocking socket for each address of the host ("localhost":
 * 127.0.0.1 and ::1), on one port; 0 is replaced by a free port. Puts the
 * descriptors into fds and returns how many, or ends the program with a sentence
 * and status 1. `several`: this user may open more sockets on the port, and the
 * kernel spreads clients over them (SO_REUSEPORT). */
size_t listen_open(
	const char *host, uint32_t *port, bool several, int fds[LISTEN_MAX]);

/* Logs that the application listens on that port of the host, and where it has a
 * page, what to open in a browser. */
void listen_say(const struct options *, const struct app *, uint32_t port);

#endif
