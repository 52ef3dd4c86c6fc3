/* client.h - one client of the loop: a conn and its descriptor. */
#ifndef CLIENT_H
#define CLIENT_H

#include "conn.h"
#include "serve/deadline.h"

struct client {
	struct conn
		conn; /* the first member, so that each leads to the other */
	struct deadline deadline;
	int fd;
	uint32_t discarded;   /* bytes, once it lingers */
	uint32_t since;       /* output waits: milliseconds */
	uint32_t given;       /* bytes that the kernel had or got since */
	uint32_t taken;       /* bytes of them that the peer has acknowledged */
	unsigned char looks;  /* in a row that found no more of them */
	unsigned char events; /* what epoll watches it for */
	bool shut;            /* our side is shut down */
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

/* Does the peer read? The kernel takes bytes in large portions, and tells what
 * is acknowledged only to who asks: client_begin_wait when output begins to
 * wait, and then client_reads, in each quarter of the send deadline that has
 * passed without a byte sent. False: not at all for CLIENT_LOOKS quarters, or
 * too slowly. */
#define CLIENT_LOOKS 4
void client_begin_wait(struct client *, uint32_t now);
bool client_reads(struct client *, uint32_t now);

/* It does not: nor is it to take what the kernel holds for it, which would go
 * on offering that for minutes after client_close. */
void client_reset(struct client *);

/* After conn_return: shuts down what is done with, and has epoll watch for
 * what is waited for. False: it is over, to be closed. */
bool client_watch(struct client *, int epoll);

#endif
