/* trial.h - the program goes through one day, and is judged. */
#ifndef TRIAL_H
#define TRIAL_H

#include "tests/faults/wrap.h"

/* Is the error one that passes by itself, so that nobody may notice? */
bool trial_passes(int error);

/* Lives a day with what is planned in *w, whose rest it fills; `files` are
 * the descriptors of a server that nobody visits, or 0: set. NULL when
 * nothing is wrong, or a text that is good until the next trial:
 *
 * It crashes, or a sanitizer has something to say; it keeps descriptors, or
 * memory at its end; it spins; SIGTERM does not end it. A call that fails
 * once: more than one conversation fails, or any if the error is passing; the
 * next honest client is not served, or not told goodbye. One that fails from
 * then on: an honest client is not served when the fault is lifted. One that
 * fails while it starts may end it, with a sentence and status 1. */
const char *trial_run(struct wrap *w, int *files);

#endif
