/* landlock.c - the door of this wing: from the command line to rules. */
#include "landlock/landlock.h"

#include "landlock/around.h"
#include "landlock/kernel.h"
#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ (KERNEL_READ_FILE | KERNEL_READ_DIR)
#define WRITE (KERNEL_READ_FILE | KERNEL_WRITE_FILE | KERNEL_MAKE_REG)

struct landlock {
	struct app app; /* as the inner one, but for two functions */
	const struct app *inner;
	const struct options *options;
	bool is_asked; /* in this process, or in the one that has forked it */
};

/* The value of a row whose argument has this name; "-" is standard output. */
static const char *value_of(const struct option_row *row, const char *argument)
{
	const char *text = NULL;

	if (!strcmp(row->option->argument, argument))
		text = row->value.text;
	return text && strcmp(text, "-") ? text : NULL;
}

static bool allow_folder(int rules, const char *folder)
{
	log_line("Reads beneath %s from here on: a release that lies elsewhere "
		 "needs a restart",
		folder);
	return kernel_allow(rules, folder, READ);
}

/* A log that is no file, such as /dev/stdout, is allowed without its folder. */
static bool allow_log(int rules, const char *path)
{
	char folder[AROUND_MAX];

	return kernel_allow(rules, path, WRITE) &&
	       (!around(path, true, folder) || around_is_wide(folder) ||
		       !strcmp(folder, "/dev") ||
		       kernel_allow(rules, folder, WRITE));
}

static bool allow_row(int rules, int version, const struct option_row *row)
{
	const char *served = value_of(row, "DIR"), *log = value_of(row, "FILE");
	const char *socket = value_of(row, "PATH");
	const char *place = value_of(row, "PLACE");
	const char *port = place && *place != '/' ? strrchr(place, ':') : NULL;
	char folder[AROUND_MAX];

	if (served && around(served, false, folder))
		return allow_folder(rules, folder);
	if (log)
		return allow_log(rules, log);
	if (socket && around(socket, true, folder))
		return kernel_allow(rules, folder, KERNEL_REMOVE_FILE);
	return !port || kernel_allow_connect(rules, version,
				(uint16_t)strtoul(port + 1, NULL, 10));
}

/* What the server opens while it serves, whatever the options say; a process that
 * watches over others looks at them in /proc. */
static bool allow_own(int rules, bool has_children)
{
	char folder[AROUND_MAX];

	return kernel_allow(rules, "/dev/null", READ) &&
	       (!has_children || kernel_allow(rules, "/proc", READ)) &&
	       (!around_program(folder) || around_is_wide(folder) ||
		       allow_folder(rules, folder));
}

/* Returns false, with errno, when the kernel refuses. */
static bool obey(const struct options *o, int version, bool has_children)
{
	int rules = kernel_rules(version);
	bool allowed = rules >= 0 && allow_own(rules, has_children);
	int error;

	for (size_t i = 0; allowed && i < o->n; i++)
		allowed = allow_row(rules, version, &o->rows[i]);
	allowed = allowed && kernel_obey(rules);
	error = errno;
	if (rules >= 0)
		close(rules);
	errno = error;
	return allowed;
}

/* A program in / has its page there, so it would read everything. */
static bool is_page_wide(const struct options *o)
{
	char folder[AROUND_MAX];

	for (size_t i = 0; i < o->n; i++)
		if (value_of(&o->rows[i], "DIR"))
			return false;
	return around_program(folder) && around_is_wide(folder);
}

/* It is asked for once, in the process from which all others come. */
static void restrict_self(struct landlock *l, bool has_children)
{
#ifdef HARDENED
	const struct options *o = l->options;
	int version = kernel_version();
	const char *why = !version          ? "the kernel has none"
			  : is_page_wide(o) ? "the page lies in /"
			  : obey(o, version, has_children) ? NULL
							   : strerror(errno);

	if (why)
		log_line("No Landlock (%s): it may open every file that its "
			 "user may open",
			why);
#else
	(void)has_children, (void)obey, (void)is_page_wide;
#endif
	l->is_asked = true;
}

static void on_start(const struct app *app, struct server *server)
{
	struct landlock *l = (struct landlock *)app;

	if (l->inner->on_start)
		l->inner->on_start(l->inner, server);
	if (!l->is_asked)
		restrict_self(l, false);
}

static void on_parent(const struct app *app, struct server *server, size_t n)
{
	struct landlock *l = (struct landlock *)app;

	if (l->inner->on_parent)
		l->inner->on_parent(l->inner, server, n);
	restrict_self(l, true);
	log_flush(); /* or each worker would say it too */
}

static void refuse_wide(const struct option_row *row)
{
	const char *path = value_of(row, "DIR");
	char folder[AROUND_MAX];

	if (path && around(path, false, folder) && around_is_wide(folder))
		errx(2,
			"--%s %s lies in %s, and the server would be allowed "
			"to read all of that: move it, or give --no-landlock. "
			"See --help.",
			row->option->name, path, folder);
}

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	struct landlock *l;

	if (options_value(o, "no-landlock").flag)
		return inner;
	for (size_t i = 0; i < o->n; i++)
		refuse_wide(&o->rows[i]);
	l = malloc(sizeof *l);
	if (!l)
		errx(1, "no memory");
	*l = (struct landlock){*inner, inner, o, false};
	l->app.on_start = on_start;
	l->app.on_parent = on_parent;
	return &l->app;
}

/* wing.stop: is given what start returned, which may be the inner one. */
static void stop(const struct app *app)
{
	if (app->on_start == on_start)
		free((void *)app);
}

static const struct option options[] = {
	{0, "no-landlock", "", OPTION_FLAG, "", 0, 0,
		"let it open every file that its user may open"},
	{.name = ""},
};

const struct wing landlock_wing = {
	.options = options, .start = start, .stop = stop};
