/* after.c - timers and sources without a server. */
#include "tests/lib/after.h"

#include "serve/source.h"
#include "server.h"

static void (*kept)(void *data);
static void *kept_data;

struct timer *__real_server_after(
	struct server *, uint32_t, void (*)(void *), void *);
struct timer *__wrap_server_after(
	struct server *, uint32_t, void (*)(void *), void *);

struct timer *__wrap_server_after(
	struct server *s, uint32_t ms, void (*fn)(void *), void *data)
{
	if (s)
		return __real_server_after(s, ms, fn, data);
	kept = fn;
	kept_data = data;
	return (struct timer *)&kept;
}

void after_forget(void)
{
	kept = NULL;
}

bool after_run(void)
{
	void (*fn)(void *) = kept;

	kept = NULL;
	if (fn)
		fn(kept_data);
	return fn;
}

bool __real_server_watch(struct server *, struct source *, uint32_t events);
bool __wrap_server_watch(struct server *, struct source *, uint32_t events);

bool __wrap_server_watch(
	struct server *s, struct source *source, uint32_t events)
{
	if (s)
		return __real_server_watch(s, source, events);
	source->events = events;
	return true;
}
