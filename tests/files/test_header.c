/* test_header.c - --site, --spa and --header as a user meets them: the command
 * line, and the answers of the real program. */
#include "tests/lib/live.h"

#include "files/header.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct live live;
static char answer[8192];

static void expect_mistake(const char *const options[])
{
	char said[16384];

	cr_expect_eq(live_run(options, said, sizeof said), 2, "%s", options[1]);
	cr_expect(!strncmp(said, "server: --", 10), "%s", said);
	cr_expect(strstr(said, ". See --help.\n"), "%s", said);
	cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1, "%s", said);
}

#define OPTIONS(...)              \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

/* Whoever frames the messages is the server. */
Test(header, fields_that_may_not_be_added)
{
	static const char *const wrong[] = {"Connection: close",
		"CONNECTION: x", "Content-Length: 0", "content-length:5",
		"Transfer-Encoding: chunked", "Upgrade: h2c", "Date: today",
		"Sec-WebSocket-Accept: x", "sec-fetch-site: none", "SEC-: x",
		"X", "", ":", ": value", " X: 1", "X : 1", "X\t: 1", "X Y: 1",
		"X(: 1", "X\"Y: 1", "\xED\x95\x9C: 1", "X: a\r\nY: b",
		"X: a\nY: b", "X: a\rb", "X: a\tb", "X: \x01", "X: \x7F",
		"X: \x1B[31m", "X\n: 1"};
	char large[9000];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		expect_mistake(OPTIONS("--header", wrong[i]));
	memset(large, 'x', sizeof large);
	large[1] = ':';
	large[sizeof large - 1] = 0;
	expect_mistake(OPTIONS("--header", large));
	expect_mistake(OPTIONS("--header"));
}

Test(header, options_that_leave_nothing)
{
	expect_mistake(OPTIONS("--spa", "--public", "public"));
	expect_mistake(OPTIONS("--spa"));
	expect_mistake(OPTIONS("--site", "public", "--public", "public"));
	expect_mistake(OPTIONS("--site", ""));
}

Test(header, a_site_that_is_not_there)
{
	char said[4096];

	cr_expect_eq(
		live_run(OPTIONS("--site", "/nowhere"), said, sizeof said), 1);
	cr_expect_str_eq(said, "server: no folder /nowhere: No such file or "
			       "directory. See --site.\n");
}

Test(header, lines)
{
	char *lines = header_lines(OPTIONS("A:1", "B:  two words ",
		"C:", "Set-Cookie: a=b", "Set-Cookie: c=d", "D: a: b"));

	cr_expect_str_eq(lines, "A: 1\r\nB: two words\r\nC: \r\n"
				"Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n"
				"D: a: b\r\n");
	free(lines);
	lines = header_lines((const char *const[]){NULL});
	cr_expect_str_eq(lines, "");
	free(lines);
}

static const char *get(const char *path, const char *fields)
{
	char request[1024];

	snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n",
		path, fields);
	live_ask(&live, request, answer, sizeof answer);
	return answer;
}

static bool has(const char *line)
{
	char whole[300];

	snprintf(whole, sizeof whole, "\r\n%s\r\n", line);
	return strstr(answer, whole);
}

/* The real program: files, redirects, and what it refuses by itself. */
Test(header, it_is_on_every_answer)
{
	static const struct {
		const char *path, *fields;
		int status;
	} table[] = {
		{"/", "", 200},
		{"/public/app.js", "", 200},
		{"/public/app.js", "Range: bytes=0-1\r\n", 206},
		{"/public/app.js", "If-None-Match: *\r\n", 304},
		{"/public/app.js", "If-Match: \"x\"\r\n", 412},
		{"/public/app.js", "Range: bytes=99999999-\r\n", 416},
		{"/public/explain", "", 302},
		{"/anything", "", 302},
		{"/public/none", "", 404},
		{"/", "Bad : x\r\n", 400},
		{"/", "Expect: x\r\n", 417},
	};

	live_start(&live,
		OPTIONS("--header", "Cross-Origin-Opener-Policy: same-origin",
			"--header", "cache-control: max-age=3600",
			"--header=X-Frame-Options: DENY"));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		get(table[i].path, table[i].fields);
		cr_expect_eq(atoi(answer + 9), table[i].status, "%s", answer);
		cr_expect(has("Cross-Origin-Opener-Policy: same-origin"));
		cr_expect(has("cache-control: max-age=3600"));
		cr_expect(has("X-Frame-Options: DENY"));
		cr_expect(!strstr(answer, "no-cache"));
	}
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(header, a_site_and_its_sockets)
{
	static char dir[] = "/tmp/site-XXXXXX";
	char command[256], frame[15];
	int fd;

	cr_assert(mkdtemp(dir));
	snprintf(command, sizeof command,
		"cd %s && echo home >index.html && mkdir docs &&"
		"echo docs >docs/index.html && echo lost >404.html",
		dir);
	cr_assert_eq(system(command), 0);
	live_start(&live, OPTIONS("--site", dir));
	cr_expect(strstr(get("/", ""), "\r\n\r\nhome\n"));
	cr_expect(!strstr(answer, "Content-Security-Policy"));
	cr_expect(strstr(get("/docs/", ""), "\r\n\r\ndocs\n"));
	get("/docs", "");
	cr_expect(has("Location: /docs/"), "%s", answer);
	cr_expect(!strncmp(get("/anything", ""), "HTTP/1.1 404 ", 13));
	cr_expect(strstr(answer, "\r\n\r\nlost\n"));
	cr_expect(!strncmp(get("/public/", ""), "HTTP/1.1 404 ", 13));
	cr_expect(!strncmp(get("//etc/passwd", ""), "HTTP/1.1 404 ", 13));
	cr_expect(!strncmp(get("/../etc/passwd", ""), "HTTP/1.1 404 ", 13));
	fd = live_socket(&live, "/docs/");
	live_read(fd, frame, sizeof frame);
	cr_expect(!memcmp(frame, "\x81\x0DHello Socket!", 15));
	close(fd);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	snprintf(command, sizeof command, "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}
