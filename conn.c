/* conn.c - one connection: HTTP until it is upgraded, then a WebSocket.
 *
 *     CONN_HTTP ------- 101 -------> CONN_SOCKET
 *         | its last answer     an error |  | both Close frames
 *         v                              v  v
 *     CONN_LINGER: send, discard what comes  CONN_DONE: send
 *         |                                     |
 *         `------------> CONN_OVER <------------´ */
#include "conn.h"

#include <stddef.h>
#include <string.h>

/* So that one peer's pipeline does not keep the others waiting. */
#define REQUESTS_A_TURN 16

struct conn *conn_of(const struct ws *ws)
{
	return (struct conn *)((char *)ws - offsetof(struct conn, ws));
}

bool conn_has_output(const struct conn *c)
{
	return c->has_file || (c->out && c->out->len > c->sent);
}

static bool is_backed_up(const struct conn *c)
{
	return c->has_file ||
	       (c->out && c->out->len > c->shared->host.max_backlog);
}

bool conn_wants_input(const struct conn *c)
{
	return c->state != CONN_OVER && !c->eof && !c->more && !is_backed_up(c);
}

static void enlist(struct conn *c)
{
	if (c->busy || c->listed)
		return;
	c->listed = true;
	c->next = NULL;
	*c->shared->pending_end = c;
	c->shared->pending_end = &c->next;
}

struct conn *conn_take_pending(struct shared *s)
{
	struct conn *first = s->pending;

	s->pending = NULL;
	s->pending_end = &s->pending;
	return first;
}

/* ws_host: where a socket's frames go, and stay until the peer has taken them:
 * RFC 6455 6.1. One that is not busy is being sent something by another one's
 * handler. */
static struct buf *output(struct ws *ws)
{
	struct conn *c = conn_of(ws);

	enlist(c);
	if (!c->out)
		c->out = buf_new();
	/* what waits is all that counts, unless it is too much already */
	if (c->sent && c->out->len - c->sent <= ws->host->max_backlog) {
		buf_consume(c->out, c->sent);
		c->sent = 0;
	}
	return c->out;
}

/* ws_host: the two buffers change places. */
static bool hand_over(struct ws *ws, size_t start, size_t end, size_t rest)
{
	struct conn *c = conn_of(ws);
	struct buf in = *c->in;

	if (c->out->len || !buf_append(c->out, in.data + rest, in.len - rest))
		return false;
	*c->in = *c->out;
	*c->out = (struct buf){in.data, end, in.cap};
	c->sent = start;
	return true;
}

static void show(struct conn *c, bool sent, const void *data, size_t len)
{
	if (len && c->shared->app->on_wire)
		c->shared->app->on_wire(c->shared->app, c, sent, data, len);
}

static void show_frame(struct ws *ws, bool sent, const void *data, size_t len)
{
	show(conn_of(ws), sent, data, len);
}

/* What is received and never will be read: it has crossed the wire. Of a
 * message under way, what has come is shown already. */
static void drop_input(struct conn *c)
{
	bool under_way = c->state == CONN_SOCKET && c->ws.opcode;
	size_t shown = under_way ? c->ws.from + c->ws.len : 0;

	if (!c->in || !c->in->len)
		return;
	show(c, false, c->in->data + shown, c->in->len - shown);
	c->in->len = 0;
}

void conn_unshare(struct shared *s)
{
	buf_free_pool(&s->pool);
}

void conn_share(struct shared *s, const struct app *app)
{
	s->app = app;
	s->host.output = output;
	s->host.hand_over = hand_over;
	conn_wire(s);
	conn_take_pending(s);
}

void conn_wire(struct shared *s)
{
	s->host.on_wire = s->app->on_wire ? show_frame : NULL;
}

void conn_open(struct conn *c, struct shared *shared)
{
	*c = (struct conn){.shared = shared,
		.number = ++shared->connections,
		.fresh = true};
}

static void discard(struct conn *c)
{
	struct pool *pool = &c->shared->pool;

	buf_discard(pool, &c->in, &pool->in);
	buf_discard(pool, &c->out, &pool->out);
}

void conn_borrow(struct conn *c)
{
	struct pool *pool = &c->shared->pool;

	c->busy = true;
	buf_lend(pool, &c->in, &pool->in);
	/* what waits to be sent stays where it is */
	if (!c->out)
		buf_lend(pool, &c->out, &pool->out);
}

