/* target.h - a server under test, and what the kernel knows about it. */
#ifndef TARGET_H
#define TARGET_H

#include <stdint.h>
#include <sys/types.h>

struct target {
	const char *name; /* as the table shows it */
	pid_t pid;
	uint16_t port;    /* on 127.0.0.1 */
	const char *path; /* of its WebSocket or file, by default "/echo" */
	uint32_t idle;    /* connections held open beside those that work */
};

/* CPU time of all threads and of the process's children, in nanoseconds. The
 * total is the scheduler's own count. How it divides is sampled by the clock
 * tick, so only the share of a long run can be trusted. */
struct cpu {
	uint64_t total, user, system;
};

/* Prints the message to stderr with a newline and ends with status 1. */
void die(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Parses NAME=PID:PORT[/PATH][+IDLE], in place. Dies of anything else. */
void target_parse(struct target *, char *text);

/* Returns what it has used so far. Dies when the process has ended. */
struct cpu target_cpu(const struct target *);

/* Returns how many bytes of its memory are resident now. */
uint64_t target_resident(const struct target *);

/* Returns the clock's time, in nanoseconds. */
uint64_t now(void);

#endif
