/* client.c - one client of the loop: a connection and its descriptor. */
#include "serve/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* The most bytes that one wake-up receives from a client, and sends it from a
 * file. */
#define RECEIVE_MAX 65536
#define FILE_MAX (1 << 20)

struct client *client_open(int fd, int epoll, struct shared *shared,
	void (*ready)(struct server *, struct source *, uint32_t events))
{
	struct client *cl = calloc(1, sizeof *cl);

	if (cl)
		cl->source = (struct source){.ready = ready, .fd = fd};
	if (!cl || !source_watch(&cl->source, epoll, EPOLLIN)) {
		free(cl);
		return NULL;
	}
	conn_open(&cl->conn, shared);
	return cl;
}

struct client *client_of(struct conn *c)
{
	return (struct client *)(void *)((char *)c -
					 offsetof(struct client, conn));
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
	close(cl->source.fd); /* which also takes it off the epoll */
	free(cl);
}

static bool is_for_later(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Input that is left over lies in memory of its own. What fits behind it is
 * received there, the rest in the loop's buffer, and is appended: so its memory
 * doubles as it grows, and each byte is copied once or twice, however few come
 * at a time. */
static ssize_t receive_more(struct conn *c, struct buf *loops)
{
	struct buf *in = c->in;
	size_t room = in->cap - in->len;
	struct iovec parts[] = {{in->data + in->len, room},
		{loops->data, room < RECEIVE_MAX ? RECEIVE_MAX - room : 0}};
	ssize_t n = readv(client_of(c)->source.fd, parts, 2);

	if (n <= 0)
		return n;
	if ((size_t)n <= room) {
		in->len += (size_t)n;
		return n;
	}
	in->len += room;
	if (buf_append(in, loops->data, (size_t)n - room))
		return n;
	errno = ENOMEM;
	return -1;
}

void client_receive(struct conn *c)
{
	struct buf *loops = &c->shared->pool.in;
	ssize_t n;

	if (!conn_wants_input(c))
		return;
	if (!buf_reserve(loops, RECEIVE_MAX)) {
		conn_lost(c, "no memory to receive more");
		return;
	}
	if (c->in == loops) {
		n = recv(client_of(c)->source.fd, loops->data, RECEIVE_MAX, 0);
		loops->len = n > 0 ? (size_t)n : 0;
	} else {
		n = receive_more(c, loops);
	}
	if (n > 0)
		conn_input(c, (size_t)n);
	else if (n == 0)
		conn_eof(c);
	else if (!is_for_later(n))
		conn_lost(c, strerror(errno));
}

static void flush_out(struct client *cl)
{
	struct conn *c = &cl->conn;
	/* the head waits for the file that follows it, so that both leave
	 * together */
	ssize_t n = send(cl->source.fd, c->out->data + c->out->start,
		buf_unsent(c->out),
		MSG_NOSIGNAL | (c->has_file ? MSG_MORE : 0));

	if (n > 0) {
		conn_sent(c, (size_t)n);
		cl->slow.given += (uint32_t)n;
	} else if (!is_for_later(n)) {
		conn_lost(c, strerror(errno));
	}
}

static void flush_file(struct client *cl)
{
	struct conn *c = &cl->conn;
	size_t n = c->file.left < FILE_MAX ? (size_t)c->file.left : FILE_MAX;
	ssize_t sent = sendfile(cl->source.fd, c->file.fd, &c->file.offset, n);

	if (is_for_later(sent))
		return;
	if (sent <= 0) { /* 0: the file has become shorter in the meantime */
		conn_lost(c, "the file cannot be sent");
		return;
	}
	c->fresh = true;
	c->file.left -= (uint64_t)sent;
	c->shared->count.bytes_out += (uint64_t)sent;
	if (!c->file.left)
		close_file(cl);
	cl->slow.given += (uint32_t)sent;
}

void client_flush(struct client *cl)
{
	struct conn *c = &cl->conn;

	if (buf_unsent(c->out))
		flush_out(cl);
	if (c->has_file && c->out && !c->out->len)
		flush_file(cl);
}

static bool shut(struct client *cl)
{
	if (cl->is_shut)
		return true;
	cl->is_shut = true;
	return !shutdown(cl->source.fd, SHUT_WR);
}

bool client_watch(struct client *cl, int epoll)
{
	struct conn *c = &cl->conn;
	enum conn_next next = conn_next(c);
	bool stuck = conn_has_output(c);
	/* input that nobody takes would wake the loop again and again */
	bool wants = !c->eof && (!stuck || conn_wants_input(c));

	if (next == CONN_DROP || (next == CONN_SHUT && !shut(cl)))
		return false;
	return source_watch(&cl->source, epoll,
		(wants ? EPOLLIN : 0) | (stuck ? EPOLLOUT : 0));
}
