/* test_watch.c - who may watch the wire, what each sees, and what is lost. */
#include "tests/explain/shown.h"
#include "tests/lib/live.h"
#include "tests/lib/pieces.h"

#include "explain/watch.h"

#include <stdio.h>
#include <unistd.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

static struct options options;
static struct loop loop;
static struct watch *watching;

static void begin(void)
{
	options = (struct options){
		.host = "localhost", .workers = 1, .max_message = 16 << 20};
	loop_init(&loop);
	loop.acts.echo = true;
	watching = watch_start(&options, &loop.app);
	conn_share(&loop.shared, watch_app(watching));
}

static void end(void)
{
	watch_stop(watching);
	loop_end(&loop);
}

static struct peer *ask(const char *target, const char *host, const char *field)
{
	struct peer *p = peer_new(&loop);
	char text[1000];

	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: %s\r\n%s"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		target, host, field);
	peer_says(p, text, strlen(text));
	return p;
}

static int status(const struct peer *p)
{
	cr_assert(p->got.len > 12);
	return atoi((char *)p->got.data + 9);
}

/* A viewer's on_close is not a test's. */
static void leave(struct peer *p)
{
	serve_pending(&loop);
	conn_lost(&p->conn, "the test is over");
	p->closed = 0;
	peer_free(p);
}

static struct peer *view(const char *page)
{
	char target[100];
	struct peer *p;

	snprintf(target, sizeof target, "/trace?page=%s", page);
	p = ask(target, "localhost:3000", "Origin: http://localhost:3000\r\n");
	cr_assert_eq(status(p), 101);
	p->got.len = 0;
	return p;
}

/* A socket of a page's own. */
static struct peer *join(const char *target)
{
	struct peer *p = ask(target, "localhost:3000", "");

	cr_assert_eq(status(p), 101);
	p->got.len = 0;
	return p;
}

/* Takes the messages that it got: each is JSON. Returns how many have the
 * text in them. */
static size_t told(struct peer *p, const char *text)
{
	size_t n = 0;

	while (p->got.len) {
		const unsigned char *g = p->got.data;
		size_t head = g[1] < 126 ? 2 : g[1] < 127 ? 4 : 10, len = 0;

		cr_assert_eq(g[0], 0x81);
		for (size_t i = 2; i < head; i++)
			len = len << 8 | g[i];
		len = head == 2 ? g[1] : len;
		cr_assert(p->got.len >= head + len);
		cr_expect(is_json((char *)g + head, len), "%.*s", (int)len,
			(char *)g + head);
		n += memmem(g + head, len, text, strlen(text)) != NULL;
		buf_consume(&p->got, head + len);
	}
	return n;
}

static void expect_status(
	int wanted, const char *target, const char *host, const char *field)
{
	struct peer *p = ask(target, host, field);

	cr_expect_eq(status(p), wanted, "%d: %s %s %s", status(p), target, host,
		field);
	leave(p);
}

/* RFC 6455 10.2: no page but the server's own, under no name but this
 * machine's. */
Test(watch, 10_2_its_own_page_alone)
{
	static const struct {
		int status;
		const char *host, *field;
	} table[] = {
		{101, "localhost:3000", "Origin: http://localhost:3000\r\n"},
		{101, "localhost", "Origin: http://localhost\r\n"},
		{101, "LOCALHOST:1", "Origin: http://localhost:1\r\n"},
		{101, "127.0.0.1:3000", "Origin: http://127.0.0.1:3000\r\n"},
		{101, "127.1.2.3", "Origin: http://127.1.2.3\r\n"},
		{101, "[::1]:3000", "Origin: http://[::1]:3000\r\n"},
		{403, "localhost:3000", ""},
		{403, "localhost:3000", "Origin: null\r\n"},
		{403, "localhost:3000", "Origin: http://localhost:3001\r\n"},
		{403, "localhost:3000", "Origin: http://localhost\r\n"},
		{403, "localhost:3000", "Origin: https://localhost:3000\r\n"},
		{403, "localhost:3000", "Origin: http://127.0.0.1:3000\r\n"},
		{403, "localhost:3000", "Origin: http://evil.example\r\n"},
		{403, "localhost:3000",
			"Origin: http://localhost:3000\r\n"
			"Origin: http://localhost:3000\r\n"},
		{403, "evil.example:3000",
			"Origin: http://evil.example:3000\r\n"},
		{403, "127.evil.example",
			"Origin: http://127.evil.example\r\n"},
		{403, "127.0.0.1.evil.example",
			"Origin: http://127.0.0.1.evil.example\r\n"},
		{403, "localhost.evil.example",
			"Origin: http://localhost.evil.example\r\n"},
		{403, "128.0.0.1", "Origin: http://128.0.0.1\r\n"},
		{403, "[::2]:3000", "Origin: http://[::2]:3000\r\n"},
		{403, "127.", "Origin: http://localhost\r\n"},
	};

	begin();
	for (size_t i = 0; i < SIZE(table); i++)
		expect_status(table[i].status, "/trace?page=a", table[i].host,
			table[i].field);
	end();
}

