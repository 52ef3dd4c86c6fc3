/* conn.c - one connection: HTTP until it is upgraded, then a WebSocket.
 *
 *     CONN_HTTP -------------------- 101 --> CONN_SOCKET
 *         | the last answer        an error |   | both Close frames
 *         v                                 |   v
 *     CONN_LINGER: sends what is left <-----´ CONN_DONE: sends what is left
 *         | and discards what comes             |
 *         v                                     v
 *     CONN_OVER <-------------------------------´
 *
 * A reset, a deadline or a lack of memory leads from each state to CONN_OVER. */
#include "conn.h"

#include <stdlib.h>

/* So that one peer's pipeline does not keep the others waiting. */
#define REQUESTS_A_TURN 16

/* RFC 9112 9.6: what is read and thrown away after the last answer, which the
 * kernel would otherwise destroy with a reset. */
#define DISCARD_MAX (8u << 20)

/* The connection that a socket lives in. */
static struct conn *conn_of(struct ws *ws)
{
	return (struct conn *)((char *)ws - offsetof(struct conn, ws));
}

bool conn_has_output(const struct conn *c)
{
	return c->has_file || buf_unsent(c->out);
}

static bool is_backed_up(const struct conn *c)
{
	return c->has_file ||
	       buf_unsent(c->out) > ws_most_unsent(&c->shared->host);
}

bool conn_wants_input(const struct conn *c)
{
	return c->state != CONN_OVER && !c->eof && !c->more && !is_backed_up(c);
}

/* ws_host: where a socket's frames go, and stay until the peer has taken them:
 * RFC 6455 6.1. A socket that is not busy is being sent something by another
 * one's handler. */
static struct buf *output(struct ws *ws)
{
	struct conn *c = conn_of(ws);

	if (!c->busy)
		c->shared->wake(c);
	if (!c->out)
		c->out = calloc(1, sizeof *c->out);
	/* what was sent makes room, where little has to move for that */
	if (c->out && c->out->start && !is_backed_up(c)) {
		buf_consume(c->out, c->out->start);
		c->out->start = 0;
	}
	return c->out;
}

/* ws_host */
static size_t buffered(struct ws *ws)
{
	return buf_unsent(conn_of(ws)->out);
}

static void show(
	struct conn *c, bool is_http, bool sent, const void *data, size_t len)
{
	const struct app *app = c->shared->http.app;
	struct ws *ws = c->state == CONN_SOCKET ? &c->ws : NULL;
	struct traffic t = {c->number, ws, is_http, sent, data, len};

	if (len && app->on_wire && !c->is_private)
		app->on_wire(app, &t);
}

/* ws_host */
static void show_frame(struct ws *ws, bool sent, const void *data, size_t len)
{
	show(conn_of(ws), false, sent, data, len);
}

/* The address of the client, which the application may know better. There is room
 * for PEER_MAX bytes of text. */
static const char *peer_of(struct conn *c, const struct request *req, char *to)
{
	const struct app *app = c->shared->http.app;
	const char *peer = NULL;

	if (req && app->on_peer)
		peer = app->on_peer(app, req, to, PEER_MAX);
	return peer ? peer : c->shared->peer(c, to, PEER_MAX);
}

static void tell_refused(
	struct conn *c, const struct request *req, int code, const char *why)
{
	const struct app *app = c->shared->http.app;
	char text[PEER_MAX]; /* this may be in another one's handler */

	if (app->on_refused)
		app->on_refused(
			app, c->number, peer_of(c, req, text), code, why, req);
}

/* ws_host */
static void refused(struct ws *ws, int code, const char *why)
{
	tell_refused(conn_of(ws), NULL, code, why);
}

/* The response lies behind the first `before` bytes of output. */
static void tell_response(struct conn *c, struct exchange *x, size_t before)
{
	const struct app *app = c->shared->http.app;
	char *out = (char *)c->out->data;

	if (!x->req.peer)
		x->req.peer = peer_of(c, &x->req, c->shared->address);
	app->on_response(app, c->number, &x->req, &x->res,
		(struct slice){out + before, c->out->len - before});
}

void conn_tell_sent(struct conn *c, size_t n)
{
	const struct app *app = c->shared->http.app;

	c->shared->count.bytes_out += n;
	if (app->on_sent)
		app->on_sent(app, c->number, n);
}

void conn_share(struct shared *s)
{
	s->host.output = output;
	s->host.buffered = buffered;
	s->host.on_refused = refused;
}

