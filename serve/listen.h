/* listen.h - the sockets that listen, and the names of addresses. */
#ifndef LISTEN_H
#define LISTEN_H

#include "serve/listener.h"
#include "serve/spread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

/* Where a server listens. Several processes have a set of sockets each where the
 * kernel can spread clients over them, and otherwise share one. */
struct listening {
	/* Yours to read: in each set, n sockets. */
	size_t n, process; /* which one keeps them, after listen_keep */
	int fds[SPREAD_MAX][LISTEN_MAX];

	/* Private. */
	size_t sets;
	struct listener *own; /* NULL: a host and a port */
};

/* Opens the program's own sockets, or when it has none (NULL) those that the
 * options ask for, for that many processes, and logs where, and what to open in a
 * browser when it `invites`. Ends the program with a sentence and status 1 when
 * it cannot. */
void listen_start(struct listening *, const struct options *,
	struct listener *own, size_t processes, bool invites);

/* In one of several processes: closes the sockets of the others, makes its own
 * the first set, and leaves the program's listener to the parent. */
void listen_keep(struct listening *, size_t process);

/* Has the program's own listener removed, if this process has opened it: new
 * clients do not find the sockets any more, and those in a queue can still be
 * accepted. */
void listen_remove(struct listening *);

/* Does the same, and closes all sockets. Where no other process has them open,
 * new clients are refused from now on. Calling it again does nothing. */
void listen_close(struct listening *);

/* Opens a non-blocking socket for each address of the host ("localhost":
 * 127.0.0.1 and ::1), on one port; 0 is replaced by a free port. Puts the
 * descriptors into fds and returns how many, or ends the program as above.
 * `several`: this user may open more sockets on the port, and the kernel
 * spreads clients over them (SO_REUSEPORT). */
size_t listen_open(
	const char *host, uint32_t *port, bool several, int fds[LISTEN_MAX]);

/* Is it a Unix socket, and not one of TCP? */
bool listen_is_unix(int fd);

/* Writes an address as text, "127.0.0.1:50512" or "[::1]:50512", or returns
 * "unix". It is as accept4 gives it, in as many bytes as a sockaddr_in6 has. */
const char *listen_name(const void *sockaddr, char *text, size_t size);

/* The same for the other end of a connection, or "unknown". */
const char *listen_peer(int fd, char *text, size_t size);

#endif
