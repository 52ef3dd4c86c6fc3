/* ask.c - whole connections over which a client asks and is answered. */
#include "tests/lib/ask.h"

#include "tests/lib/loop.h"

#include <stdarg.h>
#include <stdio.h>

static void show_path(
	const struct app *app, const struct request *req, struct response *res)
{
	struct slice path = req->path;

	(void)app;
	res->close |= slice_is(path, "/close");
	if (slice_is(path, "/204"))
		response_send(res, 204, NULL, "", 0);
	else if (slice_is(path, "/304"))
		response_send(res, 304, NULL, "", 0);
	else
		response_send(res, 200, "text/plain", path.p, path.len);
}

static void echo(struct ws *ws, const char *text, size_t len, bool binary)
{
	(void)text, (void)len, (void)binary;
	ws_send_back(ws);
}

static void greet(struct ws *ws, const struct request *req)
{
	cr_expect_str_eq(req->peer, "127.0.0.1:1");
	ws->on_message = echo;
	ws_send(ws, ws->protocol ? ws->protocol : "none");
}

static const struct route *choose(
	const struct app *app, const struct request *req, struct response *res)
{
	static const char *const spoken[] = {"echo", "v2.echo", NULL};
	static const struct route any = {.on_connection = greet};
	static const struct route echoes = {
		.protocols = spoken, .on_connection = greet};

	(void)app;
	if (slice_is(req->path, "/echo"))
		return &echoes;
	if (!slice_is(req->path, "/no"))
		return &any;
	response_error(res, 403, "you may not come in");
	return NULL;
}

struct app ask_app = {.on_request = show_path, .on_upgrade = choose};
uint32_t ask_max_requests = 1000;
struct asked asked;

/* One conversation: first `first` bytes come, then `step` at a time. */
static void run(const char *said, size_t len, size_t first, size_t step)
{
	struct peer peer = {.bite = SIZE_MAX};
	struct loop loop;

	loop_open(&loop, &ask_app);
	loop.shared.http.max_requests = ask_max_requests;
	loop_connect(&loop, &peer);
	for (size_t at = 0, n = first; at < len; at += n, n = step) {
		n = n < len - at ? n : len - at;
		loop_wake(&peer, said + at, n);
		loop_serve_pending(&loop);
	}
	asked.ends = conn_next(&peer.conn) != CONN_GO_ON;
	asked.got = peer.got;
	peer.got = (struct buf){0};
	loop_drop(&peer);
	loop_close(&loop);
}

static void expect_the_same(const struct asked *whole, size_t cut)
{
	cr_expect(asked.got.len == whole->got.len &&
			  asked.ends == whole->ends &&
			  (!whole->got.len ||
				  !memcmp(asked.got.data, whole->got.data,
					  whole->got.len)),
		"cut at %zu:\n%.*s", cut, (int)asked.got.len,
		(char *)asked.got.data);
}

void ask_bytes(const char *said, size_t len)
{
	size_t stride = len <= 4096 ? 1 : 509;
	struct asked whole;

	buf_free(&asked.got);
	run(said, len, len, len);
	whole = asked;
	for (size_t cut = 0; cut < len; cut += stride) {
		asked = (struct asked){.ends = false};
		/* 0 stands for a cut at every place */
		run(said, len, cut ? cut : 1, cut ? len : 1);
		expect_the_same(&whole, cut);
		buf_free(&asked.got);
	}
	asked = whole;
	cr_assert(buf_append(&asked.got, "", 1));
	asked.got.len--;
	asked.unread = (struct slice){(char *)asked.got.data, asked.got.len};
}

void ask(const char *said)
{
	ask_bytes(said, strlen(said));
}

bool reply_has(const struct reply *a, const char *line)
{
	char whole[300];

	snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
	return strstr(a->head, whole);
}

int reply_count(const struct reply *a, const char *name)
{
	const char *p = a->head;
	char begin[100];
	int n = 0;

	snprintf(begin, sizeof begin, "\r\n%s:", name);
	while ((p = strcasestr(p, begin))) {
		p++;
		n++;
	}
	return n;
}

/* RFC 9110 15.5.22: "The server MUST send an Upgrade header field in a 426
 * response to indicate the required protocol(s)"; 7.8: Connection must then
 * name it; RFC 6455 4.4: it says which version is spoken. */
bool reply_is_426(const struct reply *a)
{
	return a->status == 426 && reply_has(a, "Upgrade: websocket") &&
	       reply_has(a, "Connection: Upgrade") &&
	       reply_has(a, "Sec-WebSocket-Version: 13");
}

struct reply ask_next(bool to_head)
{
	struct reply a = {0};
	struct slice *rest = &asked.unread;
	const char *end = strstr(rest->p, "\r\n\r\n"), *length;
	size_t n = end ? (size_t)(end + 4 - rest->p) : 0;

	cr_assert(n && n < sizeof a.head, "no answer in: %s", rest->p);
	memcpy(a.head, rest->p, n - 2);
	cr_assert_eq(sscanf(a.head, "HTTP/1.1 %3d ", &a.status), 1);
	cr_expect(reply_has(&a, "Date: Sun, 06 Nov 1994 08:49:37 GMT"));
	cr_expect(reply_has(&a, "X-Content-Type-Options: nosniff"));
	length = strcasestr(a.head, "\r\nContent-Length: ");
	a.body.p = end + 4;
	if (length && !to_head)
		a.body.len = (size_t)atol(length + 18);
	cr_assert(n + a.body.len <= rest->len);
	rest->p += n + a.body.len;
	rest->len -= n + a.body.len;
	return a;
}

struct reply ask_one(int status, const char *format, ...)
{
	char said[40000];
	struct reply a;
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof said, format, args);
	va_end(args);
	ask(said);
	a = ask_next(!strncmp(said, "HEAD ", 5));
	cr_expect_eq(a.status, status, "%d to %.200s", a.status, said);
	cr_expect_eq(asked.unread.len, 0, "after the answer to %.200s: %s",
		said, asked.unread.p);
	return a;
}

void ask_last(int status, const char *said)
{
	static const char more[] = "GET /more HTTP/1.1\r\nHost: h\r\n\r\n";
	struct reply a = ask_one(status, "%s%s", said, more);

	cr_expect(reply_has(&a, "Connection: close"), "%s", a.head);
	cr_expect(asked.ends);
}