Test(watch, a_page_has_a_name)
{
	static const char origin[] = "Origin: http://localhost\r\n";
	char target[200] = "/trace?page=";
	size_t n = strlen(target);

	begin();
	expect_status(400, "/trace", "localhost", origin);
	expect_status(400, "/trace?page", "localhost", origin);
	expect_status(400, "/trace?page=", "localhost", origin);
	expect_status(400, "/trace?pages=a", "localhost", origin);
	expect_status(101, "/trace?a=b&page=c&page=d", "localhost", origin);
	memset(target + n, 'a', 64);
	expect_status(101, target, "localhost", origin);
	target[n + 64] = 'a';
	expect_status(400, target, "localhost", origin);
	end();
}

static void expect_private(int wanted)
{
	loop_init(&loop);
	watching = watch_start(&options, &loop.app);
	conn_share(&loop.shared, watch_app(watching));
	cr_expect_null(watch_app(watching)->on_wire); /* nobody looks yet */
	expect_status(wanted, "/trace?page=a", "localhost",
		"Origin: http://localhost\r\n");
	end();
}

Test(watch, only_on_this_machine_and_in_one_process)
{
	static const char *const here[] = {
		"localhost", "127.0.0.1", "127.9.9.9", "::1"};
	static const char *const elsewhere[] = {
		"0.0.0.0", "::", "192.0.2.1", "example.com", "127.example"};
	const struct options best = {
		.host = "localhost", .workers = 1, .max_message = 1024};

	for (size_t i = 0; i < SIZE(here); i++) {
		options = best;
		options.host = here[i];
		expect_private(101);
	}
	for (size_t i = 0; i < SIZE(elsewhere); i++) {
		options = best;
		options.host = elsewhere[i];
		expect_private(403);
	}
	options = best;
	options.workers = 2;
	expect_private(403);
	options = best;
	options.unix_path = "/tmp/x";
	expect_private(403);
	options = best;
	options.trust_proxy = true;
	expect_private(403);
	options = best;
	options.no_trace_page = true;
	expect_private(403);
	options = best;
	setenv("LISTEN_FDS", "1", 1);
	expect_private(403);
	unsetenv("LISTEN_FDS");
}

Test(watch, sixteen_pages_at_most)
{
	struct peer *v[16];

	begin();
	for (size_t i = 0; i < SIZE(v); i++)
		v[i] = view("a");
	expect_status(503, "/trace?page=a", "localhost",
		"Origin: http://localhost\r\n");
	leave(v[7]);
	v[7] = view("b");
	for (size_t i = 0; i < SIZE(v); i++)
		leave(v[i]);
	end();
}

Test(watch, a_page_sees_its_own_connections)
{
	struct peer *early, *a, *b, *own, *other, *none;

	begin();
	early = join("/x?page=a");
	a = view("a");
	b = view("b");
	own = join("/x?page=a");
	other = join("/x?page=b");
	none = join("/x");
	peer_says_text(early, "Early 1");
	peer_says_text(own, "own");
	peer_says_text(other, "Other 1");
	peer_says_text(none, "None 1");
	cr_expect(!has_text(&a->got, "Other 1"));
	cr_expect(!has_text(&a->got, "None 1"));
	cr_expect(!has_text(&a->got, "Early 1"));
	/* request, response, a frame each way */
	cr_expect_eq(told(a, "{\"n\":4,"), 4);
	cr_expect_eq(told(b, "{\"n\":5,"), 4);
	peer_free(own);
	serve_pending(&loop);
	cr_expect_eq(told(a, "\"kind\":\"end\""), 1);
	peer_free(early);
	peer_free(other);
	peer_free(none);
	serve_pending(&loop);
	cr_expect_eq(told(a, ""), 0);
	cr_expect_eq(told(b, "\"kind\":\"end\""), 1);
	leave(a);
	leave(b);
	end();
}

