/* target.h - a server under test, and what the kernel knows about it. */
#ifndef TARGET_H
#define TARGET_H

#include <stdint.h>
#include <sys/types.h>

struct target {
	const char *name; /* as the table shows it */
	pid_t pid;
	uint16_t port; /* on 127.0.0.1 */
	const char
		*path; /* of its WebSocket or file, "/echo" if none is said */
	uint32_t idle; /* connections held open beside those that work */
};

/* CPU time of all threads in nanoseconds: the total is the scheduler's own
 * count; how it divides is sampled by the clock tick, so that only a long
 * run's share is worth believing. */
struct cpu {
	uint64_t total, user, system;
};

/* Prints the message to stderr with a newline and ends with status 1. */
void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Takes apart NAME=PID:PORT[/PATH][+IDLE], in place. Dies of anything else. */
void target_parse(struct target *, char *text);

/* What it has used so far. Dies when the process has ended. */
struct cpu target_cpu(const struct target *);

/* Bytes of its memory that are resident now. */
uint64_t target_resident(const struct target *);

/* The clock, in nanoseconds. */
uint64_t now(void);

#endif
