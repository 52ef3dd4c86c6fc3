/* fuzz_conn.c - any bytes on a connection, cut anywhere: conn.h.
 *
 * The law of pieces: whether they come whole, cut in three, or byte by byte,
 * the answers are the same, and so is what the handlers are told. on_wire sees
 * every byte.
 *
 *     | how it ends | two places to cut | bytes taken in a send | bytes ...
 *     1 byte        2 bytes each        1 byte
 *
 * So that a short input can hold a long message, FC and n in it stand for 64 n
 * times an x, and FC 00 for FC. */
#include "tests/fuzz/fuzz.h"

#include "tests/lib/loop.h"

#include <stdio.h>

/* How the bytes of a connection come, and go. */
struct pace {
	size_t cuts[2], step; /* up to each cut, then that many at a time */
	size_t bite;          /* that the peer takes in one send */
	int end;              /* what happens when all is said */
};

static void tell(struct peer *p, const char *what, const void *data, size_t len)
{
	assert(buf_printf(&p->events, "%s %zu ", what, len));
	assert(buf_append(&p->events, data, len));
}

/* A message is sent back, except when it begins with one of the letters
 * below. */
static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	char first = len ? *data : 0;

	tell(loop_peer(ws), binary ? "binary" : "text", data, len);
	if (first == 'p')
		ws_ping(ws);
	else if (first == 'h')
		ws_send_data(ws, data, len / 2, true);
	else
		ws_send_back(ws);
	if (first == 'c')
		ws_close(ws, 1000, "asked to");
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct peer *p = loop_peer(ws);

	tell(p, "close", reason, strlen(reason));
	assert(buf_printf(&p->events, "%d %d", code, ws->by_peer));
	assert(!ws_send(ws, "after the end"));
}

static void on_connection(struct ws *ws, const struct request *req)
{
	tell(loop_peer(ws), "socket", req->path.p, req->path.len);
	ws->on_message = on_message;
	ws->on_close = on_close;
	if (slice_is(req->path, "/hello"))
		ws_send(ws, "Hello Socket!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const char *const protocols[] = {"echo", NULL};
	static const struct route route = {
		.protocols = protocols, .on_connection = on_connection};

	(void)app;
	if (!slice_is(req->path, "/no"))
		return &route;
	response_error(res, 403, "no");
	return NULL;
}

/* A path is answered with itself, and /file with the bytes of a file, which are
 * all equal. */
static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app;
	if (!slice_is(req->path, "/file")) {
		response_send(
			res, 200, "text/plain", req->path.p, req->path.len);
		return;
	}
	response_head(res, 200, "text/plain", 10);
	if (res->head_only)
		return;
	res->fd = 0;
	res->left = 10;
}

static void on_wire(const struct app *app, const struct traffic *t)
{
	struct peer *p = app->data;

	assert(t->number == p->conn.number);
	assert(buf_append(&p->wire[t->sent], t->data, t->len));
}

/* Returns how many bytes were said. */
static size_t feed(struct peer *p, const uint8_t *data, size_t len,
	const struct pace *pace)
{
	size_t at = 0;

	for (int i = 0; at < len && p->conn.state != CONN_OVER; i++) {
		size_t end = i < 2 ? pace->cuts[i] : at + pace->step;

		end = end < at ? at : end < len ? end : len;
		if (!conn_wants_input(&p->conn))
			loop_drain(p);
		loop_wake(p, data + at, end - at);
		at = end;
	}
	loop_drain(p);
	return at;
}

static void finish(struct peer *p, int end)
{
	if (end == 0)
		loop_eof(p);
	else if (end == 1)
		loop_stop(p);
	else if (p->conn.state != CONN_OVER)
		loop_expire(p);
	loop_drain(p);
	/* it is CONN_SHUT rather than CONN_DROP when bytes came with the last
	 * Close */
	tell(p, conn_next(&p->conn) == CONN_GO_ON ? "goes on" : "ends",
		&p->files, sizeof p->files);
	conn_lost(&p->conn, "the end");
}

static bool is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len &&
	       (!a->len || !memcmp(a->data, b->data, a->len));
}

static bool begins(const struct buf *b, const struct buf *with)
{
	return b->len >= with->len &&
	       (!with->len || !memcmp(b->data, with->data, with->len));
}

/* Leaves the peer open; the caller has to drop it. */
static void run(struct peer *p, const uint8_t *data, size_t len,
	const struct pace *pace)
{
	struct app app = {.on_request = on_request,
		.on_upgrade = on_upgrade,
		.on_wire = on_wire,
		.data = p};
	struct loop loop;
	size_t said;

	*p = (struct peer){.bite = pace->bite};
	loop_open(&loop, &app);
	loop.shared.http.max_requests = 20;
	loop.shared.host.max_message = 8000;
	loop.shared.host.max_unsent = 4096;
	loop_connect(&loop, p);
	said = feed(p, data, len, pace);
	finish(p, pace->end);
	assert(begins(&p->wire[1], &p->got));
	assert(begins(&(struct buf){.data = (uint8_t *)data, .len = len},
		&p->wire[0]));
	assert(p->wire[0].len == said);
	loop_close(&loop);
}

static void compare(const uint8_t *data, size_t len, const struct pace *pace,
	const struct peer *whole)
{
	struct peer p;

	run(&p, data, len, pace);
	assert(is_same(&p.got, &whole->got));
	assert(is_same(&p.events, &whole->events));
	loop_drop(&p);
}

static struct buf expand(const uint8_t *data, size_t len)
{
	struct buf b = {0};

	for (; len; data++, len--) {
		size_t n = 64u * (*data == 0xFC && len > 1 ? data[1] : 0);

		if (!n)
			assert(buf_append(&b, data, 1));
		assert(buf_reserve(&b, n));
		if (n)
			memset(b.data + b.len, 'x', n);
		b.len += n;
		if (*data == 0xFC && len > 1)
			data++, len--;
	}
	return b;
}

int fuzz_conn(const uint8_t *data, size_t len)
{
	int end = (int)fuzz_number(&data, &len, 1) % 3;
	size_t a = fuzz_number(&data, &len, 2), b = fuzz_number(&data, &len, 2);
	size_t bite = 1 + fuzz_number(&data, &len, 1);
	struct buf said = expand(data, len);
	struct pace whole = {{said.len, 0}, 1, SIZE_MAX, end};
	struct pace parts = {
		{a < b ? a : b, a < b ? b : a}, said.len, 16 * bite, end};
	struct pace bytes = {{1, 2}, 1, SIZE_MAX, end};
	struct peer p;

	run(&p, said.data, said.len, &whole);
	compare(said.data, said.len, &parts, &p);
	if (said.len <= 512)
		compare(said.data, said.len, &bytes, &p);
	loop_drop(&p);
	buf_free(&said);
	return 0;
}
