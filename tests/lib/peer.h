/* peer.h - peers of a loop without a network (loop.h) whose application records
 * what its handlers are told. */
#ifndef PEER_H
#define PEER_H

#include "tests/lib/loop.h"
#include "tests/lib/support.h"

#include <stdbool.h>
#include <stddef.h>

/* The handshake of an honest client. */
extern const char REQUEST[];

/* The loop's application accepts every handshake, and answers any other request
 * with "hello". */
void loop_init(struct loop *);
void loop_end(struct loop *);

struct peer *peer_new(struct loop *);
/* A peer that has shaken hands. What it has received, and what on_wire was
 * shown, begins after the handshake. */
struct peer *peer_upgraded(struct loop *);
/* Fails the test if on_close was not called, or was called twice. */
void peer_free(struct peer *);

/* One wake-up, and then those of all pending peers. */
void peer_says(struct peer *, const void *, size_t);

/* Writes the head of a frame as RFC 6455 5.2 draws it: its first byte, the mask
 * bit (0x80 or 0), the shortest form of the length. Returns its size. */
size_t write_head(unsigned char head[10], int first, int mask, uint64_t len);

/* Sends a masked frame. */
void peer_says_frame(struct peer *, int first, const void *, size_t);
void peer_says_text(struct peer *, const char *);

/* Has it received exactly this? Both fail the test if not. */
void expect_got(const struct peer *, const void *, size_t);
void expect_events(const struct peer *, const char *);

bool has_text(const struct buf *, const char *);

/* The lines that the calls of the handlers have left. */
void record(struct buf *, const char *what, const void *, size_t);
void record_close(struct buf *, int code, const char *reason, bool by_peer);

#endif
