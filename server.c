/* server.c - the loop: it waits, and moves bytes between the kernel and
 * conn.c, which decides.
 *
 *     epoll_wait -> accept, or: recv -> conn_input -> send, sendfile
 *                -> the pending list -> deadlines -> the log -> again
 *
 * One recv and one send for each connection that wakes the loop up. Events
 * are level-triggered: what is left in the kernel comes again by itself. */
#include "server.h"

#include "client.h"
#include "conn.h"
#include "date.h"
#include "deadline.h"
#include "listen.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Output that waits beyond this stops the input that makes it. */
#define BACKLOG (256 * 1024)

#define EVENTS 512
#define ACCEPTS 64
#define STOP_MS 4500 /* from the signal to the end, whatever happens */

struct server {
	struct shared shared; /* the first member */
	struct deadlines deadlines;
	struct timespec start;
	time_t second; /* of shared.date */
	uint32_t stopped_at;
	int epoll, reserve;
	int listeners[LISTEN_MAX];
	size_t listening, clients, max_clients;
};

static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	if (signalled)
		_exit(128 + number);
	signalled = 1;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void tick(struct server *s)
{
	struct timespec t;
	time_t second;

	clock_gettime(CLOCK_MONOTONIC, &t);
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
	if (c->fresh || wait != cl->deadline.wait) {
		deadline_stop(&s->deadlines, &cl->deadline);
		deadline_start(
			&s->deadlines, &cl->deadline, wait, s->shared.host.now);
	}
	c->fresh = false;
}

static void serve_pending(struct server *s)
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
			serve_pending(s);
			continue;
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

	if (s->shared.pending)
		return 0;
	if ((log_waits || s->shared.stopping) && (left < 0 || left > 100))
		left = 100;
	return (int)left;
}

static void turn_away(int fd)
{
	static const char answer[] =
		"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
		"Content-Length: 0\r\nConnection: close\r\n\r\n";

	if (fd < 0)
		return;
	if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
	close(fd);
}

static void open_client(struct server *s, int fd)
{
	struct client *cl = NULL;

	if (s->clients < s->max_clients)
		cl = client_open(fd, s->epoll, &s->shared);
	if (!cl) {
		turn_away(fd);
		return;
	}
	deadline_start(&s->deadlines, &cl->deadline, CONN_WAIT_REQUEST,
		s->shared.host.now);
	s->clients++;
}

/* No descriptor is left. The one held in reserve lets the client in for as
 * long as it takes to turn it away; left in the queue, it would wake the loop
 * again and again. */
static void use_reserve(struct server *s, int listener)
{
	close(s->reserve);
	turn_away(accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void accept_all(struct server *s, int listener)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(
			listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			open_client(s, fd);
		else if (errno == EMFILE || errno == ENFILE)
			use_reserve(s, listener);
		else if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void on_event(struct server *s, const struct epoll_event *event)
{
	int *listener = event->data.ptr;
	struct client *cl = event->data.ptr;

	if (listener >= s->listeners && listener < s->listeners + LISTEN_MAX) {
		accept_all(s, *listener);
		return;
	}
	conn_borrow(&cl->conn);
	if (event->events & ~(uint32_t)EPOLLOUT)
		client_receive(cl);
	finish(s, cl);
}

/* Goes through all clients; fn may move or drop the one it is given. */
static void each_client(
	struct server *s, void (*fn)(struct server *, struct client *))
{
	for (int wait = 0; wait < CONN_WAITS; wait++)
		for (struct deadline *next, *d = s->deadlines.lists[wait].first;
			d; d = next) {
			next = d->next;
			fn(s, client_of(d));
		}
}

static void stop_client(struct server *s, struct client *cl)
{
	conn_borrow(&cl->conn);
	conn_stop(&cl->conn);
	finish(s, cl);
}

static void stop(struct server *s, const sigset_t *unblocked)
{
	for (size_t i = 0; i < s->listening; i++)
		close(s->listeners[i]);
	s->listening = 0;
	s->shared.stopping = true;
	s->stopped_at = s->shared.host.now;
	sigprocmask(SIG_SETMASK, unblocked, NULL);
	each_client(s, stop_client);
}

static bool is_over(const struct server *s)
{
	return s->shared.stopping &&
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
		serve_pending(s);
		expire(s);
		if (signalled && !s->shared.stopping)
			stop(s, unblocked);
		log_waits = log_flush();
	}
	each_client(s, drop);
	log_flush();
}

static void block_signals(sigset_t *unblocked)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t ours;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, unblocked);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static const char *peer(const struct conn *c, char *text, size_t size)
{
	return listen_peer(((const struct client *)c)->fd, text, size);
}

static void set_limits(struct server *s, const struct options *o)
{
	struct deadline_list *lists = s->deadlines.lists;
	struct rlimit files;

	s->shared.host.max_message = o->max_message;
	s->shared.host.max_backlog = BACKLOG;
	s->shared.max_requests = o->max_requests;
	s->shared.peer = peer;
	lists[CONN_WAIT_REQUEST].ms = o->idle_timeout;
	lists[CONN_WAIT_HEAD].ms = o->head_timeout;
	lists[CONN_WAIT_SEND].ms = o->send_timeout;
	lists[CONN_WAIT_DATA].ms = o->ping_after;
	lists[CONN_WAIT_PONG].ms = o->pong_timeout;
	lists[CONN_WAIT_CLOSE].ms = o->close_timeout;
	lists[CONN_WAIT_LINGER].ms = o->linger_timeout;
	if (getrlimit(RLIMIT_NOFILE, &files))
		die("getrlimit");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("setrlimit");
	s->max_clients = files.rlim_cur > 64 ? files.rlim_cur - 32 : 32;
}

static void set_up(struct server *s, const struct options *o)
{
	uint32_t port = o->port;
	bool v6 = strchr(o->host, ':');

	clock_gettime(CLOCK_MONOTONIC, &s->start);
	tick(s);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (s->epoll < 0 || s->reserve < 0)
		die("epoll_create1, /dev/null");
	s->listening = listen_open(o->host, &port, s->listeners);
	for (size_t i = 0; i < s->listening; i++) {
		struct epoll_event event = {
			.events = EPOLLIN, .data.ptr = &s->listeners[i]};

		if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listeners[i], &event))
			die("epoll_ctl");
	}
	log_line("Listening on ws://%s%s%s:%u", v6 ? "[" : "", o->host,
		v6 ? "]" : "", (unsigned)port);
}

int server_run(const struct options *o, const struct app *app)
{
	struct server s = {.epoll = -1};
	sigset_t unblocked;

	conn_share(&s.shared, app);
	set_limits(&s, o);
	block_signals(&unblocked);
	set_up(&s, o);
	if (o->quiet)
		log_silence();
	loop(&s, &unblocked);
	conn_unshare(&s.shared);
	close(s.epoll);
	close(s.reserve);
	return 0;
}

void server_each(
	const struct ws *one, void (*fn)(struct ws *, void *data), void *data)
{
	struct server *s = (struct server *)conn_of(one)->shared;

	for (int wait = 0; wait < CONN_WAITS; wait++)
		for (struct deadline *d = s->deadlines.lists[wait].first; d;
			d = d->next)
			if (client_of(d)->conn.state == CONN_SOCKET)
				fn(&client_of(d)->conn.ws, data);
}
