/* explain.c - the door of this wing. It owns the pages that are watching. */
#include "explain/explain.h"

#include "explain/book.h"
#include "explain/command.h"
#include "explain/lesson.h"
#include "explain/terminal.h"
#include "explain/watch.h"
#include "http/handshake.h"
#include "serve/listener.h"
#include "serve/options.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMMAND_MAX 65536
#define COMMANDS_MAX (4 * 1024 * 1024) /* all parts of one together */
#define KEPT_MAX (64u * 1024 * 1024)   /* and those of all pages */
#define WIRES_MAX 16                   /* pages that see their wire ... */
#define VIEWERS_MAX 200                /* ... in a class, and pages at all */

/* An application that stands between the server and the inner application,
 * which needs no knowledge of it. */
struct explain {
	struct app app;
	const struct app *inner;
	/* A page's socket finds this struct through its route. */
	struct trace {
		struct route route; /* the first member */
		struct explain *explain;
	} trace;
	enum page_mode mode;
	bool allows_own; /* a page of this machine may see its wire */
	size_t viewers;  /* pages that are open */
	size_t kept;     /* bytes of commands that are incomplete */
	struct watch watch;
	struct sandbox_setup sandbox;
	struct book book;
	bool has_site; /* whose paths are its own: the book is not served */
};

static void on_start(const struct app *app, struct server *server)
{
	const struct explain *e = app->data;

	e->inner->on_start(e->inner, server);
}

static void on_stop(const struct app *app)
{
	const struct explain *e = app->data;

	e->inner->on_stop(e->inner);
}

static void on_parent(const struct app *app, struct server *server, size_t n)
{
	const struct explain *e = app->data;

	e->inner->on_parent(e->inner, server, n);
}

static bool on_prepare(const struct app *app, size_t i)
{
	const struct explain *e = app->data;

	return e->inner->on_prepare(e->inner, i);
}

static void on_child(const struct app *app, struct server *server, size_t i)
{
	const struct explain *e = app->data;

	e->inner->on_child(e->inner, server, i);
}

static void on_ended(const struct app *app, size_t i)
{
	const struct explain *e = app->data;

	e->inner->on_ended(e->inner, i);
}

static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct explain *e = app->data;

	if (e->has_site || !book_answer(&e->book, req, res))
		e->inner->on_request(e->inner, req, res);
}

static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	const struct explain *e = app->data;

	e->inner->on_refused(e->inner, number, peer, code, why, req);
}

static void on_response(const struct app *app, uint32_t number,
	const struct request *req, const struct response *res,
	struct slice written)
{
	struct explain *e = app->data;

	watch_response(&e->watch, number, req, res);
	if (e->inner->on_response)
		e->inner->on_response(e->inner, number, req, res, written);
}

static void on_sent(const struct app *app, uint32_t number, size_t n)
{
	const struct explain *e = app->data;

	e->inner->on_sent(e->inner, number, n);
}

static bool on_turn(const struct app *app, bool hangup)
{
	const struct explain *e = app->data;

	return e->inner->on_turn(e->inner, hangup);
}

static ssize_t on_preface(const struct app *app, const char *p, size_t len,
	char peer[PEER_MAX], const char **why)
{
	const struct explain *e = app->data;

	return e->inner->on_preface(e->inner, p, len, peer, why);
}

static const char *on_peer(const struct app *app, const struct request *req,
	char *text, size_t size)
{
	const struct explain *e = app->data;

	return e->inner->on_peer(e->inner, req, text, size);
}

static void on_wire(const struct app *app, const struct traffic *t)
{
	struct explain *e = app->data;

	watch_traffic(&e->watch, t);
}

/* While nobody is watching, a message costs one comparison. The ends of connections
 * are not told either, so all are forgotten. The last to watch may have been the
 * capture, whose file takes no more. */
static void set_on_wire(struct explain *e)
{
	bool is_needed = watch_is_needed(&e->watch);

	if (!is_needed)
		watch_free(&e->watch);
	e->app.on_wire = is_needed ? on_wire : NULL;
}

static struct explain *explain_of(const struct ws *ws)
{
	return ((const struct trace *)ws->route)->explain;
}

