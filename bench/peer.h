/* peer.h - one connection of the load generator, and its handshake.
 *
 * Whatever a server answers is held against what it must answer; the first
 * wrong byte ends the program. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/target.h"

/* All zero but target and number: not connected yet. */
struct peer {
	const struct target *target;
	uint32_t number;
	uint32_t turn;  /* how many operations it has begun */
	uint64_t since; /* when it began this one; 0 while it rests */
	int fd;
	int state;           /* within the operation: the work's own */
	size_t sent, got;    /* bytes of the operation */
	unsigned char *kept; /* an answer that is not all there */
	size_t kept_len;
};

/* Connects, watches `epoll` for input and asks for a WebSocket at `path`, or
 * for nothing when it is NULL. */
void peer_connect(struct peer *, int epoll, const char *path);

/* Input, behind whatever was kept; good until the next call. `*len` is 0 when
 * the server has closed. */
unsigned char *peer_receive(struct peer *, size_t *len);

/* Keeps the last `len` bytes for the next peer_receive. */
void peer_keep(struct peer *, const unsigned char *p, size_t len);

/* Takes the answer to the handshake. Bytes taken, 0 when it is not all there. */
size_t peer_opened(const struct peer *, unsigned char *p, size_t len);

/* Takes the `want_len` bytes that have to come. Returns as peer_opened. */
size_t peer_expect(const struct peer *, const unsigned char *p, size_t len,
	const void *want, size_t want_len);

/* Answers the Pings at the start of input; returns the bytes they take. */
size_t peer_pongs(const struct peer *, const unsigned char *p, size_t len);

/* Sends a few bytes, all of them. */
void peer_send(const struct peer *, const void *data, size_t len);

/* Closes, and is as if not connected yet. */
void peer_close(struct peer *);

#endif
