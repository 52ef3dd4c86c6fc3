/* sets.c - the sockets on which the workers listen. */
#include "workers/sets.h"

#include "app.h"
#include "serve/log.h"
#include "serve/options.h"

#include <sys/socket.h>
#include <unistd.h>

static void close_set(struct listening *set)
{
	while (set->n)
		close(set->fds[--set->n]);
}

static bool can_share(int fd)
{
	int yes = 1;

	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes))
		return true;
	log_line("No SO_REUSEPORT here: processes share one socket");
	return false;
}

/* The kernel spreads clients evenly over the sets. On one shared socket the
 * quickest worker would take most of them. The port is first opened without
 * sharing, which fails when it is busy. */
static void open_port(struct sets *s)
{
	const struct options *o = s->options;
	uint32_t port = options_port(o);
	struct listening *set = s->each;

	set->n = listen_open(o->host, &port, false, set->fds);
	if (can_share(*set->fds)) {
		close_set(set);
		for (s->n = 0; s->n < s->listener.processes; s->n++, set++)
			set->n = listen_open(o->host, &port, true, set->fds);
	}
	listen_say(o, s->app, port);
}

/* listener.open */
static size_t open_sets(struct listener *listener, int fds[LISTEN_MAX])
{
	struct sets *s = (struct sets *)listener;
	struct listener *inner = s->app->listener;

	(void)fds;
	s->n = 1;
	if (inner)
		s->each->n = inner->open(inner, s->each->fds);
	else
		open_port(s);
	return 0;
}

/* listener.remove: the parent has no clients to serve from the queues. */
static void remove_sets(struct listener *listener)
{
	struct sets *s = (struct sets *)listener;
	struct listener *inner = s->app->listener;

	if (inner)
		inner->remove(inner);
	while (s->n)
		close_set(&s->each[--s->n]);
}

void sets_init(struct sets *s, const struct options *o, const struct app *app,
	size_t workers)
{
	*s = (struct sets){.options = o, .app = app};
	s->listener.open = open_sets;
	s->listener.remove = remove_sets;
	s->listener.processes = workers;
}

struct listening sets_keep(struct sets *s, size_t i)
{
	size_t kept = i % s->n;

	for (size_t k = 0; k < s->n; k++)
		if (k != kept)
			close_set(&s->each[k]);
	s->each[kept].is_quiet = i > 0;
	return s->each[kept];
}
