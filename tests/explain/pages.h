/* pages.h - a server without a network, and pages that watch it. */
#ifndef PAGES_H
#define PAGES_H

#include "tests/explain/shown.h"
#include "tests/explain/twin.h"
#include "tests/lib/peer.h"

#include "explain/explain.h"

extern struct pages {
	struct loop loop;
	struct twin twin;          /* the application */
	const struct app *app;     /* what explain makes of it */
	struct listener *listener; /* the application's; set it before */
} pages;

/* Begins with the options of a command line, in which "server" is the first
 * word and NULL the last, or without options. */
void pages_begin_with(char **argv);
void pages_begin(void);
void pages_end(void);

/* Connects a new client, which has sent nothing yet. */
struct peer *pages_connect(void);

/* pages_say sends a handshake without its empty line; `field` is lines with
 * their ends. pages_ask connects a new client and sends a whole handshake. */
void pages_say(
	struct peer *, const char *target, const char *host, const char *field);
struct peer *pages_ask(const char *target, const char *host, const char *field);

/* Expects that status as the answer. */
void pages_expect(
	int wanted, const char *target, const char *host, const char *field);

/* Makes a page of that name watch; opens a socket on that target. */
struct peer *pages_watch(const char *name);
struct peer *pages_join(const char *target);

/* Disconnects a client. */
void pages_leave(struct peer *);

/* Returns the next message to a page, which must be JSON; the caller frees it.
 * NULL when there is none. */
char *pages_next(struct peer *);

/* Takes all messages. Returns how many contain the text. */
size_t pages_told(struct peer *, const char *text);

#endif
