/* workers.c - the processes of a server, from their start to their end: one that
 * serves, or several and a parent that watches over them.
 *
 * The parent keeps every listening socket open, so clients that wait in the
 * queue of a worker that died are served by the next one. */
#include "serve/workers.h"

#include "app.h"
#include "serve/hang.h"
#include "serve/listen.h"
#include "serve/log.h"
#include "serve/options.h"
#include "serve/outlet.h"
#include "serve/process.h"

#include <err.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RESERVE 32      /* descriptors kept for files and the like */
#define FIRST_PAUSE 100 /* milliseconds */
#define LONGEST_PAUSE 10000
#define LONGEST_WAIT 60000
#define STOP_MS 6000 /* for all workers; a server needs 4.5 s at most */

struct worker {
	pid_t pid; /* 0: none */
	int64_t started, due;
	int64_t pause;
};

struct workers {
	struct place place;
	int (*run)(const struct place *);
	struct worker workers[PROCESS_MAX];
	struct hang *hangs; /* of each, in shared memory */
	size_t n, alive;
	bool stopping;
	int status;
	/* Milliseconds. */
	int64_t now, wake;           /* when something is due */
	int64_t look_at, look_pause; /* for those that hang; 0: never */
	int64_t kill_at;
	struct signals signals;
	struct listening listening;
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
	exit(w->run(&w->place));
}

static void start(struct workers *w, size_t i)
{
	struct worker *worker = &w->workers[i];
	pid_t parent = getpid(), pid;

	w->place.hang = &w->hangs[i];
	hang_begin(w->place.hang);
	pid = fork();
	if (pid == 0)
		be_worker(w, i, parent);
	worker->started = w->now;
	worker->pid = pid > 0 ? pid : 0;
	w->alive += pid > 0;
	if (pid < 0)
		plan_start(w, worker);
}

static void ended(struct workers *w, size_t i, int status)
{
	struct worker *worker = &w->workers[i];

	worker->pid = 0;
	w->alive--;
	plan_start(w, worker);
	if (w->stopping)
		w->status |= status != 0;
	else
		log_line("Worker %zu ended (%s %d), the next in %.1f s", i,
			WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status)
					    : WEXITSTATUS(status),
			(double)worker->pause / 1000);
}

static void collect(struct workers *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < w->n; i++)
			if (w->workers[i].pid == pid)
				ended(w, i, status);
}

/* Has that time come? If not, the parent wakes up then. */
static bool is_due(struct workers *w, int64_t time)
{
	if (time > w->now && time < w->wake)
		w->wake = time;
	return time <= w->now;
}

/* Starts workers whose pause is over. */
static void restart(struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		while (!w->workers[i].pid && is_due(w, w->workers[i].due))
			start(w, i);
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
	w->kill_at = w->now + STOP_MS;
	pass_on(w, SIGTERM);
	listen_close(&w->listening);
}

/* Looks at all workers, HANG_LOOKS times in the time that one may hang. */
static void look(struct workers *w)
{
	w->look_at = w->now + w->look_pause;
	for (size_t i = 0; i < w->n; i++) {
		pid_t pid = w->workers[i].pid;

		if (!pid || !hang_look(&w->hangs[i], pid))
			continue;
		log_line("Worker %zu hangs: it has not waited for events for "
			 "%.1f s. It is replaced",
			i, w->place.options->worker_timeout / 1000.0);
		kill(pid, SIGKILL);
	}
}

static void kill_late(struct workers *w)
{
	log_line("Not stopped in %d s, so killed: %zu of %zu workers",
		STOP_MS / 1000, w->alive, w->n);
	pass_on(w, SIGKILL);
	w->kill_at = w->now + STOP_MS;
}

/* Does what is due. Returns the milliseconds until something else is. */
static int64_t attend(struct workers *w)
{
	w->wake = w->now + LONGEST_WAIT;
	if (!w->stopping)
		restart(w);
	while (!w->stopping && w->look_pause && is_due(w, w->look_at))
		look(w);
	while (w->stopping && is_due(w, w->kill_at))
		kill_late(w);
	return w->wake - w->now;
}

static void handle(struct workers *w, int number)
{
	const struct app *app = w->place.app;
	bool is_for_app = number == SIGHUP && app->on_turn;

	if (is_for_app)
		app->on_turn(app, true);
	if (number == SIGCHLD)
		collect(w);
	else if (number == SIGUSR1 || is_for_app)
		pass_on(w, number);
	else if (number > 0)
		stop(w, number);
}

static int run_several(struct workers *w)
{
	process_watch_workers(&w->signals);
	tick(w);
	w->look_at = w->now + w->look_pause;
	restart(w);
	if (!w->alive)
		err(1, "no process");
	while (w->alive || !w->stopping) {
		int64_t ms = attend(w);
		struct timespec t = {ms / 1000, ms % 1000 * 1000000};
		int number;

		log_flush();
		number = sigtimedwait(&w->signals.caught, NULL, &t);
		tick(w);
		handle(w, number);
	}
	return w->status;
}

int workers_run(const struct options *o, const struct app *app,
	int (*run)(const struct place *))
{
	size_t files = process_raise_limit(2 * RESERVE);
	struct workers w = {.run = run, .n = process_count(o->workers)};
	bool has_page = app->on_request && !app->on_preface;
	int status;

	if (o->max_memory / w.n < o->max_message)
		errx(2, "%zu x --max-message > --max-memory. See --help.", w.n);
	w.hangs = outlet_share(w.n * sizeof *w.hangs);
	process_catch_signals(&w.signals, app->on_turn);
	log_open(w.n > 1, process_become, o->user);
	listen_start(
		&w.listening, o, app->listener, w.n, has_page && !o->quiet);
	process_become(o->user);
	if (o->quiet)
		log_silence();
	if (o->worker_timeout)
		w.look_pause = o->worker_timeout / HANG_LOOKS + 1;
	w.place = (struct place){.options = o,
		.app = app,
		.listening = &w.listening,
		.processes = w.n,
		.max_clients = files - RESERVE,
		.signals = &w.signals,
		.hang = w.hangs};
	log_line("Up to %zu clients in %s%zu process%s", w.place.max_clients,
		w.n == 1 ? "" : "each of ", w.n, w.n == 1 ? "" : "es");
	log_flush();
	status = w.n == 1 ? run(&w.place) : run_several(&w);
	listen_close(&w.listening);
	log_close();
	return status;
}
