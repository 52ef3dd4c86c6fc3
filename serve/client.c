/* client.c - one client of the loop: a conn and its descriptor. */
#include "serve/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes taken from one client in a wake-up, and of a file given to it. */
#define RECEIVE_MAX 65536
#define FILE_MAX (1 << 20)

/* RFC 9112 9.6: what is read and thrown away after the last answer, which the
 * kernel would else destroy with a reset. */
#define DISCARD_MAX (8u << 20)

/* Who takes a byte now and then would hold its memory for ever: while output
 * waits, less than 1 KiB a second over a minute is too little. */
#define RATE_MS 60000
#define RATE_MIN (60u * 1024)

struct client *client_open(int fd, int epoll, struct shared *shared)
{
	struct client *cl = calloc(1, sizeof *cl);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = cl};

	if (!cl || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
		free(cl);
		return NULL;
	}
	cl->fd = fd;
	cl->events = EPOLLIN;
	conn_open(&cl->conn, shared);
	return cl;
}

static void close_file(struct client *cl)
{
	if (cl->conn.has_file)
		close(cl->conn.file.fd);
	cl->conn.has_file = false;
}

void client_close(struct client *cl)
{
	conn_lost(&cl->conn, "");
	close_file(cl);
	close(cl->fd); /* which takes it off the epoll too */
	free(cl);
}

static bool is_for_later(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void received(struct client *cl, size_t n)
{
	struct conn *c = &cl->conn;

	if (c->state == CONN_LINGER)
		cl->discarded += (uint32_t)n;
	c->in->len += n;
	if (cl->discarded > DISCARD_MAX)
		conn_lost(c, "it does not end");
	else
		conn_input(c, n);
}

void client_receive(struct client *cl)
{
	struct conn *c = &cl->conn;
	ssize_t n;

	if (!conn_wants_input(c))
		return;
	if (!buf_reserve(c->in, RECEIVE_MAX)) {
		conn_lost(c, "no memory to receive more");
		return;
	}
	n = recv(cl->fd, c->in->data + c->in->len, RECEIVE_MAX, 0);
	if (n > 0)
		received(cl, (size_t)n);
	else if (n == 0)
		conn_eof(c);
	else if (!is_for_later(n))
		conn_lost(c, strerror(errno));
}

static void flush_out(struct client *cl)
{
	struct conn *c = &cl->conn;
	/* a head that a file follows waits for it, to leave together */
	ssize_t n = send(cl->fd, c->out->data + c->sent, c->out->len - c->sent,
		MSG_NOSIGNAL | (c->has_file ? MSG_MORE : 0));

	if (n > 0) {
		conn_sent(c, (size_t)n);
		cl->given += (uint32_t)n;
	} else if (!is_for_later(n)) {
		conn_lost(c, strerror(errno));
	}
}

static void flush_file(struct client *cl)
{
	struct conn *c = &cl->conn;
	size_t n = c->file.left < FILE_MAX ? (size_t)c->file.left : FILE_MAX;
	ssize_t sent = sendfile(cl->fd, c->file.fd, &c->file.offset, n);

	if (is_for_later(sent))
		return;
	if (sent <= 0) { /* 0: the file has become shorter meanwhile */
		conn_lost(c, "the file cannot be sent");
		return;
	}
	c->fresh = true;
	c->file.left -= (uint64_t)sent;
	c->shared->count.bytes_out += (uint64_t)sent;
	if (!c->file.left)
		close_file(cl);
	cl->given += (uint32_t)sent;
}

void client_flush(struct client *cl)
{
	struct conn *c = &cl->conn;

	if (c->out && c->out->len > c->sent)
		flush_out(cl);
	if (c->has_file && c->out && !c->out->len)
		flush_file(cl);
}

static uint32_t taken(const struct client *cl)
{
	int unread = 0;

	ioctl(cl->fd, TIOCOUTQ, &unread); /* SIOCOUTQ, as tcp(7) calls it */
	return cl->given - (uint32_t)unread;
}

static void begin_window(struct client *cl, uint32_t now)
{
	cl->since = now;
	cl->given -= taken(cl);
	cl->taken = 0;
}

void client_begin_wait(struct client *cl, uint32_t now)
{
	begin_window(cl, now);
	cl->looks = 0;
}

bool client_reads(struct client *cl, uint32_t now)
{
	uint32_t before = cl->taken;

	cl->taken = taken(cl);
	cl->looks = cl->taken == before ? cl->looks + 1 : 0;
	if (cl->looks == CLIENT_LOOKS)
		return false;
	if (now - cl->since < RATE_MS)
		return true;
	if (cl->taken < RATE_MIN)
		return false;
	begin_window(cl, now);
	return true;
}

void client_reset(struct client *cl)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	setsockopt(cl->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

static bool shut(struct client *cl)
{
	if (cl->shut)
		return true;
	cl->shut = true;
	return !shutdown(cl->fd, SHUT_WR);
}

bool client_watch(struct client *cl, int epoll)
{
	struct conn *c = &cl->conn;
	enum conn_next next = conn_next(c);
	bool stuck = conn_has_output(c);
	/* input that cannot be used would wake the loop again and again */
	bool wants = !c->eof && (!stuck || conn_wants_input(c));
	struct epoll_event event = {.data.ptr = cl,
		.events = (wants ? EPOLLIN : 0) | (stuck ? EPOLLOUT : 0)};

	if (next == CONN_DROP || (next == CONN_SHUT && !shut(cl)))
		return false;
	if (event.events == cl->events)
		return true;
	cl->events = (unsigned char)event.events;
	return !epoll_ctl(epoll, EPOLL_CTL_MOD, cl->fd, &event);
}
