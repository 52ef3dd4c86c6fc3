/* workers.c - the door of this wing. */
#include "workers/workers.h"

#include "serve/options.h"
#include "workers/count.h"
#include "workers/parent.h"

#include <err.h>
#include <stdlib.h>

#define MOST (49 * 86400) /* seconds; their milliseconds fit in 32 bits */

struct workers {
	struct app app; /* the inner one, in several processes */
	struct parent parent;
};

/* wing.start: one process needs nobody to watch over it. */
static const struct app *start(const struct options *o, const struct app *inner)
{
	size_t n = count_workers(options_value(o, "workers").number);
	struct workers *w;

	if (n == 1)
		return inner;
	w = calloc(1, sizeof *w);
	if (!w)
		errx(1, "no memory");
	w->app = *inner;
	parent_open(&w->parent, &w->app, inner, o, n,
		options_value(o, "worker-timeout").number);
	return &w->app;
}

/* wing.stop: is given what start returned, which may be the inner one. */
static void stop(const struct app *app)
{
	const struct workers *w = (const struct workers *)app;

	if (app->listener == &w->parent.sets.listener)
		free((void *)app);
}

static const struct option options[] = {
	{0, "workers", "N", OPTION_NUMBER, "1", 0, WORKERS_MAX,
		"processes that serve; 0 is one for each processor it may use"},
	{0, "worker-timeout", "S", OPTION_TIME, "30", 0, MOST,
		"for a worker that hangs, until it is replaced"},
	{.name = ""},
};

const struct wing workers_wing = {
	.options = options, .start = start, .stop = stop};
