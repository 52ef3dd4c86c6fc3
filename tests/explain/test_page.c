/* test_page.c - which servers show a trace, and to which requests. */
#include "tests/explain/pages.h"

#include "explain/page.h"
#include "serve/listener.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

/* Expects that such a page sees its wire, or does not. */
static void expect_wire(bool wanted, const char *host, const char *field)
{
	struct peer *p = pages_ask("/trace?page=a", host, field);

	cr_expect_eq(has_text(&p->got, "\"wire\":true"), wanted, "%s %s", host,
		field);
	pages_leave(p);
}

/* RFC 6455 10.2: the server's own page alone; and it sees the wire only under a
 * name of this machine. */
Test(page, 10_2_its_own_page_alone)
{
	static const struct {
		int status;
		bool wire;
		const char *host, *field;
	} table[] = {
		{101, true, "localhost:3000",
			"Origin: http://localhost:3000\r\n"},
		{101, true, "localhost", "Origin: http://localhost\r\n"},
		{101, true, "LOCALHOST:1", "Origin: http://localhost:1\r\n"},
		{101, true, "127.0.0.1:3000",
			"Origin: http://127.0.0.1:3000\r\n"},
		{101, true, "127.1.2.3", "Origin: http://127.1.2.3\r\n"},
		{101, true, "[::1]:3000", "Origin: http://[::1]:3000\r\n"},
		{403, false, "localhost:3000", ""},
		{403, false, "localhost:3000", "Origin: null\r\n"},
		{403, false, "localhost:3000",
			"Origin: http://localhost:3001\r\n"},
		{403, false, "localhost:3000", "Origin: http://localhost\r\n"},
		{101, false, "localhost:3000",
			"Origin: https://localhost:3000\r\n"},
		{403, false, "localhost:3000",
			"Origin: http://127.0.0.1:3000\r\n"},
		{403, false, "localhost:3000",
			"Origin: http://evil.example\r\n"},
		{403, false, "localhost:3000",
			"Origin: http://localhost:3000\r\n"
			"Origin: http://localhost:3000\r\n"},
		{101, false, "evil.example:3000",
			"Origin: http://evil.example:3000\r\n"},
		{101, false, "127.evil.example",
			"Origin: http://127.evil.example\r\n"},
		{101, false, "127.0.0.1.evil.example",
			"Origin: http://127.0.0.1.evil.example\r\n"},
		{101, false, "localhost.evil.example",
			"Origin: http://localhost.evil.example\r\n"},
		{101, false, "128.0.0.1", "Origin: http://128.0.0.1\r\n"},
		{101, false, "[::2]:3000", "Origin: http://[::2]:3000\r\n"},
		{403, false, "127.", "Origin: http://localhost\r\n"},
	};

	pages_begin();
	for (size_t i = 0; i < SIZE(table); i++) {
		pages_expect(table[i].status, "/trace?page=a", table[i].host,
			table[i].field);
		expect_wire(table[i].wire, table[i].host, table[i].field);
	}
	pages_end();
}

Test(page, a_page_has_a_name)
{
	static const char origin[] = "Origin: http://localhost\r\n";
	char target[200] = "/trace?page=";
	size_t n = strlen(target);

	pages_begin();
	pages_expect(400, "/trace", "localhost", origin);
	pages_expect(400, "/trace?page", "localhost", origin);
	pages_expect(400, "/trace?page=", "localhost", origin);
	pages_expect(400, "/trace?pages=a", "localhost", origin);
	pages_expect(101, "/trace?a=b&page=c&page=d", "localhost", origin);
	memset(target + n, 'a', 64);
	pages_expect(101, target, "localhost", origin);
	target[n + 64] = 'a';
	pages_expect(400, target, "localhost", origin);
	pages_end();
}

/* A server with this option and its value. */
static void expect_private(int status, bool wire, char *option, char *value)
{
	static const char origin[] = "Origin: http://localhost\r\n";

	pages_begin_with((char *[]){"server", option, value, NULL});
	cr_expect_null(pages.app->on_wire); /* nobody is watching */
	pages_expect(status, "/trace?page=a", "localhost", origin);
	expect_wire(wire, "localhost", origin);
	pages_end();
}

