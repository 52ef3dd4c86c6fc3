/* process.c - the rights and limits of the process, and its signals. */
#include "serve/process.h"

#include "serve/listen.h"

#include <err.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t stopping, is_worker, come[NSIG];

static _Noreturn void die(const char *what, const char *name)
{
	err(1, "%s %s", what, name);
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
		errx(1, "the limit on open files is %zu: raise it (ulimit -n).",
			(size_t)files.rlim_cur);
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
	/* the groups come first: afterwards the right to change them is gone */
	if (!user || initgroups(name, user->pw_gid) || setgid(user->pw_gid) ||
		setuid(user->pw_uid))
		die("cannot become the user", name);
}

static void on_stop(int number)
{
	/* When a terminal closes, its shell and the kernel both send SIGHUP. A
	 * worker is signalled by the terminal and by its parent, and only the
	 * parent may end it at once, by SIGKILL. */
	if (stopping && number != SIGHUP && !is_worker)
		_exit(128 + number);
	stopping = 1;
}

static void remember(int number)
{
	come[number] = 1;
}

/* A signal that is not here does what it does by default: a fault (SIGSEGV,
 * SIGABRT) ends the process, SIGTSTP and SIGCONT are a shell's, and no part of
 * the program asks for the others. */
static const struct decision {
	int number;
	void (*handler)(int);
} decisions[] = {
	{SIGHUP, on_stop}, /* or remember: see outlives_hangup */
	{SIGINT, on_stop}, {SIGQUIT, on_stop}, {SIGTERM, on_stop},
	{SIGUSR1, remember},
	{SIGPIPE, SIG_IGN}, /* send and write fail with EPIPE */
	{SIGXFSZ, SIG_IGN}, /* write fails with EFBIG */
};

static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) &&
	       action.sa_handler == SIG_IGN;
}

static bool handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	return !sigaction(number, &action, NULL);
}

void process_catch_signals(struct signals *s, bool outlives_hangup)
{
	bool done = !sigprocmask(SIG_BLOCK, NULL, &s->unblocked);
	sigset_t blocked;

	sigemptyset(&blocked);
	sigemptyset(&s->caught);
	for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
		const struct decision *d = &decisions[i];
		bool asked = d->number == SIGHUP && outlives_hangup;

		sigdelset(&s->unblocked, d->number);
		if (d->handler != SIG_IGN)
			sigaddset(&blocked, d->number);
		if (is_ignored(d->number) && !asked) /* by nohup, say */
			continue;
		done &= handle(d->number, asked ? remember : d->handler);
		if (d->handler != SIG_IGN)
			sigaddset(&s->caught, d->number);
	}
	if (!done || sigprocmask(SIG_BLOCK, &blocked, NULL))
		die("cannot catch", "signals");
}

void process_watch_workers(struct signals *s)
{
	sigaddset(&s->caught, SIGCHLD);
	if (!handle(SIGCHLD, SIG_DFL) ||
		sigprocmask(SIG_BLOCK, &s->caught, NULL))
		die("cannot catch", "SIGCHLD");
}

void process_become_worker(pid_t parent)
{
	is_worker = 1;
	/* it is blocked, so one that has come already is not lost */
	if (!handle(SIGTERM, on_stop))
		die("cannot catch", "SIGTERM");
	/* a parent that is killed cannot stop its workers, so its end does */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
}

void process_deliver_signals(const struct signals *s)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, &s->unblocked, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

bool process_is_stopping(void)
{
	return stopping;
}

bool process_got(int number)
{
	bool was = come[number];

	come[number] = 0;
	return was;
}