/* Parts of long commands are kept until the last has come. */
static void forget(struct explain *e, struct page *page)
{
	e->kept -= page->command.len;
	buf_free(&page->command);
}

static void keep(struct explain *e, struct page *page, struct slice part)
{
	bool is_long = page->command.len + part.len > COMMANDS_MAX;

	if (page->is_spoilt)
		return;
	if (!is_long && e->kept + part.len <= KEPT_MAX &&
		buf_append(&page->command, part.p, part.len)) {
		e->kept += part.len;
		return;
	}
	forget(e, page);
	page->is_spoilt = true;
	page_tell_error(page, is_long ? "this is over 4 MiB of hex"
				      : "too many long commands at once");
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void obey(struct explain *e, struct page *page, struct slice command)
{
	if (!page_may_ask(page, command.len, now()))
		page_tell_error(page, "too many commands: wait a moment");
	else if (!slice_is(command, "ping"))
		lesson_command(&e->sandbox, page, command);
	else if (page->sees_wire)
		watch_ping(&e->watch, page);
}

/* A command longer than 64 KiB comes in parts: "more ..." and "last ...". */
static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct explain *e = explain_of(ws);
	struct page *page = ws->data;
	struct slice text = {data, len}, more = slice_after(text, "more ");
	struct slice last = slice_after(text, "last ");

	if (binary || len > COMMAND_MAX) {
		page_tell_error(
			page, "a command must be a text of at most 64 KiB");
	} else if (more.p || last.p) {
		keep(e, page, more.p ? more : last);
		text = (struct slice){
			(char *)page->command.data, page->command.len};
		if (last.p && text.p)
			obey(e, page, text);
		if (last.p) {
			forget(e, page);
			page->is_spoilt = false;
		}
	} else {
		obey(e, page, text);
	}
}

static void on_close(struct ws *ws, int code, const char *reason)
{
	struct explain *e = explain_of(ws);
	struct page *page = ws->data;

	(void)code, (void)reason;
	if (page->sees_wire)
		watch_remove_page(&e->watch, page);
	set_on_wire(e);
	e->viewers--;
	forget(e, page);
	free(ws->data);
	ws->data = NULL;
}

static void on_drain(struct ws *ws)
{
	if (ws->data)
		page_tell_lost(ws->data);
}

/* Each page sees its own wire, if any: by its name, which is random. One page too
 * many plays its exercises all the same. */
static bool shows_wire(const struct explain *e, const struct request *req)
{
	return e->mode == PAGE_CLASS ||
	       (e->allows_own && page_allows_request(req) &&
		       watch_count_pages(&e->watch) < WIRES_MAX);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	struct explain *e = explain_of(ws);
	struct page *page = calloc(1, sizeof *page);

	if (!page) {
		ws_close(ws, 1011, "no memory for another page");
		return;
	}
	page->ws = ws;
	page_read_name(page->name, req);
	ws->data = page;
	ws->on_message = on_message;
	ws->on_close = on_close;
	page->sees_wire = shows_wire(e, req);
	e->viewers++;
	if (page->sees_wire)
		watch_add_page(&e->watch, page);
	set_on_wire(e);
	page_tell_start(page);
}

static const struct route *refuse(
	struct response *res, int status, const char *why)
{
	response_error(res, status, why);
	return NULL;
}

/* Returns the route of the trace, or NULL when it has written a response. */
static const struct route *open_trace(const struct explain *e,
	const struct request *req, struct response *res)
{
	char name[PAGE_NAME_MAX + 1];

	if (e->mode == PAGE_OFF)
		return refuse(res, 403,
			"the trace is off: start the server without "
			"--no-trace-page or --trace-page off");
	if (!handshake_is_same_origin(req))
		return refuse(res, 403,
			"the trace is for this server's own page only");
	page_read_name(name, req);
	if (!*name)
		return refuse(res, 400, "name the page: /trace?page=NAME");
	if (e->viewers >= VIEWERS_MAX)
		return refuse(res, 503, "too many pages are watching");
	return &e->trace.route;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct explain *e = app->data;

	return slice_is(req->path, "/trace")
		       ? open_trace(e, req, res)
		       : e->inner->on_upgrade(e->inner, req, res);
}

/* Returns the application that the server runs. It has the functions that the
 * inner one has. */
