/* client.c - one client of the loop: a connection and its descriptor. */
#include "serve/client.h"

#include "serve/listen.h"
#include "serve/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

/* The most bytes of a file, or of output over that, that one wake-up sends: a
 * message of 1 MiB leaves together with its head. */
#define FILE_MAX ((1 << 20) + 4096)
#define READ_MAX 65536 /* where it has to be read */

struct client *client_open(int fd, const struct sockaddr_in6 *from, int epoll,
	struct shared *shared,
	void (*ready)(struct server *, struct source *, uint32_t events))
{
	size_t room = shared->http.app->on_preface ? PEER_MAX : 0;
	struct client *cl = malloc(sizeof *cl + room);

	if (cl)
		*cl = (struct client){.source = {.ready = ready, .fd = fd}};
	if (cl && room)
		*cl->named = 0;
	if (!cl || !source_watch(&cl->source, epoll, EPOLLIN)) {
		free(cl);
		return NULL;
	}
	conn_open(&cl->conn, shared);
	memcpy(cl->conn.sockaddr, from, sizeof cl->conn.sockaddr);
	cl->is_unix = from->sin6_family == AF_UNIX;
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

/* Input that is left over lies in memory of its own. What comes is received behind
 * it where there is much room. Little room would be filled and leave the rest in the
 * kernel, where no deadline sees it: then the loop's buffer takes all. */
static ssize_t receive(struct conn *c, struct buf *loops, size_t turn)
{
	struct buf *in = c->in;
	size_t room = in->cap - in->len;
	bool is_own = in != loops && (room >= turn || room >= READ_MAX);
	struct buf *to = is_own ? in : loops;
	ssize_t n;

	if (!is_own && !buf_reserve(loops, turn))
		return -1;
	n = recv(client_of(c)->source.fd, to->data + to->len,
		is_own && room < turn ? room : turn, 0);
	if (n > 0 && to == in)
		in->len += (size_t)n;
	else if (n > 0 && !buf_append(in, loops->data, (size_t)n))
		return -1;
	return n;
}

void client_receive(struct conn *c)
{
	ssize_t n, least = c->shared->http.stopping ? 1 : c->shared->turn;

	client_of(c)->source.has_more = true;
	if (!conn_wants_input(c))
		return;
	n = receive(c, &c->shared->pool.in, c->shared->turn);
	client_of(c)->source.has_more = n >= least;
	if (n > 0)
		conn_input(c, (size_t)n);
	else if (n == 0)
		conn_eof(c);
	else if (!is_for_later(n))
		conn_lost(c, strerror(errno));
}

/* Returns how many bytes were sent, at most that many. */
static size_t flush_out(struct client *cl, size_t most)
{
	struct conn *c = &cl->conn;
	size_t unsent = buf_unsent(c->out);
	ssize_t n;

	if (!unsent)
		return 0;
	/* the head waits for the file that follows it, so that both leave
	 * together */
	n = send(cl->source.fd, c->out->data + c->out->start,
		unsent < most ? unsent : most,
		MSG_NOSIGNAL | (c->has_file ? MSG_MORE : 0));
	if (n > 0) {
		conn_sent(c, (size_t)n);
		cl->slow.given += (uint32_t)n;
		return (size_t)n;
	}
	if (!is_for_later(n))
		conn_lost(c, strerror(errno));
	return 0;
}

static void file_sent(struct client *cl, size_t n)
{
	cl->conn.file.left -= n;
	if (!cl->conn.file.left)
		close_file(cl);
}

/* The plain way, for a file or a kernel that has no sendfile: the bytes pass
 * through `out`, and leave when the socket next has room. */
static void read_file(struct client *cl)
{
	struct conn *c = &cl->conn;
	size_t n = c->file.left < READ_MAX ? (size_t)c->file.left : READ_MAX;
	ssize_t got = -1;

	if (buf_reserve(c->out, n))
		got = pread(c->file.fd, c->out->data, n, c->file.offset);
	if (got > 0) {
		c->out->len = (size_t)got;
		c->file.offset += got;
		file_sent(cl, (size_t)got);
	} else if (!is_for_later(got)) {
		/* 0: it has become shorter; it is output until it is closed */
		conn_stop(c);
		close_file(cl);
	}
}

/* Old kernels, and those that are imitated, have no sendfile for some files, or
 * none at all. */
static void tell_once(struct shared *shared, int error)
{
	if (shared->reads_files ||
		(error != ENOSYS && error != EINVAL && error != EOPNOTSUPP))
		return;
	shared->reads_files = true;
	log_line("No sendfile: large files are read and written");
}

/* The same for the file that follows the output, faster: its bytes never leave
 * the kernel. Where the connection is over, its output may have been thrown away. */
static size_t flush_file(struct client *cl, size_t most)
{
	struct conn *c = &cl->conn;
	ssize_t n;

	if (!c->has_file || !c->out || c->out->len || c->state == CONN_OVER)
		return 0;
	n = sendfile(cl->source.fd, c->file.fd, &c->file.offset,
		c->file.left < most ? (size_t)c->file.left : most);
	if (n > 0) {
		c->fresh = true;
		conn_tell_sent(c, (size_t)n);
		cl->slow.given += (uint32_t)n;
		file_sent(cl, (size_t)n);
		return (size_t)n;
	}
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) {
		conn_lost(c, strerror(errno));
	} else if (!is_for_later(n)) {
		/* what is wrong with the file, reading it will tell */
		tell_once(c->shared, n < 0 ? errno : 0);
		read_file(cl);
	}
	return 0;
}

