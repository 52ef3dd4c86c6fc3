/* accept.h - the listening sockets in the loop: who is let in.
 *
 * Clients that cannot be let in, for lack of descriptors or memory, are turned
 * away with a 503; where not even that can be done, it is shut for a moment,
 * and they wait in the kernel's queue. */
#ifndef DOOR_H
#define DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCEPT_PAUSE_MS 100

struct accept {
	bool shut;
	unsigned long long turned_away;

	/* Private. */
	int epoll;
	int reserve; /* a descriptor for who is to be turned away; -1: none */
	const int *listeners;
	size_t n;
	uint32_t since; /* when it was shut: milliseconds */
};

/* Has the epoll watch the listening sockets; what an event of theirs points to
 * is one of them. False: it cannot, and errno says why; to be closed anyway. */
bool accept_open(struct accept *, int epoll, const int *listeners, size_t n);

/* The socket that an event's pointer leads to, or -1: it is not one's. */
int accept_listener(const struct accept *, const void *pointer);

/* Accepts one client; *fd is -1 when it has gone or had to be turned away.
 * False: there is nobody, or the door is shut now. */
bool accept_accept(struct accept *, int listener, uint32_t now, int *fd);

/* Answers 503 and closes. */
void accept_turn_away(struct accept *, int fd);

/* Shut for ACCEPT_PAUSE_MS, it is opened again. */
void accept_look(struct accept *, uint32_t now);

/* Nobody is let in any more; the listening sockets are closed. */
void accept_close(struct accept *);

#endif
