/* outlet.h - where the log goes: standard output, written without waiting.
 *
 * A terminal or a pipe that nobody reads makes a write wait, and to ask poll
 * first does not help: another process may fill the pipe in between, and a
 * terminal may take less than poll promises. So it is decided at the start how
 * this standard output can be written:
 *
 *     a file, /dev/null     as it is: a write never waits for a reader
 *     a pipe, a terminal    opened again with O_NONBLOCK; to set that flag on
 *                           the descriptor we were given would set it for every
 *                           other program that shares it, the shell included
 *     a socket              send with MSG_DONTWAIT
 *     where that fails      a small process that does nothing but write, and
 *                           that may wait; it is fed by a pipe of our own
 *
 * A file is not opened again: what the server prints to standard error often
 * goes to the same file, and each would overwrite the other's lines. */
#ifndef OUTLET_H
#define OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct options;

#define OUTLET_LINE_MAX 4000 /* bytes, with the line's end */

/* All zero: standard output is written as it is. */
struct outlet {
	/* Set by outlet_open, or for a file of one's own by the caller. */
	int fd; /* a write to it does not wait; 0: standard output */
	/* Several processes write one file, and its last line has no end yet.
	 * NULL: nobody else writes, or no write is ever cut. */
	_Atomic bool *torn;

	/* Private. */
	bool is_socket;
	pid_t writer; /* the process that writes for us; 0: there is none */
};

/* Returns zeroed memory that processes share which are forked afterwards. It is
 * never freed. Ends the program with a sentence and status 1 when there is
 * none. */
void *outlet_share(size_t);

/* Decides how standard output is written. Several processes will write if the
 * caller forks afterwards. A process that writes for us calls become(options) at
 * its start, unless `become` is NULL. Called before the caller does the same, since
 * the user may not be allowed to open the terminal, and before it opens what that
 * process should not hold. Ends the program with a sentence and status 1 when there
 * is no way to write without waiting. */
void outlet_open(struct outlet *, bool several,
	void (*become)(const struct options *), const struct options *);

/* Writes whole lines, as many of the `len` bytes as one write takes, and
 * returns how many bytes are done with. Returns -1, with errno, when nothing
 * could be written. Each line has at most OUTLET_LINE_MAX bytes, and the byte
 * before `text` is a line end: it is written too when another process has left
 * a torn line. A line that is cut is written again as a whole, but for one of
 * the only process that writes, which continues it. */
ssize_t outlet_write(struct outlet *, const char *text, size_t len);

/* Waits until a process that writes for us has written all, for a second at
 * most, and ends it. Standard output is closed then. */
void outlet_close(struct outlet *);

#endif