static struct app wrap(const struct app *inner, struct explain *e)
{
	return (struct app){
		.on_bound = inner->on_bound,
		.on_start = inner->on_start ? on_start : NULL,
		.on_stop = inner->on_stop ? on_stop : NULL,
		.on_request = inner->on_request ? on_request : NULL,
		.on_upgrade = inner->on_upgrade ? on_upgrade : NULL,
		.on_refused = inner->on_refused ? on_refused : NULL,
		.on_response = inner->on_response || e->watch.capture.fd
				       ? on_response
				       : NULL,
		.on_sent = inner->on_sent ? on_sent : NULL,
		.on_turn = inner->on_turn ? on_turn : NULL,
		.on_preface = inner->on_preface ? on_preface : NULL,
		.on_peer = inner->on_peer ? on_peer : NULL,
		.fields = inner->fields,
		.listener = inner->listener,
		.on_parent = inner->on_parent ? on_parent : NULL,
		.on_prepare = inner->on_prepare ? on_prepare : NULL,
		.on_child = inner->on_child ? on_child : NULL,
		.on_ended = inner->on_ended ? on_ended : NULL,
		.extension = inner->extension,
		.data = e,
	};
}

/* Returns an Origin that --origin allows, or NULL when any is allowed. */
static const char *allowed_origin(const struct options *o)
{
	const char *first = o->origins[0];

	return first && !strcmp(first, "same") ? "http://localhost" : first;
}

static bool has_several_processes(const struct app *app)
{
	return app->listener && app->listener->run;
}

/* Several processes would write into each other's packets. */
static void start_capture(struct explain *e, const struct options *o)
{
	const char *path = options_value(o, "pcapng").text;

	if (!path)
		return;
	if (has_several_processes(e->inner))
		errx(2, "--pcapng needs a server of one process. See --help.");
	capture_open(&e->watch.capture, path,
		e->inner->listener ? 0 : options_port(o));
}

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	struct explain *e = calloc(1, sizeof *e);

	if (!e)
		errx(1, "no memory");
	e->inner = inner;
	e->trace = (struct trace){.route = {.on_connection = on_connection,
					  .on_drain = on_drain,
					  .is_private = true,
					  .is_apart = true},
		.explain = e};
	/* behind a proxy, every client would be one of this machine; a listener
	 * of the program's own may be on any address */
	e->mode = page_mode(o, has_several_processes(inner));
	e->allows_own = page_allows_server(o) && !inner->on_preface &&
			!inner->on_peer && !inner->listener;
	if (e->mode == PAGE_CLASS)
		warnx("WARNING: --trace-page class shows each page that can "
		      "reach this server the bytes of its own connections");
	e->watch.max_message = o->max_message;
	e->watch.extension = inner->extension;
	e->watch.terminal = options_value(o, "trace").flag;
	e->watch.colour = terminal_has_colours();
	e->sandbox.app = inner;
	e->sandbox.max_message = o->max_message;
	e->sandbox.origin = allowed_origin(o);
	start_capture(e, o);
	e->has_site = options_value(o, "site").text;
	book_find(&e->book, options_value(o, "book").text);
	e->app = wrap(inner, e);
	set_on_wire(e);
	return &e->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	struct explain *e = app->data;

	watch_free(&e->watch);
	capture_close(&e->watch.capture);
	free(e);
}

static const struct option options[] = {
	{0, "trace", "", OPTION_FLAG, "", 0, 0,
		"show the bytes on the wire, explained bit by bit"},
	{0, "trace-page", "WORD", OPTION_TEXT, "own", 0, 0,
		"who may see the wire of a page: off; own: pages on this "
		"machine; class: each page its own"},
	{0, "no-trace-page", "", OPTION_FLAG, "", 0, 0,
		"the same as --trace-page off"},
	{0, "pcapng", "FILE", OPTION_TEXT, "", 0, 0,
		"write all bytes on the wire to FILE, for Wireshark; - is "
		"standard output"},
	{0, "book", "DIR", OPTION_TEXT, "", 0, 0,
		"folder of the book, if not build/book/ beside the program"},
	{.name = ""},
};

const struct wing explain_wing = {.options = options,
	.command = "explain",
	.run = command_run,
	.start = start,
	.stop = stop};
