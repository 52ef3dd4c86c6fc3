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
#include "access/access.h"
#include "app.h"
#include "chat/chat.h"
#include "check/check.h"
#include "deflate/deflate.h"
#include "explain/explain.h"
#include "files/files.h"
#include "http/handshake.h"
#include "landlock/landlock.h"
#include "proxy/proxy.h"
#include "serve/log.h"
#include "serve/options.h"
#include "server.h"
#include "sockets/sockets.h"
#include "user/user.h"
#include "utf8.h"
#include "workers/workers.h"

/* To leave a wing out, delete its folder and the lines here that name it; but for
 * files/, without which there is no page. */
static const struct wing *const wings[] = {
	&files_wing,
	&chat_wing,
	&proxy_wing,
	&sockets_wing,
	&access_wing,
	&workers_wing,
	&user_wing,
	&deflate_wing,
	&check_wing,
	&landlock_wing,
	&explain_wing,
	NULL,
};

struct hello {
	struct options options;
	struct files files; /* in the folder public/, or of a whole site */
	struct route greeting, echo;
};

static void on_message(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	size_t n = utf8_cut(data, len, LOG_SHOWN_MAX);

	if (binary)
		log_message(socket->number,
			"Just got this : %zu bytes from the Browser", len);
	else
		log_message(socket->number,
			"Just got this : %.*s%s from the Browser", (int)n, data,
			n < len ? "..." : "");
}

/* RFC 6455 7.1.7: it "SHOULD log the problem" */
static void on_close(struct ws *socket, int code, const char *reason)
{
	unsigned long long ms = ws_age(socket);
	const char *by = socket->by_peer ? "browser"
			 : code == 1006  ? "network"
					 : "server";

	log_line("Disconnected from the Browser ❌ #%u by the %s: %u%s%s, "
		 "after %llu.%llu s",
		socket->number, by, (unsigned)code, *reason ? " " : "", reason,
		ms / 1000, ms % 1000 / 100);
}

static void log_connected(struct ws *socket, const struct request *req)
{
	const struct hello *hello = socket->route->data;
	char from[LOG_FROM_SIZE];
	/* RFC 6455 4.2.1, 7: without an Origin it is no browser's */
	bool foreign = log_from(from, socket->number, req->peer, req) &&
		       !*hello->options.origins &&
		       !handshake_is_same_origin(req);

	log_line("Connected to Browser ✅ %s%s", from,
		foreign ? " <- A FOREIGN ORIGIN, see --origin" : "");
}

/* A browser hides from its page why it was refused. What a socket was refused
 * for is in on_close. */
static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	char from[LOG_FROM_SIZE];

	(void)app;
	if (!req)
		return;
	log_from(from, number, peer, req);
	log_message(number, "%s %s: %d %s", code < 400 ? "Answered" : "Refused",
		from, code, why);
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
	(void)data, (void)len, (void)binary;
	ws_send_back(socket);
}

static void on_echo_connection(struct ws *socket, const struct request *req)
{
	log_connected(socket, req);
	socket->on_message = on_echo_message;
	socket->on_close = on_close;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct hello *hello = app->data;

	if (!handshake_is_allowed_origin(req, hello->options.origins)) {
		response_error(res, 403,
			"this Origin is not allowed (RFC 6455 10.2, --origin)");
		return NULL;
	}
	return slice_is(req->path, "/echo") ? &hello->echo : &hello->greeting;
}

/* RFC 9110 15.5.5: a file that is missing beneath /public is a plain 404; a
 * redirect would hand the home page to a script tag. The page's links are relative
 * to "/", so /public/ itself leads there, also behind a proxy with a prefix. */
static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	struct hello *hello = app->data;
	const char *prefix = hello->files.is_site ? "/" : "/public/";
	bool is_home = slice_is(req->path, "/");
	struct slice name = slice_after(req->path, is_home ? "/" : prefix);

	if (is_home || name.len)
		files_send(&hello->files, prefix, name, req, res);
	else
		response_redirect(res, name.p ? "../" : "/");
}

int main(int argc, char **argv)
{
	static const char *const protocols[] = {"echo", NULL};
	struct hello hello = {
		.greeting = {.on_connection = on_connection, .data = &hello},
		.echo = {protocols, on_echo_connection, .data = &hello}};
	struct options *o = &hello.options;
	struct app app = {.data = &hello, .on_refused = on_refused};
	const struct app *apps[sizeof wings / sizeof *wings] = {&app};
	int status, n = 0;

	options_parse(o, wings, argc, argv);
	files_options(&hello.files, o);
	if (!files_open(&hello.files) && !o->ws_only)
		return files_fail(&hello.files);
	app.on_request = o->ws_only ? NULL : on_request;
	app.on_upgrade = o->http_only ? NULL : on_upgrade;
	/* each wing stands between the application and the server */
	for (; wings[n]; n++)
		apps[n + 1] = wings[n]->start(o, apps[n]);
	status = server_run(o, apps[n]);
	while (n--)
		wings[n]->stop(apps[n + 1]);
	files_close(&hello.files);
	return status;
}
