/* test_explain.c - pages that watch a server: what each sees, and what is
 * lost. */
#include "tests/explain/pages.h"

#include "files/files.h"
#include "serve/options.h"
#include "tests/lib/live.h"
#include "tests/lib/scarce.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

/* One more has its exercises all the same. */
Test(explain, sixteen_pages_see_their_wire)
{
	struct peer *v[16], *more;

	pages_begin();
	for (size_t i = 0; i < SIZE(v); i++)
		v[i] = pages_watch("a");
	more = pages_ask("/trace?page=a", "localhost:3000",
		"Origin: http://localhost:3000\r\n");
	cr_expect(has_text(&more->got, "\"kind\":\"trace\""));
	cr_expect(!has_text(&more->got, "\"wire\":true"));
	peer_says_text(more, "play /echo hello\n81 85 0 0 0 0 48 65 6c 6c 6f");
	cr_expect(has_text(&more->got, "\"solved\":[\"hello\"]"));
	pages_leave(more);
	pages_leave(v[7]);
	v[7] = pages_watch("b");
	for (size_t i = 0; i < SIZE(v); i++)
		pages_leave(v[i]);
	pages_end();
}

Test(explain, a_page_sees_its_own_connections)
{
	struct peer *early, *a, *b, *own, *other, *none;

	pages_begin();
	early = pages_join("/x?page=a");
	a = pages_watch("a");
	b = pages_watch("b");
	own = pages_join("/x?page=a");
	other = pages_join("/x?page=b");
	none = pages_join("/x");
	peer_says_text(early, "Early 1");
	peer_says_text(own, "own");
	peer_says_text(other, "Other 1");
	peer_says_text(none, "None 1");
	cr_expect(!has_text(&a->got, "Other 1"));
	cr_expect(!has_text(&a->got, "None 1"));
	cr_expect(!has_text(&a->got, "Early 1"));
	/* request, response, a frame each way */
	cr_expect_eq(pages_told(a, "{\"n\":4,"), 4);
	cr_expect_eq(pages_told(b, "{\"n\":5,"), 4);
	pages_leave(own);
	loop_serve_pending(&pages.loop);
	cr_expect_eq(pages_told(a, "\"kind\":\"end\""), 1);
	pages_leave(early);
	pages_leave(other);
	pages_leave(none);
	loop_serve_pending(&pages.loop);
	cr_expect_eq(pages_told(a, ""), 0);
	cr_expect_eq(pages_told(b, "\"kind\":\"end\""), 1);
	pages_leave(a);
	pages_leave(b);
	pages_end();
}

/* Not even under the page's own name, or for another page's commands. */
Test(explain, the_trace_is_never_traced)
{
	struct peer *a, *second;

	pages_begin();
	a = pages_watch("a");
	second = pages_watch("a");
	peer_says_text(a, "exercises");
	peer_says_text(second, "explain 8180");
	cr_expect_eq(pages_told(a, "\"kind\":\"exercises\""), 1);
	cr_expect_eq(pages_told(second, "\"kind\":\"explained\""), 1);
	pages_leave(second);
	loop_serve_pending(&pages.loop);
	cr_expect_eq(pages_told(a, ""), 0);
	pages_leave(a);
	pages_end();
}

/* A connection that was open in between cannot be read from its middle; one
 * that begins later can. */
Test(explain, a_viewer_that_leaves_and_comes_back)
{
	struct peer *a, *own, *later;

	pages_begin();
	a = pages_watch("a");
	own = pages_join("/x?page=a");
	pages_leave(a);
	loop_serve_pending(&pages.loop);
	peer_says_text(own, "alone");
	a = pages_watch("a");
	peer_says_text(own, "again");
	later = pages_join("/echo?page=a");
	cr_expect_eq(pages_told(a, "\"n\":4"), 2);
	pages_leave(own);
	pages_leave(later);
	loop_serve_pending(&pages.loop);
	cr_expect_eq(pages_told(a, "\"kind\":\"end\""), 1);
	pages_leave(a);
	pages_end();
}