void client_flush(struct client *cl)
{
	size_t most = cl->is_unix ? SLOW_PORTION : FILE_MAX;
	bool waits = cl->is_unix && cl->wait == CONN_WAIT_SEND;
	uint32_t taken = waits ? slow_taken(&cl->slow, cl->source.fd) : 0;

	if (cl->conn.has_file) /* it may be empty */
		file_sent(cl, 0);
	while (flush_out(cl, most) == most)
		;
	for (size_t n = 0; n < FILE_MAX && flush_file(cl, most) == most;)
		n += most;
	if (waits)
		slow_correct(&cl->slow, cl->source.fd, taken);
}

bool client_watch(struct client *cl, int epoll)
{
	struct conn *c = &cl->conn;
	enum conn_next next = conn_next(c);
	bool stuck = conn_has_output(c);
	/* input that nobody takes would wake the loop again and again */
	bool wants = !c->eof && (!stuck || conn_wants_input(c));

	if (next == CONN_SHUT && !cl->is_shut)
		cl->is_shut = !shutdown(cl->source.fd, SHUT_WR);
	if (next == CONN_DROP || (next == CONN_SHUT && !cl->is_shut))
		return false;
	return source_watch(&cl->source, epoll,
		(wants ? EPOLLIN : 0) | (stuck ? EPOLLOUT : 0));
}

static char *named(struct conn *c)
{
	return client_of(c)->named;
}

static const char *peer(struct conn *c, char *text, size_t size)
{
	if (c->shared->http.app->on_preface && *named(c))
		return named(c);
	if (c->state == CONN_HTTP)
		return listen_name(c->sockaddr, text, size);
	return listen_peer(client_of(c)->source.fd, text, size);
}

/* ws_host: a message leaves at once where its socket has no turn now and nothing
 * waits before it. A turn of its own would cost a broadcast 7 % more. Each is paid
 * from the bytes of this turn, so that a large broadcast does not keep others
 * waiting: when they are used up, the rest is queued. */
static bool pass(struct ws *ws, struct message *m)
{
	struct conn *c = (struct conn *)(void *)ws; /* its first member */
	const struct buf *frame = &m->frame;
	size_t n;

	if (ws->state != WS_OPEN || c->busy || c->out || !frame->len ||
		frame->len > WS_LITTLE || c->shared->turn <= READ_MAX)
		return false;
	c->shared->turn -= WS_LITTLE / 2;
	frame = message_frame(m, ws, ws->session);
	ws->host->sent++;
	if (ws->host->on_wire)
		ws->host->on_wire(ws, true, frame->data, frame->len);
	n = (size_t)send(
		client_of(c)->source.fd, frame->data, frame->len, MSG_NOSIGNAL);
	n = n > frame->len ? 0 : n; /* -1: the next send tells the reason */
	if (n)
		conn_tell_sent(c, n);
	/* without memory for the rest, nothing may follow half a frame */
	if (n < frame->len && !buf_append(ws->host->output(ws), frame->data + n,
				      frame->len - n))
		ws->state = WS_LOST;
	return ws->state == WS_OPEN;
}

void client_share(struct shared *shared)
{
	shared->peer = peer;
	shared->named = named;
	shared->host.pass = pass;
	conn_share(shared);
}
