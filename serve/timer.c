/* timer.c - what is to be called later: one list, the next one first. */
#include "serve/timer.h"

#include <stdlib.h>

struct timer {
	struct timer *prev, *next;
	uint64_t due;
	void (*fn)(void *data);
	void *data;
};

struct timer *timer_start(
	struct timers *all, uint64_t due, void (*fn)(void *data), void *data)
{
	struct timer *timer = malloc(sizeof *timer), *before = all->last;

	if (!timer)
		return NULL;
	while (before && before->due > due)
		before = before->prev;
	*timer = (struct timer){
		before, before ? before->next : all->first, due, fn, data};
	*(before ? &before->next : &all->first) = timer;
	*(timer->next ? &timer->next->prev : &all->last) = timer;
	return timer;
}

void timer_cancel(struct timers *all, struct timer *timer)
{
	*(timer->prev ? &timer->prev->next : &all->first) = timer->next;
	*(timer->next ? &timer->next->prev : &all->last) = timer->prev;
	free(timer);
}

void timer_run(struct timers *all, uint64_t now)
{
	while (all->first && all->first->due <= now) {
		struct timer timer = *all->first;

		timer_cancel(all, all->first);
		timer.fn(timer.data);
	}
}

uint64_t timer_due(const struct timers *all)
{
	return all->first ? all->first->due : UINT64_MAX;
}