void conn_open(struct conn *c, struct shared *shared)
{
	*c = (struct conn){.shared = shared, .fresh = true};
	c->number = ++shared->connections;
	c->is_preface = shared->http.app->on_preface != NULL;
}

/* Input that nobody will read has crossed the wire all the same, so it is shown;
 * what has come of a message under way is shown already. */
static void drop_input(struct conn *c)
{
	bool under_way = c->state == CONN_SOCKET && c->ws.opcode;
	size_t shown = under_way ? c->ws.from + c->ws.len : 0;

	if (!c->in || !c->in->len)
		return;
	show(c, c->state == CONN_HTTP, false, c->in->data + shown,
		c->in->len - shown);
	c->in->len = 0;
}

/* All that a connection holds counts against one budget: what it has received
 * and not used, and what it has not sent. */
static void count(struct conn *c)
{
	buf_count(c->in, &c->shared->host.held);
	buf_count(c->out, &c->shared->host.held);
}

void conn_borrow(struct conn *c)
{
	struct shared *s = c->shared;

	/* while nobody looks, that costs a frame one comparison */
	s->host.on_wire = s->http.app->on_wire ? show_frame : NULL;
	c->busy = true;
	buf_lend(&s->pool, &c->in, &s->pool.in);
	buf_lend(&s->pool, &c->out, &s->pool.out);
}

static bool give_back(struct conn *c)
{
	struct buf_pool *pool = &c->shared->pool;

	count(c);
	return buf_return(pool, &c->in, &pool->in) &&
	       buf_return(pool, &c->out, &pool->out);
}

static void discard(struct conn *c)
{
	conn_tell_sent(c, 0);
	if (c->in)
		c->in->len = 0;
	if (c->out)
		c->out->len = c->out->start = 0;
	give_back(c);
}

void conn_return(struct conn *c)
{
	/* not only ws_input can give it up, but on_drain or a Ping, too */
	if (c->state == CONN_SOCKET && c->ws.state == WS_LOST)
		conn_lost(c, NULL);
	if (c->state != CONN_OVER && !give_back(c))
		conn_lost(c, "no memory for what is left");
	if (c->state == CONN_OVER)
		discard(c);
	else if (c->out)
		c->out->left = buf_unsent(c->out);
	buf_settle(&c->shared->pool);
	c->busy = false;
	if (c->more && !is_backed_up(c))
		c->shared->wake(c);
}

void conn_lost(struct conn *c, const char *why)
{
	const struct app *app = c->shared->http.app;

	if (c->state == CONN_OVER)
		return;
	drop_input(c);
	if (c->state == CONN_SOCKET)
		ws_lost(&c->ws, why);
	/* a private one, too: requests before its handshake were shown */
	if (app->on_wire)
		app->on_wire(app, &(struct traffic){.number = c->number});
	c->state = CONN_OVER;
	c->more = false;
	if (!c->busy)
		discard(c);
}

void conn_sent(struct conn *c, size_t n)
{
	size_t left = c->out->left;

	c->out->start += n;
	conn_tell_sent(c, n);
	if (!buf_unsent(c->out)) {
		c->out->start = c->out->len = c->out->left = 0;
		if (left && c->state == CONN_SOCKET && c->ws.route->on_drain)
			c->ws.route->on_drain(&c->ws);
	}
	c->fresh |= conn_has_output(c) && conn_waits_for(c) == CONN_WAIT_SEND;
}

/* To one of the states in which input is of no use. */
static void leave(struct conn *c, enum conn_state state)
{
	c->state = state;
	c->discarded = 0;
	c->more = false;
}

/* The response lies behind the first `before` bytes of output. */
static void conclude(
	struct conn *c, struct exchange *x, enum http_next next, size_t before)
{
	struct response *res = &x->res;

	show(c, true, true, c->out->data + before, c->out->len - before);
	c->fresh = true;
	c->shared->count.requests++;
	c->shared->count.refused += res->status >= 400;
	if (res->fd >= 0 && next != HTTP_FAILED) {
		c->has_file = true;
		c->file = (struct conn_file){res->fd, res->offset, res->left};
	}
	if (c->shared->http.app->on_response && c->out->len > before)
		tell_response(c, x, before);
	if (res->why)
		tell_refused(c, &x->req, res->status, res->why);
	/* earlier answers of the same pipeline still go out */
	if (next == HTTP_LAST || next == HTTP_FAILED)
		leave(c, CONN_LINGER);
}

