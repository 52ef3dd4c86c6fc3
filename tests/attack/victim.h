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
	uint32_t files;     /* the limit on its descriptors; 0: as ours */
	bool muted;         /* its log is a pipe that nobody reads */

	struct target target; /* pid and port */
	struct wakes *wakes;
	int log; /* to read it from */
	bool asked;
};

/* Starts $SERVER or ./server with these options (NULL at the end); it ends
 * with this process at the latest. Dies when it does not say that it listens,
 * and reads of its log no more than that. */
void victim_start(struct victim *, const char *const options[]);

/* Asks it to end (SIGTERM), and by force when called again. */
void victim_ask_to_end(struct victim *);

/* When it has: its exit status in *status, or minus the signal that ended it.
 */
bool victim_has_ended(const struct victim *, int *status);

/* Both, and waits in between: up to 20 s, then with force. */
int victim_stop(struct victim *);

/* Is it waiting for something, rather than running or about to? */
bool victim_is_asleep(const struct victim *);

/* How many descriptors it has open. */
uint32_t victim_files(const struct victim *);

/* Bytes: the most that were resident at a time. */
uint64_t victim_peak(const struct victim *);

/* Bytes of its connections' in the kernel: sent but not taken by the peer, and
 * received but not read; of those too that it has closed. */
uint64_t victim_queued(const struct victim *);

/* What is there of the log and was not read before, with a 0 behind it. */
size_t victim_log(const struct victim *, char *text, size_t size);

#endif
