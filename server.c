/* server.c - the epoll loop: it waits, and moves bytes between the kernel and
 * conn.c, which decides.
 *
 *     epoll_pwait -> ready: accept, or recv -> conn_input -> send, sendfile
 *                -> the pending list -> deadlines -> the log -> again
 *
 * One recv and one send for each connection that wakes the loop up. Events
 * are level-triggered: what is left in the kernel comes again by itself. */
#include "server.h"

#include "conn.h"
#include "serve/accept.h"
#include "serve/client.h"
#include "serve/clock.h"
#include "serve/deadline.h"
#include "serve/log.h"
#include "serve/place.h"
#include "serve/timer.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 1024         /* events that epoll hands over at once */
#define OTHERS 64          /* sources that are no clients */
#define TURNS (1280 << 10) /* bytes for all who are ready, as 64 x 20 KiB */
#define TURN_MAX (1 << 20)
#define ROUND 256         /* of the pending list, in one turn of the loop */
#define ACCEPTS 64        /* in one turn of the loop */
#define PAUSE_MS 100      /* the longest, while there is something to look at */
#define STOP_WAIT_MS 1000 /* for a request of a client that has just come */
#define STOP_MS 4500      /* from the signal to the last turn of the loop */

/* The loop of one process. */
struct server {
	struct shared shared; /* the first member */
	struct deadlines deadlines;
	struct client *pending, **pending_end; /* first come, first served */
	struct acceptor acceptor;
	struct timers timers;                 /* of the application */
	struct epoll_event events[2 * BATCH]; /* see serve_events */
	int n_events;
	time_t second; /* of the date */
	uint64_t stopped_at, looked_at, full_since;
	uint32_t full; /* batches of events in a row, since then */
	int epoll, n_pending;
	size_t clients;
	struct place *place;
	const sigset_t *mask; /* while it waits; NULL: as it is */
};

static void drop(void *server, struct client *cl)
{
	struct server *s = server;

	deadline_stop(&s->deadlines, cl);
	client_close(cl);
	s->clients--;
}

/* Ends a turn: the client is kept, with the deadline that fits, or dropped. One
 * that is pending is dropped when its turn comes. */
static void keep_or_drop(struct server *s, struct client *cl)
{
	uint64_t now = s->shared.host.now;
	struct conn *c = &cl->conn;
	enum conn_wait wait;

	if (!client_watch(cl, s->epoll)) {
		conn_lost(c, "");
		if (!cl->is_pending)
			drop(s, cl);
		return;
	}
	wait = conn_waits_for(c);
	if (wait == CONN_WAIT_SEND && wait != cl->wait)
		slow_begin(&cl->slow, cl->source.fd, now);
	/* within one tick of the clock it need not move again */
	if (wait != cl->wait || (c->fresh && cl->since != (uint32_t)now))
		deadline_move(&s->deadlines, cl, wait, now);
	c->fresh = false;
}

/* A server that stops first answers all that has arrived: until the kernel has no
 * more, which it may have after each read, since that has made room. One that is
 * already being closed is served as ever, so that its deadline can end it. */
static void finish(struct client *cl)
{
	struct conn *c = &cl->conn;

	client_receive(c);
	if (c->eof || !cl->source.has_more)
		conn_stop(c);
	client_flush(cl);
	if (cl->source.has_more && conn_wants_input(c))
		c->shared->wake(c);
}

/* All that is done for a client is done in here: it is lent buffers, something
 * is done (NULL: what was left over), and what that brought about is sent. */
static void serve(
	struct server *s, struct client *cl, void (*what)(struct conn *))
{
	struct conn *c = &cl->conn;

	conn_borrow(c);
	if (what)
		what(c);
	else
		conn_input(c, 0);
	if (s->shared.http.stopping && conn_waits_for(c) < CONN_WAIT_CLOSE)
		finish(cl);
	else
		client_flush(cl);
	conn_return(c);
	keep_or_drop(s, cl);
}

/* shared.wake: the connection goes to the end of the pending list, if there still is
 * one. */
static void add_pending(struct conn *c)
{
	struct server *s = (struct server *)c->shared;
	struct client *cl = client_of(c);

	if (cl->is_pending || !s->pending_end)
		return;
	cl->is_pending = true;
	cl->next_pending = NULL;
	*s->pending_end = cl;
	s->pending_end = &cl->next_pending;
	s->n_pending++;
}

/* Clients that become pending meanwhile wait for the next round, and so does what
 * is more than a round. */