/* Not even when its name is asked for, or another page's commands pass. */
Test(watch, the_trace_is_never_traced)
{
	struct peer *a, *second;

	begin();
	a = view("a");
	second = view("a");
	peer_says_text(a, "exercises");
	peer_says_text(second, "explain 8180");
	cr_expect_eq(told(a, "\"kind\":\"exercises\""), 1);
	cr_expect_eq(told(second, "\"kind\":\"explained\""), 1);
	leave(second);
	serve_pending(&loop);
	cr_expect_eq(told(a, ""), 0);
	leave(a);
	end();
}

/* What was open when it left cannot be read from its middle; what begins
 * later can. */
Test(watch, a_viewer_that_leaves_and_comes_back)
{
	struct peer *a, *own, *later;

	begin();
	a = view("a");
	own = join("/x?page=a");
	leave(a);
	serve_pending(&loop);
	peer_says_text(own, "alone");
	a = view("a");
	peer_says_text(own, "again");
	later = join("/x?page=a");
	cr_expect_eq(told(a, "\"n\":4"), 2);
	peer_free(own);
	peer_free(later);
	serve_pending(&loop);
	cr_expect_eq(told(a, "\"kind\":\"end\""), 1);
	leave(a);
	end();
}

Test(watch, plain_requests_of_a_page)
{
	static const char get[] = "GET /x?page=a HTTP/1.1\r\nHost: h\r\n\r\n"
				  "GET /y HTTP/1.1\r\nHost: h\r\n\r\n";
	struct peer *a, *p;

	begin();
	a = view("a");
	p = peer_new(&loop);
	peer_says(p, get, sizeof get - 1);
	cr_expect_eq(told(a, "\"n\":2"), 3); /* with the body of /x */
	peer_free(p);
	leave(a);
	end();
}

Test(watch, a_slow_viewer_loses_and_is_told)
{
	struct peer *a, *own;
	size_t shown, lost = 0;
	const char *at;

	begin();
	a = view("a");
	own = join("/x?page=a");
	told(a, "");
	a->bite = 0;
	for (int i = 0; i < 1000; i++)
		peer_says_text(own, "Hello");
	cr_expect(a->conn.out->len < loop.shared.host.max_backlog);
	peer_drains(a);
	shown = told(a, "text frame");
	cr_expect(shown > 10 && shown < 2000);
	a->bite = SIZE_MAX;
	peer_says_frame(a, 0x8A, "", 0); /* it has room: a Pong is enough */
	at = a->got.len ? memmem(a->got.data, a->got.len, "\"count\":", 8)
			: NULL;
	cr_assert(at != NULL);
	lost = strtoul(at + 8, NULL, 10);
	cr_expect_eq(shown + lost, 2000, "%zu and %zu", shown, lost);
	cr_expect_eq(told(a, "\"kind\":\"lost\""), 1);
	peer_says_text(own, "Hello");
	cr_expect_eq(told(a, "text frame"), 2);
	peer_free(own);
	leave(a);
	end();
}

Test(watch, ping_reaches_the_sockets_of_the_page)
{
	struct peer *a, *own, *second, *other;

	begin();
	a = view("a");
	own = join("/x?page=a");
	second = join("/echo?page=a");
	other = join("/x?page=b");
	told(a, "");
	peer_says_text(a, "ping");
	expect_got(own, "\x89\0", 2);
	expect_got(second, "\x89\0", 2);
	expect_got(other, "", 0);
	cr_expect_eq(told(a, "Ping frame"), 2);
	peer_free(own);
	peer_free(second);
	peer_free(other);
	leave(a);
	end();
}

Test(watch, play)
{
	struct peer *a;

	begin();
	a = view("a");
	peer_says_text(a, "play /echo 8185000000004865 6c6c6f");
	cr_expect(has_text(&a->got, "{\"kind\":\"play\"}"));
	cr_expect(has_text(&a->got, "{\"kind\":\"played\",\"code\":0,"
				    "\"solved\":[\"hello\",\"one-in-two\"]}"));
	/* both heads, a frame and its rest, the echo */
	cr_expect_eq(told(a, "{\"n\":0,"), 5);
	peer_says_text(a, "play / 8105");
	cr_expect(has_text(&a->got, "\"code\":1002,\"solved\":[\"unmasked\"]"));
	cr_expect_eq(told(a, "\"dir\":\"out\""), 3);
	peer_says_text(a, "play /");
	cr_expect(has_text(&a->got, "\"code\":0,\"solved\":[]"));
	told(a, "");
	leave(a);
	end();
}

