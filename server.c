/* server.c - the loop: it waits, and moves bytes between the kernel and conn.c,
 * which decides.
 *
 *     epoll_wait -> accept, or: recv -> conn_input -> send, sendfile
 *                -> the pending list -> deadlines -> the log -> again
 *
 * One recv and one send for each connection that wakes the loop up. Events
 * are level-triggered: what is left in the kernel comes again by itself. */
#include "server.h"

#include "conn.h"
#include "http/date.h"
#include "serve/accept.h"
#include "serve/client.h"
#include "serve/deadline.h"
#include "serve/listen.h"
#include "serve/log.h"
#include "serve/process.h"
#include "serve/workers.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

/* Output that waits beyond this stops the input that makes it. */
#define BACKLOG (256 * 1024)

#define RESERVE 32 /* descriptors kept for files and the like */
#define EVENTS 512
#define ACCEPTS 64
#define TICK_MS 10   /* of the coarse clock, where it is coarsest */
#define PAUSE_MS 100 /* the longest, while there is something to look at */
#define STOP_MS 4500 /* from the signal to the end, whatever happens */

struct server {
	struct shared shared; /* the first member */
	struct deadlines deadlines;
	struct timespec start;
	time_t second; /* of shared.date */
	uint32_t stopped_at, looked_at;
	bool stopping; /* serving those who are there, until they are gone */
	struct accept door;
	int epoll;
	size_t clients, max_clients;
};

static void tick(struct server *s)
{
	struct timespec t;
	time_t second;

	/* coarse: 4 ms are fine enough, and it costs a fifth */
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	s->shared.host.now =
		(uint32_t)((t.tv_sec - s->start.tv_sec) * 1000 +
			   (t.tv_nsec - s->start.tv_nsec) / 1000000);
	second = time(NULL);
	if (second != s->second)
		date_format(s->shared.date, second);
	s->second = second;
}

static void drop(struct server *s, struct client *cl)
{
	deadline_stop(&s->deadlines, &cl->deadline);
	client_close(cl);
	s->clients--;
}

static void wait_anew(struct server *s, struct client *cl, enum conn_wait wait)
{
	deadline_stop(&s->deadlines, &cl->deadline);
	deadline_start(&s->deadlines, &cl->deadline, wait, s->shared.host.now);
}

/* The end of all that is done for a client: sends, then keeps or drops it.
 * One that is pending is dropped when its turn comes. */
static void finish(struct server *s, struct client *cl)
{
	struct conn *c = &cl->conn;
	enum conn_wait wait;

	client_flush(cl);
	conn_return(c);
	if (!client_watch(cl, s->epoll)) {
		conn_lost(c, "");
		if (!c->listed)
			drop(s, cl);
		return;
	}
	wait = conn_waits_for(c);
	if (wait == CONN_WAIT_SEND && wait != cl->deadline.wait)
		client_begin_wait(cl, s->shared.host.now);
	if (c->fresh || wait != cl->deadline.wait)
		wait_anew(s, cl, wait);
	c->fresh = false;
}

static void flush_pending(struct server *s)
{
	struct conn *next, *c = conn_take_pending(&s->shared);

	for (; c; c = next) {
		next = c->next;
		c->listed = false;
		conn_borrow(c);
		conn_input(c, 0);
		finish(s, (struct client *)c);
	}
}

static struct client *client_of(struct deadline *d)
{
	return (struct client *)((char *)d - offsetof(struct client, deadline));
}

static void expire(struct server *s)
{
	struct deadline *d;

	while ((d = deadline_expired(&s->deadlines, s->shared.host.now))) {
		struct client *cl = client_of(d);

		if (cl->conn.listed) { /* it may be over already */
			flush_pending(s);
			continue;
		}
		if (d->wait == CONN_WAIT_SEND) {
			if (client_reads(cl, s->shared.host.now)) {
				wait_anew(s, cl, CONN_WAIT_SEND);
				continue;
			}
			client_reset(cl);
		}
		conn_borrow(&cl->conn);
		conn_timeout(&cl->conn);
		finish(s, cl);
	}
}

