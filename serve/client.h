/* client.h - one client of the loop: a connection and its descriptor. */
#ifndef CLIENT_H
#define CLIENT_H

#include "conn.h"
#include "serve/slow.h"
#include "serve/source.h"

struct sockaddr_in6;

struct client {
	struct source source; /* the first member */
	struct conn conn;
	struct slow slow;

	/* The loop's: its place on the list of a deadline (deadline.h) and on
	 * the list of pending clients. */
	struct client *prev, *next, *next_pending;
	uint32_t since;
	unsigned char wait;
	bool is_pending : 1;
	bool is_shut : 1; /* we have shut down our side */
	bool is_unix : 1; /* it came over a Unix socket */

	/* The client that app.on_preface names, or "": PEER_MAX bytes, which are
	 * allocated only where the application has that function. */
	char named[];
};

/* Sets the callbacks of what all clients of one loop share, but for `wake`. */
void client_share(struct shared *);

/* Creates a client for a descriptor that accept4 has given with this address,
 * watched by the epoll. Returns NULL when that fails; the descriptor then still
 * belongs to the caller. */
struct client *client_open(int fd, const struct sockaddr_in6 *, int epoll,
	struct shared *,
	void (*ready)(struct server *, struct source *, uint32_t events));

/* Ends the connection, closes its descriptors and frees the client. */
void client_close(struct client *);

/* Returns the client that a connection belongs to. */
struct client *client_of(struct conn *);

/* client_receive makes one recv and handles what it brings. client_flush sends
 * what is waiting, in one send and one sendfile, or over a Unix socket in
 * several, of at most SLOW_PORTION each. Both need a connection that has borrowed
 * its buffers (conn_borrow). */
void client_receive(struct conn *);
void client_flush(struct client *);

/* Call this after conn_return. Shuts down our side when nothing more will be
 * sent, and makes the epoll watch for what the connection waits for. Returns
 * false when the connection is over and must be closed. */
bool client_watch(struct client *, int epoll);

#endif
