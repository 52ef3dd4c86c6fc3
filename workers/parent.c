/* parent.c - the process that starts those which serve, and watches over them. */
#include "workers/parent.h"

#include "serve/log.h"
#include "server.h"

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
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
	struct listening listening = sets_keep(&p->sets, i);
	int status;

	/* a parent that is killed cannot stop its workers, so its end does */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	log_forget();
	/* err(3) in one write: other workers may say the same now */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	close(p->signals.fd);
	close(p->timer.fd);
	for (size_t k = 0; k < p->n; k++)
		if (k != i)
			close(p->workers[k].hang.source.fd);
	p->own = i;
	status = server_serve(p->server, &listening);
	close(p->workers[i].hang.source.fd);
	exit(status);
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
	bool is_prepared;
	int error;

	hang_begin(&worker->hang);
	is_prepared = !p->app->on_prepare || p->app->on_prepare(p->app, i);
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
		for (size_t i = 0; i < p->n; i++)
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
	for (size_t i = 0; i < p->n; i++)
		while (!p->workers[i].pid && is_due(p, p->workers[i].due))
			start(p, i);
}

static void pass_on(struct parent *p, int number)
{
	for (size_t i = 0; i < p->n; i++)
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
	for (size_t i = 0; i < p->n; i++)
		if (!p->workers[i].pid)
			start(p, i);
	p->stopping = true;
	p->kill_at = p->now + STOP_MS;
	pass_on(p, SIGTERM);
	/* when all workers have left them too, new clients are refused */
	p->sets.listener.remove(&p->sets.listener);
}

/* Looks at all workers, HANG_LOOKS times in the time that one may hang. */
static void look(struct parent *p)
{
	p->look_at = p->now + p->look_pause;
	for (size_t i = 0; i < p->n; i++) {
		pid_t pid = p->workers[i].pid;

		if (!pid || !hang_look(&p->workers[i].hang, pid))
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
		STOP_MS / 1000, p->alive, p->n);
	pass_on(p, SIGKILL);
	p->kill_at = p->now + STOP_MS;
}

/* Does what is due, and has the loop woken when something else is. */
static void attend(struct parent *p)
{
	struct itimerspec then = {0};
	int64_t ms;

	p->wake = p->now + LONGEST_WAIT;
	if (!p->stopping)
		restart(p);
	while (!p->stopping && p->look_pause && is_due(p, p->look_at))
		look(p);
	while (p->stopping && is_due(p, p->kill_at))
		kill_late(p);
	ms = p->wake - p->now;
	then.it_value.tv_sec = ms / 1000;
	then.it_value.tv_nsec = ms % 1000 * 1000000;
	timerfd_settime(p->timer.fd, 0, &then, NULL);
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

/* source.ready: what it is for is done when the turn is over, so that a worker is
 * never forked in the middle of one. */
static void wake(struct server *server, struct source *source, uint32_t events)
{
	(void)server, (void)source, (void)events;
}

/* The end of a worker is told by SIGCHLD, even if that was ignored at the start,
 * which would also keep its status from us. The others are those that the server
 * acts on: it has left one that was ignored at the start as it was. */
static void choose_signals(sigset_t *chosen)
{
	static const int numbers[] = {
		SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1};
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(chosen);
	if (sigaction(SIGCHLD, &action, NULL))
		err(1, "cannot catch SIGCHLD");
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		action.sa_handler = SIG_DFL; /* if nobody can say */
		sigaction(numbers[i], NULL, &action);
		if (action.sa_handler != SIG_IGN)
			sigaddset(chosen, numbers[i]);
	}
}

static void watch(struct parent *p, struct source *source, int fd)
{
	*source = (struct source){.ready = wake, .fd = fd};
	if (fd < 0 || !server_watch(p->server, source, EPOLLIN))
		err(1, "cannot watch over workers");
}

static void open_sources(struct parent *p)
{
	choose_signals(&p->caught);
	if (sigprocmask(SIG_BLOCK, &p->caught, NULL))
		err(1, "cannot catch signals");
	watch(p, &p->signals,
		signalfd(-1, &p->caught, SFD_CLOEXEC | SFD_NONBLOCK));
	watch(p, &p->timer,
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
	for (size_t i = 0; i < p->n; i++)
		if (!hang_open(&p->workers[i].hang))
			err(1, "cannot watch over workers");
}

static void close_sources(struct parent *p)
{
	server_watch(p->server, &p->signals, 0);
	server_watch(p->server, &p->timer, 0);
	close(p->signals.fd);
	close(p->timer.fd);
	for (size_t i = 0; i < p->n; i++)
		close(p->workers[i].hang.source.fd);
}

/* listener.run */
static int run(
	struct listener *listener, const struct app *app, struct server *server)
{
	struct parent *p = (struct parent *)listener;

	p->app = app;
	p->server = server;
	open_sources(p);
	tick(p);
	p->look_at = p->now + p->look_pause;
	if (app->on_parent)
		app->on_parent(app, server, p->n);
	restart(p);
	if (!p->alive)
		err(1, "no process");
	while (p->alive || !p->stopping) {
		attend(p);
		server_turn(server);
		tick(p);
		take_signals(p);
	}
	close_sources(p);
	return p->status;
}

/* app.on_start, in a worker */
static void on_start(const struct app *app, struct server *server)
{
	struct parent *p = (struct parent *)app->listener;

	if (!server_watch(server, &p->workers[p->own].hang.source, EPOLLIN))
		err(1, "cannot be watched over");
	if (p->app->on_child)
		p->app->on_child(p->app, server, p->own);
	if (p->inner->on_start)
		p->inner->on_start(app, server);
}

void parent_open(struct parent *p, struct app *app, const struct app *inner,
	const struct options *o, size_t workers, uint32_t hang_ms)
{
	*p = (struct parent){.n = workers, .hang_ms = hang_ms, .inner = inner};
	sets_init(&p->sets, o, inner, workers);
	p->sets.listener.run = run;
	if (hang_ms)
		p->look_pause = hang_ms / HANG_LOOKS + 1;
	app->listener = &p->sets.listener;
	app->on_start = on_start;
}
