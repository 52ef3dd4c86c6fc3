/* victim.h - the server under attack: the program itself on a free port of
 * the loopback interface, and what the kernel knows about it. */
#ifndef VICTIM_H
#define VICTIM_H

#include "bench/target.h"
#include "tests/attack/wakes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct victim {
	/* Yours to set. */
	const char *folder; /* public/ is in it; its log goes there */
	uint32_t files;     /* limit on its descriptors; 0: as ours */
	bool muted;         /* its log is a pipe that nobody reads */

	struct target target; /* pid and port */
	struct wakes *wakes;
	int log; /* to read it from */
	bool asked;
};

/* Starts $SERVER or ./server with these options (NULL at the end). The server
 * ends with this process at the latest. Dies when the server does not say that
 * it listens, and reads no more of its log than that. */
void victim_start(struct victim *, const char *const options[]);

/* Asks it to end (SIGTERM), and forces it when called again. */
void victim_ask_to_end(struct victim *);

/* Has it ended? Then *status is its exit status, or minus the signal that ended
 * it. */
bool victim_has_ended(const struct victim *, int *status);

/* Both, waiting in between for up to 20 s before it uses force. */
int victim_stop(struct victim *);

/* Is it asleep, rather than running or about to run? */
bool victim_is_asleep(const struct victim *);

/* How many descriptors it has open. */
uint32_t victim_files(const struct victim *);

/* Returns the most bytes that were resident at a time. */
uint64_t victim_peak(const struct victim *);

/* Returns the bytes in the kernel that belong to its connections, even to those
 * that it has closed: sent but not taken by the peer, and received but not
 * read. */
uint64_t victim_queued(const struct victim *);

/* Returns what is in the log and was not read before, with a final 0. */
size_t victim_log(const struct victim *, char *text, size_t size);

#endif
