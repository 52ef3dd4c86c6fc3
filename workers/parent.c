/* parent.c - the process that starts those which serve, and watches over them.
 *
 * It keeps every listening socket open, so clients that wait in the queue of a
 * worker that died are served by the next one. */
#include "workers/parent.h"

#include "serve/log.h"
#include "serve/outlet.h"
#include "server.h"
#include "workers/hang.h"

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PAUSE 100 /* milliseconds */
#define LONGEST_PAUSE 10000
#define LONGEST_WAIT 60000
#define STOP_MS 6000 /* for all workers; a server needs 4.5 s at most */

static void tick(struct parent *p)
{
	struct timespec t;

	if (!clock_gettime(CLOCK_MONOTONIC, &t))
		p->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Each pause is twice as long as the last, up to LONGEST_PAUSE; after a worker
 * that lived longer than that the pause is short again. */
static void plan_start(const struct parent *p, struct worker *worker)
{
	worker->pause *= 2;
	if (!worker->pause || p->now - worker->started > LONGEST_PAUSE)
		worker->pause = FIRST_PAUSE;
	if (worker->pause > LONGEST_PAUSE)
		worker->pause = LONGEST_PAUSE;
	worker->due = p->now + worker->pause;
}

/* In the new process. */
static _Noreturn void be_worker(struct parent *p, size_t i, pid_t parent)
{
	/* a parent that is killed cannot stop its workers, so its end does */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	close(p->signals.fd);
	p->own = &p->hangs[i];
	exit(server_serve(p->server, i));
}

static void tell_ended(const struct parent *p, size_t i)
{
	if (p->app->on_ended)
		p->app->on_ended(p->app, i);
}

/* Where there is no process for it, errno says why. */
static void start(struct parent *p, size_t i)
{
	struct worker *worker = &p->workers[i];
	pid_t parent = getpid(), pid = -1;
	bool is_prepared = !p->app->on_prepare || p->app->on_prepare(p->app, i);
	int error;

	hang_begin(&p->hangs[i]);
	if (is_prepared)
		pid = fork();
	if (pid == 0)
		be_worker(p, i, parent);
	error = errno;
	worker->started = p->now;
	worker->pid = pid > 0 ? pid : 0;
	p->alive += pid > 0;
	if (pid > 0)
		return;
	if (is_prepared)
		tell_ended(p, i);
	plan_start(p, worker);
	errno = error;
}

static void ended(struct parent *p, size_t i, int status)
{
	struct worker *worker = &p->workers[i];

	worker->pid = 0;
	p->alive--;
	plan_start(p, worker);
	if (p->stopping)
		p->status |= status != 0;
	else
		log_line("Worker %zu ended (%s %d), the next in %.1f s", i,
			WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status)
					    : WEXITSTATUS(status),
			(double)worker->pause / 1000);
	tell_ended(p, i);
}

static void collect(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < p->spread.n; i++)
			if (p->workers[i].pid == pid)
				ended(p, i, status);
}

/* Has that time come? If not, the parent wakes up then. */
static bool is_due(struct parent *p, int64_t time)
{
	if (time > p->now && time < p->wake)
		p->wake = time;
	return time <= p->now;
}

/* Starts workers whose pause is over. */
static void restart(struct parent *p)
{
	for (size_t i = 0; i < p->spread.n; i++)
		while (!p->workers[i].pid && is_due(p, p->workers[i].due))
			start(p, i);
}

static void pass_on(struct parent *p, int number)
{
	for (size_t i = 0; i < p->spread.n; i++)
		if (p->workers[i].pid)
			kill(p->workers[i].pid, number);
}

/* The first signal stops all workers, the second kills them. Where a worker has
 * died, another is started for the clients that may wait in its queue. */
static void stop(struct parent *p, int number)
{
	if (p->stopping && number == SIGHUP)
		return;
	if (p->stopping) {
		pass_on(p, SIGKILL);
		_exit(128 + number);
	}
	collect(p);
	for (size_t i = 0; i < p->spread.n; i++)
		if (!p->workers[i].pid)
			start(p, i);
	p->stopping = true;
	p->kill_at = p->now + STOP_MS;
	pass_on(p, SIGTERM);
	server_leave(p->server);
}

