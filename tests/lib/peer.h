/* peer.h - a loop without a network, and the peers of its connections: what
 * arrives is an array, and what was sent is another. */
#ifndef PEER_H
#define PEER_H

#include "tests/lib/support.h"

#include "conn.h"

#include <stdbool.h>
#include <stddef.h>

/* What handlers do, besides being recorded. All may be left out. */
struct acts {
	bool echo; /* every message, before on_message */
	const char *const *protocols;
	void (*on_connection)(struct ws *);
	void (*on_message)(struct ws *, const char *, size_t);
	void (*on_close)(struct ws *);
};

/* What the real loop has, but for descriptors and time. */
struct loop {
	struct shared shared; /* the first member */
	struct app app;
	struct route route;
	struct acts acts; /* yours to set */
};

struct peer {
	struct conn conn;  /* the first member, so that a socket leads here */
	size_t bite;       /* bytes it takes in one send: yours to set */
	struct buf got;    /* what the server has sent it */
	struct buf events; /* a line for each call of a handler but the first */
	struct buf wire[2]; /* what on_wire has shown: received, sent */
	int closed;         /* calls of on_close, and what the last one said */
	int code;
	char reason[WS_REASON_MAX + 1];
};

/* The handshake of an honest client. */
extern const char REQUEST[];

/* A message may have 16 MiB, and 256 KiB may wait to be sent. */
void loop_init(struct loop *);
void loop_end(struct loop *);

struct peer *peer_new(struct loop *);
/* It has shaken hands; what it got, and what was shown, begins behind that. */
struct peer *peer_upgraded(struct loop *);
/* Fails the test if on_close is missing, or was called twice. */
void peer_free(struct peer *);

struct peer *peer_of(const struct ws *);

/* One wake-up: bytes arrive, perhaps none, in a block of exactly their size;
 * what follows is done, and one send is made. */
void peer_wake(struct peer *, const void *, size_t);

/* The same, and then all that is pending. */
void peer_says(struct peer *, const void *, size_t);
void serve_pending(struct loop *);

/* It takes all that there is, and all that follows from that. */
void peer_drains(struct peer *);

/* The head of a frame as RFC 6455 5.2 draws it: its first byte, the mask bit
 * (0x80 or 0), the shortest form of the length. Returns its size. */
size_t write_head(unsigned char head[10], int first, int mask, uint64_t len);

/* Sends a masked frame. */
void peer_says_frame(struct peer *, int first, const void *, size_t);
void peer_says_text(struct peer *, const char *);

/* Has it got exactly this? Both ask, and fail the test. */
void expect_got(const struct peer *, const void *, size_t);
void expect_events(const struct peer *, const char *);

bool has_text(const struct buf *, const char *);

/* The lines that the handlers' calls leave. */
void record(struct buf *, const char *what, const void *, size_t);
void record_close(struct buf *, int code, const char *reason, bool by_peer);

#endif
