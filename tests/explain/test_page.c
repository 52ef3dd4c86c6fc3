/* test_page.c - which servers show a trace, and to which requests. */
#include "tests/explain/pages.h"

#include "serve/listener.h"

#define SIZE(array) (sizeof(array) / sizeof *(array))

/* RFC 6455 10.2: only the server's own page, and only under a name of this
 * machine. */
Test(page, 10_2_its_own_page_alone)
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

	pages_begin();
	for (size_t i = 0; i < SIZE(table); i++)
		pages_expect(table[i].status, "/trace?page=a", table[i].host,
			table[i].field);
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
static void expect_private(int wanted, char *option, char *value)
{
	pages_begin_with((char *[]){"server", option, value, NULL});
	cr_expect_null(pages.app->on_wire); /* nobody is watching */
	pages_expect(wanted, "/trace?page=a", "localhost",
		"Origin: http://localhost\r\n");
	pages_end();
}

Test(page, only_on_this_machine_and_in_one_process)
{
	static char *const here[] = {
		"localhost", "127.0.0.1", "127.9.9.9", "::1"};
	static char *const elsewhere[] = {
		"0.0.0.0", "::", "192.0.2.1", "example.com", "127.example"};

	for (size_t i = 0; i < SIZE(here); i++)
		expect_private(101, "--host", here[i]);
	for (size_t i = 0; i < SIZE(elsewhere); i++)
		expect_private(403, "--host", elsewhere[i]);
	expect_private(403, "--workers", "2");
	expect_private(403, "--no-trace-page", NULL);
}

/* The path of a Unix socket, or sockets that systemd has opened. */
Test(page, not_where_the_program_listens_elsewhere)
{
	static struct listener own;

	pages.listener = &own;
	expect_private(403, "--host", "localhost");
	pages.listener = NULL;
	expect_private(101, "--host", "localhost");
}