static void refuse(struct conn *c, int status, const char *why)
{
	struct exchange x = {.host = &c->shared->http};
	size_t before = c->out->len;

	x.req.said = (struct slice){(char *)c->in->data, c->in->len};
	drop_input(c);
	conclude(c, &x, http_refuse(&x, status, why, c->out), before);
}

static void become_socket(struct conn *c, struct exchange *x)
{
	/* whose address lies where the socket will */
	x->req.peer = peer_of(c, &x->req, c->shared->address);
	c->state = CONN_SOCKET;
	ws_open(&c->ws, &c->shared->host, x->route);
	c->is_private = x->route->is_private;
	c->ws.number = c->number;
	c->ws.protocol = x->protocol;
	c->ws.session = x->session;
}

static bool is_out_of_memory(struct conn *c)
{
	count(c);
	return c->shared->host.held > c->shared->host.max_memory;
}

/* One request, of those that begin at `at`, and its response; or the beginning
 * of a WebSocket. */
static enum http_next answer(struct conn *c, struct exchange *x, size_t at)
{
	const char *p = (const char *)c->in->data + at;
	size_t before = c->out->len;
	enum http_next next =
		http_input(&c->http, x, p, c->in->len - at, c->out);

	if (next == HTTP_WAIT)
		return next;
	if (next == HTTP_UPGRADED)
		become_socket(c, x);
	x->req.said = (struct slice){p, x->taken};
	show(c, true, false, p, x->taken);
	conclude(c, x, next, before);
	if (next == HTTP_UPGRADED)
		x->route->on_connection(&c->ws, &x->req);
	return next;
}

/* Returns whether a request may follow now. */
static bool input_preface(struct conn *c)
{
	const struct app *app = c->shared->http.app;
	const char *why = NULL;
	ssize_t n = app->on_preface(app, (char *)c->in->data, c->in->len,
		c->shared->named(c), &why);

	if (n < 0)
		refuse(c, (int)-n, why);
	if (n <= 0)
		return false;
	buf_consume(c->in, (size_t)n);
	c->is_preface = false;
	return true;
}

static void input_http(struct conn *c)
{
	enum http_next next = HTTP_GO_ON;
	struct exchange x; /* too large to be cleared each time */
	size_t at = 0;

	x.host = &c->shared->http;
	c->more = false;
	for (int i = 0; next == HTTP_GO_ON && at < c->in->len; i++) {
		c->more = i == REQUESTS_A_TURN || is_backed_up(c) ||
			  buf_unsent(c->out) > c->shared->turn;
		if (c->more || is_out_of_memory(c))
			break;
		next = answer(c, &x, at);
		at += x.taken;
	}
	buf_consume(c->in, at);
	if (next == HTTP_FAILED && !conn_has_output(c))
		conn_lost(c, "no memory to answer");
}

static void refuse_socket(struct conn *c, int code, const char *why)
{
	drop_input(c);
	ws_refuse(&c->ws, code, why);
	leave(c, CONN_LINGER);
}

/* Half a message does not wait for ever, whatever else comes. Returns whether its
 * window is over: it begins another one, or the socket is refused. RFC 6455 7.4.1:
 * 1008 is for "a message that violates its policy" */
static bool end_window(struct conn *c)
{
	enum growth_of growth = growth_look(&c->growth, c->ws.len,
		(uint32_t)c->shared->host.now, c->shared->message_window);

	if (growth == GROWTH_IS_TOO_SLOW) {
		c->shared->count.timed_out++;
		refuse_socket(
			c, 1008, "a message has to grow by 1 KiB a second");
	}
	return growth;
}

/* A message's window begins with it, and is judged when the n bytes were all that
 * had come; while the server itself takes nothing, no time passes. */
static void watch_message(struct conn *c, size_t n, bool goes_on)
{
	if (!goes_on || is_backed_up(c))
		growth_begin(
			&c->growth, c->ws.len, (uint32_t)c->shared->host.now);
	else if (n && n < c->shared->turn)
		end_window(c);
}

