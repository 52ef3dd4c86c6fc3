/* workers.c - the processes of a server, from their start to their end: one that
 * serves, or several and a parent that watches over them.
 *
 * The parent keeps every listening socket open, so clients that wait in the
 * queue of a worker that died are served by the next one. */
#include "serve/workers.h"

#include "serve/hang.h"
#include "serve/listen.h"
#include "serve/log.h"
#include "serve/options.h"
#include "serve/process.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RESERVE 32      /* descriptors kept for files and the like */
#define FIRST_PAUSE 100 /* milliseconds */
#define LONGEST_PAUSE 10000
#define STOP_MS 6000 /* for all workers; a server needs 4.5 s at most */

struct worker {
	pid_t pid; /* 0: none */
	int64_t started, due;
	int64_t pause;
	struct hang hang;
};

struct workers {
	struct worker workers[LISTEN_WORKERS_MAX];
	struct hang_count *counts; /* shared memory */
	size_t n, alive;
	bool stopping;
	int status;
	int64_t now, stopped_at; /* milliseconds */
	int64_t patience;        /* with a worker that hangs; 0: for ever */
	int64_t looked_at;
	struct signals signals;
	struct listening listening;
	struct place place;
	int (*run)(void *data, const struct place *);
	void (*on_hangup)(void *data);
	void *data;
};

static void tick(struct workers *w)
{
	struct timespec t;

	if (!clock_gettime(CLOCK_MONOTONIC, &t))
		w->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Each pause is twice as long as the last, up to LONGEST_PAUSE; after a worker
 * that lived longer than that the pause is short again. */
static void plan_start(const struct workers *w, struct worker *worker)
{
	worker->pause *= 2;
	if (!worker->pause || w->now - worker->started > LONGEST_PAUSE)
		worker->pause = FIRST_PAUSE;
	if (worker->pause > LONGEST_PAUSE)
		worker->pause = LONGEST_PAUSE;
	worker->due = w->now + worker->pause;
}

/* In the new process. */
static _Noreturn void be_worker(struct workers *w, size_t i, pid_t parent)
{
	process_become_worker(parent);
	listen_keep(&w->listening, i);
	exit(w->run(w->data, &w->place));
}

static void start(struct workers *w, size_t i)
{
	struct worker *worker = &w->workers[i];
	pid_t parent = getpid(), pid;

	w->place.turns = &w->counts[i];
	hang_begin(&worker->hang, w->place.turns);
	pid = fork();
	if (pid == 0)
		be_worker(w, i, parent);
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

/* Starts workers whose pause is over. Returns the milliseconds until the next
 * pause is over. */
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
	for (size_t i = 0; i < w->n; i++)
		if (w->workers[i].pid)
			kill(w->workers[i].pid, number);
}

/* The first signal stops all workers, the second kills them. Where a worker has
 * died, another is started for the clients that may wait in its queue. */
static void stop(struct workers *w, int number)
{
	if (w->stopping && number == SIGHUP)
		return;
	if (w->stopping) {
		pass_on(w, SIGKILL);
		_exit(128 + number);
	}
	collect(w);
	for (size_t i = 0; i < w->n; i++)
		if (!w->workers[i].pid)
			start(w, i);
	w->stopping = true;
	w->stopped_at = w->now;
	pass_on(w, SIGTERM);
	listen_close(&w->listening);
}

static void replace(const struct workers *w, size_t i)
{
	log_line("Worker %zu hangs: it has not waited for events for %.1f s. "
		 "It is replaced",
		i, (double)w->patience / 1000);
	kill(w->workers[i].pid, SIGKILL);
}

/* Looks at all workers, HANG_LOOKS times in the time that one may hang. Returns
 * the milliseconds until it is time to look again. */
static int64_t look(struct workers *w)
{
	int64_t pause = w->patience / HANG_LOOKS + 1;

	if (!w->patience)
		return INT64_MAX;
	if (w->now - w->looked_at < pause)
		return w->looked_at + pause - w->now;
	w->looked_at = w->now;
	for (size_t i = 0; i < w->n; i++)
		if (w->workers[i].pid &&
			hang_look(&w->workers[i].hang, w->workers[i].pid))
			replace(w, i);
	return pause;
}

/* Does what is due. Returns the milliseconds until something else is. */
static int64_t attend(struct workers *w)
{
	int64_t until_start = restart(w), until_look;

	if (!w->stopping) {
		until_look = look(w);
		return until_look < until_start ? until_look : until_start;
	}
	if (w->now - w->stopped_at < STOP_MS)
		return w->stopped_at + STOP_MS - w->now;
	log_line("Not stopped in %d s, so killed: %zu of %zu workers",
		STOP_MS / 1000, w->alive, w->n);
	pass_on(w, SIGKILL);
	return STOP_MS;
}

static void supervise(struct workers *w)
{
	while (w->alive || !w->stopping) {
		int64_t ms = attend(w);
		struct timespec t = {ms / 1000, ms % 1000 * 1000000};
		int number;

		log_flush();
		number = sigtimedwait(&w->signals.caught, NULL, &t);
		tick(w);
		if (number == SIGHUP && w->on_hangup)
			w->on_hangup(w->data);
		if (number == SIGCHLD)
			collect(w);
		else if (number == SIGUSR1 ||
			 (number == SIGHUP && w->on_hangup))
			pass_on(w, number);
		else if (number > 0)
			stop(w, number);
	}
}

static int run_several(struct workers *w)
{
	size_t size = w->n * sizeof *w->counts;

	w->counts = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->counts == MAP_FAILED)
		process_die("no", "shared memory");
	process_watch_workers(&w->signals);
	tick(w);
	w->looked_at = w->now;
	restart(w);
	if (!w->alive)
		process_die("no", "process");
	supervise(w);
	munmap(w->counts, size);
	return w->status;
}

static int run_one(struct workers *w)
{
	struct hang_count turns = {0};

	w->place.turns = &turns;
	return w->run(w->data, &w->place);
}

int workers_run(const struct options *o, bool has_page,
	int (*run)(void *data, const struct place *),
	void (*on_hangup)(void *data), void *data)
{
	size_t files = process_raise_limit(2 * RESERVE);
	struct workers w = {.n = process_count(o->workers),
		.patience = o->worker_timeout,
		.run = run,
		.on_hangup = on_hangup,
		.data = data};
	int status;

	if (o->max_memory / w.n < o->max_message)
		errx(2,
			"--max-memory is less than --max-message for each of "
			"%zu processes. See --help.",
			w.n);
	process_catch_signals(&w.signals, on_hangup);
	log_open(w.n > 1, process_become, o->user);
	listen_start(&w.listening, o, w.n, has_page && !o->quiet);
	process_become(o->user);
	if (o->quiet)
		log_silence();
	w.place = (struct place){.listening = &w.listening,
		.processes = w.n,
		.max_clients = files - RESERVE,
		.signals = &w.signals};
	log_line("Up to %zu clients in %s%zu process%s", w.place.max_clients,
		w.n == 1 ? "" : "each of ", w.n, w.n == 1 ? "" : "es");
	log_flush();
	status = w.n == 1 ? run_one(&w) : run_several(&w);
	listen_close(&w.listening);
	log_close();
	return status;
}
