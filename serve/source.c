/* source.c - a descriptor that the epoll watches. */
#include "serve/source.h"

#include <sys/epoll.h>

bool source_watch(struct source *source, int epoll, uint32_t events)
{
	struct epoll_event event;
	int operation;

	if (events == source->events)
		return true;
	event = (struct epoll_event){.events = events, .data.ptr = source};
	operation = events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
	if (!source->events)
		operation = EPOLL_CTL_ADD;
	if (epoll_ctl(epoll, operation, source->fd, &event))
		return false;
	source->events = events;
	return true;
}
