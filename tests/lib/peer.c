/* peer.c - peers whose application records what its handlers are told. */
#include "tests/lib/peer.h"

#include <stdio.h>

const char REQUEST[] = "GET /chat HTTP/1.1\r\n"
		       "Host: localhost\r\n"
		       "Upgrade: websocket\r\n"
		       "Connection: Upgrade\r\n"
		       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		       "Sec-WebSocket-Version: 13\r\n\r\n";

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
	struct peer *p = loop_peer(ws);
	struct acts *acts = &loop_of(p)->acts;

	cr_expect_eq(p->closed, 0, "a message after on_close");
	record(&p->events, binary ? "binary" : "text", data, len);
	if (acts->on_message)
		acts->on_message(ws, data, len);
	if (acts->echo)
		ws_send_back(ws);
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct peer *p = loop_peer(ws);
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
	struct peer *p = loop_peer(ws);
	struct acts *acts = &loop_of(p)->acts;

	cr_expect_str_eq(req->peer, *p->named ? p->named : "127.0.0.1:1");
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

static void on_drain(struct ws *ws)
{
	struct acts *acts = &loop_of(loop_peer(ws))->acts;

	if (acts->on_drain)
		acts->on_drain(ws);
}

static void on_wire(const struct app *app, const struct traffic *t)
{
	struct loop *loop = app->data;
	struct peer *p = t->ws ? loop_peer(t->ws) : loop->turn;

	if (p)
		buf_append(&p->wire[t->sent], t->data, t->len);
}

void loop_init(struct loop *loop)
{
	struct app app = {.on_request = on_request,
		.on_upgrade = on_upgrade,
		.on_wire = on_wire,
		.data = loop};

	loop_open(loop, &app);
	loop->route.on_connection = on_connection;
	loop->route.on_drain = on_drain;
}

void loop_end(struct loop *loop)
{
	cr_expect(!loop->first, "something is still pending");
	loop_close(loop);
}

void peer_says(struct peer *p, const void *data, size_t n)
{
	loop_wake(p, data, n);
	loop_serve_pending(loop_of(p));
}

struct peer *peer_new(struct loop *loop)
{
	struct peer *p = calloc(1, sizeof *p);

	cr_assert(p);
	p->bite = SIZE_MAX;
	loop_connect(loop, p);
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
	cr_expect(!p->is_pending, "freed while it is pending");
	cr_expect(p->closed == 1 || (p->closed == 0 && !was_socket),
		"on_close was called %d times", p->closed);
	loop_drop(p);
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