static void serve_pending(struct server *s)
{
	int n = s->n_pending < ROUND ? s->n_pending : ROUND;

	for (; n; n--) {
		struct client *cl = s->pending;

		s->pending = cl->next_pending;
		/* the next one comes into the cache while this one is served */
		for (size_t i = 0; s->pending && i < sizeof *cl; i += 64)
			__builtin_prefetch((char *)s->pending + i);
		if (!--s->n_pending)
			s->pending_end = &s->pending;
		cl->is_pending = false;
		serve(s, cl, NULL);
	}
}

/* All that had arrived at the time `until` has been read: only then is silence
 * silence. A client that is pending has its turn first, which may give it more
 * time, or drop it if another one's handler has ended it. If it is pending again
 * after that, it sends without end, and the rest waits for the next turn. */
static void expire(struct server *s, uint64_t until)
{
	uint64_t now = s->shared.host.now;
	int rounds = s->n_pending / ROUND + 1; /* a turn for each of them */
	struct client *cl;

	while ((cl = deadline_expired(&s->deadlines, until)) &&
		(!cl->is_pending || rounds--)) {
		if (cl->is_pending) {
			serve_pending(s);
		} else if (cl->wait == CONN_WAIT_SEND &&
			   slow_reads(&cl->slow, cl->source.fd, now)) {
			deadline_move(&s->deadlines, cl, CONN_WAIT_SEND, now);
		} else {
			if (cl->wait == CONN_WAIT_SEND)
				slow_reset(cl->source.fd);
			serve(s, cl, conn_timeout);
		}
	}
}

/* How long epoll may wait. */
static int timeout(const struct server *s, bool log_waits)
{
	int64_t left = deadline_left(
		&s->deadlines, timer_due(&s->timers), s->shared.host.now);
	bool soon = log_waits || s->acceptor.is_paused ||
		    s->shared.http.stopping || s->shared.pool.wants_trim;

	if (s->pending)
		return 0;
	if (soon && (left < 0 || left > PAUSE_MS))
		left = PAUSE_MS;
	/* woken on time, the coarse clock might say that it is not yet */
	return (int)(left < 0 ? left : left + CLOCK_TICK_MS);
}

static void on_client(struct server *s, struct source *source, uint32_t events)
{
	struct client *cl = (struct client *)source;

	serve(s, cl, events & ~(uint32_t)EPOLLOUT ? client_receive : NULL);
}

static void open_client(struct server *s, int fd)
{
	struct client *cl = NULL;

	if (s->clients < s->place->max_clients)
		cl = client_open(
			fd, &s->acceptor.from, s->epoll, &s->shared, on_client);
	if (!cl) {
		accept_turn_away(&s->acceptor, fd);
		return;
	}
	deadline_start(
		&s->deadlines, cl, CONN_WAIT_REQUEST, s->shared.host.now);
	s->clients++;
}

/* Accepts the clients that wait: some of them, so that the others who are ready
 * have their turn; all of them when the server stops. */
static void on_listener(
	struct server *s, struct source *listener, uint32_t events)
{
	int fd, most = s->shared.http.stopping ? SOMAXCONN : ACCEPTS;
	uint32_t now = s->shared.host.now;

	(void)events;
	while (most-- && accept_next(&s->acceptor, listener, now, &fd))
		if (fd >= 0)
			open_client(s, fd);
}

static void stop_one(void *data, struct client *cl)
{
	serve(data, cl, client_receive);
}

/* Clients in the kernel's queue are connected as far as they know, so they are
 * accepted; those that come later are refused. */
static void stop(struct server *s)
{
	s->shared.http.stopping = true;
	listen_remove(&s->place->listening);
	for (size_t i = 0; i < s->acceptor.n; i++)
		on_listener(s, &s->acceptor.listeners[i], EPOLLIN);
	accept_close(&s->acceptor);
	listen_close(&s->place->listening);
	s->shared.turn = TURN_MAX;
	s->stopped_at = s->shared.host.now;
	sigprocmask(SIG_SETMASK, s->mask, NULL);
	deadline_hurry(&s->deadlines, STOP_WAIT_MS);
	deadline_each(&s->deadlines, stop_one, s);
}

static void handle_signals(struct server *s)
{
	if (s->shared.host.now - s->looked_at >= PAUSE_MS) {
		s->looked_at = s->shared.host.now;
		buf_trim(&s->shared.pool);
		process_deliver_signals(&s->place->unblocked);
	}
	if (process_got(SIGUSR1))
		log_counters(&s->shared, s->clients, s->acceptor.turned_away);
	if (process_is_stopping() && !s->shared.http.stopping)
		stop(s);
}

/* Waits for events and serves their sources: those that used up their last turn
 * after the others, so that a client with one small request is not kept waiting by
 * a thousand that send without end. A turn is as large as it may be: much for one
 * that is ready alone, little for each of many. Returns how many events there
 * were, or -1. */
