/* deadline.c - who has waited too long. */
#include "serve/deadline.h"

#include <stddef.h>

void deadline_stop(struct deadlines *all, struct deadline *d)
{
	struct deadline_list *list = &all->lists[d->wait];

	*(d->prev ? &d->prev->next : &list->first) = d->next;
	*(d->next ? &d->next->prev : &list->last) = d->prev;
}

void deadline_start(struct deadlines *all, struct deadline *d,
	enum conn_wait wait, uint32_t now)
{
	struct deadline_list *list = &all->lists[wait];

	d->wait = (unsigned char)wait;
	d->since = now;
	d->prev = list->last;
	d->next = NULL;
	*(list->last ? &list->last->next : &list->first) = d;
	list->last = d;
}

/* A walk ends at the member that was last when it began. It must not look for
 * the list's end: what fn moves there would keep that ahead for ever. */
static void each_of(const struct deadline_list *list,
	void (*fn)(void *data, struct deadline *), void *data)
{
	const struct deadline *last = list->last;
	struct deadline *next, *d = list->first;
	bool more = d;

	for (; more; d = next) {
		next = d->next;
		more = d != last;
		fn(data, d);
	}
}

void deadline_each(struct deadlines *all,
	void (*fn)(void *data, struct deadline *), void *data)
{
	for (int wait = 0; wait < CONN_WAITS; wait++)
		each_of(&all->lists[wait], fn, data);
}

/* Of the first on a list. Subtracted without a sign, so that it is right even
 * when the 32 bits of milliseconds, 49 days, have run over. */
static int64_t left(const struct deadline_list *list, uint32_t now)
{
	uint32_t waited = now - list->first->since;

	return waited < list->ms ? list->ms - waited : 0;
}

struct deadline *deadline_expired(const struct deadlines *all, uint32_t now)
{
	for (int wait = 0; wait < CONN_WAITS; wait++) {
		const struct deadline_list *list = &all->lists[wait];

		if (list->first && !left(list, now))
			return list->first;
	}
	return NULL;
}

int64_t deadline_left(const struct deadlines *all, uint32_t now)
{
	int64_t least = -1;

	for (int wait = 0; wait < CONN_WAITS; wait++) {
		const struct deadline_list *list = &all->lists[wait];

		if (list->first && (least < 0 || left(list, now) < least))
			least = left(list, now);
	}
	return least;
}
