/* hang.c - does a worker still come back to its wait for events? */
#include "workers/hang.h"

#include "workers/proc.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

/* Returns whether there was a question. */
static bool take(struct hang *h)
{
	eventfd_t questions;

	return !eventfd_read(h->source.fd, &questions);
}

/* source.ready, in the worker */
static void answer(
	struct server *server, struct source *source, uint32_t events)
{
	(void)server, (void)events;
	take((struct hang *)source);
}

bool hang_open(struct hang *h)
{
	*h = (struct hang){.source.ready = answer};
	h->source.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return h->source.fd >= 0;
}

void hang_begin(struct hang *h)
{
	take(h);
	h->looks = 0;
}

/* Is its state T (a signal) or t (a debugger)? proc(5): "PID (NAME) STATE". */
static bool is_stopped(pid_t pid)
{
	char path[32], text[256];
	const char *p;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	proc_read(path, text, sizeof text);
	p = strrchr(text, ')');
	return p && (!strncmp(p, ") T", 3) || !strncmp(p, ") t", 3));
}

bool hang_look(struct hang *h, pid_t worker)
{
	h->looks = take(h) && !is_stopped(worker) ? h->looks + 1 : 0;
	eventfd_write(h->source.fd, 1);
	return h->looks == HANG_LOOKS;
}