static int serve_events(struct server *s, int ms)
{
	int n = epoll_pwait(s->epoll, s->events, BATCH, ms, s->mask);

	clock_tick(&s->second, &s->shared.host.now, s->shared.http.date);
	s->shared.turn = n > 16 ? TURNS / n : TURN_MAX;
	s->n_events = n;
	for (int i = 0; i < s->n_events; i++) {
		struct source *source = s->events[i].data.ptr;

		if (source && source->has_more && i < n)
			s->events[s->n_events++] = s->events[i];
		else if (source)
			source->ready(s, source, s->events[i].events);
	}
	if (timer_due(&s->timers) <= s->shared.host.now)
		timer_run(&s->timers, s->shared.host.now);
	serve_pending(s);
	return n;
}

/* One turn of the loop. Its events have brought all that had arrived before the
 * wait began, or, when there were none, before it ended; a full batch may
 * have left others waiting. Only after so many of them in a row that every client
 * had its turn has all been read that had come before the first. */
static void turn(struct server *s, int ms)
{
	uint64_t before = s->shared.host.now;
	int n = serve_events(s, ms);

	if (n < BATCH || !s->full)
		s->full_since = before;
	s->full = n < BATCH ? 0 : s->full + 1;
	if (n == 0)
		expire(s, before + (uint32_t)ms);
	else if (n > 0 && (!s->full || s->full * BATCH > s->clients + OTHERS)) {
		s->full = 0;
		expire(s, s->full_since);
	}
}

static void loop(struct server *s)
{
	const struct app *app = s->shared.http.app;
	bool log_waits = log_flush();

	if (app->on_start)
		app->on_start(app, s);
	while (!s->shared.http.stopping ||
		(s->clients && s->shared.host.now - s->stopped_at < STOP_MS)) {
		turn(s, timeout(s, log_waits));
		accept_resume(&s->acceptor, s->shared.host.now);
		handle_signals(s);
		log_waits =
			app->on_turn && app->on_turn(app, process_got(SIGHUP));
		log_waits |= log_flush();
	}
	s->pending_end = NULL; /* it may have clients that are freed now */
	deadline_each(&s->deadlines, drop, s);
	if (app->on_stop)
		app->on_stop(app);
}

static bool begin(struct server *s, struct place *place)
{
	*s = (struct server){
		.shared.wake = add_pending,
		.acceptor.reserve = -1,
		.pending_end = &s->pending,
		.place = place,
		.mask = &place->unblocked,
	};
	place_share(place, &s->shared);
	deadline_limits(&s->deadlines, place->options);
	clock_tick(&s->second, &s->shared.host.now, s->shared.http.date);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	return s->epoll >= 0 && accept_open(&s->acceptor, s->epoll,
					&place->listening, on_listener);
}

static void end(struct server *s)
{
	while (s->timers.first)
		timer_cancel(&s->timers, s->timers.first);
	buf_free_pool(&s->shared.pool);
	accept_close(&s->acceptor);
	close(s->epoll);
}

/* What one process does: it serves, or others do that for it. Returns the program's
 * exit status. */
static int run(struct place *place, struct listener *several)
{
	struct server s;
	int status = !begin(&s, place);

	if (status)
		place_complain();
	else if (several)
		status = several->run(several, place->app, &s);
	else
		loop(&s);
	end(&s);
	listen_close(&place->listening);
	log_close();
	return status;
}

int server_serve(struct server *s, const struct listening *listening)
{
	end(s);
	process_obey_parent();
	s->place->listening = *listening;
	return run(s->place, NULL);
}

void server_turn(struct server *s)
{
	s->mask = NULL;
	turn(s, timeout(s, log_flush()));
}

int server_run(const struct options *o, const struct app *app)
{
	struct place place;

	place_open(&place, o, app);
	return run(&place, place.processes > 1 ? app->listener : NULL);
}

void server_each(struct server *s, void (*fn)(struct ws *, void *), void *data)
{
	deadline_each_socket(&s->deadlines, fn, data);
}

struct timer *server_after(
	struct server *s, uint32_t ms, void (*fn)(void *data), void *data)
{
	/* in a later turn, so that a timer which starts itself again with 0
	 * does not keep the loop from everything else */
	return timer_start(
		&s->timers, s->shared.host.now + (ms ? ms : 1), fn, data);
}

void server_cancel(struct server *s, struct timer *timer)
{
	timer_cancel(&s->timers, timer);
}

bool server_watch(struct server *s, struct source *source, uint32_t events)
{
	/* this turn may have an event for it in hand */
	for (int i = 0; !events && i < s->n_events; i++)
		if (s->events[i].data.ptr == source)
			s->events[i].data.ptr = NULL;
	return source_watch(source, s->epoll, events);
}
