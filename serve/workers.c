/* workers.c - several processes that do the same, and one that watches.
 *
 * They share nothing but the listening sockets, which the parent holds open:
 * what waits in the queue of one that died is served by the one that follows. */
#include "serve/workers.h"

#include "serve/log.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PAUSE 100 /* milliseconds */
#define LONGEST_PAUSE 10000

struct worker {
	pid_t pid; /* 0: none */
	int64_t started, due;
	int64_t pause;
};

struct watch {
	struct worker *workers;
	size_t n, alive;
	bool stopping;
	int status;
	int64_t now; /* milliseconds */
	sigset_t signals, before;
	int (*run)(void *data, size_t i);
	void *data;
};

static void tick(struct watch *w)
{
	struct timespec t;

	if (!clock_gettime(CLOCK_MONOTONIC, &t))
		w->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Later and later while it does not live; one that lived for a while begins
 * with a short pause again. */
static void plan_start(const struct watch *w, struct worker *worker)
{
	worker->pause *= 2;
	if (!worker->pause || w->now - worker->started > LONGEST_PAUSE)
		worker->pause = FIRST_PAUSE;
	if (worker->pause > LONGEST_PAUSE)
		worker->pause = LONGEST_PAUSE;
	worker->due = w->now + worker->pause;
}

static void start(struct watch *w, size_t i)
{
	struct worker *worker = &w->workers[i];
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		/* a parent that was killed stops nobody: its end does */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1);
		sigprocmask(SIG_SETMASK, &w->before, NULL);
		exit(w->run(w->data, i));
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

static void collect(struct watch *w)
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
static int64_t restart(struct watch *w)
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

static void pass_on(struct watch *w, int number)
{
	w->stopping |= number != SIGUSR1;
	for (size_t i = 0; i < w->n; i++)
		if (w->workers[i].pid)
			kill(w->workers[i].pid, number);
}

static void watch(struct watch *w)
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

int workers_run(size_t n, int (*run)(void *data, size_t i), void *data)
{
	struct watch w = {.workers = calloc(n, sizeof *w.workers),
		.n = n,
		.run = run,
		.data = data};

	sigemptyset(&w.signals);
	sigaddset(&w.signals, SIGCHLD);
	sigaddset(&w.signals, SIGINT);
	sigaddset(&w.signals, SIGTERM);
	sigaddset(&w.signals, SIGUSR1);
	tick(&w);
	if (w.workers && !sigprocmask(SIG_BLOCK, &w.signals, &w.before))
		restart(&w);
	if (!w.alive) {
		fprintf(stderr, "server: no process: %s\n", strerror(errno));
		exit(1);
	}
	watch(&w);
	free(w.workers);
	log_flush();
	return w.status;
}
