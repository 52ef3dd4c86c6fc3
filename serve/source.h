/* source.h - a descriptor that the epoll watches: a listening socket, a client,
 * or one of the application's own. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

struct server;

/* The first member of the struct that it belongs to, so that an event leads to
 * that struct. */
struct source {
	/* `events` says what has happened: EPOLLIN and so on. */
	void (*ready)(struct server *, struct source *, uint32_t events);
	int fd : 31;       /* none has more bits, and a source takes 16 bytes */
	bool has_more : 1; /* its last turn may not have taken all that came */
	uint32_t events;   /* that it is watched for: yours to read; 0: none */
};

/* Makes the epoll watch it for these events from now on, or not at all for 0.
 * Makes no system call when nothing changes. Returns false when that fails, and
 * errno says why. Closing the descriptor ends the watch, unless another process
 * also holds it. */
bool source_watch(struct source *, int epoll, uint32_t events);

#endif