Test(explain, plain_requests_of_a_page)
{
	static const char get[] = "GET /x?page=a HTTP/1.1\r\nHost: h\r\n\r\n"
				  "GET /y HTTP/1.1\r\nHost: h\r\n\r\n";
	struct peer *a, *p;

	pages_begin();
	a = pages_watch("a");
	p = pages_connect();
	peer_says(p, get, sizeof get - 1);
	cr_expect_eq(pages_told(a, "\"n\":2"), 3); /* with the body of /x */
	pages_leave(p);
	pages_leave(a);
	pages_end();
}

/* It is told as soon as it has read the waiting messages. */
Test(explain, a_slow_viewer_loses_and_is_told)
{
	struct peer *a, *own;
	size_t shown, lost;
	const char *at;

	pages_begin();
	a = pages_watch("a");
	own = pages_join("/echo?page=a");
	pages_told(a, "");
	a->bite = 0;
	for (int i = 0; i < 1000; i++)
		peer_says_text(own, "Hello");
	cr_expect(ws_buffered(&a->conn.ws) < CONN_UNSENT_MAX);
	loop_drain(a);
	at = memmem(a->got.data, a->got.len, "\"count\":", 8);
	cr_assert(at != NULL);
	lost = strtoul(at + 8, NULL, 10);
	cr_expect(!memmem(at, (size_t)((char *)a->got.data + a->got.len - at),
		"text frame", 10));
	shown = pages_told(a, "text frame");
	cr_expect(shown > 10 && shown < 2000);
	cr_expect_eq(shown + lost, 2000, "%zu and %zu", shown, lost);
	a->bite = SIZE_MAX;
	peer_says_text(own, "Hello");
	loop_serve_pending(&pages.loop);
	cr_expect_eq(pages_told(a, "text frame"), 2);
	pages_leave(own);
	pages_leave(a);
	pages_end();
}

Test(explain, ping_reaches_the_sockets_of_the_page)
{
	struct peer *a, *own, *second, *other;

	pages_begin();
	a = pages_watch("a");
	own = pages_join("/x?page=a");
	second = pages_join("/echo?page=a");
	other = pages_join("/x?page=b");
	pages_told(a, "");
	peer_says_text(a, "ping");
	expect_got(own, "\x89\0", 2);
	expect_got(second, "\x89\0", 2);
	expect_got(other, "", 0);
	cr_expect_eq(pages_told(a, "Ping frame"), 2);
	pages_leave(own);
	pages_leave(second);
	pages_leave(other);
	pages_leave(a);
	pages_end();
}

/* Nobody watches any more when the reader of a capture has gone, so that nobody is
 * told when a connection ends. A page that sees no wire is what finds that out. */
Test(explain, what_a_capture_has_watched_is_forgotten_with_it)
{
	char path[40];
	struct peer *own, *blind, *a;
	int pipes[2];

	signal(SIGPIPE, SIG_IGN);
	cr_assert(!pipe(pipes));
	snprintf(path, sizeof path, "/proc/self/fd/%d", pipes[1]);
	pages_begin_with((char *[]){"server", "--pcapng", path, NULL});
	own = pages_join("/x?page=a");
	close(pipes[0]);
	peer_says_text(own, "which ends the capture");
	blind = pages_ask("/trace?page=b", "example.org",
		"Origin: http://example.org\r\n");
	cr_expect(has_text(&blind->got, "\"kind\":\"trace\""));
	pages_leave(own);
	a = pages_watch("a");
	peer_says_text(a, "ping");
	pages_leave(a);
	pages_leave(blind);
	pages_end();
	close(pipes[1]);
}

Test(explain, no_memory_for_a_page)
{
	static const char origin[] = "Origin: http://localhost\r\n";
	struct peer *a;

	pages_begin();
	a = pages_connect();
	pages_say(a, "/trace?page=a", "localhost", origin);
	scarce.calloc = true;
	peer_says(a, "\r\n", 2);
	cr_expect(has_text(&a->got, "HTTP/1.1 101"));
	cr_expect(has_text(&a->got, "no memory for another page"));
	cr_expect_null(pages.app->on_wire);
	pages_leave(a);
	pages_end();
}

/* When there is no memory to watch a connection, the next one is still
 * watched. */
