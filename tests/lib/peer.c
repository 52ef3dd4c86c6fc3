/* peer.c - a loop without a network, and the peers of its connections. */
#include "tests/lib/peer.h"

#include <stdio.h>

const char REQUEST[] = "GET /chat HTTP/1.1\r\n"
		       "Host: localhost\r\n"
		       "Upgrade: websocket\r\n"
		       "Connection: Upgrade\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		       "Sec-WebSocket-Version: 13\r\n\r\n";

struct peer *peer_of(const struct ws *ws)
{
	return (struct peer *)conn_of(ws);
}

static struct loop *loop_of(const struct peer *p)
{
	return (struct loop *)p->conn.shared;
}

void record(struct buf *events, const char *what, const void *data, size_t len)
{
	buf_printf(events, "%s ", what);
	buf_append(events, data, len);
	buf_append(events, "\n", 1);
}

void record_close(
	struct buf *events, int code, const char *reason, bool by_peer)
{
	buf_printf(events, "close %d \"%s\" by %s\n", code, reason,
		by_peer ? "them" : "us");
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct peer *p = peer_of(ws);
	struct acts *acts = &loop_of(p)->acts;

	cr_expect_eq(p->closed, 0, "a message after on_close");
	record(&p->events, binary ? "binary" : "text", data, len);
	if (acts->echo)
		ws_send_data(ws, data, len, binary);
	if (acts->on_message)
		acts->on_message(ws, data, len);
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct peer *p = peer_of(ws);
	struct acts *acts = &loop_of(p)->acts;

	cr_expect(strlen(reason) <= WS_REASON_MAX);
	record_close(&p->events, code, reason, ws->by_peer);
	p->closed++;
	p->code = code;
	snprintf(p->reason, sizeof p->reason, "%s", reason);
	if (acts->on_close)
		acts->on_close(ws);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	struct acts *acts = &loop_of(peer_of(ws))->acts;

	cr_expect_str_eq(req->peer, "127.0.0.1:1");
	ws->on_message = on_message;
	ws->on_close = on_close;
	if (acts->on_connection)
		acts->on_connection(ws);
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	struct loop *loop = app->data;

	(void)req, (void)res;
	loop->route.protocols = loop->acts.protocols;
	return &loop->route;
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_send(res, 200, "text/plain", "hello", 5);
}

static void on_wire(const struct app *app, const struct conn *c, bool sent,
	const void *data, size_t len)
{
	struct peer *p = (struct peer *)(uintptr_t)c;

	(void)app;
	buf_append(&p->wire[sent], data, len);
}

static const char *address(const struct conn *c, char *text, size_t size)
{
	(void)c;
	snprintf(text, size, "127.0.0.1:1");
	return text;
}

void loop_init(struct loop *loop)
{
	*loop = (struct loop){.route = {NULL, on_connection}};
	loop->app = (struct app){on_request, on_upgrade, on_wire, loop};
	loop->shared.host.max_message = 16 << 20;
	loop->shared.host.max_backlog = 256 << 10;
	loop->shared.max_requests = 1000;
	loop->shared.peer = address;
	strcpy(loop->shared.date, "Sun, 06 Nov 1994 08:49:37 GMT");
	conn_share(&loop->shared, &loop->app);
}

void loop_end(struct loop *loop)
{
	cr_expect(!loop->shared.pending, "something is still pending");
	conn_unshare(&loop->shared);
}

/* The bytes move to a new block of exactly their size: the address sanitizer
 * sees a read past the end, and a pointer that was kept. */
static void fit(struct buf *b)
{
	void *block;

	if (!b->len || b->len > 4096)
		return;
	block = exactly(b->data, b->len);
	free(b->data);
	b->data = block;
	b->cap = b->len;
}

static void take(struct peer *p)
{
	struct conn *c = &p->conn;
	size_t n = conn_has_output(c) ? c->out->len - c->sent : 0;

	n = n < p->bite ? n : p->bite;
	if (!n)
		return;
	buf_append(&p->got, c->out->data + c->sent, n);
	conn_sent(c, n);
}