/* How long epoll may wait. */
static int timeout(const struct server *s, bool log_waits)
{
	int64_t left = deadline_left(&s->deadlines, s->shared.host.now);
	bool soon = log_waits || s->door.shut || s->stopping;

	if (s->shared.pending)
		return 0;
	if (soon && (left < 0 || left > PAUSE_MS))
		left = PAUSE_MS;
	/* woken on time, the coarse clock might say that it is not yet */
	return (int)(left < 0 ? left : left + TICK_MS);
}

static void open_client(struct server *s, int fd)
{
	struct client *cl = NULL;

	if (s->clients < s->max_clients)
		cl = client_open(fd, s->epoll, &s->shared);
	if (!cl) {
		accept_turn_away(&s->door, fd);
		return;
	}
	deadline_start(&s->deadlines, &cl->deadline, CONN_WAIT_REQUEST,
		s->shared.host.now);
	s->clients++;
}

static void accept_all(struct server *s, int listener)
{
	uint32_t now = s->shared.host.now;
	int fd;

	for (int i = 0; i < ACCEPTS; i++) {
		if (!accept_accept(&s->door, listener, now, &fd))
			return;
		if (fd >= 0)
			open_client(s, fd);
	}
}

static void on_event(struct server *s, const struct epoll_event *event)
{
	int listener = accept_listener(&s->door, event->data.ptr);
	struct client *cl = event->data.ptr;

	if (listener >= 0) {
		accept_all(s, listener);
		return;
	}
	conn_borrow(&cl->conn);
	if (event->events & ~(uint32_t)EPOLLOUT)
		client_receive(cl);
	finish(s, cl);
}

static void stop_client(void *data, struct deadline *d)
{
	struct client *cl = client_of(d);

	conn_borrow(&cl->conn);
	conn_stop(&cl->conn);
	finish(data, cl);
}

static void drop_client(void *data, struct deadline *d)
{
	drop(data, client_of(d));
}

static void stop(struct server *s, const sigset_t *unblocked)
{
	accept_close(&s->door);
	s->stopping = true;
	s->stopped_at = s->shared.host.now;
	sigprocmask(SIG_SETMASK, unblocked, NULL);
	deadline_each(&s->deadlines, stop_client, s);
}

/* One line of counters, for who sends SIGUSR1. */
static void report(const struct server *s)
{
	const struct counters *n = &s->shared.count;

	log_line("Counted: %zu open connections; %llu requests, %llu of them "
		 "refused; %llu messages in, %llu out, %llu sockets refused; "
		 "%llu bytes in, %llu out; %llu clients turned away, %llu "
		 "timed out; %lu lines dropped",
		s->clients, n->requests, n->refused, s->shared.host.received,
		s->shared.host.sent, s->shared.host.failed, n->bytes_in,
		n->bytes_out, s->door.turned_away, n->timed_out, log_dropped());
}

static bool is_over(const struct server *s)
{
	return s->stopping &&
	       (!s->clients || s->shared.host.now - s->stopped_at >= STOP_MS);
}

static void loop(struct server *s, const sigset_t *unblocked)
{
	struct epoll_event events[EVENTS];
	bool log_waits = log_flush();

	while (!is_over(s)) {
		int n = epoll_pwait(s->epoll, events, EVENTS,
			timeout(s, log_waits), unblocked);

		tick(s);
		for (int i = 0; i < n; i++)
			on_event(s, &events[i]);
		flush_pending(s);
		expire(s);
		accept_look(&s->door, s->shared.host.now);
		if (s->shared.host.now - s->looked_at >= PAUSE_MS) {
			s->looked_at = s->shared.host.now;
			process_let_signals(unblocked);
		}
		if (process_is_asked())
			report(s);
		if (process_is_stopping() && !s->stopping)
			stop(s, unblocked);
		log_waits = log_flush();
	}
	deadline_each(&s->deadlines, drop_client, s);
	log_flush();
}

