/* deadline.c - which client has waited too long. */
#include "serve/deadline.h"

#include "serve/options.h"

#define LATER_MS 3600000 /* a turn of the loop takes less */

/* 0 is never. */
static uint32_t sooner(uint32_t a, uint32_t b)
{
	return a && (!b || a < b) ? a : b;
}

void deadline_limits(struct deadlines *all, const struct options *o)
{
	struct deadline_list *lists = all->lists;

	lists[CONN_WAIT_REQUEST].ms = o->idle_timeout;
	lists[CONN_WAIT_HEAD].ms = o->head_timeout;
	lists[CONN_WAIT_SEND].ms =
		(o->send_timeout + SLOW_LOOKS - 1) / SLOW_LOOKS;
	lists[CONN_WAIT_DATA].ms = o->ping_after;
	lists[CONN_WAIT_MESSAGE].ms = sooner(o->message_timeout, o->ping_after);
	lists[CONN_WAIT_PONG].ms = o->pong_timeout;
	lists[CONN_WAIT_CLOSE].ms = o->close_timeout;
	lists[CONN_WAIT_LINGER].ms = o->linger_timeout;
}

void deadline_hurry(struct deadlines *all, uint32_t ms)
{
	for (int wait = CONN_WAIT_REQUEST; wait <= CONN_WAIT_HEAD; wait++)
		all->lists[wait].ms = sooner(all->lists[wait].ms, ms);
	all->next = 0; /* look again */
}

void deadline_stop(struct deadlines *all, struct client *cl)
{
	struct deadline_list *list = &all->lists[cl->wait];

	*(cl->prev ? &cl->prev->next : &list->first) = cl->next;
	*(cl->next ? &cl->next->prev : &list->last) = cl->prev;
}

void deadline_start(struct deadlines *all, struct client *cl,
	enum conn_wait wait, uint64_t now)
{
	struct deadline_list *list = &all->lists[wait];

	if (list->ms && all->next > now + list->ms)
		all->next = now + list->ms;
	cl->wait = (unsigned char)wait;
	cl->since = (uint32_t)now;
	cl->prev = list->last;
	cl->next = NULL;
	*(list->last ? &list->last->next : &list->first) = cl;
	list->last = cl;
}

void deadline_move(struct deadlines *all, struct client *cl,
	enum conn_wait wait, uint64_t now)
{
	deadline_stop(all, cl);
	deadline_start(all, cl, wait, now);
}

/* A walk ends at the member that was last when it began. It must not look for
 * the end of the list, because members that fn moves there would keep that
 * ahead of it for ever. */
void deadline_each(struct deadlines *all,
	void (*fn)(void *data, struct client *), void *data)
{
	for (int wait = 0; wait < CONN_WAITS; wait++) {
		const struct client *last = all->lists[wait].last;
		struct client *next, *cl = all->lists[wait].first;
		bool more = cl;

		for (; more; cl = next) {
			next = cl->next;
			more = cl != last;
			fn(data, cl);
		}
	}
}

struct visit {
	void (*fn)(struct ws *, void *data);
	void *data;
};

static void visit_one(void *data, struct client *cl)
{
	const struct visit *v = data;
	struct conn *c = &cl->conn;

	if (c->state == CONN_SOCKET && c->ws.state == WS_OPEN &&
		!c->ws.route->is_apart)
		v->fn(&c->ws, v->data);
}

void deadline_each_socket(
	struct deadlines *all, void (*fn)(struct ws *, void *data), void *data)
{
	struct visit v = {fn, data};

	deadline_each(all, visit_one, &v);
}

/* Milliseconds that the first on a list has left; -1 when there is none, or it
 * may wait for ever. It may have begun a little later than `now`. The difference
 * is right even when the 32 bits of milliseconds, 49 days, have run over. */
static int64_t left(const struct deadline_list *list, uint32_t now)
{
	uint32_t waited;

	if (!list->first || !list->ms)
		return -1;
	waited = now - list->first->since;
	if (waited > UINT32_MAX - LATER_MS)
		return list->ms;
	return waited < list->ms ? list->ms - waited : 0;
}

struct client *deadline_expired(struct deadlines *all, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	if (now < all->next)
		return NULL;
	for (int wait = 0; wait < CONN_WAITS; wait++) {
		int64_t ms = left(&all->lists[wait], (uint32_t)now);

		if (!ms)
			return all->lists[wait].first;
		if (ms > 0 && next > now + (uint64_t)ms)
			next = now + (uint64_t)ms;
	}
	all->next = next;
	return NULL;
}

int64_t deadline_left(const struct deadlines *all, uint64_t due, uint64_t now)
{
	uint64_t next = due < all->next ? due : all->next;

	if (next == UINT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return next - now < LATER_MS ? (int64_t)(next - now) : LATER_MS;
}
