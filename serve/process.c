/* process.c - what the process may do, and what it is told by signals. */
#include "serve/process.h"

#include "serve/listen.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t stopping, report;

static _Noreturn void die(const char *what, const char *name)
{
	fprintf(stderr, "server: %s %s: %s\n", what, name, strerror(errno));
	exit(1);
}

size_t process_count(size_t wanted)
{
	long n = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);

	n = n < 1 ? 1 : n;
	return n < LISTEN_WORKERS_MAX ? (size_t)n : LISTEN_WORKERS_MAX;
}

size_t process_raise_limit(size_t least)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		die("the limit on", "open files");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("the limit on", "open files");
	if (files.rlim_cur < least) {
		fprintf(stderr,
			"server: the limit on open files is %zu: "
			"raise it (ulimit -n).\n",
			(size_t)files.rlim_cur);
		exit(1);
	}
	return (size_t)files.rlim_cur;
}

void process_become(const char *name)
{
	struct passwd *user;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("prctl", "PR_SET_NO_NEW_PRIVS");
	if (!name)
		return;
	errno = 0;
	user = getpwnam(name);
	if (!user && !errno)
		errno = ENOENT;
	/* the groups first: afterwards it may not change them any more */
	if (!user || initgroups(name, user->pw_gid) || setgid(user->pw_gid) ||
		setuid(user->pw_uid))
		die("cannot become the user", name);
}

static void on_signal(int number)
{
	if (number == SIGUSR1)
		report = 1;
	else if (stopping)
		_exit(128 + number);
	else
		stopping = 1;
}

void process_catch_signals(sigset_t *before)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGUSR1};
	struct sigaction action = {.sa_handler = on_signal};
	bool failed = signal(SIGPIPE, SIG_IGN) == SIG_ERR;
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
		sigaddset(&blocked, caught[i]);
		failed |= sigaction(caught[i], &action, NULL) < 0;
	}
	if (failed || sigprocmask(SIG_BLOCK, &blocked, before))
		die("cannot catch", "signals");
}

void process_deliver_signals(const sigset_t *before)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, before, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

bool process_is_stopping(void)
{
	return stopping;
}

bool process_wants_report(void)
{
	bool was = report;

	report = 0;
	return was;
}