void conn_return(struct conn *c)
{
	struct pool *pool = &c->shared->pool;
	size_t start = 0;

	if (c->state != CONN_OVER &&
		(!buf_return(pool, &c->in, &pool->in, &start) ||
			!buf_return(pool, &c->out, &pool->out, &c->sent)))
		conn_lost(c, "no memory for what is left");
	if (c->state == CONN_OVER)
		discard(c);
	buf_settle(pool);
	c->busy = false;
	if (c->more && !is_backed_up(c))
		enlist(c);
}

void conn_lost(struct conn *c, const char *why)
{
	if (c->state == CONN_OVER)
		return;
	drop_input(c);
	if (c->state == CONN_SOCKET)
		ws_lost(&c->ws, why);
	if (c->shared->app->on_wire)
		c->shared->app->on_wire(c->shared->app, c, false, NULL, 0);
	c->state = CONN_OVER;
	c->more = false;
	discard(c);
}

void conn_sent(struct conn *c, size_t n)
{
	c->sent += n;
	c->shared->count.bytes_out += n;
	if (c->sent == c->out->len)
		c->sent = c->out->len = 0;
	c->fresh |= conn_waits_for(c) == CONN_WAIT_SEND;
}

/* The response is written: what follows from it for the connection. */
static void conclude(struct conn *c, struct response *res, size_t before)
{
	show(c, true, c->out->data + before, c->out->len - before);
	c->fresh = true;
	c->shared->count.requests++;
	c->shared->count.refused += res->status >= 400;
	if (res->fd >= 0) {
		c->has_file = true;
		c->file = (struct conn_file){res->fd, res->offset, res->left};
	}
	if (res->failed)
		conn_lost(c, "no memory");
	else if (res->close)
		c->state = CONN_LINGER;
}

/* Who a proxy says the client is: the last name in X-Forwarded-For, which is
 * its own; those before may be anybody's words. */
static const char *forwarded(const struct request *req, char *text, size_t size)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "X-Forwarded-For"};
	struct slice one, last = {0};

	while ((one = fields_next(&list)).p)
		last = one;
	if (!last.p)
		return NULL;
	last.len = last.len < size ? last.len : size - 1;
	memcpy(text, last.p, last.len);
	text[last.len] = 0;
	return text;
}

/* One request, one response; or the beginning of a WebSocket. */
static void answer(struct conn *c, struct request *req)
{
	struct shared *s = c->shared;
	const struct route *route;
	const char *protocol;
	struct response res;
	size_t before = c->out->len;
	char peer[64];

	response_init(&res, c->out, s->date);
	res.head_only = req->method == METHOD_HEAD;
	res.old = req->minor == 0;
	/* a body is not read, so what follows it cannot be found */
	res.close = !req->keep_alive || req->has_body ||
		    ++c->requests >= s->max_requests;
	route = app_answer(s->app, req, &res, &protocol);
	conclude(c, &res, before);
	if (!route || c->state == CONN_OVER)
		return;
	c->state = CONN_SOCKET;
	ws_open(&c->ws, &s->host);
	c->ws.number = c->number;
	c->ws.protocol = protocol;
	req->peer = s->trust_proxy ? forwarded(req, peer, sizeof peer) : NULL;
	if (!req->peer)
		req->peer = s->peer(c, peer, sizeof peer);
	route->on_connection(&c->ws, req);
}

static void refuse(struct conn *c, int status, const char *why, bool head_only)
{
	struct response res;
	size_t before = c->out->len;

	response_init(&res, c->out, c->shared->date);
	res.close = true;
	res.head_only = head_only;
	response_error(&res, status, why);
	conclude(c, &res, before);
}

/* A head can only end, or go wrong, at a control character, or when it is too
 * long. Without this, one that comes byte by byte costs its length squared. */
static bool has_news(const struct conn *c, const struct buf *in)
{
	for (size_t i = c->seen ? c->seen - 1u : 0; i < in->len; i++)
		if (in->data[i] < ' ' || in->data[i] == 0x7F)
			return true;
	return in->len >= REQUEST_HEAD_MAX;
}

/* Answers the requests that are complete; the bytes that took. */
static size_t answer_all(struct conn *c, const struct buf *in)
{
	struct request req;
	size_t at = 0;
	ssize_t n;

	for (int turn = 0; at < in->len && c->state == CONN_HTTP; turn++) {
		const char *p = (const char *)in->data + at;

		c->more = turn == REQUESTS_A_TURN || is_backed_up(c);
		if (c->more)
			break;
		n = request_parse(p, in->len - at, &req);
		c->seen = n ? 0 : (uint16_t)(in->len - at);
		if (n == 0)
			break;
		show(c, false, p, n > 0 ? (size_t)n : in->len - at);
		at = n > 0 ? at + (size_t)n : in->len;
		if (n > 0)
			answer(c, &req);
		else
			refuse(c, (int)-n, req.fields.why,
				req.method == METHOD_HEAD);
	}
	return at;
}