/* Looks at all workers, HANG_LOOKS times in the time that one may hang. */
static void look(struct parent *p)
{
	p->look_at = p->now + p->look_pause;
	for (size_t i = 0; i < p->spread.n; i++) {
		pid_t pid = p->workers[i].pid;

		if (!pid || !hang_look(&p->hangs[i], pid))
			continue;
		log_line("Worker %zu hangs: it has not waited for events for "
			 "%.1f s. It is replaced",
			i, p->hang_ms / 1000.0);
		kill(pid, SIGKILL);
	}
}

static void kill_late(struct parent *p)
{
	log_line("Not stopped in %d s, so killed: %zu of %zu workers",
		STOP_MS / 1000, p->alive, p->spread.n);
	pass_on(p, SIGKILL);
	p->kill_at = p->now + STOP_MS;
}

/* Does what is due. Returns the milliseconds until something else is. */
static int64_t attend(struct parent *p)
{
	p->wake = p->now + LONGEST_WAIT;
	if (!p->stopping)
		restart(p);
	while (!p->stopping && p->look_pause && is_due(p, p->look_at))
		look(p);
	while (p->stopping && is_due(p, p->kill_at))
		kill_late(p);
	return p->wake - p->now;
}

static void handle(struct parent *p, int number)
{
	bool is_for_app = number == SIGHUP && p->app->on_turn;

	if (is_for_app)
		p->app->on_turn(p->app, true);
	if (number == SIGCHLD)
		collect(p);
	else if (number == SIGUSR1 || is_for_app)
		pass_on(p, number);
	else
		stop(p, number);
}

static void take_signals(struct parent *p)
{
	static const struct timespec now;
	int number;

	while ((number = sigtimedwait(&p->caught, NULL, &now)) > 0)
		handle(p, number);
}

/* source.ready: they are taken when the turn is over, so that a worker is never
 * forked in the middle of one. */
static void wake(struct server *server, struct source *source, uint32_t events)
{
	(void)server, (void)source, (void)events;
}

/* The end of a worker is told by SIGCHLD, even if that was ignored at the start,
 * which would also keep its status from us. */
static void catch_signals(struct parent *p)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigaddset(&p->caught, SIGCHLD);
	if (sigaction(SIGCHLD, &action, NULL) ||
		sigprocmask(SIG_BLOCK, &p->caught, NULL))
		err(1, "cannot catch SIGCHLD");
	p->signals = (struct source){.ready = wake};
	p->signals.fd = signalfd(-1, &p->caught, SFD_CLOEXEC | SFD_NONBLOCK);
	if (p->signals.fd < 0 || !server_watch(p->server, &p->signals, EPOLLIN))
		err(1, "cannot catch signals");
}

/* spread.run */
static int run(struct spread *spread, const struct app *app,
	struct server *server, const sigset_t *signals)
{
	struct parent *p = (struct parent *)spread;

	p->app = app;
	p->server = server;
	p->caught = *signals;
	catch_signals(p);
	tick(p);
	p->look_at = p->now + p->look_pause;
	if (app->on_parent)
		app->on_parent(app, server, spread->n);
	restart(p);
	if (!p->alive)
		err(1, "no process");
	while (p->alive || !p->stopping) {
		server_turn(server, attend(p));
		tick(p);
		take_signals(p);
	}
	server_watch(server, &p->signals, 0);
	close(p->signals.fd);
	return p->status;
}

/* spread.on_wait */
static void on_wait(struct spread *spread)
{
	const struct parent *p = (struct parent *)spread;

	if (p->own)
		hang_turn(p->own);
}

void parent_open(struct parent *p, size_t workers, uint32_t hang_ms)
{
	*p = (struct parent){.hang_ms = hang_ms};
	p->spread = (struct spread){workers, run, on_wait};
	p->hangs = outlet_share(workers * sizeof *p->hangs);
	if (hang_ms)
		p->look_pause = hang_ms / HANG_LOOKS + 1;
}
