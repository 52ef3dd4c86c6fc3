/* ask.c - whole connections over which a client asks and is answered. */
#include "tests/lib/ask.h"

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
	ws_send_data(ws, text, len, binary);
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
	static const struct route any = {NULL, greet}, echoes = {spoken, greet};

	(void)app;
	if (slice_is(req->path, "/echo"))
		return &echoes;
	if (!slice_is(req->path, "/no"))
		return &any;
	response_error(res, 403, "not for you");
	return NULL;
}

struct app ask_app = {.on_request = show_path, .on_upgrade = choose};
uint32_t ask_max_requests = 1000;
struct asked asked;

static const char *address(const struct conn *c, char *text, size_t size)
{
	(void)c;
	snprintf(text, size, "127.0.0.1:1");
	return text;
}

static void share(struct shared *s)
{
	*s = (struct shared){.peer = address,
		.date = "Sun, 06 Nov 1994 08:49:37 GMT",
		.max_requests = ask_max_requests};
	s->host.max_message = 1 << 20;
	s->host.max_backlog = 1 << 18;
	conn_share(s, &ask_app);
}

/* One wake-up, in which bytes arrive, perhaps none. They lie in a block that
 * ends where they do. */
static void wake(struct conn *c, const char *said, size_t n)
{
	conn_borrow(c);
	buf_append(c->in, said, n);
	if (c->in->len) {
		unsigned char *block = exactly(c->in->data, c->in->len);

		free(c->in->data);
		*c->in = (struct buf){block, c->in->len, c->in->len};
	}
	conn_input(c, n);
	if (conn_has_output(c)) {
		buf_append(&asked.got, c->out->data, c->out->len);
		conn_sent(c, c->out->len);
	}
	conn_return(c);
}

/* One conversation: bytes come as `first`, then `step` at a time. */
static void run(const char *said, size_t len, size_t first, size_t step)
{
	struct shared s;
	struct conn c;

	share(&s);
	conn_open(&c, &s);
	for (size_t at = 0, n = first; at < len; at += n, n = step) {
		n = n < len - at ? n : len - at;
		wake(&c, said + at, n);
		while (conn_take_pending(&s)) {
			c.listed = false;
			wake(&c, NULL, 0);
		}
	}
	asked.ends = conn_next(&c) != CONN_GO_ON;
	conn_lost(&c, "it is over");
	conn_unshare(&s);
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
		/* 0: not cut in two, but at every place */
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
 * response to indicate the required protocol(s)"; 7.8: and then Connection
 * names it; RFC 6455 4.4: which version of it is spoken. */
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
	cr_expect_eq(asked.unread.len, 0, "behind the answer to %.200s: %s",
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
