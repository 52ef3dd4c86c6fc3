/* deadline.h - which client has waited too long: one list for each kind of
 * waiting.
 *
 * All clients on a list may wait equally long, so the first one is always the
 * next to run out of time, and a deadline starts anew by a move to the end. A
 * heap would cost log n for the same and be harder to read. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "serve/client.h"

struct options;

struct deadlines {
	struct deadline_list {
		struct client *first, *last;
		uint32_t ms; /* how long each may; 0: for ever; yours to set */
	} lists[CONN_WAITS];

	uint64_t next; /* Private: no deadline passes before this time. */
};

/* Sets how long each kind may wait. */
void deadline_limits(struct deadlines *, const struct options *);

/* From now on no request is waited for longer than that. */
void deadline_hurry(struct deadlines *, uint32_t ms);

/* Puts a client that is on no list at the end of one. */
void deadline_start(
	struct deadlines *, struct client *, enum conn_wait, uint64_t now);

/* Takes a client off its list. */
void deadline_stop(struct deadlines *, struct client *);

/* Both: it waits anew, or for something else. */
void deadline_move(
	struct deadlines *, struct client *, enum conn_wait, uint64_t now);

/* Calls fn for every client on every list. fn may move the client that it is
 * given to the end of its list or to another, or take it off; it must leave all
 * others where they are. A client that it moves to a later list is visited
 * there again, and a client that it adds may be visited as well. */
void deadline_each(struct deadlines *, void (*fn)(void *data, struct client *),
	void *data);

/* Calls fn for every open socket whose route is not `is_apart`. All of them may be
 * sent something or closed meanwhile. */
void deadline_each_socket(
	struct deadlines *, void (*fn)(struct ws *, void *data), void *data);

/* Returns a client whose deadline has passed, or NULL. The client stays on its
 * list. */
struct client *deadline_expired(struct deadlines *, uint64_t now);

/* Returns the milliseconds in which no deadline passes, and the time `due` does
 * not come (UINT64_MAX: never), an hour at most; or -1 when none ever will. The
 * client that was next may have moved, so deadline_expired, which looks at all
 * lists only when this time is over, may then find none. */
int64_t deadline_left(const struct deadlines *, uint64_t due, uint64_t now);

#endif
