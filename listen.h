/* listen.h - the sockets that listen, and the names of addresses. */
#ifndef LISTEN_H
#define LISTEN_H

#include <stddef.h>
#include <stdint.h>

#define LISTEN_MAX 8 /* addresses that one name may stand for */

/* Opens a listening socket, non-blocking, for each address of the host
 * ("localhost": 127.0.0.1 and ::1), all on one port (0: one that is free).
 * Returns how many, with their descriptors in fds and the port in *port. Ends
 * the program with a sentence and status 1 when there is none. */
size_t listen_open(const char *host, uint32_t *port, int fds[LISTEN_MAX]);

/* The address of a connection's other end: "127.0.0.1:50512" or
 * "[::1]:50512"; "unknown" when it is gone. Returns text. */
const char *listen_peer(int fd, char *text, size_t size);

#endif
