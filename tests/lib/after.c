/* after.c - timers and sources without a server. */
#include "tests/lib/after.h"

#include "serve/source.h"
#include "server.h"

#include <poll.h>
#include <string.h>

bool after_fails;

#define KEPT 8

static struct {
	void (*fn)(void *data);
	void *data;
} kept[KEPT];
static size_t n_kept;

struct timer *__real_server_after(
	struct server *, uint32_t, void (*)(void *), void *);
struct timer *__wrap_server_after(
	struct server *, uint32_t, void (*)(void *), void *);

struct timer *__wrap_server_after(
	struct server *s, uint32_t ms, void (*fn)(void *), void *data)
{
	if (s)
		return __real_server_after(s, ms, fn, data);
	if (after_fails || n_kept == KEPT)
		return NULL;
	kept[n_kept].fn = fn;
	kept[n_kept++].data = data;
	return (struct timer *)kept;
}

void after_forget(void)
{
	n_kept = 0;
}

bool after_run(void)
{
	size_t n = n_kept;

	for (size_t i = 0; i < n; i++)
		kept[i].fn(kept[i].data);
	n_kept -= n;
	memmove(kept, kept + n, n_kept * sizeof *kept);
	return n;
}

#define SOURCES 8

static struct source *sources[SOURCES]; /* the watched; there may be gaps */

/* Returns the place of a source, or of none when it has no place. */
static struct source **place(const struct source *source)
{
	struct source **p = sources;

	while (p < sources + SOURCES && *p != source)
		p++;
	return p < sources + SOURCES ? p : NULL;
}

bool __real_server_watch(struct server *, struct source *, uint32_t events);
bool __wrap_server_watch(struct server *, struct source *, uint32_t events);

bool __wrap_server_watch(
	struct server *s, struct source *source, uint32_t events)
{
	struct source **p = place(source);

	if (s)
		return __real_server_watch(s, source, events);
	p = p ? p : place(NULL);
	if (p)
		*p = events ? source : NULL;
	source->events = events;
	return true;
}

size_t after_serve(int ms)
{
	struct pollfd polled[SOURCES];
	struct source *asked[SOURCES];
	size_t n = 0;

	for (size_t i = 0; i < SOURCES; i++) {
		asked[i] = sources[i];
		polled[i].fd = asked[i] ? asked[i]->fd : -1;
		polled[i].events = asked[i] ? (short)asked[i]->events : 0;
		polled[i].revents = 0;
	}
	if (poll(polled, SOURCES, ms) <= 0)
		return 0;
	for (size_t i = 0; i < SOURCES; i++)
		if (polled[i].revents && place(asked[i])) {
			asked[i]->ready(
				NULL, asked[i], (uint32_t)polled[i].revents);
			n++;
		}
	return n;
}
