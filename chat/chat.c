/* chat.c - the door of this wing: the routes of the rooms. */
#include "chat/chat.h"

#include "bus/hub.h"
#include "bus/json.h"
#include "bus/redis.h"
#include "chat/say.h"
#include "chat/tell.h"
#include "http/handshake.h"
#include "serve/log.h"
#include "serve/options.h"
#include "utf8.h"

#include <err.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_CHARACTERS 64
#define NAME_BYTES 256 /* of those */
#define SHOWN_MAX 100  /* bytes of a peer's text in the log */

/* An application that stands between the server and the inner application. */
struct chat {
	struct hub hub;    /* the first member */
	struct bus *redis; /* NULL without --redis */
	struct node node;
	struct route route;
	struct app app;
	const struct app *inner;
	bool allows_all; /* Origins */
	bool has_site;   /* with pages of its own beneath /chat */
	uint32_t rate;   /* messages a second from one client */
};

static struct chat *chat_of(const struct ws *ws)
{
	return (void *)ws->route->data;
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct chat *chat = chat_of(ws);
	const char *why = "send text";

	if (!ws->data) /* it did not get in */
		return;
	if (!binary)
		why = say_take(&chat->node, ws->data, (struct slice){data, len},
			chat->rate);
	if (why)
		tell_error(ws->data, why);
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	log_line("Disconnected from the Browser ❌ #%u left its room: %d%s%s",
		(unsigned)ws->number, code, *reason ? " " : "", reason);
	if (ws->data)
		node_leave(&chat_of(ws)->node, ws->data);
	ws->data = NULL;
}

/* Undoes the escapes of a text (RFC 3986 2.1). The result's p is NULL when that is no
 * UTF-8, or has more than `size` bytes. */
static struct slice unescape(struct slice from, char *text, size_t size)
{
	size_t i = 0, n = 0;

	for (; i < from.len && n < size; i++) {
		char hex[3] = "";

		text[n++] = from.p[i];
		if (!slice_is_escape(from, i))
			continue;
		memcpy(hex, from.p + i + 1, 2);
		text[n - 1] = (char)strtoul(hex, NULL, 16);
		i += 2;
	}
	return i >= from.len && utf8_is_valid(text, n)
		       ? (struct slice){text, n}
		       : (struct slice){NULL, 0};
}

/* Reads the name of a room, which follows /chat/. Returns false when it is none. */
static bool read_room(
	struct slice path, char text[NAME_BYTES], struct slice *name)
{
	*name = unescape(slice_after(path, "/chat/"), text, NAME_BYTES);
	return name->p &&
	       (!name->len || say_has_characters(*name, ROOM_CHARACTERS));
}

/* Returns the value of `after` in the query, as it was sent where it cannot be the
 * id of a message. Its p is NULL when there is none. */
static struct slice read_after(struct slice query, char text[BUS_ID_SIZE])
{
	struct slice after = {NULL, 0}, id;

	while (query.p && !after.p)
		after = slice_after(slice_cut(query, '&', &query), "after=");
	id = unescape(after, text, BUS_ID_SIZE);
	return after.p && id.p ? id : after;
}

/* The path and the Origin are a peer's words: the log shows a beginning. */
static void log_entered(
	const struct chat *chat, const struct ws *ws, const struct request *req)
{
	struct slice path = req->path, origin = request_header(req, "Origin");
	bool is_foreign =
		origin.p && chat->allows_all && !handshake_is_same_origin(req);

	log_line("Connected to Browser ✅ #%u %s %.*s%s%.*s%s",
		(unsigned)ws->number, req->peer,
		(int)utf8_cut(path.p, path.len, SHOWN_MAX), path.p,
		origin.p ? " Origin " : "",
		(int)utf8_cut(origin.p, origin.len, SHOWN_MAX),
		origin.p ? origin.p : "",
		is_foreign ? " <- A FOREIGN ORIGIN, see --origin" : "");
}

static void on_connection(struct ws *ws, const struct request *req)
{
	struct chat *chat = chat_of(ws);
	char text[NAME_BYTES], id[BUS_ID_SIZE], *json;
	struct slice name;
	const char *why = ws_out_of_memory;

	ws->on_message = on_message;
	ws->on_close = on_close;
	log_entered(chat, ws, req);
	read_room(req->path, text, &name);
	json = json_quote(name);
	if (json)
		why = node_enter(
			&chat->node, ws, json, read_after(req->query, id));
	free(json);
	if (why)
		ws_close(ws, 1013, why);
}

/* The inner application decides about the request; a path of ours then leads to
 * a room. */
