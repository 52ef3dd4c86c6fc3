/* listen.h - the sockets that listen, and the names of addresses. */
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

#define LISTEN_MAX 8 /* addresses that one name may stand for */
#define LISTEN_WORKERS_MAX 64

/* Where a server listens. */
struct listening {
	size_t n;                                /* sockets of each worker */
	const char *path;                        /* of a Unix socket, or NULL */
	int fds[LISTEN_WORKERS_MAX][LISTEN_MAX]; /* of each worker */
};

/* Opens what the options ask for, for that many workers, and logs where. Ends
 * the program with a sentence and status 1 when it cannot. */
void listen_start(struct listening *, const struct options *, size_t workers);

/* Opens a non-blocking socket for each address of the host ("localhost":
 * 127.0.0.1 and ::1), on one port; 0 becomes one that is free. Puts the
 * descriptors into fds and returns how many, or ends the program as above.
 * `several`: more may be opened on the port, by this user, and the kernel
 * spreads clients over them (SO_REUSEPORT). */
size_t listen_open(
	const char *host, uint32_t *port, bool several, int fds[LISTEN_MAX]);

/* The address of a connection's other end: "127.0.0.1:50512" or
 * "[::1]:50512"; "unix" or "unknown" where it has none. */
const char *listen_peer(int fd, char *text, size_t size);

#endif
