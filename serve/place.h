/* place.h - what a server serves, and with what: set up once, before the first
 * process serves. */
#ifndef PLACE_H
#define PLACE_H

#include "serve/listen.h"
#include "serve/process.h"

struct app;
struct options;
struct shared;

struct place {
	/* Yours to read. */
	const struct options *options;
	const struct app *app;
	struct listening listening; /* on which this process serves */
	sigset_t unblocked;         /* to wait with */
	size_t processes;           /* that serve */
	size_t max_clients;         /* of each */
};

/* Sets up what the options and the application ask for: limits, signals, the
 * log, sockets, the application's on_bound. Logs it, with what to open in a browser
 * when there is a page. When something cannot be set up, ends the program with a
 * sentence and status 1, or 2 where that is the command line's fault. */
void place_open(struct place *, const struct options *, const struct app *);

/* Says on standard error that the loop cannot begin, and why: errno. */
void place_complain(void);

/* Sets what the connections of one loop share, but for `wake`. */
void place_share(const struct place *, struct shared *);

#endif
