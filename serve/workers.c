/* workers.c - the processes of a server, from their start to their end: one that
 * serves, or several and one that watches over them.
 *
 * These share nothing but the listening sockets, which the parent holds open:
 * what waits in the queue of one that died is served by the one that follows. */
#include "serve/workers.h"

#include "serve/listen.h"
#include "serve/log.h"
#include "serve/options.h"
#include "serve/process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RESERVE 32      /* descriptors kept for files and the like */
#define FIRST_PAUSE 100 /* milliseconds */
#define LONGEST_PAUSE 10000

struct worker {
	pid_t pid; /* 0: none */
	int64_t started, due;
	int64_t pause;
};

struct workers {
	struct worker workers[LISTEN_WORKERS_MAX];
	size_t n, alive;
	bool stopping;
	int status;
	int64_t now; /* milliseconds */
	sigset_t signals, before;
	struct listening listening;
	struct place place; /* but for the sockets */
	int (*run)(void *data, const struct place *);
	void *data;
};

static void tick(struct workers *w)
{
	struct timespec t;

	if (!clock_gettime(CLOCK_MONOTONIC, &t))
		w->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Later and later while it does not live; one that lived for a while begins
 * with a short pause again. */
static void plan_start(const struct workers *w, struct worker *worker)
{
	worker->pause *= 2;
	if (!worker->pause || w->now - worker->started > LONGEST_PAUSE)
		worker->pause = FIRST_PAUSE;
	if (worker->pause > LONGEST_PAUSE)
		worker->pause = LONGEST_PAUSE;
	worker->due = w->now + worker->pause;
}

/* What one process does, from here on. */
static int run(struct workers *w, size_t i)
{
	w->place.listeners = w->listening.fds[i];
	return w->run(w->data, &w->place);
}

static void start(struct workers *w, size_t i)
{
	struct worker *worker = &w->workers[i];
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		/* a parent that was killed stops nobody: its end does */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1);
		sigprocmask(SIG_SETMASK, &w->before, NULL);
		exit(run(w, i));
	}
	worker->started = w->now;
	worker->pid = pid > 0 ? pid : 0;
	w->alive += pid > 0;
	if (pid < 0)
		plan_start(w, worker);
}

static void report_end(const struct worker *worker, size_t i, int status)
{
	log_line("Worker %zu ended (%s %d), the next in %.1f s", i,
		WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
		(double)worker->pause / 1000);
}

static void collect(struct workers *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < w->n; i++) {
			if (w->workers[i].pid != pid)
				continue;
			w->workers[i].pid = 0;
			w->alive--;
			plan_start(w, &w->workers[i]);
			if (!w->stopping)
				report_end(&w->workers[i], i, status);
			else if (status)
				w->status = 1;
		}
}

/* Starts those whose pause is over; milliseconds until the next one's is. */
static int64_t restart(struct workers *w)
{
	int64_t least = 60000;

	for (size_t i = 0; i < w->n && !w->stopping; i++) {
		struct worker *worker = &w->workers[i];

		if (!worker->pid && worker->due <= w->now)
			start(w, i);
		if (!worker->pid && worker->due - w->now < least)
			least = worker->due - w->now;
	}
	return least > 0 ? least : 0;
}

static void pass_on(struct workers *w, int number)
{
	w->stopping |= number != SIGUSR1;
	for (size_t i = 0; i < w->n; i++)
		if (w->workers[i].pid)
			kill(w->workers[i].pid, number);
}

static void supervise(struct workers *w)
{
	while (w->alive || !w->stopping) {
		int64_t ms = restart(w);
		struct timespec t = {ms / 1000, ms % 1000 * 1000000};
		int number;

		log_flush();
		number = sigtimedwait(&w->signals, NULL, &t);
		tick(w);
		if (number == SIGCHLD)
			collect(w);
		else if (number > 0)
			pass_on(w, number);
	}
}

static int run_several(struct workers *w)
{
	sigemptyset(&w->signals);
	sigaddset(&w->signals, SIGCHLD);
	sigaddset(&w->signals, SIGINT);
	sigaddset(&w->signals, SIGTERM);
	sigaddset(&w->signals, SIGUSR1);
	tick(w);
	if (!sigprocmask(SIG_BLOCK, &w->signals, &w->before))
		restart(w);
	if (!w->alive) {
		fprintf(stderr, "server: no process: %s\n", strerror(errno));
		exit(1);
	}
	supervise(w);
	log_flush();
	return w->status;
}

int workers_run(const struct options *o,
	int (*run_one)(void *data, const struct place *), void *data)
{
	struct workers w = {
		.n = process_count(o->workers), .run = run_one, .data = data};
	sigset_t unblocked;
	int status;

	w.place.max_clients = process_raise_limit(2 * RESERVE) - RESERVE;
	process_catch_signals(&unblocked);
	listen_start(&w.listening, o, w.n);
	process_become(o->user);
	if (o->quiet)
		log_silence();
	w.place.n = w.listening.n;
	w.place.processes = w.n;
	w.place.unblocked = &unblocked;
	log_line("Up to %zu clients in %s%zu process%s", w.place.max_clients,
		w.n == 1 ? "" : "each of ", w.n, w.n == 1 ? "" : "es");
	log_flush();
	status = w.n == 1 ? run(&w, 0) : run_several(&w);
	if (w.listening.path)
		unlink(w.listening.path);
	return status;
}
