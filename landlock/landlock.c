/* landlock.c - the door of this wing: from the command line to rules. */
#include "landlock/landlock.h"

#include "buf.h"
#include "landlock/around.h"
#include "landlock/kernel.h"
#include "serve/listener.h"
#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ (KERNEL_READ_FILE | KERNEL_READ_DIR)
#define WRITE (KERNEL_READ_FILE | KERNEL_WRITE_FILE | KERNEL_MAKE_REG)

struct landlock {
	struct app app; /* as the inner one, but for two functions */
	const struct app *inner;
	struct buf reads; /* ", /a, /b, ": folders beneath which it reads */
	int rules; /* to be obeyed from the start on; -1: there are none */
	const char *why; /* there should be some, but are none; or NULL */
	bool is_asked;   /* in this process, or in the one that has forked it */
};

/* The value of a row whose argument has this name; "-" is standard output. */
static const char *value_of(const struct option_row *row, const char *argument)
{
	const char *text = NULL;

	if (!strcmp(row->option->argument, argument))
		text = row->value.text;
	return text && strcmp(text, "-") ? text : NULL;
}

/* The program's folder is often that of the page too: it is named once. */
static bool allow_folder(struct landlock *l, const char *folder)
{
	const char *known = (const char *)l->reads.data;
	char name[AROUND_MAX + 8];
	int n = snprintf(name, sizeof name, ", %s, ", folder);

	if (known && memmem(known, l->reads.len, name, (size_t)n))
		return true;
	if (known)
		l->reads.len -= 2;
	if (!buf_append(&l->reads, name, (size_t)n))
		errx(1, "no memory");
	return kernel_allow(l->rules, folder, READ);
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

static bool allow_row(
	struct landlock *l, int version, const struct option_row *row)
{
	const char *served = value_of(row, "DIR"), *log = value_of(row, "FILE");
	const char *socket = value_of(row, "PATH");
	const char *place = value_of(row, "PLACE");
	const char *port = place && *place != '/' ? strrchr(place, ':') : NULL;
	char folder[AROUND_MAX];

	if (served && around(served, false, folder))
		return allow_folder(l, folder);
	if (log)
		return allow_log(l->rules, log);
	if (socket && around(socket, true, folder))
		return kernel_allow(l->rules, folder, KERNEL_REMOVE_FILE);
	return !port || kernel_allow_connect(l->rules, version,
				(uint16_t)strtoul(port + 1, NULL, 10));
}

/* What the server opens while it serves, whatever the options say; a process that
 * watches over others looks at them in /proc. */
static bool allow_own(struct landlock *l)
{
	const struct listener *listener = l->inner->listener;
	bool has_children = listener && listener->run;
	char folder[AROUND_MAX];

	return kernel_allow(l->rules, "/dev/null", READ) &&
	       (!has_children || kernel_allow(l->rules, "/proc", READ)) &&
	       (!around_program(folder) || around_is_wide(folder) ||
		       allow_folder(l, folder));
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

/* A rule holds a folder and not its path, which the user that the server becomes
 * may be unable to reach: so all are made before that. Returns NULL, or why there
 * are none. */
static const char *make_rules(struct landlock *l, const struct options *o)
{
	int version = kernel_version();
	bool made;

	if (!version)
		return "the kernel has none";
	if (is_page_wide(o))
		return "the page lies in /";
	l->rules = kernel_rules(version);
	made = l->rules >= 0 && allow_own(l);
	for (size_t i = 0; made && i < o->n; i++)
		made = allow_row(l, version, &o->rows[i]);
	return made ? NULL : strerror(errno);
}

static void say_reads(const struct buf *reads)
{
	if (reads->len)
		log_line("Landlock: only files beneath %.*s can be read from "
			 "here on. A release that lies elsewhere needs a "
			 "restart, or --no-landlock",
			(int)reads->len - 4, (const char *)reads->data + 2);
	else
		log_line("Landlock: no file can be read from here on");
}

static void forget_rules(struct landlock *l)
{
	if (l->rules >= 0)
		close(l->rules);
	l->rules = -1;
}

/* It is asked for once, in the process from which all others come. */
static void restrict_self(struct landlock *l)
{
	bool has_rules = l->rules >= 0;

	if (has_rules && !l->why && !kernel_obey(l->rules))
		l->why = strerror(errno);
	if (l->why)
		log_line("No Landlock (%s): the server may open every file "
			 "that its user may open",
			l->why);
	else if (has_rules)
		say_reads(&l->reads);
	forget_rules(l);
	l->is_asked = true;
}

static void on_start(const struct app *app, struct server *server)
{
	struct landlock *l = (struct landlock *)app;

	if (l->inner->on_start)
		l->inner->on_start(l->inner, server);
	if (!l->is_asked)
		restrict_self(l);
}

static void on_parent(const struct app *app, struct server *server, size_t n)
{
	struct landlock *l = (struct landlock *)app;

	if (l->inner->on_parent)
		l->inner->on_parent(l->inner, server, n);
	restrict_self(l);
}

static void refuse_wide(const struct option_row *row)
{
	const char *path = value_of(row, "DIR");
	char folder[AROUND_MAX];

	if (path && around(path, false, folder) && around_is_wide(folder))
		errx(2,
			"--%s %s: the server would be allowed to read all of "
			"%s, the folder around it. Serve one that lies deeper, "
			"or give --no-landlock. See --help.",
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
	*l = (struct landlock){.app = *inner, .inner = inner, .rules = -1};
	l->app.on_start = on_start;
	l->app.on_parent = on_parent;
#ifdef HARDENED
	l->why = make_rules(l, o);
#else
	(void)make_rules;
#endif
	return &l->app;
}

/* wing.stop: is given what start returned, which may be the inner one. */
static void stop(const struct app *app)
{
	struct landlock *l = (struct landlock *)app;

	if (app->on_start != on_start)
		return;
	forget_rules(l);
	buf_free(&l->reads);
	free(l);
}

static const struct option options[] = {
	{0, "no-landlock", "", OPTION_FLAG, "", 0, 0,
		"let it open every file that its user may open"},
	{.name = ""},
};

const struct wing landlock_wing = {
	.options = options, .start = start, .stop = stop};
