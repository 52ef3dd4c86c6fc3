/* trial.h - the program goes through one day, and is judged. */
#ifndef TRIAL_H
#define TRIAL_H

#include "tests/faults/wrap.h"

/* Does the error pass by itself, so that nobody may notice it? */
bool trial_passes(int error);

/* Goes through a day with what is planned in *w, and fills in the rest of it.
 * *files is the number of descriptors of a server without clients; when it is 0
 * it is set. Returns NULL when nothing is wrong, or a text that is valid until
 * the next trial. Wrong is:
 *
 * It crashes, or a sanitizer complains; it keeps descriptors, or memory at its
 * end; it spins; SIGTERM does not end it. When a call fails once: more than one
 * conversation fails, or any if the error passes by itself; the next honest
 * client is not served, or not told goodbye. When it fails from some time on:
 * an honest client is not served once the fault is lifted. A call that fails
 * while the program starts may end it, with a sentence and status 1. */
const char *trial_run(struct wrap *w, int *files);

#endif