Test(explain, no_memory_for_a_connection)
{
	struct peer *a, *own, *next;

	pages_begin();
	a = pages_watch("a");
	own = pages_connect();
	pages_say(own, "/echo?page=a", "localhost", "");
	scarce.calloc = true;
	peer_says(own, "\r\n", 2);
	cr_expect(has_text(&own->got, "HTTP/1.1 101"));
	peer_says_text(own, "Hello");
	cr_expect_eq(pages_told(a, ""), 0);
	next = pages_join("/echo?page=a");
	cr_expect_eq(pages_told(a, "handshake"), 2);
	pages_leave(own);
	pages_leave(next);
	pages_leave(a);
	pages_end();
}

/* The calls to the application pass through. */
static struct {
	const struct app *app;
	struct server *server;
	uint32_t number;
	const char *peer, *why;
	int stopped, code, responses;
	size_t sent;
	const struct request *req;
} passed;

static void on_start(const struct app *app, struct server *server)
{
	passed.app = app;
	passed.server = server;
}

static void on_stop(const struct app *app)
{
	passed.stopped += app == passed.app;
}

static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	cr_expect_eq(app, passed.app);
	passed.req = req;
	passed.number = number;
	passed.peer = peer;
	passed.code = code;
	passed.why = why;
}

static void on_response(const struct app *app, uint32_t number,
	const struct request *req, const struct response *res,
	struct slice written)
{
	cr_expect(app == passed.app && number == 7 && !req && !res);
	cr_expect_eq(written.len, 5);
	passed.responses++;
}

static void on_sent(const struct app *app, uint32_t number, size_t n)
{
	cr_expect(app == passed.app && number == 7);
	passed.sent += n;
}

static bool on_turn(const struct app *app, bool hangup)
{
	cr_expect_eq(app, passed.app);
	return hangup;
}

static ssize_t on_preface(const struct app *app, const char *p, size_t len,
	char peer[PEER_MAX], const char **why)
{
	(void)p, (void)why;
	cr_expect_eq(app, passed.app);
	*peer = 0;
	return (ssize_t)len;
}

static const char *on_peer(const struct app *app, const struct request *req,
	char *text, size_t size)
{
	cr_expect_eq(app, passed.app);
	cr_expect_eq(req, passed.req);
	snprintf(text, size, "192.0.2.7");
	return text;
}

Test(explain, what_an_application_is_told)
{
	struct server *server = (struct server *)&passed;
	struct options options;
	const struct wing *wings[] = {&explain_wing, &files_wing, NULL};
	struct request request;
	struct app inner = {0};
	const struct app *app;

	options_parse(&options, wings, 1, (char *[]){"server", NULL});
	app = explain_wing.start(&options, &inner);
	cr_expect(!app->on_start && !app->on_stop && !app->on_refused);
	cr_expect(!app->on_request && !app->on_upgrade && !app->on_wire);
	cr_expect(!app->on_response && !app->on_sent && !app->on_turn);
	cr_expect(!app->on_preface && !app->on_peer);
	explain_wing.stop(app);
	inner.on_start = on_start;
	inner.on_stop = on_stop;
	inner.on_refused = on_refused;
	inner.on_response = on_response;
	inner.on_sent = on_sent;
	inner.on_turn = on_turn;
	inner.on_preface = on_preface;
	inner.on_peer = on_peer;
	app = explain_wing.start(&options, &inner);
	app->on_start(app, server);
	cr_expect(passed.app == &inner && passed.server == server);
	app->on_refused(app, 7, "peer", 403, "why", &request);
	cr_expect(passed.number == 7 && passed.code == 403);
	cr_expect(!strcmp(passed.peer, "peer") && !strcmp(passed.why, "why"));
	cr_expect_eq(passed.req, &request);
	app->on_response(app, 7, NULL, NULL, (struct slice){"bytes", 5});
	app->on_sent(app, 7, 3);
	cr_expect(passed.responses == 1 && passed.sent == 3);
	cr_expect(app->on_turn(app, true) && !app->on_turn(app, false));
	cr_expect_eq(
		app->on_preface(app, "?", 1, (char[PEER_MAX]){""}, NULL), 1);
	cr_expect_str_eq(
		app->on_peer(app, &request, (char[10]){""}, 10), "192.0.2.7");
	app->on_stop(app);
	cr_expect_eq(passed.stopped, 1);
	explain_wing.stop(app);
}

