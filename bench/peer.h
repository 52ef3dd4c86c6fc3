/* peer.h - one connection of the load generator, and its handshake.
 *
 * Every answer of a server is compared with the right one, and the first wrong
 * byte ends the program. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/target.h"

/* All zero except for target and number: not connected yet. */
struct peer {
	const struct target *target;
	uint32_t number;
	uint32_t turn;  /* how many operations it has begun */
	uint64_t since; /* when it began this one; 0 while it rests */
	int fd;
	int state;           /* within the operation; each work has its own */
	size_t sent, got;    /* bytes of the operation */
	unsigned char *kept; /* an incomplete answer */
	size_t kept_len;
};

/* Connects, watches `epoll` for input, and asks for a WebSocket at `path`
 * unless that is NULL. */
void peer_connect(struct peer *, int epoll, const char *path);

/* Receives input after whatever was kept; it is valid until the next call.
 * `*len` is 0 when the server has closed the connection. */
unsigned char *peer_receive(struct peer *, size_t *len);

/* Keeps the last `len` bytes for the next peer_receive. */
void peer_keep(struct peer *, const unsigned char *p, size_t len);

/* Takes the answer to the handshake. Returns the bytes taken, or 0 when it is
 * incomplete. */
size_t peer_opened(const struct peer *, unsigned char *p, size_t len);

/* Takes the `want_len` expected bytes. Returns as peer_opened does. */
size_t peer_expect(const struct peer *, const unsigned char *p, size_t len,
	const void *want, size_t want_len);

/* Answers the Pings at the start of the input. Returns the bytes that they
 * take. */
size_t peer_pongs(const struct peer *, const unsigned char *p, size_t len);

/* Sends a few bytes, all of them. */
void peer_send(const struct peer *, const void *data, size_t len);

/* Closes the connection; the peer is then not connected yet. */
void peer_close(struct peer *);

#endif