static void input_socket(struct conn *c, size_t n)
{
	const struct ws_host *host = &c->shared->host;
	unsigned long long received = host->received;
	bool under_way = c->ws.opcode;

	if (n && c->ws.state == WS_OPEN) { /* the peer is there */
		c->waits_for_pong = false;
		c->fresh |= !conn_has_output(c);
	}
	if (c->in->len && !ws_is_over(&c->ws))
		ws_input(&c->ws, c->in);
	c->more = c->in->len && is_backed_up(c);
	if (c->ws.state == WS_OPEN)
		watch_message(c, n, under_way && host->received == received);
	else if (c->ws.state == WS_LOST)
		conn_lost(c, NULL);
	/* RFC 6455 5.5.1, 7.1.2: after both Close frames, TCP is closed */
	else if (c->ws.state == WS_CLOSED)
		leave(c, c->ws.clean && !c->in->len ? CONN_DONE : CONN_LINGER);
}

/* Input that needs more memory than there may be does not go on. What is behind a
 * request for a file waits for its end, since no other bytes may get between those of
 * the file. */
static void keep_budget(struct conn *c)
{
	if (!c->in->len || c->has_file || !is_out_of_memory(c))
		return;
	if (c->state == CONN_HTTP)
		refuse(c, 503, ws_out_of_memory);
	else if (c->state == CONN_SOCKET && c->in->len > WS_LITTLE)
		refuse_socket(c, 1013, ws_out_of_memory);
}

/* RFC 6455 7.1.1: "discarding any trailing bytes that may have been received"
 */
static void input_nothing(struct conn *c)
{
	drop_input(c);
	if (c->discarded > DISCARD_MAX)
		conn_lost(c, "it does not end");
}

/* Bytes are taken by the state that the connection is in, and those behind them
 * by the state to which they have led: in one turn, a request may become a
 * WebSocket, which may end. */
void conn_input(struct conn *c, size_t n)
{
	c->shared->count.bytes_in += n;
	if (c->state == CONN_LINGER)
		c->discarded += (uint32_t)n;
	if (c->state == CONN_HTTP && (!c->is_preface || input_preface(c)))
		input_http(c);
	if (c->state == CONN_SOCKET)
		input_socket(c, n);
	keep_budget(c);
	if (c->state == CONN_LINGER || c->state == CONN_DONE)
		input_nothing(c);
}

void conn_eof(struct conn *c)
{
	c->eof = true;
	if (c->state != CONN_SOCKET)
		return;
	drop_input(c);
	ws_lost(&c->ws, "it went without a Close");
	leave(c, CONN_LINGER);
}

void conn_stop(struct conn *c)
{
	/* RFC 6455 7.4.1: 1001 is for "a server going down" */
	if (c->state == CONN_SOCKET)
		ws_close(&c->ws, 1001, "the server stops");
	else if (c->state == CONN_HTTP && conn_has_output(c))
		leave(c, CONN_LINGER);
	else if (c->state == CONN_HTTP && c->http.requests && !c->in->len)
		conn_lost(c, "the server stops");
}

enum conn_wait conn_waits_for(const struct conn *c)
{
	if (c->state == CONN_SOCKET && c->ws.state == WS_CLOSING)
		return CONN_WAIT_CLOSE;
	if (conn_has_output(c))
		return CONN_WAIT_SEND;
	if (c->state == CONN_SOCKET && c->waits_for_pong)
		return CONN_WAIT_PONG;
	if (c->state == CONN_SOCKET)
		return c->ws.opcode ? CONN_WAIT_MESSAGE : CONN_WAIT_DATA;
	if (c->state == CONN_HTTP)
		return c->in && c->in->len ? CONN_WAIT_HEAD : CONN_WAIT_REQUEST;
	return CONN_WAIT_LINGER;
}

void conn_timeout(struct conn *c)
{
	static const char *const why[CONN_WAITS] = {
		[CONN_WAIT_REQUEST] = "idle",
		[CONN_WAIT_HEAD] =
			"the request took too long: see --head-timeout",
		[CONN_WAIT_SEND] = "it reads too slowly, or not at all",
		[CONN_WAIT_PONG] = "no answer to a ping",
		[CONN_WAIT_CLOSE] = "no answer to a Close",
		[CONN_WAIT_LINGER] = "it does not end",
	};
	enum conn_wait wait = conn_waits_for(c);

	if (wait == CONN_WAIT_MESSAGE && end_window(c)) {
		c->fresh = true;
	} else if (wait == CONN_WAIT_DATA || wait == CONN_WAIT_MESSAGE) {
		/* RFC 6455 5.5.2: a Ping asks whether it is still there */
		c->waits_for_pong = true;
		ws_ping(&c->ws);
	} else {
		c->shared->count.timed_out++;
		if (wait == CONN_WAIT_HEAD)
			refuse(c, 408, why[wait]);
		else
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
