/* process.c - the limits of the process, and its signals. */
#include "serve/process.h"

#include "serve/log.h"

#include <err.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t stopping, is_patient, come[NSIG];

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

static void on_stop(int number)
{
	/* When a terminal closes, its shell and the kernel both send SIGHUP. */
	if (stopping && number != SIGHUP && !is_patient)
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

void process_catch_signals(sigset_t *unblocked, bool outlives_hangup)
{
	bool done = !sigprocmask(SIG_BLOCK, NULL, unblocked);
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
		const struct decision *d = &decisions[i];
		bool asked = d->number == SIGHUP && outlives_hangup;
		struct sigaction was = {.sa_handler = SIG_DFL};

		sigdelset(unblocked, d->number);
		if (d->handler != SIG_IGN)
			sigaddset(&blocked, d->number);
		sigaction(d->number, NULL, &was);
		if (was.sa_handler == SIG_IGN && !asked) /* by nohup, say */
			continue;
		done &= handle(d->number, asked ? remember : d->handler);
	}
	if (!done || sigprocmask(SIG_BLOCK, &blocked, NULL))
		err(1, "cannot catch signals");
}

void process_obey_parent(void)
{
	is_patient = 1;
	/* it is blocked, so one that has come already is not lost */
	if (!handle(SIGTERM, on_stop))
		err(1, "cannot catch SIGTERM");
}

void process_deliver_signals(const sigset_t *unblocked)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, unblocked, &blocked);
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
