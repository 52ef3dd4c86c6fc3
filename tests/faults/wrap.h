/* wrap.h - makes every call of the server that can fail do so.
 *
 * The linker sends each of those calls to a wrapper (-Wl,--wrap). In a process
 * that is armed, and in those that it forks, they are counted and fail as
 * planned. In any other process they pass through. */
#ifndef WRAP_H
#define WRAP_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#define WRAP_CALLS 64
#define WRAP_LOOPS 16

/* Besides an errno: half of the work is done, or the end is reached. */
enum { WRAP_HALF = -1, WRAP_END = -2 };

/* Shared by the server's processes and the one that watches them. */
struct wrap {
	/* Yours to set: the at-th call of that name fails (NULL: none does), or
	 * all calls from there on, but none while `lifted`. `way` says how the
	 * program is started: see suspect.h. */
	const char *way, *call;
	unsigned at;
	int error;
	bool on, lifted;

	/* What has happened. The calls of each name that were made: */
	struct {
		const char *call;
		unsigned n;
	} counts[WRAP_CALLS];
	unsigned failed;
	_Atomic unsigned loops;    /* processes that wait for events, or have */
	pid_t looping[WRAP_LOOPS]; /* which ones: the last of them */
	unsigned waits;            /* waits of all processes */
	unsigned idle; /* waits before which nothing had been done */
	/* The port listened on: the last one that is not IPv6. */
	struct sockaddr_storage address;
	socklen_t address_len;
};

/* Arms this process from now on, or disarms it for NULL. */
void wrap_arm(struct wrap *);

/* Stores the address of a listening socket; one of IPv6 only as the first. */
void wrap_found(struct wrap *, int listener);

#endif
