/* watch.c - shows what crosses the wire. It owns the viewers, and remembers
 * whose each connection is. */
#include "explain/watch.h"

#include "conn.h"
#include "explain/draw.h"
#include "explain/page.h"
#include "explain/private.h"
#include "explain/trace.h"
#include "serve/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LISTS 256
#define VIEWERS_MAX 16

static const char path[] = "/trace";

struct connection {
	struct connection *next;
	const struct conn *conn;
	uint32_t number;
	uint64_t start; /* microseconds */
	bool hidden;    /* it carries the trace itself */
	char page[VIEWER_PAGE_MAX + 1];
};

struct watch {
	struct app app;
	const struct app *inner;
	bool terminal, colour, private;
	struct trace *trace;
	struct viewer *viewers;
	struct connection *lists[LISTS]; /* by number */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Where the pointer to it is, or would be. */
static struct connection **find(struct watch *w, uint32_t number)
{
	struct connection **at = &w->lists[number % LISTS];

	while (*at && (*at)->number != number)
		at = &(*at)->next;
	return at;
}

static void drop(struct connection **at)
{
	struct connection *c = *at;

	*at = c->next;
	free(c);
}

/* Nobody watches any more. Who comes later sees what begins later. */
static void forget_all(struct watch *w)
{
	for (size_t i = 0; i < LISTS; i++)
		while (w->lists[i]) {
			trace_wire(w->trace, w->lists[i]->number, false, NULL,
				0, 0);
			drop(&w->lists[i]);
		}
}

static bool is_watched(const struct watch *w, const char *page)
{
	const struct viewer *v = w->viewers;

	while (v && strcmp(v->page, page))
		v = v->next;
	return v && *page;
}

/* The name in ?page=NAME; "" when there is none, or it is too long. */
static void read_page(char page[VIEWER_PAGE_MAX + 1], const struct request *req)
{
	struct slice query = req->query, name, value;

	*page = 0;
	while (query.p) {
		name = slice_cut(query, '&', &query);
		name = slice_cut(name, '=', &value);
		if (!slice_is(name, "page") || !value.p ||
			value.len > VIEWER_PAGE_MAX)
			continue;
		memcpy(page, value.p, value.len);
		page[value.len] = 0;
		return;
	}
}

static void draw(struct watch *w, const struct piece *piece)
{
	struct buf text = {0};

	if (tree_draw(&text, piece, w->colour))
		log_block(text.data, text.len);
	buf_free(&text);
}

/* trace_show */
static void show(void *data, const struct piece *piece)
{
	struct watch *w = data;
	const struct connection *c = *find(w, piece->number);

	if (w->terminal)
		draw(w, piece);
	for (struct viewer *v = w->viewers; v; v = v->next)
		if (*c->page && !strcmp(v->page, c->page))
			viewer_show(v, piece);
}

/* A request says whose its connection is, and whether it is to be shown. A
 * connection is taken up where a request begins, since it could not be read
 * from its middle. */
static void take_up(struct watch *w, struct connection **at,
	const struct conn *conn, const void *head, size_t len)
{
	struct connection *c = *at;
	char page[VIEWER_PAGE_MAX + 1] = "";
	struct request req;
	bool parsed = request_parse(head, len, &req) > 0;

	if (parsed)
		read_page(page, &req);
	if (!c && !w->terminal && !is_watched(w, page))
		return;
	if (!c && (c = calloc(1, sizeof *c))) {
		*c = (struct connection){
			.conn = conn, .number = conn->number, .start = now()};
		*at = c;
	}
	if (c) {
		c->hidden = parsed && slice_is(req.path, path);
		strcpy(c->page, page);
	}
}

/* Whose own socket that is, or NULL. */
static struct viewer *viewer_at(const struct watch *w, const struct conn *conn)
{
	struct viewer *v = w->viewers;

