/* deadline.h - who has waited too long: one list for each kind of waiting.
 *
 * Everyone on a list waits equally long, so its first is its next deadline,
 * and a timer that starts anew is a move to the end. A heap would cost log n
 * for the same, and it would be harder to read. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include "conn.h"

#include <stdbool.h>
#include <stdint.h>

/* A place on a list. */
struct deadline {
	struct deadline *prev, *next;
	uint32_t since; /* milliseconds, as all times here */
	unsigned char wait;
};

struct deadlines {
	struct deadline_list {
		struct deadline *first, *last;
		uint32_t ms; /* how long one waits on it; yours to set */
	} lists[CONN_WAITS];
};

void deadline_start(
	struct deadlines *, struct deadline *, enum conn_wait, uint32_t now);
void deadline_stop(struct deadlines *, struct deadline *);

/* Calls fn for every member of every list. fn may move the member it is given
 * to the end of its list or to another, or take it off; it must leave the rest
 * where they are. One that it moves to a list still to come is visited there
 * again, and one that it adds may be. */
void deadline_each(struct deadlines *,
	void (*fn)(void *data, struct deadline *), void *data);

/* One whose time is over, or NULL. It stays on its list. */
struct deadline *deadline_expired(const struct deadlines *, uint32_t now);

/* How long until the next one is; -1 when there is none. */
int64_t deadline_left(const struct deadlines *, uint32_t now);

#endif
