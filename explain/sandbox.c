/* sandbox.c - what a learner has written by hand, played into a WebSocket. */
#include "explain/sandbox.h"

#include "conn.h"
#include "explain/wire.h"

#include <stdlib.h>
#include <string.h>

#define BACKLOG (256 * 1024)

struct play {
	struct app app;
	struct shared shared;
	struct conn conn;
	struct wire wire;
	struct piece piece;
	struct attempt attempt;
	bool failed; /* no memory for the wire: it shows no more */
	play_show *show;
	void *data;
};

static struct play *play_of(const struct ws *ws)
{
	return conn_of(ws)->shared->app->data;
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	(void)reason;
	play_of(ws)->attempt.code = code == 1006 ? 0 : code;
}

static void on_echo_message(
	struct ws *ws, const char *data, size_t len, bool binary)
{
	ws_send_data(ws, data, len, binary);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	ws->on_close = on_close;
	if (slice_is(req->path, "/echo"))
		ws->on_message = on_echo_message;
	else
		ws_send(ws, "Hello Socket!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {NULL, on_connection};

	(void)app, (void)req, (void)res;
	return &route;
}

static void show(struct play *play)
{
	exercise_see(&play->attempt, &play->piece);
	play->show(play->data, &play->piece);
}

static void end_wire(struct play *play)
{
	for (int sent = 0; sent < 2 && !play->failed; sent++)
		if (wire_end(&play->wire, sent, &play->piece))
			show(play);
}

static void on_wire(const struct app *app, const struct conn *c, bool sent,
	const void *data, size_t len)
{
	struct play *play = app->data;
	const char *p = data;

	(void)c;
	if (!len)
		end_wire(play);
	while (len && !play->failed) {
		size_t n = wire_read(&play->wire, sent, p, len, &play->piece);

		play->failed = n == 0;
		if (n && play->piece.len)
			show(play);
		p += n;
		len -= n;
	}
}

static const char *peer(const struct conn *c, char *text, size_t size)
{
	(void)c, (void)text, (void)size;
	return "a play";
}

/* One wake-up. All that is sent is taken at once, so nothing is ever left to
 * be done later. */
static void wake(struct play *play, const void *data, size_t len)
{
	struct conn *c = &play->conn;

	conn_borrow(c);
	if (buf_append(c->in, data, len))
		conn_input(c, len);
	else
		conn_lost(c, "no memory to receive more");
	if (conn_has_output(c))
		conn_sent(c, c->out->len - c->sent);
	conn_return(c);
}

/* The key is the sample of RFC 6455 1.3. */
static void shake_hands(struct play *play, struct slice path)
{
	char request[PLAY_PATH_MAX + 256] = "GET ";

	memcpy(request + 4, path.p, path.len);
	strcpy(request + 4 + path.len,
		" HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n");
	wake(play, request, strlen(request));
}

bool play_is_path(struct slice path)
{
	return path.len && path.len <= PLAY_PATH_MAX && *path.p == '/' &&
	       slice_is_all(path, SLICE_PATH);
}

struct play *play_open(
	struct slice path, uint32_t max_message, play_show *shown, void *data)
{
	struct play *play = calloc(1, sizeof *play);

	if (!play)
		return NULL;
	play->show = shown;
	play->data = data;
	play->wire.max_message = max_message;
	play->app = (struct app){
		.on_upgrade = on_upgrade, .on_wire = on_wire, .data = play};
	play->shared.host.max_message = max_message;
	play->shared.host.max_backlog = BACKLOG;
	play->shared.max_requests = 1;
	play->shared.peer = peer;
	strcpy(play->shared.date, "Tue, 13 Dec 2011 00:00:00 GMT");
	conn_share(&play->shared, &play->app);
	conn_open(&play->conn, &play->shared);
	shake_hands(play, path);
	return play;
}

void play_write(struct play *play, const void *data, size_t len)
{
	if (!len || play->conn.state == CONN_OVER)
		return;
	exercise_write(&play->attempt, len);
	wake(play, data, len);
}

const struct attempt *play_end(struct play *play)
{
	conn_lost(&play->conn, "the play is over");
	return &play->attempt;
}

void play_free(struct play *play)
{
	conn_lost(&play->conn, "the play is over");
	conn_unshare(&play->shared);
	wire_free(&play->wire);
	free(play);
}
