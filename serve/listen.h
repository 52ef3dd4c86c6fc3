/* listen.h - the sockets that listen, and the names of addresses. */
#ifndef LISTEN_H
#define LISTEN_H

#include "serve/listener.h"

/* Opens the application's own sockets, or when it has none those that the options
 * ask for, and logs where. Ends the program with a sentence and status 1 when it
 * cannot. */
void listen_start(
	struct listening *, const struct options *, const struct app *);

/* Sets what the clients that are accepted inherit. Says once what this kernel
 * cannot set. */
void listen_tune(const struct listening *);

/* Has the program's own listener removed, if this process has opened it: new
 * clients do not find the sockets any more, and those in a queue can still be
 * accepted. */
void listen_remove(struct listening *);

/* Does the same, and closes all sockets. Where no other process has them open,
 * new clients are refused from now on. Calling it again does nothing. */
void listen_close(struct listening *);

/* Writes an address as text, "127.0.0.1:50512" or "[::1]:50512", or returns
 * "unix". It is as accept4 gives it, in as many bytes as a sockaddr_in6 has. */
const char *listen_name(const void *sockaddr, char *text, size_t size);

/* The same for the other end of a connection, or "unknown". */
const char *listen_peer(int fd, char *text, size_t size);

#endif
