/* test_rooms_tcp.c - the rooms of the real program. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static struct live live;

static int enter(const char *path, const char *field)
{
	int fd = live_connect(&live);
	char head[600], *end = head;

	snprintf(head, sizeof head,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n%s"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		path, field);
	live_send_text(fd, head);
	do
		live_read(fd, end++, 1);
	while (end - head < 4 || memcmp(end - 4, "\r\n\r\n", 4));
	return fd;
}

static void expect(int fd, const char *text)
{
	char got[200];
	size_t len = strlen(text);

	live_read(fd, got, 2 + len);
	cr_expect_eq(got[1], (char)len);
	cr_expect(!memcmp(got + 2, text, len), "%.*s", (int)len, got + 2);
}

/* A client is killed in the middle of a frame, another one sends garbage, and the
 * room goes on; what has been said and a foreign Origin are in the log only as
 * they should be. */
Test(rooms_tcp, a_rude_day)
{
	static const char said[] =
		"{\"type\":\"new_message\",\"payload\":\"hi\"}";
	int a, b, rude;

	live_start(&live, (const char *const[]){NULL});
	a = enter("/chat/%1b%0a", "Origin: http://elsewhere\r\n");
	live_expect_log(&live, "/chat/%1b%0a Origin http://elsewhere "
			       "<- A FOREIGN ORIGIN, see --origin");
	b = enter("/chat/%1B%0A", "Origin: null\r\n");
	rude = enter("/chat/%1b%0a", "");
	live_send(rude, "\x81\xFE\x10\x00half a", 10);
	close(rude);
	rude = enter("/chat/%1b%0a", "");
	live_send(rude, "\xFF\xFF\xFF", 3);
	for (int i = 0; i < 3; i++) {
		live_send_frame(a, 0x81, said, sizeof said - 1);
		expect(a, "Anon: hi");
		expect(b, "Anon: hi");
	}
	close(rude);
	close(a);
	live_send_frame(b, 0x88, "\x03\xe8", 2);
	live_expect_log(&live, "left its room: 1000");
	close(b);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* More members, and all of them at once are gone. */
Test(rooms_tcp, many_come_and_go)
{
	int fds[150];

	live_start(&live, (const char *const[]){"--quiet", NULL});
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 150; i++)
			fds[i] = enter(
				"/chat", "Sec-WebSocket-Protocol: room.v1\r\n");
		for (int i = 0; i < 150; i++)
			close(fds[i]);
	}
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* An Origin that --origin excludes has no room either. */
Test(rooms_tcp, origin)
{
	char got[1000];

	live_start(
		&live, (const char *const[]){"--origin", "http://good", NULL});
	live_ask(&live,
		"GET /chat HTTP/1.1\r\nHost: h\r\nOrigin: http://bad\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		got, sizeof got);
	cr_expect(strstr(got, "HTTP/1.1 403 "));
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

static void expect_page(const char *path, const char *status, const char *part)
{
	char request[200], got[100000];

	snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
		path);
	live_ask(&live, request, got, sizeof got);
	cr_expect(!memcmp(got + 9, status, 3), "%s: %.40s", path, got);
	cr_expect(strstr(got, part), "%s: %.400s", path, got);
}

/* In a browser, a room is the page, which is told the name. */
Test(rooms_tcp, a_page_of_each_room)
{
	live_start(&live, (const char *const[]){NULL});
	expect_page("/chat", "200", "<title>");
	expect_page("/chat/", "302", "Location: /chat?room=\r\n");
	expect_page("/chat/a%2Fb", "302", "Location: /chat?room=%61%2F%62\r\n");
	expect_page("/chat/%FF", "302", "Location: /\r\n");
	expect_page("/chatter", "302", "Location: /\r\n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* A site has pages of its own beneath /chat. */
Test(rooms_tcp, beside_a_site)
{
	char got[100000];

	live_start(&live, (const char *const[]){"--site", "public", NULL});
	live_ask(&live,
		"GET /chat/call.js HTTP/1.1\r\nHost: h\r\n"
		"Connection: close\r\n\r\n",
		got, sizeof got);
	cr_expect(strstr(got, "HTTP/1.1 200 "), "%.40s", got);
	close(enter("/chat/call.js", ""));
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
