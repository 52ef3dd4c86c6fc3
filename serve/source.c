/* source.c - a descriptor that the epoll watches. */
#include "serve/source.h"

#include <sys/epoll.h>

bool source_watch(struct source *source, int epoll, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};
	int operation = events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;

	if (events == source->events)
		return true;
	if (!source->events)
		operation = EPOLL_CTL_ADD;
	if (epoll_ctl(epoll, operation, source->fd, &event))
		return false;
	source->events = events;
	return true;
}
