/* listener.h - what a program listens on in place of a host and a port. */
#ifndef LISTENER_H
#define LISTENER_H

#include <stddef.h>

#define LISTEN_MAX 8 /* sockets of one process */

/* A program that has one sets app.listener. */
struct listener {
	/* Opens stream sockets that listen and do not block, logs which, and
	 * returns how many. Ends the program with a sentence and status 1 when
	 * it cannot. Called before app.on_bound. */
	size_t (*open)(struct listener *, int fds[LISTEN_MAX]);
	/* The sockets are about to be closed for good, so that new clients
	 * should not find them any more; those in a queue are still accepted.
	 * Only the process that opened them calls it, and maybe again. */
	void (*remove)(struct listener *);
};

#endif