static const char *peer(const struct conn *c, char *text, size_t size)
{
	return listen_peer(((const struct client *)c)->fd, text, size);
}

static void set_limits(struct server *s, const struct options *o)
{
	struct deadline_list *lists = s->deadlines.lists;

	s->shared.host.max_message = o->max_message;
	s->shared.host.max_backlog = BACKLOG;
	s->shared.max_requests = o->max_requests;
	s->shared.peer = peer;
	s->shared.trust_proxy = o->trust_proxy;
	lists[CONN_WAIT_REQUEST].ms = o->idle_timeout;
	lists[CONN_WAIT_HEAD].ms = o->head_timeout;
	lists[CONN_WAIT_SEND].ms =
		(o->send_timeout + CLIENT_LOOKS - 1) / CLIENT_LOOKS;
	lists[CONN_WAIT_DATA].ms = o->ping_after;
	lists[CONN_WAIT_PONG].ms = o->pong_timeout;
	lists[CONN_WAIT_CLOSE].ms = o->close_timeout;
	lists[CONN_WAIT_LINGER].ms = o->linger_timeout;
}

static bool run_loop(const struct options *o, const struct app *app,
	const int *listeners, size_t listening, size_t max_clients,
	const sigset_t *unblocked)
{
	struct server s = {.max_clients = max_clients,
		.door = {.reserve = -1},
		.epoll = epoll_create1(EPOLL_CLOEXEC)};
	bool ready = s.epoll >= 0 &&
		     accept_open(&s.door, s.epoll, listeners, listening);
	int error = errno;

	conn_share(&s.shared, app);
	set_limits(&s, o);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &s.start);
	tick(&s);
	if (ready)
		loop(&s, unblocked);
	conn_unshare(&s.shared);
	accept_close(&s.door);
	close(s.epoll);
	errno = error;
	return ready;
}

struct visit {
	void (*fn)(struct ws *, void *data);
	void *data;
};

static void visit(void *data, struct deadline *d)
{
	const struct visit *v = data;
	struct conn *c = &client_of(d)->conn;

	if (c->state == CONN_SOCKET)
		v->fn(&c->ws, v->data);
}

void server_each(
	const struct ws *one, void (*fn)(struct ws *, void *data), void *data)
{
	struct server *s = (struct server *)conn_of(one)->shared;
	struct visit v = {fn, data};

	deadline_each(&s->deadlines, visit, &v);
}

/* What is set up before there are workers. */
struct start {
	const struct options *options;
	const struct app *app;
	size_t workers, files;
	sigset_t unblocked;
	struct listening listening;
};

/* What one process does. */
static int serve(void *data, size_t i)
{
	struct start *s = data;

	if (run_loop(s->options, s->app, s->listening.fds[i], s->listening.n,
		    s->files - RESERVE, &s->unblocked))
		return 0;
	fprintf(stderr, "server: cannot begin: %s\n", strerror(errno));
	return 1;
}

static size_t count_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (size_t)n;
}

int server_run(const struct options *o, const struct app *app)
{
	struct start s = {.options = o, .app = app, .workers = o->workers};
	int status;

	if (!s.workers)
		s.workers = count_processors();
	if (s.workers > LISTEN_WORKERS_MAX)
		s.workers = LISTEN_WORKERS_MAX;
	s.files = process_raise_limit();
	if (s.files < 2 * RESERVE) {
		fprintf(stderr,
			"server: the limit on open files is %zu: "
			"raise it (ulimit -n).\n",
			s.files);
		return 1;
	}
	process_catch_signals(&s.unblocked);
	listen_start(&s.listening, o, s.workers);
	process_become(o->user);
	if (o->quiet)
		log_silence();
	log_line("Up to %zu clients in each of %zu processes",
		s.files - RESERVE, s.workers);
	log_flush();
	status = s.workers == 1 ? serve(&s, 0)
				: workers_run(s.workers, serve, &s);
	if (s.listening.path)
		unlink(s.listening.path);
	return status;
}
