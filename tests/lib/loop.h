/* loop.h - a loop without a network, and the peers of its connections: what
 * arrives is an array, and what is sent becomes another. Unit tests and fuzzers
 * share it, so it asserts and does without Criterion. */
#ifndef LOOP_H
#define LOOP_H

#include "conn.h"

#include <stdbool.h>
#include <stddef.h>

struct peer;

/* What the handlers of peer.h do besides recording. Each may be left out. */
struct acts {
	const char *const *protocols;
	void (*on_connection)(struct ws *);
	void (*on_message)(struct ws *, const char *, size_t);
	bool echo; /* every message is sent back, after on_message */
	void (*on_close)(struct ws *);
	void (*on_drain)(struct ws *);
};

/* What the real loop has, without descriptors and time. */
struct loop {
	struct shared shared; /* the first member; yours to change */
	struct app app;       /* yours to change */
	struct route route;
	struct acts acts;          /* yours to set */
	struct peer *first, **end; /* those that are pending */
	struct peer *turn;         /* the one whose turn it is, or NULL */
};

struct peer {
	struct conn conn;   /* the first member, so that a socket leads here */
	size_t bite;        /* bytes that it takes in one send: yours to set */
	size_t files;       /* files that it has taken */
	struct buf got;     /* what the server has sent it */
	struct buf events;  /* a line for each call, except the first */
	struct buf wire[2]; /* what on_wire has shown: received, sent */
	int closed;         /* calls of on_close, and what the last one said */
	int code;
	char reason[WS_REASON_MAX + 1];
	char named[PEER_MAX]; /* by the application's preface */
	bool is_pending;
	struct peer *next;
};

/* A message may have 16 MiB, and 256 KiB may wait to be sent, 1 MiB be left by
 * a peer. The app is
 * copied; on_wire is recorded. */
void loop_open(struct loop *, const struct app *);

/* Asserts that no peer is pending. */
void loop_close(struct loop *);

/* loop_connect opens a peer's connection. loop_drop closes it, if that has not
 * been done, and frees what the peer has received. */
void loop_connect(struct loop *, struct peer *);
void loop_drop(struct peer *);

struct peer *loop_peer(const struct ws *);

/* One wake-up: bytes arrive, perhaps none, in a block of exactly their size;
 * they are handled, and one send is made. */
void loop_wake(struct peer *, const void *, size_t);

/* A deadline passes; the peer ends its side; the server stops. */
void loop_expire(struct peer *);
void loop_eof(struct peer *);
void loop_stop(struct peer *);

/* Serves the pending peers until none is left. */
void loop_serve_pending(struct loop *);

/* The peer takes everything that waits for it, and everything that follows. */
void loop_drain(struct peer *);

#endif
