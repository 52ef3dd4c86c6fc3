/* target.h - where the access log goes: a file, or standard output.
 *
 * As in the log (log.h) nothing waits. Lines gather in a buffer, which is
 * written once in a turn of the loop, whole lines at a time. When the file takes
 * no more, because the disk is full or nobody reads a FIFO, lines are dropped,
 * and a line of the log says how many. A line that was cut then, by whichever process,
 * is ended before the next one. */
#ifndef TARGET_H
#define TARGET_H

#include "serve/outlet.h"

#define TARGET_ROOM 65536

struct target {
	const char *path;           /* NULL: lines go to the log */
	unsigned long long dropped; /* lines; yours to add to */

	/* Private. */
	struct outlet outlet;
	_Atomic bool torn; /* the outlet's: its file ends in half a line */
	_Atomic bool *may_be_torn; /* for all processes: look whether it does */
	bool stuck;                /* it takes no more for now */
	size_t len;
	char buffer[1 + TARGET_ROOM]; /* a line end (outlet.h), and lines */
};

/* Opens the file, or creates it for its user and group only; "-" is standard
 * output. All members are zero before. Processes that are forked afterwards may
 * all write to it. Returns false when that fails; errno says why. */
bool target_open(struct target *, const char *path);

/* Opens what lies at the path by now, for a log that was renamed. When that
 * fails, lines still go to the old file. The log says which of these. */
void target_reopen(struct target *);

void target_line(struct target *, const char *, size_t len);

/* Writes what can be written without waiting, as log_flush does. */
bool target_flush(struct target *);

/* Does the same, drops the rest, says in the log how many lines that is, and
 * closes the file. Calling it again does nothing. */
void target_close(struct target *);

#endif
