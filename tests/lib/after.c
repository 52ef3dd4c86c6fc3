/* after.c - timers without a server. */
#include "tests/lib/after.h"

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

bool after_run(void)
{
	void (*fn)(void *) = kept;

	kept = NULL;
	if (fn)
		fn(kept_data);
	return fn;
}
