/* loop.c - a loop without a network, and the peers of its connections. */
#include "tests/lib/loop.h"

#undef NDEBUG
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct loop *loop_of(const struct conn *c)
{
	return (struct loop *)c->shared;
}

struct peer *loop_peer(const struct ws *ws)
{
	return (struct peer *)(uintptr_t)ws;
}

static const char *address(struct conn *c, char *text, size_t size)
{
	struct peer *p = (struct peer *)c;

	if (*p->named)
		return p->named;
	snprintf(text, size, "127.0.0.1:1");
	return text;
}

static char *named(struct conn *c)
{
	return ((struct peer *)c)->named;
}

static void wake(struct conn *c)
{
	struct peer *p = (struct peer *)c;
	struct loop *loop = loop_of(c);

	if (p->is_pending)
		return;
	p->is_pending = true;
	p->next = NULL;
	*loop->end = p;
	loop->end = &p->next;
}

void loop_open(struct loop *loop, const struct app *app)
{
	*loop = (struct loop){.app = *app};
	loop->end = &loop->first;
	loop->shared.http.app = &loop->app;
	loop->shared.host.max_message = 16 << 20;
	loop->shared.host.max_unsent = CONN_UNSENT_MAX;
	loop->shared.host.max_backlog = 1 << 20;
	loop->shared.host.max_memory = UINT64_MAX;
	loop->shared.turn = 65536;
	loop->shared.message_window = 60000;
	loop->shared.http.max_requests = 1000;
	loop->shared.peer = address;
	loop->shared.named = named;
	loop->shared.wake = wake;
	strcpy(loop->shared.http.date, "Sun, 06 Nov 1994 08:49:37 GMT");
	conn_share(&loop->shared);
}

void loop_close(struct loop *loop)
{
	assert(!loop->first);
	buf_free_pool(&loop->shared.pool);
}

void loop_connect(struct loop *loop, struct peer *p)
{
	conn_open(&p->conn, &loop->shared);
}

void loop_drop(struct peer *p)
{
	if (p->conn.state != CONN_OVER)
		conn_lost(&p->conn, "the test is over");
	assert(!p->is_pending && !p->conn.in && !p->conn.out);
	buf_free(&p->got);
	buf_free(&p->events);
	buf_free(&p->wire[0]);
	buf_free(&p->wire[1]);
}

/* Moves the bytes to a new block of exactly their size, so that the address
 * sanitizer sees a read past the end, and a use of a pointer that was kept. */
static void fit(struct buf *b)
{
	void *block;

	if (!b->len || b->len > 4096)
		return;
	block = malloc(b->len);
	assert(block);
	memcpy(block, b->data, b->len);
	free(b->data);
	b->data = block;
	b->cap = b->len;
}

/* One send, and then the file, once everything before it has gone. */
static void take(struct peer *p)
{
	struct conn *c = &p->conn;
	size_t n = buf_unsent(c->out);

	n = n < p->bite ? n : p->bite;
	if (n) {
		assert(buf_append(&p->got, c->out->data + c->out->start, n));
		conn_sent(c, n);
	}
	if (c->has_file && !buf_unsent(c->out)) {
		p->files++;
		conn_tell_sent(c, (size_t)c->file.left);
		c->has_file = false;
		c->fresh = true;
	}
}

void loop_wake(struct peer *p, const void *data, size_t n)
{
	struct conn *c = &p->conn;

	loop_of(c)->turn = p;
	conn_borrow(c);
	assert(buf_append(c->in, data, n));
	fit(c->in);
	conn_input(c, n);
	take(p);
	conn_return(c);
	loop_of(c)->turn = NULL;
}

static void act(struct peer *p, void (*what)(struct conn *))
{
	loop_of(&p->conn)->turn = p;
	conn_borrow(&p->conn);
	what(&p->conn);
	take(p);
	conn_return(&p->conn);
	loop_of(&p->conn)->turn = NULL;
}

void loop_expire(struct peer *p)
{
	act(p, conn_timeout);
}

void loop_eof(struct peer *p)
{
	act(p, conn_eof);
}

void loop_stop(struct peer *p)
{
	act(p, conn_stop);
}

void loop_serve_pending(struct loop *loop)
{
	struct peer *p;

	while ((p = loop->first)) {
		loop->first = p->next;
		if (!loop->first)
			loop->end = &loop->first;
		p->is_pending = false;
		loop_wake(p, NULL, 0);
	}
}

void loop_drain(struct peer *p)
{
	size_t bite = p->bite;

	p->bite = bite ? bite : SIZE_MAX;
	while (conn_has_output(&p->conn) || p->is_pending) {
		loop_wake(p, NULL, 0);
		loop_serve_pending(loop_of(&p->conn));
	}
	p->bite = bite;
}
