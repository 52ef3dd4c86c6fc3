/* process.h - what the process may do, and what it is told by signals. */
#ifndef PROCESS_H
#define PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* How many workers there are to be: one for each processor when 0 are wanted,
 * and never more than LISTEN_WORKERS_MAX. */
size_t process_count(size_t wanted);

/* Raises the limit on open files to what is allowed at most, and returns it.
 * Ends the program with a sentence and status 1 when it is below `least`. */
size_t process_raise_limit(size_t least);

/* Becomes that user (NULL: stays who it is), and gives up for good what a
 * program that it starts could gain. Ends the program with a sentence and
 * status 1 when it may not. */
void process_become(const char *user);

/* From here on the signals below arrive only while one waits with the mask
 * that is stored in *before, and a second one of the first two ends the
 * process at once. SIGPIPE is ignored: send says the same. Where they cannot
 * be caught, ends the program with a sentence and status 1. */
void process_catch_signals(sigset_t *before);

/* A wait that finds something to do at once lets no signal through: a loop that
 * is never idle calls this now and then. */
void process_deliver_signals(const sigset_t *before);

bool process_is_stopping(void);  /* SIGINT or SIGTERM has come */
bool process_wants_report(void); /* SIGUSR1 has come since the last call */

#endif
