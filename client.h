/* client.h - one client of the loop: a conn and its descriptor. */
#ifndef CLIENT_H
#define CLIENT_H

#include "conn.h"
#include "deadline.h"

struct client {
	struct conn
		conn; /* the first member, so that each leads to the other */
	struct deadline deadline;
	int fd;
	uint32_t events;    /* what epoll watches it for */
	uint32_t discarded; /* bytes, once it lingers */
	uint32_t since;     /* output waits: milliseconds */
	uint32_t taken;     /* bytes it has taken of it since */
	bool shut;          /* our side is shut down */
	bool waiting;       /* output does, since `since` */
};

/* A new client of an accepted descriptor, watched by the epoll. NULL: no
 * memory; the descriptor is still the caller's. */
struct client *client_open(int fd, int epoll, struct shared *);

/* Closes all that is open, ends the conn and frees the client. */
void client_close(struct client *);

/* One recv, and what follows from it. For a conn that is borrowed, like
 * client_flush: sends what there is, in one send and one sendfile. */
void client_receive(struct client *);
void client_flush(struct client *);

/* After conn_return: shuts down what is done with, and has epoll watch for
 * what is waited for. False: it is over, to be closed. */
bool client_watch(struct client *, int epoll);

#endif
