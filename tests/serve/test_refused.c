/* test_refused.c - what the log says when a peer is refused: a browser tells its
 * page nothing. */
#include "tests/lib/site.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define SHAKES                                          \
	"Upgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static struct live live;

/* The client with this number sends something, and reads the answer. The log
 * must have this line about it. */
static void expect_line(int number, const char *said, const char *line)
{
	char answer[8192], who[32];
	const char *at;
	int fd = live_connect(&live);

	live_send_text(fd, said);
	shutdown(fd, SHUT_WR);
	live_read_all(fd, answer, sizeof answer);
	close(fd);
	snprintf(who, sizeof who, " #%d 127.0.0.1:", number);
	live_expect_log(&live, who);
	at = strstr(live.log, who);
	cr_expect(strstr(at, line) && strstr(at, line) < strchr(at, '\n'),
		"%s: %s", line, at);
}

static size_t count_refusals(void)
{
	size_t n = 0;

	for (const char *p = live.log; (p = strchr(p, '\n')); p++)
		n += !strncmp(p + 1, "Refused #", 9) ||
		     !strncmp(p + 1, "Answered #", 10);
	return n;
}

Test(refused, each_is_one_line_of_the_log)
{
	static char large[20000];
	static const struct {
		const char *said, *line;
	} table[] = {
		{GET("/") "\r\n" GET("/x y") "\r\n", ": 400 "},
		{"\x16\x03\x01", ": 400 the head has a control character; if "
				 "it is TLS, use http: or ws: here"},
		{GET("/a\"b") "\r\n", " /a\"b: 400 a target begins with /"},
		{"GET /a HTTP/1.1\r\n\r\n", " /a: 400 exactly one Host"},
		{GET("/public/none?x=1") "\r\n", " /public/none: 404 "},
		{"PUT /b HTTP/1.1\r\nHost: h\r\n\r\n", " /b: 405 try GET"},
		{"BREW /b HTTP/1.1\r\nHost: h\r\n\r\n", " /b: 501 "},
		{"GET /b HTTP/2.0\r\nHost: h\r\n\r\n", ": 505 "},
		{GET("/c") "Expect: x\r\n\r\n", " /c: 417 "},
		{GET("/d") SHAKES "\r\n", " /d: 400 one Sec-WebSocket-Version"},
		{GET("/d") SHAKES "Sec-WebSocket-Version: 8\r\n\r\n",
			" /d: 426 Sec-WebSocket-Version must be 13"},
		{GET("/e") SHAKES "Sec-WebSocket-Version: 13\r\n"
				  "Origin: http://evil\r\n\r\n",
			" /e Origin http://evil: 403 this Origin is not "
			"allowed (RFC 6455 10.2, --origin)"},
		{GET("/e") SHAKES "Sec-WebSocket-Version: 13\r\n\r\n",
			" /e: 403 this Origin is not allowed"},
		{"GET /f HTTP/1.0\r\nHost: h\r\n" SHAKES "\r\n",
			" /f: 302 a handshake without its Upgrade: a proxy "
			"removes it (see docs/deploy)"},
		{large, ": 414 "},
	};
	const size_t count = sizeof table / sizeof *table;

	snprintf(large, sizeof large, "GET /%08999d HTTP/1.1\r\n\r\n", 1);
	live_start(
		&live, (const char *const[]){"--origin", "http://good", NULL});
	for (size_t i = 0; i < count; i++)
		expect_line((int)i + 1, table[i].said, table[i].line);
	snprintf(large, sizeof large, "%s: %017000d\r\n\r\n", GET("/g") "A", 1);
	expect_line((int)count + 1, large, " /g: 431 the head is over 16 KiB");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect_eq(count_refusals(), count + 1, "%s", live.log);
}

/* What is refused about a socket is in the line that says that it is closed. */
Test(refused, a_frame_is_one_line_of_the_log)
{
	int fd;

	live_start(&live, (const char *const[]){NULL});
	fd = live_socket(&live, "/echo");
	live_send_text(fd, "\x81\x01x");
	live_expect_log(&live, "by the server: 1002 a client must mask");
	close(fd);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect(!strstr(live.log, "Refused"), "%s", live.log);
}

/* A text of a peer's cannot look like a line, or be endless. */
Test(refused, a_line_is_safe)
{
	char said[6000];

	live_start(&live, (const char *const[]){NULL});
	expect_line(1, "GET /\x1b[2J\r\n\r\n", ": 400 ");
	snprintf(said, sizeof said,
		"GET /%04000d HTTP/1.1\r\n"
		"Origin: %01000d\xC3\xA9\xF0\r\n\r\n",
		1, 1);
	expect_line(2, said, ": 400 exactly one Host is required");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* An Origin that --origin names is no longer foreign. */
Test(refused, an_allowed_origin_is_not_called_foreign)
{
	static const char said[] = GET("/") SHAKES
		"Sec-WebSocket-Version: 13\r\nOrigin: http://good\r\n\r\n";

	live_start(&live, (const char *const[]){NULL});
	expect_line(1, said, "Origin http://good <- A FOREIGN ORIGIN");
	live_stop(&live, SIGTERM);
	live_start(
		&live, (const char *const[]){"--origin", "http://good/", NULL});
	expect_line(1, said, "/ Origin http://good");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect(!strstr(live.log, "FOREIGN"), "%s", live.log);
}
