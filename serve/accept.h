/* accept.h - the listening sockets in the loop: which clients are let in.
 *
 * A client that cannot be let in, for lack of descriptors or memory, is turned
 * away with a 503. When even that is impossible, no client is accepted for
 * ACCEPT_PAUSE_MS, and clients wait in the kernel's queue. */
#ifndef ACCEPT_H
#define ACCEPT_H

#include "serve/listen.h"
#include "serve/source.h"

#include <netinet/in.h>

#define ACCEPT_PAUSE_MS 100

struct acceptor {
	/* Yours to read. */
	bool is_paused;
	unsigned long long turned_away;
	size_t n;
	struct source listeners[LISTEN_MAX];
	struct sockaddr_in6 from; /* the client that was accepted last */

	/* Private. */
	int epoll, reserve; /* reserve: for turning clients away; -1: none */
	uint32_t since;     /* when the pause began: milliseconds */
};

/* Has the epoll watch the listening sockets, which stay the caller's; `ready` is
 * called with the source of one that has clients waiting. Returns false when
 * that fails; errno says why. Call accept_close in either case. */
bool accept_open(struct acceptor *, int epoll, const struct listening *,
	void (*ready)(struct server *, struct source *, uint32_t events));

/* Accepts one client; *fd is -1 when it has gone or had to be turned away.
 * Returns false when no client waits, or none can be accepted now. */
bool accept_next(
	struct acceptor *, const struct source *, uint32_t now, int *fd);

/* Answers 503 and closes. */
void accept_turn_away(struct acceptor *, int fd);

/* Ends a pause that has lasted for ACCEPT_PAUSE_MS. */
void accept_resume(struct acceptor *, uint32_t now);

/* Stops watching the listening sockets, which are to be closed after this. */
void accept_close(struct acceptor *);

#endif
