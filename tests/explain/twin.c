/* twin.c - an application like hello.c's, without its log. */
#include "tests/explain/twin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Handlers get a socket only, so this is global. */
static struct twin *twin;

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	(void)data, (void)len, (void)binary;
	ws_send_back(ws);
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	(void)ws, (void)reason;
	twin->closed++;
	twin->code = code;
}

static void on_connection(struct ws *ws, const struct request *req)
{
	snprintf(twin->peer, sizeof twin->peer, "%s", req->peer);
	ws->on_close = on_close;
	if (slice_is(req->path, "/echo"))
		ws->on_message = on_message;
	else
		ws_send(ws, "Hello Socket!");
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {.on_connection = on_connection};

	twin = app->data;
	if (slice_is(req->path, "/no")) {
		response_error(res, 403, "not here");
		return NULL;
	}
	if (slice_is(req->path, "/file")) {
		res->fd = open("/dev/null", O_RDONLY);
		res->left = 5;
		response_head(res, 200, "text/plain", 5);
		return NULL;
	}
	return &route;
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_send(res, 200, "text/plain", "hello", 5);
}

void twin_init(struct twin *t)
{
	*t = (struct twin){.app = {.on_request = on_request,
				   .on_upgrade = on_upgrade,
				   .data = t}};
}
