/* process.c - the rights and limits of the process, and its signals. */
#include "serve/process.h"

#include "serve/log.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t stopping, is_worker, come[NSIG];

void process_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);

	text[n > 0 ? n : 0] = 0;
	if (fd >= 0)
		close(fd);
}

size_t process_quota(size_t n, const char *list, const char *root)
{
	char text[4096] = "\n", path[5000], limit[64];
	unsigned long long quota, period;
	char *group, *end;

	process_read(list, text + 1, sizeof text - 1);
	group = strstr(text, "\n0::");
	end = group ? strchr(group += 4, '\n') : NULL;
	/* the limit of a group holds for all groups in it */
	for (; end; end = strrchr(group, '/')) {
		*end = 0;
		snprintf(path, sizeof path, "%s%s/cpu.max", root, group);
		process_read(path, limit, sizeof limit);
		/* "max 100000", or microseconds in each period of so many */
		if (sscanf(limit, "%llu %llu", &quota, &period) == 2 && quota &&
			period && (quota - 1) / period < n)
			n = (size_t)((quota - 1) / period) + 1;
	}
	return n;
}

size_t process_count(size_t wanted)
{
	cpu_set_t allowed[8] = {0}; /* for more than 1024 processors */
	size_t n = wanted;

	if (!n && !sched_getaffinity(0, sizeof allowed, allowed))
		n = process_quota((size_t)CPU_COUNT_S(sizeof allowed, allowed),
			"/proc/self/cgroup", "/sys/fs/cgroup");
	n = n < 1 ? 1 : n;
	return n < PROCESS_MAX ? n : PROCESS_MAX;
}

size_t process_raise_limit(size_t least)
{
	struct rlimit files = {1024, 1024}, most; /* Linux's own limit */

	getrlimit(RLIMIT_NOFILE, &files);
	most = (struct rlimit){files.rlim_max, files.rlim_max};
	if (setrlimit(RLIMIT_NOFILE, &most))
		log_line("The limit on open files cannot be raised");
	else
		files = most;
	if (files.rlim_cur < least)
		errx(1, "the limit on open files is %zu: raise it (ulimit -n).",
			(size_t)files.rlim_cur);
	return (size_t)files.rlim_cur;
}

/* The name of a user, or a number as `id` prints it. A number that has no name
 * is the number of its group too: it does not keep the groups of root. */
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

void process_become(const char *name)
{
	struct passwd user;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		log_line(
			"No no_new_privs here: what it starts may gain rights");
	if (!name)
		return;
	errno = 0;
	if (!find_user(name, &user))
		errx(1, "cannot become the user %s: %s", name,
			errno ? strerror(errno) : "there is none");
	/* the groups come first: afterwards the right to change them is gone */
	if ((user.pw_name ? initgroups(user.pw_name, user.pw_gid)
			  : setgroups(0, NULL)) ||
		setgid(user.pw_gid) || setuid(user.pw_uid))
		err(1, "cannot become the user %s", name);
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
		struct sigaction was = {.sa_handler = SIG_DFL};

		sigdelset(&s->unblocked, d->number);
		if (d->handler != SIG_IGN)
			sigaddset(&blocked, d->number);
		sigaction(d->number, NULL, &was);
		if (was.sa_handler == SIG_IGN && !asked) /* by nohup, say */
			continue;
		done &= handle(d->number, asked ? remember : d->handler);
		if (d->handler != SIG_IGN)
			sigaddset(&s->caught, d->number);
	}
	if (!done || sigprocmask(SIG_BLOCK, &blocked, NULL))
		err(1, "cannot catch signals");
}

void process_watch_workers(struct signals *s)
{
	sigaddset(&s->caught, SIGCHLD);
	if (!handle(SIGCHLD, SIG_DFL) ||
		sigprocmask(SIG_BLOCK, &s->caught, NULL))
		err(1, "cannot catch SIGCHLD");
}

void process_become_worker(pid_t parent)
{
	is_worker = 1;
	/* it is blocked, so one that has come already is not lost */
	if (!handle(SIGTERM, on_stop))
		err(1, "cannot catch SIGTERM");
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
