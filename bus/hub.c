/* hub.c - the bus of one server. */
#include "bus/hub.h"

#include "app.h"
#include "server.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURN 64 /* events from one pair before others have their turn */
#define PATIENCE_MS 3000 /* with a worker that takes nothing */
#define HEAD offsetof(struct event, id)
#define EVENT_MAX (sizeof(struct event) + BUS_ROOM_MAX + BUS_TEXT_MAX)

static bool is_open(const struct port *p)
{
	return p->other >= 0 && !p->is_cut;
}

/* Are workers not heard? Only while a timer will end that. */
static bool is_full(const struct hub *h)
{
	return h->is_timed && h->bus.queue.bytes > HUB_BYTES;
}

/* Sends what the pair takes. Where that is nothing for lack of memory, the next
 * event tries again. */
static void send_to(struct port *p)
{
	errno = 0;
	while (p->behind && send(p->source.fd, &p->next->id,
				    sizeof *p->next - HEAD + p->next->size,
				    MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
		p->next = p->next->next;
		p->behind--;
	}
	p->is_blocked = p->behind && (errno == EAGAIN || errno == EINTR);
}

static void judge(void *data);

/* Sends what the pairs take, and forgets what all of them have taken. */
static void flush(struct hub *h)
{
	struct queue *q = &h->bus.queue;
	size_t behind = 0;

	for (struct port *p = h->ports; p < h->ports + h->n; p++)
		if (is_open(p)) {
			send_to(p);
			behind = p->behind > behind ? p->behind : behind;
		}
	while (q->n > behind)
		queue_drop(q);
	if (!h->is_worker && !h->is_timed && q->bytes > HUB_BYTES) {
		h->oldest = q->first->id;
		h->is_timed = server_after(h->server, PATIENCE_MS, judge, h);
	}
	for (struct port *p = h->ports; p < h->ports + h->n; p++)
		if (is_open(p))
			server_watch(h->server, &p->source,
				(is_full(h) ? 0u : EPOLLIN) |
					(p->is_blocked ? EPOLLOUT : 0u));
}

/* A worker whose pair is closed ends. */
static void cut(struct hub *h, struct port *p)
{
	p->is_cut = true;
	server_watch(h->server, &p->source, 0);
	shutdown(p->source.fd, SHUT_RDWR);
	if (!h->is_worker)
		h->bus.departed(&h->bus, p->number);
}

/* Too much has waited for some time. A worker that has taken nothing meanwhile is
 * given up; that is asked of the pair itself, since the kernel tells of room only
 * when three quarters of it are free. */
static void judge(void *data)
{
	struct hub *h = data;
	bool was_full = is_full(h);

	h->is_timed = false;
	for (struct port *p = h->ports; p < h->ports + h->n; p++) {
		if (is_open(p))
			send_to(p);
		if (was_full && is_open(p) && p->behind &&
			!bus_id_compare(p->next->id, h->oldest))
			cut(h, p);
	}
	flush(h);
}

/* bus.push. In the process that makes the order, the last event of the queue is
 * delivered; that publishes nothing, since this node has no member who is new. */
static void push(struct bus *bus)
{
	struct hub *h = (struct hub *)bus;
	struct event *e = bus->queue.last;

	for (struct port *p = h->ports; p < h->ports + h->n; p++)
		if (is_open(p) && !p->behind++)
			p->next = e;
	if (!h->is_worker) {
		h->last = e->id = bus_id_next(h->last);
		bus->deliver(bus->node, e);
	}
	flush(h);
}

/* Takes an event off the pair. Returns > 0; 0 at its end, and without memory for the
 * event; < 0 when there is none. */
static ssize_t hear(struct hub *h, const struct port *p)
{
	_Alignas(struct event) char bytes[EVENT_MAX];
	struct event *e = (struct event *)bytes, *copy;
	ssize_t n = recv(
		p->source.fd, bytes + HEAD, EVENT_MAX - HEAD, MSG_DONTWAIT);

	if (n <= 0)
		return n && (errno == EAGAIN || errno == EINTR) ? n : 0;
	e->next = NULL;
	if (h->is_worker) {
		h->bus.deliver(h->bus.node, e);
		return n;
	}
	copy = malloc(HEAD + (size_t)n);
	if (!copy)
		return 0;
	memcpy(copy, e, HEAD + (size_t)n);
	queue_add(&h->bus.queue, copy);
	push(&h->bus);
	return n;
}

static void ready(struct server *server, struct source *source, uint32_t events)
{
	struct port *p = (struct port *)source;
	struct hub *h = p->hub;
	ssize_t n = 1;

	(void)server;
	if (events & EPOLLOUT)
		flush(h);
	for (int i = 0; i < TURN && !is_full(h) && n > 0; i++)
		n = hear(h, p);
	if (!n && h->is_worker) /* the hub has given it up, or is gone */
		kill(getpid(), SIGTERM);
	if (!n)
		cut(h, p);
}

/* bus.start */
static void start(struct bus *bus, struct server *server)
{
	struct hub *h = (struct hub *)bus;

	h->server = server;
	if (!h->is_worker) {
		h->last = bus_id_next(h->last);
		bus->missed(bus->node, h->last);
	} else if (!server_watch(server, &h->ports[0].source, EPOLLIN)) {
		err(1, "cannot hear the other processes");
	}
}

/* bus.stop */
static void stop(struct bus *bus)
{
	struct hub *h = (struct hub *)bus;

	free(h->ports);
	h->ports = NULL;
	h->n = 0;
}

void hub_init(struct hub *h)
{
	*h = (struct hub){.bus = {.start = start, .stop = stop, .push = push}};
}

void hub_parent(struct hub *h, size_t n)
{
	h->ports = calloc(n, sizeof *h->ports);
	if (!h->ports)
		errx(1, "no memory");
	for (h->n = n; n--;)
		h->ports[n].other = -1;
}

bool hub_prepare(const struct app *app, size_t i)
{
	struct hub *h = app->data;
	struct port *p = &h->ports[i];
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return false;
	*p = (struct port){.source = {.ready = ready, .fd = pair[0]},
		.hub = h,
		.other = pair[1],
		.number = ++h->nodes << 32};
	if (server_watch(h->server, &p->source, EPOLLIN))
		return true;
	hub_ended(app, i);
	return false;
}

void hub_child(const struct app *app, struct server *server, size_t i)
{
	struct hub *h = app->data;
	struct port own = h->ports[i];

	(void)server;
	for (struct port *p = h->ports; p < h->ports + h->n; p++) {
		if (p->other < 0)
			continue;
		close(p->source.fd);
		if (p->other != own.other)
			close(p->other);
		p->other = -1;
	}
	queue_free(&h->bus.queue);
	own.source = (struct source){.ready = ready, .fd = own.other};
	h->ports[0] = own;
	h->n = 1;
	h->is_worker = true;
	h->is_timed = false;
	h->bus.number = own.number;
}

void hub_ended(const struct app *app, size_t i)
{
	struct hub *h = app->data;
	struct port *p = &h->ports[i];

	/* what it said last comes before its end */
	while (is_open(p) && hear(h, p) > 0)
		;
	server_watch(h->server, &p->source, 0);
	close(p->source.fd);
	close(p->other);
	p->other = -1;
	h->bus.departed(&h->bus, p->number);
}
