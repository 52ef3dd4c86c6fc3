/* talk.h - the rooms without a network: members, and what they hear. */
#ifndef TALK_H
#define TALK_H

#include "tests/lib/peer.h"

#include "app.h"

extern struct talk {
	struct loop loop;
	const struct app *app; /* the wing's */
} talk;

/* The wing stands before an application that accepts every handshake but that of
 * /no. `argv` ends with NULL and begins with the program's name. */
void talk_begin(char **argv);
void talk_end(void);

/* Opens a socket on that path, with room.v1 or without a subprotocol. What it has
 * received begins after the handshake. talk_ask returns the answer's status. */
struct peer *talk_join(const char *path, bool is_plain);
int talk_ask(const char *path);
void talk_leave(struct peer *);

/* Sends a text, and serves all who hear of it. */
void talk_say(struct peer *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes the next text that it has heard. Returns "" when there is none. It is
 * good until the next call. */
const char *talk_hear(struct peer *);

/* Takes all of them, and returns how many contain this. */
size_t talk_count(struct peer *, const char *text);

/* Fails the test unless the next text that it hears is, or contains, this. */
void talk_expect(struct peer *, const char *text);
void talk_expect_part(struct peer *, const char *part);
void talk_expect_nothing(struct peer *);

#endif