Test(watch, explain)
{
	struct peer *a;

	begin();
	a = view("a");
	peer_says_text(a, "explain 8180 00000000 81 05");
	cr_expect(has_text(&a->got, "{\"kind\":\"explained\",\"pieces\":[{"));
	cr_expect(has_text(&a->got, "a client must mask its frames"));
	cr_expect_eq(told(a, "\"broken\""), 1);
	leave(a);
	end();
}

Test(watch, exercises)
{
	struct peer *a;

	begin();
	a = view("a");
	peer_says_text(a, "exercises");
	cr_expect(has_text(&a->got, "{\"kind\":\"exercises\",\"list\":["
				    "{\"id\":\"hello\",\"rfc\":\""));
	cr_expect_eq(told(a, "\"level\":3}"), 1);
	leave(a);
	end();
}

Test(watch, commands_that_are_none)
{
	static const char *const wrong[] = {"", "pin", "ping ", "PING", "play",
		"play ", "play echo 81", "play /a\xc3\xa9 81", "play /echo 8",
		"play /echo 81 8x", "play /echo 0x81", "explain", "explain ",
		"explain g", "explain\"\\", "exercisesx"};
	char *text = some_text(65537);
	struct peer *a;

	begin();
	a = view("a");
	for (size_t i = 0; i < SIZE(wrong); i++) {
		peer_says_text(a, wrong[i]);
		cr_expect_eq(told(a, "\"kind\":\"error\""), 1, "%s", wrong[i]);
	}
	peer_says_frame(a, 0x82, "ping", 4);
	cr_expect_eq(told(a, "\"kind\":\"error\""), 1);
	memcpy(text, "exercises ", 10);
	peer_says_frame(a, 0x81, text, 65537);
	cr_expect_eq(told(a, "\"kind\":\"error\""), 1);
	free(text);
	leave(a);
	end();
}

/* The largest commands, and a viewer that takes nothing: bounded, and it
 * stays. */
Test(watch, large_commands)
{
	char *text = malloc(65537);
	struct peer *a;

	begin();
	a = view("a");
	memset(text, '0', 65536);
	text[65536] = 0;
	for (int i = 0; i < 20; i++) {
		memcpy(text, i % 2 ? "explain " : "play /e ", 8);
		for (size_t j = 8; j + 12 <= 65536; j += 12)
			memcpy(text + j, "898000000000", 12);
		a->bite = i < 10 ? SIZE_MAX : 0;
		peer_says_frame(a, 0x81, text, 65536 - 4);
	}
	cr_expect_eq(a->conn.state, CONN_SOCKET);
	peer_drains(a);
	cr_expect(told(a, "\"kind\":\"lost\"") > 0);
	free(text);
	leave(a);
	end();
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

/* The program itself. */
Test(watch, a_real_page)
{
	static const char *const none[] = {NULL};
	static struct live live;
	static char text[65536];
	char request[500];
	int viewer, own;
	size_t n;

	live_start(&live, none);
	viewer = live_connect(&live);
	snprintf(request, sizeof request,
		"GET /trace?page=x HTTP/1.1\r\nHost: localhost:%d\r\n"
		"Origin: http://localhost:%d\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		live.port, live.port);
	live_send_text(viewer, request);
	for (n = 0; n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4); n++)
		live_read(viewer, text + n, 1);
	cr_expect(!memcmp(text, "HTTP/1.1 101", 12));
	own = live_socket(&live, "/echo?page=x");
	read_message(viewer, text, sizeof text);
	cr_expect(strstr(text, "\"kind\":\"request\""));
	read_message(viewer, text, sizeof text);
	cr_expect(strstr(text, "\"kind\":\"response\""));
	live_send_frame(own, 0x81, "Hello", 5);
	read_message(viewer, text, sizeof text);
	cr_expect(
		strstr(text, "\"dir\":\"in\",\"kind\":\"frame\""), "%s", text);
	close(own);
	close(viewer);
	cr_expect_eq(live_stop(&live, 15), 0);
	cr_expect(!strstr(live.log, "/trace"), "%s", live.log);
}

Test(watch, on_the_terminal)
{
	static const char *const traced[] = {"--trace", "--quiet", NULL};
	static struct live live;
	char text[7];
	int own;

	live_start(&live, traced);
	own = live_socket(&live, "/echo");
	live_send_frame(own, 0x81, "Hello", 5);
	live_read(own, text, 7);
	close(own);
	live_expect_log(&live, "the connection has ended");
	cr_expect_eq(live_stop(&live, 15), 0);
	cr_expect(strstr(live.log, "handshake request"));
	cr_expect(strstr(live.log, "handshake response"));
	cr_expect(strstr(live.log, "text frame"));
	cr_expect(!strchr(live.log, '\x1b'));
}