static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct chat *chat = app->data;
	const struct route *route =
		chat->inner->on_upgrade(chat->inner, req, res);
	char text[NAME_BYTES];
	struct slice name;

	if (!route || !(slice_is(req->path, "/chat") ||
			      slice_after(req->path, "/chat/").p))
		return route;
	if (read_room(req->path, text, &name))
		return &chat->route;
	response_error(res, 400,
		"a room's name is 1 to 64 characters of UTF-8, with %XX");
	return NULL;
}

/* In a browser, a room is the home page, where it is opened: that is found under
 * /chat, beside public/, so the name of another room moves to the query. */
static void send_home(const struct chat *chat, const struct request *req,
	struct response *res)
{
	struct request home = *req;

	home.path = (struct slice){"/", 1};
	chat->inner->on_request(chat->inner, &home, res);
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct chat *chat = app->data;
	char text[NAME_BYTES], to[12 + 3 * NAME_BYTES + 1], *end;
	struct slice name;

	if (!chat->has_site && slice_is(req->path, "/chat")) {
		send_home(chat, req, res);
	} else if (!chat->has_site && slice_after(req->path, "/chat/").p &&
		   read_room(req->path, text, &name)) {
		end = stpcpy(to, "/chat?room=");
		for (size_t i = 0; i < name.len; i++)
			end += sprintf(end, "%%%02X", (unsigned char)text[i]);
		response_redirect(res, to);
	} else {
		chat->inner->on_request(chat->inner, req, res);
	}
}

static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	const struct chat *chat = app->data;

	chat->inner->on_refused(chat->inner, number, peer, code, why, req);
}

static void on_start(const struct app *app, struct server *server)
{
	struct chat *chat = app->data;

	node_start(&chat->node, server);
	if (chat->inner->on_start)
		chat->inner->on_start(chat->inner, server);
}

static void on_stop(const struct app *app)
{
	struct chat *chat = app->data;

	if (chat->inner->on_stop)
		chat->inner->on_stop(chat->inner);
	node_stop(&chat->node);
}

/* The parent is a node without members. */
static void on_parent(const struct app *app, struct server *server, size_t n)
{
	struct chat *chat = app->data;

	hub_parent(&chat->hub, n);
	node_start(&chat->node, server);
}

/* Over Redis, each process is a node of its own. Without it, the parent of several
 * is the hub. */
static void span(struct chat *chat, const char *redis)
{
	struct app *app = &chat->app;

	hub_init(&chat->hub);
	if (redis) {
		chat->redis = redis_open(redis);
		node_init(&chat->node, chat->redis);
		return;
	}
	node_init(&chat->node, &chat->hub.bus);
	app->on_parent = on_parent;
	app->on_prepare = hub_prepare;
	app->on_child = hub_child;
	app->on_ended = hub_ended;
}

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	static const char *const protocols[] = {"room.v1", NULL};
	struct chat *chat;

	if (!inner->on_upgrade)
		return inner;
	chat = calloc(1, sizeof *chat);
	if (!chat)
		errx(1, "no memory");
#ifdef M_MXFAST
	/* What thousands are told at once lies in small pieces of memory until it
	 * is sent. By default glibc keeps them for later pieces of their size,
	 * which costs 90 bytes a member. */
	mallopt(M_MXFAST, 0);
#endif
	chat->route = (struct route){.protocols = protocols,
		.on_connection = on_connection,
		.data = chat};
	chat->inner = inner;
	chat->allows_all = !*o->origins;
	chat->has_site = inner->on_request && options_value(o, "site").text;
	chat->rate = options_value(o, "chat-rate").number;
	chat->app = *inner;
	chat->app.on_start = on_start;
	chat->app.on_stop = on_stop;
	chat->app.on_upgrade = on_upgrade;
	if (inner->on_request)
		chat->app.on_request = on_request;
	if (inner->on_refused)
		chat->app.on_refused = on_refused;
	chat->app.data = chat;
	span(chat, options_value(o, "redis").text);
	return &chat->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	struct chat *chat = app->data;

	if (app->on_start != on_start)
		return;
	node_stop(&chat->node); /* the hub's, which has no on_stop */
	redis_close(chat->redis);
	free(chat);
}

static const struct option options[] = {
	{0, "chat-rate", "N", OPTION_NUMBER, "10", 1, 1000000,
		"messages a second that one client may say in a room"},
	{0, "redis", "PLACE", OPTION_TEXT, "", 0, 0,
		"share rooms over Redis at HOST:PORT or /PATH (a socket)"},
	{.name = ""},
};

const struct wing chat_wing = {
	.options = options, .start = start, .stop = stop};
