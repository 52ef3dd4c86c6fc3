/* sandbox.c - feeds bytes that a learner has written by hand to the real
 * application. */
#include "explain/sandbox.h"

#include "conn.h"
#include "explain/wire.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sandbox {
	struct conn conn; /* the first member */
	struct shared shared;
	struct app app; /* stands before the setup's application */
	struct sandbox_setup setup;
	struct wire wire;
	struct attempt attempt;
	bool is_open;  /* the application has opened a WebSocket */
	bool has_more; /* the connection has something left to do */
};

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct sandbox *sandbox = app->data;
	const struct app *inner = sandbox->setup.app;

	inner->on_request(inner, req, res);
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	struct sandbox *sandbox = app->data;
	const struct app *inner = sandbox->setup.app;
	const struct route *route = inner->on_upgrade(inner, req, res);

	sandbox->is_open = route != NULL;
	return route;
}

static void on_wire(const struct app *app, const struct traffic *t)
{
	struct sandbox *sandbox = app->data;

	if (t->len)
		wire_feed(&sandbox->wire, t->sent, t->data, t->len);
	else
		wire_end(&sandbox->wire);
}

/* wire.on_piece */
static void take_piece(void *data, const struct piece *piece)
{
	struct sandbox *sandbox = data;

	exercises_note_piece(&sandbox->attempt, piece);
	sandbox->setup.on_piece(sandbox->setup.data, piece);
}

/* shared.peer: the application's log calls the client this. */
static const char *peer(struct conn *c, char *text, size_t size)
{
	(void)c, (void)text, (void)size;
	return "sandbox";
}

/* shared.wake */
static void wake(struct conn *c)
{
	((struct sandbox *)c)->has_more = true;
}

/* In a server the loop sends and closes a file. Here it is only closed. */
static void drop_file(struct conn *c)
{
	if (!c->has_file)
		return;
	close(c->file.fd);
	c->has_file = false;
}

/* One turn. It takes all output at once. */
static void turn(struct sandbox *sandbox, const void *data, size_t len)
{
	struct conn *c = &sandbox->conn;

	sandbox->has_more = false;
	conn_borrow(c);
	if (buf_append(c->in, data, len))
		conn_input(c, len);
	else
		conn_lost(c, "no memory to receive more");
	drop_file(c);
	if (conn_has_output(c))
		conn_sent(c, buf_unsent(c->out));
	conn_return(c);
}

/* Lets bytes arrive, and takes turns until nothing is left to do. */
static void arrive(struct sandbox *sandbox, const void *data, size_t len)
{
	turn(sandbox, data, len);
	while (sandbox->has_more)
		turn(sandbox, "", 0);
}

/* The key is the sample of RFC 6455 1.3. */
static bool shake_hands(struct sandbox *sandbox, struct slice path)
{
	const char *origin = sandbox->setup.origin;
	const struct ws_extension *by =
		sandbox->setup.offers ? sandbox->app.extension : NULL;
	struct buf request = {0};
	bool written = buf_printf(&request,
		"GET %.*s HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n%s%s%s%s%s%s\r\n",
		(int)path.len, path.p, origin ? "Origin: " : "",
		origin ? origin : "", origin ? "\r\n" : "",
		by ? "Sec-WebSocket-Extensions: " : "", by ? by->offer : "",
		by ? "\r\n" : "");

	if (written)
		arrive(sandbox, request.data, request.len);
	buf_free(&request);
	return written;
}

bool sandbox_is_path(struct slice path)
{
	return path.len && path.len <= SANDBOX_PATH_MAX && *path.p == '/' &&
	       slice_is_all(path, SLICE_PATH);
}

bool sandbox_is_open(const struct sandbox *sandbox)
{
	return sandbox->is_open;
}

uint32_t sandbox_max_message(const struct sandbox_setup *setup)
{
	return setup->offers && setup->max_message > SANDBOX_DECODED_MAX
		       ? SANDBOX_DECODED_MAX
		       : setup->max_message;
}

static void set_up(struct sandbox *sandbox)
{
	const struct sandbox_setup *setup = &sandbox->setup;
	struct shared *shared = &sandbox->shared;

	sandbox->wire.max_message = sandbox_max_message(setup);
	sandbox->wire.extension = setup->app->extension;
	sandbox->wire.on_piece = take_piece;
	sandbox->wire.data = sandbox;
	sandbox->app = (struct app){
		.on_request = setup->app->on_request ? on_request : NULL,
		.on_upgrade = setup->app->on_upgrade ? on_upgrade : NULL,
		.on_wire = on_wire,
		.extension = setup->app->extension,
		.data = sandbox};
	shared->http.app = &sandbox->app;
	shared->host.max_message = sandbox_max_message(setup);
	shared->host.max_unsent = shared->host.max_backlog = CONN_UNSENT_MAX;
	shared->host.max_memory = UINT64_MAX;
	shared->http.max_requests = 1;
	shared->peer = peer;
	shared->wake = wake;
	strcpy(shared->http.date, "Tue, 13 Dec 2011 00:00:00 GMT");
	conn_share(shared);
	conn_open(&sandbox->conn, shared);
	/* no real connection has this number */
	sandbox->conn.number = 0;
}

struct sandbox *sandbox_open(
	const struct sandbox_setup *setup, struct slice path)
{
	struct sandbox *sandbox = calloc(1, sizeof *sandbox);

	if (!sandbox)
		return NULL;
	sandbox->setup = *setup;
	sandbox->attempt.offered = setup->offers;
	set_up(sandbox);
	if (shake_hands(sandbox, path))
		return sandbox;
	sandbox_free(sandbox);
	return NULL;
}

void sandbox_write(struct sandbox *sandbox, const void *data, size_t len)
{
	if (!len || !sandbox->is_open || sandbox->conn.state == CONN_OVER)
		return;
	exercises_note_write(&sandbox->attempt, len);
	arrive(sandbox, data, len);
}

const struct attempt *sandbox_end(struct sandbox *sandbox)
{
	conn_lost(&sandbox->conn, "the sandbox is closed");
	return &sandbox->attempt;
}

void sandbox_free(struct sandbox *sandbox)
{
	sandbox_end(sandbox);
	buf_free_pool(&sandbox->shared.pool);
	wire_free(&sandbox->wire);
	free(sandbox);
}
