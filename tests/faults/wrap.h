/* wrap.h - every call of the server that can fail, made to fail.
 *
 * The linker sends each of those calls to a wrapper (-Wl,--wrap). In a process
 * that is armed, and those it forks, they are counted, and fail as is planned;
 * in any other they pass through. */
#ifndef WRAP_H
#define WRAP_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#define WRAP_CALLS 64
#define WRAP_LOOPS 16

/* Besides an errno: half of what was asked for is done; the end has come. */
enum { WRAP_HALF = -1, WRAP_END = -2 };

/* Shared by the server's processes and the one that watches them. */
struct wrap {
	/* Yours to set: the at-th call of that name fails (NULL: none does), or
	 * all from there on, but none while `lifted`. `way` is how the program
	 * is started: see suspect.h. */
	const char *way, *call;
	unsigned at;
	int error;
	bool on, lifted;

	/* What has happened. Calls of each name, as far as there were any: */
	struct {
		const char *call;
		unsigned n;
	} counts[WRAP_CALLS];
	unsigned failed;
	unsigned loops;            /* processes that wait for events, or have */
	pid_t looping[WRAP_LOOPS]; /* which: the last of them */
	unsigned waits;            /* times that one did */
	unsigned idle; /* times that one had done nothing since the last */
	/* That is listened on: the last that is not one of IPv6. */
	struct sockaddr_storage address;
	socklen_t address_len;
};

/* In this process, from now on. NULL: no more. */
void wrap_arm(struct wrap *);

/* Stores the address of a listening socket. */
void wrap_found(struct wrap *, int listener);

#endif
