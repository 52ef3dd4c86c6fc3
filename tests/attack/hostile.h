/* hostile.h - one peer that means harm. Only connecting waits, for 50 ms at
 * most, and no call fails: bytes that the kernel does not take are not sent,
 * and once the server has ended the connection, fd is -1. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hostile {
	int fd; /* -1: not connected */
	uint16_t port;
	bool narrow;     /* its kernel buffers little that it does not read */
	uint32_t number; /* counted from 0 */
	uint32_t step;   /* the attack's own; 0 when it connects */
	uint64_t sent;   /* bytes, on this connection */
	bool was_reset;  /* the last one ended so */
};

void hostile_connect(struct hostile *);

/* How often any peer of this process was reset. */
uint64_t hostile_connections(void);

/* Returns how many bytes were sent: perhaps fewer, perhaps 0. */
size_t hostile_send(struct hostile *, const void *, size_t len);
size_t hostile_send_text(struct hostile *, const char *);

/* Asks for a WebSocket, and does not wait for the answer. */
void hostile_upgrade(struct hostile *, const char *path);

/* Sends a frame of up to 125 bytes, masked with the key 0, which changes
 * nothing. */
void hostile_frame(
	struct hostile *, int first_byte, const void *payload, size_t len);

/* Sends up to 64 KiB of the same `unit`, which is shorter, again and again,
 * from where the last call stopped. `from` is where in `sent` the first one
 * began. */
void hostile_flood(
	struct hostile *, const void *unit, size_t len, uint64_t from);

/* Returns how many bytes there were, at most `len`. */
size_t hostile_read(struct hostile *, void *, size_t len);

/* Whatever arrives from now on is dropped before TCP sees it. To the server it
 * looks as if the peer's machine were gone. */
void hostile_vanish(struct hostile *);

void hostile_close(struct hostile *); /* FIN */
void hostile_reset(struct hostile *); /* RST */

#endif
