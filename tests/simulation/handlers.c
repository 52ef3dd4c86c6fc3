/* handlers.c - the application of a simulation. */
#include "tests/simulation/handlers.h"

#include "serve/client.h"
#include "server.h"
#include "tests/simulation/kernel.h"
#include "tests/simulation/world.h"

#include <string.h>

struct note handlers_delivered;

static struct server *server;

static struct stream *stream_of(struct ws *ws)
{
	struct conn *c =
		(struct conn *)(void *)((char *)ws - offsetof(struct conn, ws));
	struct shared *shared = (struct shared *)(void *)server;

	if (ws->host != &shared->host)
		return NULL;
	return kernel_fd(client_of(c)->source.fd, FD_STREAM)->stream;
}

struct heard *handlers_heard(struct ws *ws)
{
	struct stream *s = stream_of(ws);

	return s ? &s->heard : NULL;
}

bool handlers_note(struct ws *ws, bool was_sent, struct note note)
{
	struct heard *h = handlers_heard(ws);

	if (!h || !was_sent)
		return was_sent;
	LAW(!h->close_is_sent, "opcode %u is sent after the Close",
		note.opcode);
	notes_add(&h->sent, note);
	return true;
}

static void on_connection(struct ws *, const struct request *);
static void on_drain(struct ws *);

static const struct route greeting = {
	.on_connection = on_connection, .on_drain = on_drain};
static const struct route echo = {.on_connection = on_connection};

/* What goes to every socket. */
struct cast {
	const char *data;
	size_t len;
	char letter;
	struct message prepared;
};

/* It may have left when the call returns, so it is noted before. */
static void send_prepared(struct ws *ws, struct message *m, struct note note)
{
	struct heard *h = handlers_heard(ws);
	bool is_closing = h && h->close_is_sent;

	if (h)
		notes_add(&h->sent, note);
	if (ws_send_prepared(ws, m))
		LAW(!is_closing, "a message is sent after the Close");
	else if (h)
		h->sent.n--;
}

static void cast(void *data, struct ws *ws)
{
	struct cast *what = data;

	LAW(ws->route == &greeting || ws->route == &echo,
		"a socket of another application");
	if (what->letter == 'k')
		ws_close(ws, 4000, "all are closed");
	else if (what->letter == 'P')
		ws_ping(ws);
	else if (what->letter == 'b')
		send_prepared(ws, &what->prepared,
			(struct note){.opcode = 2,
				.len = (uint32_t)what->len,
				.hash = note_hash(
					NOTE_HASH, what->data, what->len)});
	else
		ws_send_data(ws, what->data, what->len, true);
}

static void visit(struct ws *ws, void *data)
{
	cast(data, ws);
}

static void cast_to_all(char letter, const char *data, size_t len)
{
	struct cast what = {data, len, letter, {0}};

	if (letter == 'b')
		message_prepare(&what.prepared, data, len, true);
	server_each(server, visit, &what);
	message_free(&what.prepared);
}

static void send_many(struct ws *ws)
{
	for (int i = 0; i < 20; i++)
		ws_send(ws, i % 2 ? "short" : "");
}

/* The peer has said this, and what it said before it has been delivered. */
static void check_delivered(struct heard *h, const struct note *got)
{
	const struct note *note;

	if (h->messages.done == h->messages.n) {
		LAW(h->is_wild, "a message that was not said");
		return;
	}
	note = &h->messages.all[h->messages.done++];
	LAW(note->len == got->len && note->opcode == got->opcode &&
			note->hash == got->hash,
		"opcode %u and %u bytes were said, %u and %u delivered",
		note->opcode, note->len, got->opcode, got->len);
}

static void act(struct ws *ws, char letter, const char *data, size_t len)
{
	static const char something[HANDLERS_LONG];

	if (letter == 'e' || letter == 'x' || ws->route == &echo)
		ws_send_back(ws);
	if (letter == 'c' || letter == 'x')
		ws_close(ws, letter == 'c' ? 1000 : 0,
			letter == 'c' ? "asked to" : "");
	else if (letter == 'p')
		ws_ping(ws);
	else if (letter == 'l')
		ws_send_data(ws, something, sizeof something, true);
	else if (letter == 't')
		send_many(ws);
	else if (ws->route != &echo && letter && strchr("bBkP", letter))
		cast_to_all(letter, data, len);
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct heard *h = handlers_heard(ws);
	char letter = len ? *data : 0;

	handlers_delivered = (struct note){.opcode = binary ? 2 : 1,
		.len = (uint32_t)len,
		.hash = note_hash(NOTE_HASH, data, len)};
	if (h) {
		LAW(h->opened == h->closed + 1, "a message after on_close");
		check_delivered(h, &handlers_delivered);
	}
	if (letter == 'B')
		ws->data = ws;
	act(ws, letter, data, len);
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct heard *h = handlers_heard(ws);

	LAW(!h || h->closed++ < h->opened, "on_close is called twice");
	LAW(code >= 1000 && code < 5000, "closed with %d", code);
	LAW(!h || h->is_wild || (code != 1002 && code != 1007 && code != 1009),
		"refused with %d, though it kept the rules", code);
	LAW(!ws_send(ws, "after the end"), "a send after the end");
	if (ws->data)
		cast_to_all('b', reason, strlen(reason));
}

static void on_connection(struct ws *ws, const struct request *req)
{
	struct heard *h = handlers_heard(ws);

	if (h)
		h->opened++;
	ws->on_message = on_message;
	ws->on_close = on_close;
	if (ws->route == &greeting)
		ws_send(ws, "Hello Socket!");
	LAW(!h || req->peer, "a peer without a name");
}

static void on_drain(struct ws *ws)
{
	struct stream *s = stream_of(ws);

	LAW(ws_buffered(ws) == 0, "on_drain with %zu bytes", ws_buffered(ws));
	LAW(!s || s->is_left, "on_drain, but nothing had been left");
	if (s)
		s->is_left = false;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app;
	if (slice_is(req->path, "/no"))
		response_error(res, 403, "no");
	return slice_is(req->path, "/no")     ? NULL
	       : slice_is(req->path, "/echo") ? &echo
					      : &greeting;
}

static void send_file(struct response *res)
{
	int fd = kernel_open(FD_FILE, NULL);

	if (fd < 0) {
		response_error(res, 503, "no descriptor");
		return;
	}
	response_head(res, 200, "text/plain", FILE_SIZE);
	if (res->head_only || res->failed) {
		kernel_close(fd);
		return;
	}
	res->fd = fd;
	res->offset = 0;
	res->left = FILE_SIZE;
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	static const char text[40000];

	(void)app;
	if (slice_is(req->path, "/file"))
		send_file(res);
	else if (slice_is(req->path, "/long"))
		response_send(res, 200, "text/plain", text, sizeof text);
	else if (slice_is(req->path, "/none"))
		response_error(res, 404, "no such file");
	else
		response_send(res, 200, "text/plain", "hello", 5);
}

static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	(void)app, (void)number;
	LAW(peer && why && code >= (req ? 101 : 1002), "refused with %d", code);
}

static void on_start(const struct app *app, struct server *s)
{
	(void)app;
	server = s;
	world_begins();
}

const struct app handlers_app = {.on_start = on_start,
	.on_request = on_request,
	.on_upgrade = on_upgrade,
	.on_refused = on_refused};