	while (v && conn_of(v->ws) != conn)
		v = v->next;
	return v;
}

static void on_wire(const struct app *app, const struct conn *conn, bool sent,
	const void *data, size_t len)
{
	struct watch *w = app->data;
	struct connection **at;
	struct viewer *v;

	v = viewer_at(w, conn);
	if (v) { /* never shown; but it may have room now */
		viewer_tell_lost(v);
		return;
	}
	at = find(w, conn->number);
	if (len && conn->state == CONN_HTTP && (!sent || !*at))
		take_up(w, at, conn, data, len);
	if (*at && (!(*at)->hidden || !len))
		trace_wire(w->trace, conn->number, sent, data, len,
			now() - (*at)->start);
	if (*at && !len)
		drop(at);
}

/* Every socket of the page that it watches is pinged. */
static void ping(struct watch *w, const struct viewer *v)
{
	for (size_t i = 0; i < LISTS; i++)
		for (struct connection *c = w->lists[i]; c; c = c->next) {
			struct conn *conn = (struct conn *)(uintptr_t)c->conn;

			if (conn->state == CONN_SOCKET && !c->hidden &&
				!strcmp(c->page, v->page))
				ws_ping(&conn->ws);
		}
}

static struct watch *watch_of(const struct ws *ws)
{
	return conn_of(ws)->shared->app->data;
}

/* Whether anybody looks: if not, a message costs one branch. */
static void look(struct watch *w, struct shared *shared)
{
	w->app.on_wire = w->terminal || w->viewers ? on_wire : NULL;
	if (!w->app.on_wire)
		forget_all(w);
	conn_wire(shared);
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct viewer *v = ws->data;

	if (binary || len > VIEWER_COMMAND_MAX)
		viewer_error(v, "a command is a text of at most 64 KiB");
	else if (slice_is((struct slice){data, len}, "ping"))
		ping(watch_of(ws), v);
	else
		viewer_command(v, (struct slice){data, len});
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct watch *w = watch_of(ws);
	struct viewer **at = &w->viewers, *v = ws->data;

	(void)code, (void)reason;
	if (!v)
		return;
	while (*at != v)
		at = &(*at)->next;
	*at = v->next;
	free(v);
	look(w, conn_of(ws)->shared);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	struct watch *w = watch_of(ws);
	struct viewer *v = calloc(1, sizeof *v);

	if (!v) {
		ws_close(ws, 1011, "no memory for a viewer");
		return;
	}
	v->ws = ws;
	v->next = w->viewers;
	read_page(v->page, req);
	w->viewers = v;
	ws->data = v;
	ws->on_message = on_message;
	ws->on_close = on_close;
	look(w, conn_of(ws)->shared);
}

static bool has_too_many(const struct watch *w)
{
	int n = 0;

	for (const struct viewer *v = w->viewers; v; v = v->next)
		n++;
	return n >= VIEWERS_MAX;
}

static const struct route *refuse(
	struct response *res, int status, const char *why)
{
	response_error(res, status, why);
	return NULL;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {NULL, on_connection};
	const struct watch *w = app->data;
	char page[VIEWER_PAGE_MAX + 1];

	if (!slice_is(req->path, path))
		return w->inner->on_upgrade(w->inner, req, res);
	if (!w->private)
		return refuse(res, 403,
			"the trace is for this machine only: start the server "
			"without --host, --workers, --unix, --trust-proxy and "
			"--no-trace-page");
	if (!private_request(req))
		return refuse(res, 403,
			"the trace is for this server's own page only: open "
			"it at http://localhost, with the port");
	read_page(page, req);
	if (!*page)
		return refuse(
			res, 400, "whose trace? Ask for /trace?page=NAME");
	if (has_too_many(w))
		return refuse(res, 503, "too many pages watch already");
	return &route;
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct watch *w = app->data;

	w->inner->on_request(w->inner, req, res);
}

struct watch *watch_start(const struct options *o, const struct app *inner)
{
	const char *no_color = getenv("NO_COLOR");
	struct watch *w = calloc(1, sizeof *w);

	if (w)
		w->trace = trace_new(o->max_message, show, w);
	if (!w || !w->trace) {
		fputs("server: no memory\n", stderr);
		exit(1);
	}
	w->inner = inner;
	w->terminal = o->trace;
	w->colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	w->private = private_server(o);
	w->app = (struct app){
		.on_request = inner->on_request ? on_request : NULL,
		.on_upgrade = inner->on_upgrade ? on_upgrade : NULL,
		.on_wire = w->terminal ? on_wire : NULL,
		.data = w};
	return w;
}

const struct app *watch_app(const struct watch *w)
{
	return &w->app;
}

void watch_stop(struct watch *w)
{
	w->terminal = false;
	forget_all(w);
	trace_free(w->trace);
	free(w);
}