static size_t read_message(int fd, char *text, size_t size)
{
	unsigned char head[10];
	size_t len = 0, more;

	live_read(fd, head, 2);
	more = head[1] < 126 ? 0 : head[1] < 127 ? 2 : 8;
	live_read(fd, head + 2, more);
	for (size_t i = 0; i < more; i++)
		len = len << 8 | head[2 + i];
	len = more ? len : head[1];
	cr_assert(len < size);
	live_read(fd, text, len);
	text[len] = 0;
	return len;
}

static void expect_message(int fd, const char *part)
{
	static char text[65536];

	read_message(fd, text, sizeof text);
	cr_expect(strstr(text, part), "%s", text);
}

/* A page that watches as "x". */
static int live_page(const struct live *live)
{
	char text[1000];
	int fd = live_connect(live);
	size_t n;

	snprintf(text, sizeof text,
		"GET /trace?page=x HTTP/1.1\r\nHost: localhost:%d\r\n"
		"Origin: http://localhost:%d\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		live->port, live->port);
	live_send_text(fd, text);
	for (n = 0; n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4); n++)
		live_read(fd, text + n, 1);
	cr_assert(!memcmp(text, "HTTP/1.1 101", 12));
	expect_message(fd, "{\"kind\":\"trace\",\"wire\":true}");
	return fd;
}

/* The program itself. */
Test(explain, a_real_page)
{
	static const char *const none[] = {NULL};
	static struct live live;
	int page, own;

	live_start(&live, none);
	page = live_page(&live);
	own = live_socket(&live, "/echo?page=x");
	expect_message(page, "\"kind\":\"request\"");
	expect_message(page, "\"kind\":\"response\"");
	live_send_frame(own, 0x81, "Hello", 5);
	expect_message(page, "\"dir\":\"in\",\"kind\":\"frame\"");
	expect_message(page, "\"dir\":\"out\",\"kind\":\"frame\"");
	close(own);
	close(page);
	cr_expect_eq(live_stop(&live, 15), 0);
	cr_expect(!strstr(live.log, "/trace"), "%s", live.log);
}

/* A play reaches hello.c itself, which logs it. */
Test(explain, a_real_play)
{
	static const char *const none[] = {NULL};
	static struct live live;
	int page;

	live_start(&live, none);
	page = live_page(&live);
	live_send_frame(page, 0x81, "play /echo\n8180", 15);
	expect_message(page, "{\"kind\":\"play\"}");
	live_expect_log(&live, "#0 sandbox /echo");
	live_send_frame(page, 0x81, "play /\n81810000000041\n8800", 26);
	live_expect_log(&live, "#0 sandbox /\n");
	live_expect_log(&live, "Just got this : A from the Browser");
	live_expect_log(&live, "#0 by the server: 1002");
	close(page);
	cr_expect_eq(live_stop(&live, 15), 0);
}

Test(explain, on_the_terminal)
{
	static const char *const traced[] = {"--trace", "--quiet", NULL};
	static struct live live;
	char text[7];
	int own, page, half;

	live_start(&live, traced);
	page = live_page(&live);
	own = live_socket(&live, "/echo");
	live_send_frame(own, 0x81, "Hello", 5);
	live_read(own, text, 7);
	close(own);
	live_expect_log(&live, "the connection has ended");
	half = live_connect(&live);
	live_send_text(half, "GET /half HTTP/1.1\r\nHo");
	close(half);
	live_expect_log(&live, "not whole yet: at least");
	close(page);
	cr_expect_eq(live_stop(&live, 15), 0);
	cr_expect(strstr(live.log, "handshake request"));
	cr_expect(strstr(live.log, "handshake response"));
	cr_expect(strstr(live.log, "text frame"));
	cr_expect(!strstr(live.log, "/trace"), "%s", live.log);
	cr_expect(!strchr(live.log, '\x1b'));
}
