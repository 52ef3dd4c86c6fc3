/* suspect.h - the program on trial: a process of its own that is armed
 * (wrap.h). */
#ifndef SUSPECT_H
#define SUSPECT_H

#include "tests/faults/wrap.h"

#include <sys/types.h>

#define SUSPECT_BIG 300000 /* bytes of big.bin: more than are copied */

/* The ways in which it can be started: on a port; with two workers, as a user who has
 * no name; on a Unix
 * socket and as another user; on an inherited socket; with a trace. */
#define SUSPECT_WAYS 5
extern const char *const suspect_ways[SUSPECT_WAYS];

struct suspect {
	struct wrap *wrap; /* what is planned and what has happened */
	pid_t pid;
	int errors; /* its standard error, a file */
};

/* The first makes the folder that all of them serve, the second removes it. */
void suspect_prepare(void);
void suspect_tidy(void);

/* Starts it as planned, and waits until it listens and all its processes wait
 * for events. Returns -1, or its exit status when it has ended before that. */
int suspect_start(struct suspect *, const struct wrap *plan);

/* Waits for its end. Returns its exit status, minus the signal that ended it,
 * or -1 when it did not end in that time. */
int suspect_status(const struct suspect *, int ms);

/* Returns what it has said on standard error, valid until the next call. */
const char *suspect_said(const struct suspect *);

/* Returns how many descriptors it and its workers have. */
int suspect_files(const struct suspect *);

/* Kills a worker, and waits until another has taken its place. */
bool suspect_replaces_worker(const struct suspect *);

/* Does it hardly wake up, and hardly use the processor? */
bool suspect_rests(const struct suspect *);

void suspect_free(struct suspect *);

#endif
