/* hello.c - the application: the twin of the notes' server.js.
 *
 *     wss.on("connection", (socket) => {          on_connection
 *         console.log("Connected to Browser ✅");
 *         socket.on("message", ...);              socket->on_message
 *         socket.on("close", ...);                socket->on_close
 *         socket.send("Hello Socket!");           ws_send
 *     });
 *     app.use("/public", express.static(...));    on_request
 *     app.get("/", (req, res) => res.render("home"));
 *     app.get("/:any", (req, res) => res.redirect("/")); */
#include "app.h"
#include "conn.h"
#include "explain/explain.h"
#include "files/files.h"
#include "serve/log.h"
#include "serve/options.h"
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Of what a peer sends, so much is shown: the rest of the line has room. */
#define SHOWN_MAX 100

struct hello {
	const struct options *options;
	struct files *files; /* in the folder public/ */
};

/* The longest beginning that may be shown; not cut inside a character. */
static int shown(const char *text, size_t len)
{
	if (len <= SHOWN_MAX)
		return (int)len;
	len = SHOWN_MAX;
	while (len && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return (int)len;
}

static void on_message(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	int n = shown(data, len);

	(void)socket;
	if (binary)
		log_line("Just got this : %zu bytes from the Browser", len);
	else
		log_line("Just got this : %.*s%s from the Browser", n, data,
			(size_t)n < len ? "..." : "");
}

/* RFC 6455 7.1.7: it "SHOULD log the problem" */
static void on_close(struct ws *socket, int code, const char *reason)
{
	uint32_t ms = socket->host->now - socket->opened;

	log_line("Disconnected from the Browser ❌ #%u by the %s: %d%s%s, "
		 "after %u.%u s",
		(unsigned)socket->number,
		socket->by_peer ? "browser"
		: code == 1006  ? "network"
				: "server",
		code, *reason ? " " : "", reason, (unsigned)(ms / 1000),
		(unsigned)(ms % 1000 / 100));
}

/* Does the Origin name the host that the request names? */
static bool is_same_origin(struct slice origin, struct slice host)
{
	struct slice rest;

	slice_cut(origin, ':', &rest);
	return rest.len == host.len + 2 && !memcmp(rest.p, "//", 2) &&
	       !strncasecmp(rest.p + 2, host.p, host.len);
}

static void log_connected(struct ws *socket, const struct request *req)
{
	struct slice origin = request_header(req, "Origin");
	/* RFC 6455 4.2.1, 7: without an Origin it is no browser's */
	bool foreign = origin.p && !is_same_origin(origin, req->host);

	log_line("Connected to Browser ✅ #%u %s %.*s%s%.*s%s",
		(unsigned)socket->number, req->peer,
		shown(req->path.p, req->path.len), req->path.p,
		origin.p ? " Origin " : "", shown(origin.p, origin.len),
		origin.p ? origin.p : "",
		foreign ? " <- A FOREIGN ORIGIN, see --origin" : "");
}

static void on_connection(struct ws *socket, const struct request *req)
{
	log_connected(socket, req);
	socket->on_message = on_message;
	socket->on_close = on_close;
	ws_send(socket, "Hello Socket!");
}

static void on_echo_message(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	ws_send_data(socket, data, len, binary);
}

static void on_echo_connection(struct ws *socket, const struct request *req)
{
	log_connected(socket, req);
	socket->on_message = on_echo_message;
	socket->on_close = on_close;
}

/* RFC 6455 4.2.2, 10.2: what page a browser's script was loaded with. */
static bool is_allowed_origin(
	const struct options *o, const struct request *req)
{
	struct slice origin = request_header(req, "Origin");

	for (int i = 0; o->origins[i]; i++)
		if (strcmp(o->origins[i], "same")
				? slice_is_nocase(origin, o->origins[i])
				: is_same_origin(origin, req->host))
			return true;
	return !o->origins[0];
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const char *const protocols[] = {"echo", NULL};
	static const struct route hello = {NULL, on_connection};
	static const struct route echo = {protocols, on_echo_connection};
	const struct hello *data = app->data;

	if (!is_allowed_origin(data->options, req)) {
		response_error(res, 403,
			"not from this Origin "
			"(RFC 6455 4.2.2, 10.2)");
		return NULL;
	}
	return slice_is(req->path, "/echo") ? &echo : &hello;
}

/* What lies under a prefix of the path; p is NULL when it is not there. */
static struct slice beneath(struct slice path, const char *prefix)
{
	size_t n = strlen(prefix);

	if (path.len < n || memcmp(path.p, prefix, n))
		return (struct slice){0};
	return (struct slice){path.p + n, path.len - n};
}

/* RFC 9110 15.5.5: a file that is missing beneath /public is a plain 404; a
 * redirect would hand the home page to a script tag. */
static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct hello *hello = app->data;
	static const char prefix[] = "/public/";
	struct slice name = beneath(req->path, prefix);

	if (slice_is(req->path, "/"))
		name = (struct slice){"index.html", 10};
	else if (!name.p) {
		response_redirect(res, "/");
		return;
	}
	if (!files_send(hello->files, prefix, name, req, res))
		response_error(res, 404, "no such file (RFC 9110 15.5.5)");
}

int main(int argc, char **argv)
{
	struct options options;
	struct files files = {.root = -1};
	struct hello hello = {.options = &options, .files = &files};
	struct app app = {.data = &hello};
	struct watch *watch;
	int status;

	if (argc > 1 && !strcmp(argv[1], "explain"))
		return explain(argc - 1, argv + 1);
	options_parse(&options, argc, argv);
	if (!files_open(&files, options.public) && !options.ws_only) {
		fprintf(stderr, "server: no folder %s: %s. See --public.\n",
			options.public ? options.public : "public",
			strerror(errno));
		return 1;
	}
	app.on_request = options.ws_only ? NULL : on_request;
	app.on_upgrade = options.http_only ? NULL : on_upgrade;
	watch = watch_start(&options, &app);
	status = server_run(&options, watch_app(watch));
	watch_stop(watch);
	files_close(&files);
	return status;
}
