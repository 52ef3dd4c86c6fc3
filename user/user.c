/* user.c - the door of this wing: the rights of the process. */
#include "user/user.h"

#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The name of a user, or a number as `id` prints it. A number that has no name
 * is the number of its group too. */
static bool find_user(const char *name, struct passwd *user)
{
	struct passwd *known = getpwnam(name);
	char *end;
	unsigned long id = strtoul(name, &end, 10);
	bool is_id = *name >= '0' && *name <= '9' && !*end && id < UINT32_MAX;

	if (!known && is_id)
		known = getpwuid((uid_t)id);
	*user = known ? *known
		      : (struct passwd){
				.pw_uid = (uid_t)id, .pw_gid = (gid_t)id};
	return known || is_id;
}

/* A user may have been given some by systemd, to bind a low port. Version 3 of the
 * call has its sets in two halves of 32 bits, and has been there since Linux 2.6.26;
 * musl's tools lack its header. */
static void drop_capabilities(void)
{
	struct {
		uint32_t version;
		int pid;
	} head = {0x20080522, 0};
	uint32_t none[6] = {0};

	if (syscall(SYS_capset, &head, none))
		err(1, "cannot drop the capabilities");
}

/* app.on_bound */
static void become(const struct options *o)
{
	const char *name = options_value(o, "user").text;
	struct passwd user;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		log_line(
			"No no_new_privs here: what it starts may gain rights");
	if (!name && getuid())
		drop_capabilities();
	if (!name)
		return;
	errno = 0;
	if (!find_user(name, &user))
		errx(1, "cannot become the user %s: %s", name,
			errno ? strerror(errno) : "there is none");
	/* the groups come first: afterwards the right to change them is gone */
	if (setgroups(0, NULL) || setgid(user.pw_gid) || setuid(user.pw_uid))
		err(1, "cannot become the user %s", name);
}

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	struct app *app = malloc(sizeof *app);

	(void)o;
	if (!app)
		errx(1, "no memory");
	*app = *inner;
	app->on_bound = become;
	return app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	free((void *)app);
}

static const struct option options[] = {
	{0, "user", "NAME", OPTION_TEXT, "", 0, 0,
		"user to become after binding, when started as root: name "
		"or number; it keeps that user's own group and no other"},
	{.name = ""},
};

const struct wing user_wing = {
	.options = options, .start = start, .stop = stop};
