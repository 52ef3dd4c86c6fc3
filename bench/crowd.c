/* crowd.c - the clients of one server: one epoll, one thread. */
#include "bench/crowd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#define EVENTS 1024
#define PATIENCE 30000 /* milliseconds without an answer */

void crowd_init(struct crowd *crowd, uint32_t count)
{
	uint32_t all = count + crowd->target.idle;

	crowd->count = count;
	crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
	crowd->clients = calloc(all, sizeof *crowd->clients);
	if (crowd->epoll < 0 || !crowd->clients)
		die("there is no room for %u clients", all);
	for (uint32_t i = 0; i < all; i++) {
		crowd->clients[i].target = &crowd->target;
		crowd->clients[i].number = i;
		crowd->clients[i].fd = -1;
	}
}

static void begin(struct crowd *crowd, const struct work *work, struct peer *c)
{
	c->since = now();
	c->turn++;
	c->sent = c->got = 0;
	c->state = 0;
	crowd->begun++;
	work->begin(crowd, c);
}

/* An idle client is only ever sent Pings. */
static void rest(struct peer *c)
{
	size_t len;
	unsigned char *p = peer_receive(c, &len);

	if (!len || peer_pongs(c, p, len) != len)
		die("%s: client %u got something that it had not asked for, or "
		    "was closed",
			c->target->name, c->number);
}

/* Returns by how many fewer clients are busy now: 0 or 1. */
static uint32_t serve(struct crowd *crowd, const struct work *work,
	struct peer *c, uint32_t events)
{
	struct peer *next;

	if (!c->since) {
		rest(c);
		return 0;
	}
	if (!work->ready(crowd, c, events))
		return 0;
	tally_add(&crowd->tally, now() - c->since);
	c->since = 0;
	next = work->next(crowd, c);
	if (!next)
		return 1;
	begin(crowd, work, next);
	return 0;
}

uint64_t crowd_run(struct crowd *crowd, const struct work *work, uint32_t busy)
{
	static struct epoll_event events[EVENTS];
	struct peer *c;
	uint32_t at_work = 0;

	crowd->begun = 0;
	crowd->next = 0;
	while (at_work < busy && (c = work->next(crowd, NULL))) {
		begin(crowd, work, c);
		at_work++;
	}
	while (at_work) {
		int n = epoll_wait(crowd->epoll, events, EVENTS, PATIENCE);

		if (!n)
			die("%s does not answer", crowd->target.name);
		for (int i = 0; i < n; i++)
			at_work -= serve(crowd, work, events[i].data.ptr,
				events[i].events);
	}
	return crowd->begun;
}

struct peer *crowd_again(struct crowd *crowd, struct peer *done)
{
	if (crowd->begun >= crowd->limit)
		return NULL;
	if (!done)
		return crowd->next < crowd->count
			       ? &crowd->clients[crowd->next++]
			       : NULL;
	return now() < crowd->until ? done : NULL;
}

struct peer *crowd_once(struct crowd *crowd, struct peer *done)
{
	uint32_t all = crowd->count + crowd->target.idle;

	(void)done;
	return crowd->next < all ? &crowd->clients[crowd->next++] : NULL;
}