static int refuse_to_run(
	struct listener *l, const struct app *app, struct server *s)
{
	(void)l, (void)app, (void)s;
	return 1;
}

Test(page, only_on_this_machine_and_in_one_process)
{
	static char *const here[] = {
		"localhost", "127.0.0.1", "127.9.9.9", "::1"};
	static char *const elsewhere[] = {
		"0.0.0.0", "::", "192.0.2.1", "example.com", "127.example"};
	static struct listener several = {.run = refuse_to_run};

	for (size_t i = 0; i < SIZE(here); i++)
		expect_private(101, true, "--host", here[i]);
	for (size_t i = 0; i < SIZE(elsewhere); i++)
		expect_private(101, false, "--host", elsewhere[i]);
	pages.listener = &several;
	expect_private(101, false, "--host", "localhost");
	pages.listener = NULL;
	expect_private(403, false, "--no-trace-page", NULL);
	expect_private(403, false, "--trace-page", "off");
	expect_private(101, true, "--trace-page", "own");
}

/* Off this machine too, but still each page its own, and up to 200 of them. */
Test(page, a_class)
{
	static char *argv[] = {
		"server", "--trace-page", "class", "--host", "0.0.0.0", NULL};
	static const char origin[] = "Origin: http://192.0.2.1:3000\r\n";
	struct peer *v[200];

	pages_begin_with(argv);
	pages_expect(403, "/trace?page=a", "192.0.2.1:3000",
		"Origin: http://evil.example\r\n");
	for (size_t i = 0; i < SIZE(v); i++) {
		char target[40];

		snprintf(target, sizeof target, "/trace?page=%zu", i);
		v[i] = pages_ask(target, "192.0.2.1:3000", origin);
		cr_expect(has_text(&v[i]->got, "\"wire\":true"));
		v[i]->got.len = 0;
	}
	pages_expect(503, "/trace?page=x", "192.0.2.1:3000", origin);
	peer_says_text(v[0], "ping");
	pages_leave(pages_join("/?page=7"));
	loop_serve_pending(&pages.loop);
	for (size_t i = 0; i < SIZE(v); i++)
		cr_expect_eq(v[i]->got.len > 0, i == 7, "%zu", i);
	for (size_t i = 0; i < SIZE(v); i++)
		pages_leave(v[i]);
	pages_end();
}

/* Without the wire a page has the lessons, and no more. */
Test(page, lessons_for_everybody)
{
	static char *argv[] = {"server", "--host", "0.0.0.0", NULL};
	struct peer *p, *own;

	pages_begin_with(argv);
	p = pages_ask("/trace?page=a", "192.0.2.1:3000",
		"Origin: http://192.0.2.1:3000\r\n");
	p->got.len = 0;
	own = pages_join("/?page=a");
	peer_says_text(own, "hello");
	peer_says_text(p, "ping");
	cr_expect_eq(p->got.len, 0);
	cr_expect_null(pages.app->on_wire);
	peer_says_text(p, "play /echo\n8180 01020304");
	cr_expect_eq(pages_told(p, "\"kind\":\"played\""), 1);
	pages_leave(own);
	pages_leave(p);
	pages_end();
}

Test(page, an_allowance_for_each)
{
	struct page page = {.ws = NULL};
	uint64_t ms = 1000;
	int n = 0;

	while (page_may_ask(&page, 0, ms) && n < 10000)
		n++;
	cr_expect_eq(n, 512);
	cr_expect(!page_may_ask(&page, 0, ms + 100));
	cr_expect(page_may_ask(&page, 0, ms + 200));
	cr_expect(!page_may_ask(&page, 0, ms + 200));
	cr_expect(!page_may_ask(&page, 20 << 20, ms + 1000000));
	cr_expect(page_may_ask(&page, 4 << 20, ms + 1000000));
	cr_expect(page_may_ask(&page, 0, UINT64_MAX));
}

/* The path of a Unix socket, or sockets that systemd has opened. */
Test(page, no_wire_where_the_program_listens_elsewhere)
{
	static struct listener own;

	pages.listener = &own;
	expect_private(101, false, "--host", "localhost");
	pages.listener = NULL;
	expect_private(101, true, "--host", "localhost");
}
