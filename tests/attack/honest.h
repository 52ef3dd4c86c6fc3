/* honest.h - a client that keeps to the rules, beside those that do not. It is
 * a process of its own, so that the others take none of its time.
 *
 * It alternates between a GET / on a new connection and a text of 125 bytes
 * that is sent and echoed on the WebSocket that it keeps open. */
#ifndef HONEST_H
#define HONEST_H

#include "bench/tally.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct honest {
	_Atomic bool measuring; /* yours to set: do durations count? */
	struct tally get, echo; /* nanoseconds that each took */
	_Atomic uint32_t done;  /* turns */
	_Atomic uint32_t failures;
	_Atomic uint32_t refused; /* GETs, where that is no failure */
	char why[160];            /* the first failure */

	/* Private. */
	bool may_be_refused;
	uint16_t port;
	pid_t pid;
	_Atomic bool pausing, resting, stopping;
};

/* Returns when its first turn is over. With `may_be_refused`, a GET may be
 * answered with 503, or by a connection that is closed at once. */
struct honest *honest_start(uint16_t port, bool may_be_refused);

/* Makes it pause between two turns; returns when it does. */
void honest_pause(struct honest *);
void honest_resume(struct honest *);

/* Says goodbye and waits for the answer. The figures can still be read. */
void honest_stop(struct honest *);

#endif
