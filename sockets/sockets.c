/* sockets.c - the door of this wing. */
#include "sockets/sockets.h"

#include "serve/listener.h"
#include "serve/log.h"
#include "serve/options.h"
#include "sockets/inherited.h"
#include "sockets/unix.h"

#include <err.h>
#include <stdlib.h>

struct sockets {
	struct listener listener; /* the first member */
	struct app app;           /* the inner one, which listens there */
	const char *path;         /* NULL: the sockets are inherited */
	bool invites;             /* there is a page to open */
	struct unix_file file;
};

/* listener.open */
static size_t open_sockets(struct listener *listener, int fds[LISTEN_MAX])
{
	struct sockets *s = (struct sockets *)listener;

	if (!s->path)
		return inherited_take(fds);
	fds[0] = unix_open(&s->file, s->path);
	log_line("Listening on unix:%s", s->path);
	if (s->invites)
		log_line("Open it through a proxy: browsers need TCP");
	return 1;
}

/* listener.remove */
static void remove_file(struct listener *listener)
{
	unix_remove(&((struct sockets *)listener)->file);
}

/* wing.start: what is inherited comes before --unix. */
static const struct app *start(const struct options *o, const struct app *inner)
{
	const char *path = options_value(o, "unix").text;
	bool inherits = inherited_count() > 0;
	struct sockets *s;

	if (!path && !inherits)
		return inner;
	s = calloc(1, sizeof *s);
	if (!s)
		errx(1, "no memory");
	s->path = inherits ? NULL : path;
	s->invites = inner->on_request && !inner->on_preface && !o->quiet;
	s->listener.open = open_sockets;
	s->listener.remove = remove_file;
	s->app = *inner;
	s->app.listener = &s->listener;
	return &s->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	if (app->listener && app->listener->open == open_sockets)
		free(app->listener);
}

static const struct option options[] = {
	{0, "unix", "PATH", OPTION_TEXT, "", 0, 0,
		"listen on this Unix socket instead, for a proxy"},
	{.name = ""},
};

const struct wing sockets_wing = {
	.options = options, .start = start, .stop = stop};