void peer_wake(struct peer *p, const void *data, size_t n)
{
	struct conn *c = &p->conn;

	conn_borrow(c);
	cr_expect(buf_append(c->in, data, n));
	fit(c->in);
	conn_input(c, n);
	take(p);
	conn_return(c);
}

void serve_pending(struct loop *loop)
{
	struct conn *next, *c;

	while ((c = conn_take_pending(&loop->shared)))
		for (; c; c = next) {
			next = c->next;
			c->listed = false;
			peer_wake((struct peer *)c, NULL, 0);
		}
}

void peer_says(struct peer *p, const void *data, size_t n)
{
	peer_wake(p, data, n);
	serve_pending(loop_of(p));
}

void peer_drains(struct peer *p)
{
	size_t bite = p->bite;

	p->bite = bite ? bite : SIZE_MAX;
	while (conn_has_output(&p->conn) || p->conn.listed)
		peer_says(p, NULL, 0);
	p->bite = bite;
}

struct peer *peer_new(struct loop *loop)
{
	struct peer *p = calloc(1, sizeof *p);

	cr_assert(p);
	p->bite = SIZE_MAX;
	conn_open(&p->conn, &loop->shared);
	return p;
}

struct peer *peer_upgraded(struct loop *loop)
{
	struct peer *p = peer_new(loop);

	peer_says(p, REQUEST, strlen(REQUEST));
	cr_assert(p->got.len > 12 && !memcmp(p->got.data, "HTTP/1.1 101", 12));
	p->got.len = p->wire[0].len = p->wire[1].len = 0;
	return p;
}

void peer_free(struct peer *p)
{
	bool was_socket = p->conn.state == CONN_SOCKET;

	conn_lost(&p->conn, "the test is over");
	cr_expect(!p->conn.listed, "freed while it is pending");
	cr_expect(!p->conn.in && !p->conn.out);
	cr_expect(p->closed == 1 || (p->closed == 0 && !was_socket),
		"on_close was called %d times", p->closed);
	buf_free(&p->got);
	buf_free(&p->events);
	buf_free(&p->wire[0]);
	buf_free(&p->wire[1]);
	free(p);
}

size_t write_head(unsigned char head[10], int first, int mask, uint64_t len)
{
	size_t more = len < 126 ? 0 : len < 65536 ? 2 : 8;
	int seven = more == 0 ? (int)len : more == 2 ? 126 : 127;

	head[0] = (unsigned char)first;
	head[1] = (unsigned char)(mask | seven);
	for (size_t i = 0; i < more; i++)
		head[2 + i] = (unsigned char)(len >> 8 * (more - 1 - i));
	return 2 + more;
}

void peer_says_frame(struct peer *p, int first, const void *data, size_t len)
{
	static const unsigned char key[4] = {0x37, 0xFA, 0x21, 0x3D};
	unsigned char head[10];
	struct buf frame = {0};

	buf_append(&frame, head, write_head(head, first, 0x80, len));
	buf_append(&frame, key, 4);
	buf_append(&frame, data, len);
	for (size_t i = 0; i < len; i++)
		frame.data[frame.len - len + i] ^= key[i % 4];
	peer_says(p, frame.data, frame.len);
	buf_free(&frame);
}

void peer_says_text(struct peer *p, const char *text)
{
	peer_says_frame(p, 0x81, text, strlen(text));
}

void expect_got(const struct peer *p, const void *data, size_t len)
{
	cr_expect(
		p->got.len == len && (!len || !memcmp(p->got.data, data, len)),
		"it got %zu bytes, not %zu", p->got.len, len);
}

void expect_events(const struct peer *p, const char *lines)
{
	cr_expect(p->events.len == strlen(lines) &&
			  (!*lines || !memcmp(p->events.data, lines,
					      p->events.len)),
		"%.*s", (int)p->events.len, (const char *)p->events.data);
}

bool has_text(const struct buf *b, const char *text)
{
	return b && memmem(b->data, b->len, text, strlen(text));
}
