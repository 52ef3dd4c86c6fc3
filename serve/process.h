/* process.h - the limits of the process, and its signals. */
#ifndef PROCESS_H
#define PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Raises the limit on open files as far as is allowed, and returns it. Says so
 * when it stays as it is. Ends the program with a sentence and status 1 when it
 * is below `least`. */
size_t process_raise_limit(size_t least);

/* Decides about each signal. Those that the program acts on are blocked, and
 * arrive only while it waits for them, or waits with the mask `unblocked`. SIGHUP,
 * SIGINT, SIGQUIT and SIGTERM ask for a stop in order, and the second of them,
 * unless it is SIGHUP, ends the process at once. SIGUSR1 asks for a report, and
 * SIGHUP for log files to be opened again when the program is to outlive it.
 * SIGPIPE and SIGXFSZ are ignored, and so is any signal that was ignored at the
 * start, but for such a SIGHUP. Ends the program with a sentence and status 1 when
 * a signal cannot be caught. */
void process_catch_signals(sigset_t *unblocked, bool outlives_hangup);

/* In a process that another one has started to serve with it: SIGTERM stops it
 * in order, even if that was ignored at the start. A second signal does not end
 * it at once, since a terminal and its parent may both send one; the parent may
 * do that by SIGKILL. Fails as above. */
void process_obey_parent(void);

/* A wait that finds something to do at once lets no signal through: a loop that
 * is never idle calls this now and then. */
void process_deliver_signals(const sigset_t *unblocked);

bool process_is_stopping(void); /* a signal has asked for a stop */

/* Has this signal, SIGUSR1 or such a SIGHUP, come since the last call? */
bool process_got(int number);

#endif