static void input_http(struct conn *c)
{
	size_t n;

	if (!c->more && !has_news(c, c->in))
		return;
	c->more = false;
	n = answer_all(c, c->in);
	if (c->state != CONN_OVER)
		buf_consume(c->in, n);
}

static void input_socket(struct conn *c)
{
	if (c->ws.state < WS_LOST && c->in->len)
		ws_input(&c->ws, c->in);
	if (c->ws.state == WS_LOST)
		conn_lost(c, NULL);
	/* RFC 6455 5.5.1, 7.1.2: after both Close frames, TCP is closed */
	else if (c->ws.state == WS_CLOSED)
		c->state = c->ws.clean && !c->in->len ? CONN_DONE : CONN_LINGER;
	else
		c->more = c->in->len && is_backed_up(c);
}

void conn_input(struct conn *c, size_t n)
{
	c->shared->count.bytes_in += n;
	if (n && c->state == CONN_SOCKET && c->ws.state == WS_OPEN) {
		c->waits_for_pong = false;
		c->fresh |= !conn_has_output(c);
	}
	if (c->state == CONN_HTTP)
		input_http(c);
	if (c->state == CONN_SOCKET)
		input_socket(c);
	/* RFC 6455 7.1.1: "discarding any trailing bytes that may have been
	 * received" */
	if (c->state == CONN_LINGER || c->state == CONN_DONE) {
		drop_input(c);
		c->more = false;
	}
}

void conn_eof(struct conn *c)
{
	c->eof = true;
	if (c->state != CONN_SOCKET)
		return;
	drop_input(c);
	ws_lost(&c->ws, "it went without a Close");
	c->state = CONN_LINGER;
}

void conn_stop(struct conn *c)
{
	/* RFC 6455 7.4.1: 1001 is for "a server going down" */
	if (c->state == CONN_SOCKET)
		ws_close(&c->ws, 1001, "the server stops");
	else if (c->state == CONN_HTTP && conn_has_output(c))
		c->state = CONN_LINGER;
	else if (c->state == CONN_HTTP)
		conn_lost(c, "the server stops");
}

enum conn_wait conn_waits_for(const struct conn *c)
{
	if (c->state == CONN_SOCKET && c->ws.state == WS_CLOSING)
		return CONN_WAIT_CLOSE;
	if (conn_has_output(c))
		return CONN_WAIT_SEND;
	if (c->state == CONN_SOCKET)
		return c->waits_for_pong ? CONN_WAIT_PONG : CONN_WAIT_DATA;
	if (c->state == CONN_HTTP)
		return c->in && c->in->len ? CONN_WAIT_HEAD : CONN_WAIT_REQUEST;
	return CONN_WAIT_LINGER;
}

void conn_timeout(struct conn *c)
{
	static const char *const why[CONN_WAITS] = {
		[CONN_WAIT_REQUEST] = "idle",
		[CONN_WAIT_SEND] = "it reads too slowly, or not at all",
		[CONN_WAIT_PONG] = "no answer to a ping",
		[CONN_WAIT_CLOSE] = "no answer to a Close",
		[CONN_WAIT_LINGER] = "it does not end",
	};
	enum conn_wait wait = conn_waits_for(c);

	c->shared->count.timed_out += wait != CONN_WAIT_DATA;
	if (wait == CONN_WAIT_HEAD) {
		drop_input(c);
		refuse(c, 408, "the request took too long", false);
	} else if (wait == CONN_WAIT_DATA) {
		/* RFC 6455 5.5.2: a Ping asks whether it is still there */
		c->waits_for_pong = true;
		if (!ws_ping(&c->ws))
			conn_lost(c, NULL);
	} else {
		conn_lost(c, why[wait]);
	}
}

enum conn_next conn_next(const struct conn *c)
{
	if (c->state == CONN_OVER)
		return CONN_DROP;
	if (conn_has_output(c) || c->more)
		return CONN_GO_ON;
	if (c->eof || c->state == CONN_DONE)
		return CONN_DROP;
	/* RFC 6455 7.1.1: the server closes TCP first, and waits for nobody */
	return c->state == CONN_LINGER ? CONN_SHUT : CONN_GO_ON;
}
