/* fuzz_conn.c - any bytes on a connection, cut anywhere: conn.h.
 *
 * The law of pieces: whole, cut in three, and byte by byte they are answered
 * the same, and the same is told to the handlers. on_wire sees every byte.
 *
 *     | how it ends | two places to cut | bytes taken in a send | bytes ...
 *     1 byte        2 bytes each        1 byte
 *
 * So that a short input can hold a long message, FC and n in it stand for 64 n
 * times an x, and FC 00 for FC. */
#include "tests/fuzz/fuzz.h"

#include "conn.h"

#include <stdio.h>

/* How the bytes of a connection come, and go. */
struct pace {
	size_t cuts[2], step; /* up to each cut, then so many at a time */
	size_t bite;          /* that the peer takes in one send */
	int end;              /* what happens when all is said */
};

struct talk {
	struct conn conn; /* the first member, so that a socket leads here */
	size_t bite, said;
	struct buf got, told;      /* by the peer; of the handlers' calls */
	struct buf received, sent; /* as on_wire has it */
};

static struct talk *talk_of(const struct ws *ws)
{
	return (struct talk *)conn_of(ws);
}

static void tell(struct talk *t, const char *what, const void *p, size_t len)
{
	assert(buf_printf(&t->told, "%s %zu ", what, len));
	assert(buf_append(&t->told, p, len));
}

/* It is sent back, but for what begins with a letter of those below. No more
 * than one message for each: whether a second is too much for the peer depends
 * on what it has taken meanwhile. */
static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	char first = len ? *data : 0;

	tell(talk_of(ws), binary ? "binary" : "text", data, len);
	if (first == 'p')
		ws_ping(ws);
	else
		ws_send_data(ws, data, first == 'h' ? len / 2 : len, true);
	if (first == 'c')
		ws_close(ws, 1000, "asked to");
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct talk *t = talk_of(ws);

	tell(t, "close", reason, strlen(reason));
	assert(buf_printf(&t->told, "%d %d", code, ws->by_peer));
	assert(!ws_send(ws, "after the end"));
}

static void on_connection(struct ws *ws, const struct request *req)
{
	tell(talk_of(ws), "socket", req->path.p, req->path.len);
	ws->on_message = on_message;
	ws->on_close = on_close;
	if (slice_is(req->path, "/hello"))
		ws_send(ws, "Hello Socket!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const char *const protocols[] = {"echo", NULL};
	static const struct route route = {protocols, on_connection};

	(void)app;
	if (!slice_is(req->path, "/no"))
		return &route;
	response_error(res, 403, "no");
	return NULL;
}

/* A path is answered with itself; /file with a file's bytes, all alike. */
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

static void on_wire(const struct app *app, const struct conn *c, bool sent,
	const void *data, size_t len)
{
	struct talk *t = (struct talk *)(uintptr_t)c;

	(void)app;
	assert(buf_append(sent ? &t->sent : &t->received, data, len));
}

static const char *peer(const struct conn *c, char *text, size_t size)
{
	(void)c;
	snprintf(text, size, "127.0.0.1:1");
	return text;
}

static const struct app app = {on_request, on_upgrade, on_wire, NULL};

static void share(struct shared *s)
{
	*s = (struct shared){.max_requests = 20, .peer = peer};
	s->host.max_message = 8000;
	s->host.max_backlog = 4096;
	strcpy(s->date, "Sun, 06 Nov 1994 08:49:37 GMT");
	conn_share(s, &app);
}

/* What arrives lies at the end of its block: the address sanitizer sees a
 * read past it, and a pointer that was kept. */
static void fit(struct buf *b)
{
	void *block;

	if (!b->len)
		return;
	block = fuzz_copy(b->data, b->len);
	free(b->data);
	*b = (struct buf){block, b->len, b->len};
}

/* One send; and the file, when all before it is gone. */
static void take(struct talk *t)
{
	struct conn *c = &t->conn;
	size_t n = c->out ? c->out->len - c->sent : 0;

	n = n < t->bite ? n : t->bite;
	if (n) {
		assert(buf_append(&t->got, c->out->data + c->sent, n));
		conn_sent(c, n);
	}
	if (c->has_file && c->out && !c->out->len) {
		tell(t, "file", &t->got.len, sizeof t->got.len);
		c->has_file = false;
		c->fresh = true;
	}
}

static void wake(struct talk *t, const void *data, size_t n)
{
	struct conn *c = &t->conn;

	conn_borrow(c);
	assert(buf_append(c->in, data, n));
	t->said += n;
	fit(c->in);
	conn_input(c, n);
	take(t);
	conn_return(c);
}

static void drain(struct talk *t)
{
	struct conn *c = &t->conn;

	while (conn_has_output(c) || c->listed) {
		if (conn_take_pending(c->shared))
			c->listed = false;
		wake(t, NULL, 0);
	}
}

static void feed(struct talk *t, const uint8_t *data, size_t len,
	const struct pace *pace)
{
	size_t at = 0;

	for (int i = 0; at < len && t->conn.state != CONN_OVER; i++) {
		size_t end = i < 2 ? pace->cuts[i] : at + pace->step;

		end = end < at ? at : end < len ? end : len;
		if (!conn_wants_input(&t->conn))
			drain(t);
		wake(t, data + at, end - at);
		at = end;
	}
	drain(t);
}

static void finish(struct talk *t, int end)
{
	struct conn *c = &t->conn;

	conn_borrow(c);
	if (end == 0)
		conn_eof(c);
	else if (end == 1)
		conn_stop(c);
	else if (c->state != CONN_OVER)
		conn_timeout(c);
	take(t);
	conn_return(c);
	drain(t);
	/* CONN_SHUT rather than CONN_DROP where bytes came with the last Close */
	tell(t, conn_next(c) == CONN_GO_ON ? "goes on" : "ends", "", 0);
	conn_lost(c, "the end");
	assert(!c->in && !c->out && !c->listed);
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

static struct talk run(const uint8_t *data, size_t len, const struct pace *pace)
{
	struct shared shared;
	struct talk t = {.bite = pace->bite};

	share(&shared);
	conn_open(&t.conn, &shared);
	feed(&t, data, len, pace);
	finish(&t, pace->end);
	assert(begins(&t.sent, &t.got));
	assert(begins(&(struct buf){(uint8_t *)data, len, 0}, &t.received));
	assert(t.received.len == t.said);
	conn_unshare(&shared);
	return t;
}

static void free_talk(struct talk *t)
{
	buf_free(&t->got);
	buf_free(&t->told);
	buf_free(&t->received);
	buf_free(&t->sent);
}

static void compare(const uint8_t *data, size_t len, const struct pace *pace,
	const struct talk *whole)
{
	struct talk t = run(data, len, pace);

	assert(is_same(&t.got, &whole->got));
	assert(is_same(&t.told, &whole->told));
	free_talk(&t);
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
	struct talk t = run(said.data, said.len, &whole);

	compare(said.data, said.len, &parts, &t);
	if (said.len <= 512)
		compare(said.data, said.len, &bytes, &t);
	free_talk(&t);
	buf_free(&said);
	return 0;
}
