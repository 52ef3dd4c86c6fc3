/* test_server.c - the real program over real TCP: what cannot be tested
 * otherwise. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct live live;

static const char *const none[] = {NULL};

static void expect_stops(void)
{
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(server, routes)
{
	static const struct {
		const char *path, *status, *has;
	} table[] = {
		{"/", "200 OK", "Content-Type: text/html; charset=utf-8\r\n"},
		{"/public/app.js", "200 OK",
			"Content-Type: text/javascript; charset=utf-8\r\n"},
		{"/public/style.css", "200 OK",
			"Content-Type: text/css; charset=utf-8\r\n"},
		{"/public/icon.svg", "200 OK", "Content-Type: image/svg+xml"},
		{"/anything", "302 Found", "\r\nLocation: /\r\n"},
		{"/a/b?c", "302 Found", "\r\nLocation: /\r\n"},
		{"/publicity", "302 Found", "\r\nLocation: /\r\n"},
		{"/public/none.js", "404 Not Found", "\r\nContent-Length: "},
		{"/public/../hello.c", "404 Not Found", ""},
		{"/public/%2e%2e/hello.c", "404 Not Found", ""},
	};
	char request[256], answer[65536];

	live_start(&live, none);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(request, sizeof request,
			"GET %s HTTP/1.1\r\nHost: x\r\n\r\n", table[i].path);
		live_ask(&live, request, answer, sizeof answer);
		cr_expect(strstr(answer, table[i].status) == answer + 9,
			"%s: %s", table[i].path, answer);
		cr_expect(strstr(answer, table[i].has), "%s: %s", table[i].path,
			answer);
		cr_expect(strstr(answer, "\r\nDate: "));
		cr_expect(
			strstr(answer, "\r\nX-Content-Type-Options: nosniff"));
	}
	expect_stops();
}

/* The 101 and the greeting are sent together, byte for byte as expected. */
Test(server, 1_3_greeting)
{
	char got[1024];
	int fd;

	live_start(&live, none);
	fd = live_connect(&live);
	live_send_text(fd, "GET /hi HTTP/1.1\r\nHost: localhost\r\n"
			   "Upgrade: websocket\r\n"
			   "Connection: keep-alive, Upgrade\r\n"
			   "Origin: http://elsewhere\r\n"
			   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			   "Sec-WebSocket-Version: 13\r\n\r\n");
	usleep(200000);
	cr_assert(recv(fd, got, sizeof got, MSG_DONTWAIT) > 15);
	cr_expect(strstr(got,
		"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
	cr_expect(!memcmp(
		strstr(got, "\r\n\r\n") + 4, "\x81\rHello Socket!", 15));
	live_send_frame(fd, 0x81, "Hi\n\x1b[2J", 7);
	live_send_frame(fd, 0x88,
		"\x03\xe8"
		"bye",
		5);
	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x88\x02\x03\xe8", 4));
	cr_expect_eq(live_read_all(fd, got, sizeof got), 0);
	close(fd);
	live_expect_log(&live, "Connected to Browser ✅ #1 127.0.0.1:");
	live_expect_log(&live, "/hi Origin http://elsewhere <- A FOREIGN");
	live_expect_log(
		&live, "Just got this : Hi\\x0a\\x1b[2J from the Browser\n");
	live_expect_log(&live,
		"Disconnected from the Browser ❌ #1 by the browser: "
		"1000 bye, after ");
	expect_stops();
}

Test(server, echo_of_every_kind)
{
	static char big[1 << 20], got[(1 << 20) + 10];
	int fd;

	live_start(&live, none);
	fd = live_socket(&live, "/echo");
	for (size_t i = 0; i < sizeof big; i++)
		big[i] = (char)(i * 7 + i / 256);
	live_send_frame(fd, 0x82, big, sizeof big);
	live_read(fd, got, sizeof got);
	cr_expect(!memcmp(got, "\x82\x7f\0\0\0\0\0\x10\0\0", 10));
	cr_expect(!memcmp(got + 10, big, sizeof big));
	live_send_frame(fd, 0x01, "Hel", 3);
	live_send_frame(fd, 0x89, "?", 1);
	live_send_frame(fd, 0x80, "lo", 2);
	live_read(fd, got, 10);
	cr_expect(!memcmp(got, "\x8a\x01?\x81\x05Hello", 10));
	close(fd);
	expect_stops();
}

Test(server, two_hundred_at_once)
{
	int fds[200];
	char got[15];

	live_start(&live, none);
	for (int i = 0; i < 200; i++)
		fds[i] = live_socket(&live, "/");
	for (int i = 0; i < 200; i++) {
		live_read(fds[i], got, 15);
		cr_expect(!memcmp(got, "\x81\rHello Socket!", 15));
		close(fds[i]);
	}
	live_expect_log(&live, "#200 by the network: 1006");
	expect_stops();
}

/* All that arrives meanwhile is one batch of events. */
static void freeze(void)
{
	int status;

	kill(live.pid, SIGSTOP);
	cr_assert_eq(waitpid(live.pid, &status, WUNTRACED), live.pid);
	cr_assert(WIFSTOPPED(status));
}

/* A turn of 64 who are ready is 20 KiB. Those that have used it up are served
 * after a client that has not, though it came after them. */
Test(server, the_small_go_before_the_greedy)
{
	enum { GREEDY = 64, TURN = 20480, HEAD = 8 };
	static char text[TURN - HEAD];
	int greedy[GREEDY], small;
	char got[32];

	live_start(&live, none);
	memset(text, ' ', sizeof text);
	for (int i = 0; i < GREEDY; i++)
		live_read(greedy[i] = live_socket(&live, "/"), got, 15);
	live_read(small = live_socket(&live, "/"), got, 15);
	freeze();
	for (int i = 0; i < GREEDY; i++) {
		snprintf(text, sizeof text, "all of turn %02d.", i);
		live_send_frame(greedy[i], 0x81, text, sizeof text);
	}
	kill(live.pid, SIGCONT);
	for (int i = 0; i < GREEDY; i++) {
		snprintf(got, sizeof got, ": all of turn %02d.", i);
		live_expect_log(&live, got);
	}
	freeze();
	for (int i = 0; i < GREEDY; i++)
		live_send_frame(greedy[i], 0x81, "late", 4);
	live_send_frame(small, 0x81, "small", 5);
	kill(live.pid, SIGCONT);
	live_expect_log(&live, ": late ");
	live_expect_log(&live, ": small ");
	cr_expect(strstr(live.log, ": small ") < strstr(live.log, ": late "));
	for (int i = 0; i < GREEDY; i++)
		close(greedy[i]);
	close(small);
	expect_stops();
}

/* RFC 6455 7.4.1: 1001, an endpoint is going away. */
Test(server, 7_4_1_stops_with_a_goodbye)
{
	char got[64];
	int quiet, rude;

	live_start(&live, none);
	quiet = live_socket(&live, "/echo");
	rude = live_connect(&live);
	live_send_text(rude, "GET / HT");
	kill(live.pid, SIGTERM);
	live_read(quiet, got, 4);
	cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	live_read(quiet, got, 16);
	cr_expect(!memcmp(got, "the server stops", 16));
	live_send_frame(quiet, 0x88, "\x03\xe9", 2);
	cr_expect_eq(live_read_all(quiet, got, sizeof got), 0);
	cr_expect_eq(live_stop(&live, 0), 0);
	cr_expect(strstr(live.log, "#1 by the server: 1001"));
	close(quiet);
	close(rude);
}

Test(server, 7_1_1_stops_even_if_nobody_answers)
{
	int fd;

	live_start(
		&live, (const char *const[]){"--close-timeout", "0.3", NULL});
	fd = live_socket(&live, "/echo");
	kill(live.pid, SIGINT);
	cr_expect_eq(live_stop(&live, 0), 0);
	cr_expect(strstr(live.log, "1006 no answer to a Close"));
	close(fd);
}

Test(server, a_second_signal_ends_it_at_once)
{
	int fd;

	live_start(&live, none);
	fd = live_socket(&live, "/echo");
	kill(live.pid, SIGTERM);
	usleep(300000);
	cr_expect_eq(live_stop(&live, SIGTERM), 128 + SIGTERM);
	close(fd);
}

/* A reset in the middle, half a frame, half a request: nobody else notices. */
Test(server, a_client_that_vanishes_disturbs_nobody)
{
	struct linger reset = {.l_onoff = 1};
	char got[64];
	int honest, fd;

	live_start(&live, none);
	honest = live_socket(&live, "/echo");
	for (int i = 0; i < 50; i++) {
		fd = i % 2 ? live_socket(&live, "/") : live_connect(&live);
		live_send_text(fd, i % 2 ? "\x81\xfe" : "GET / HTTP/1.1\r\nHo");
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		close(fd);
	}
	live_send_frame(honest, 0x81, "still here", 10);
	live_read(honest, got, 12);
	cr_expect(!memcmp(got, "\x81\x0astill here", 12));
	close(honest);
	expect_stops();
}

Test(server, http_only_and_ws_only)
{
	char answer[65536];
	static const char upgrade[] =
		"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

	live_start(&live, (const char *const[]){"--http-only", NULL});
	live_ask(&live, upgrade, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 200 OK\r\n", 17));
	expect_stops();
	live_start(&live, (const char *const[]){"--ws-only", NULL});
	live_ask(&live, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", answer,
		sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 426 ", 13));
	cr_expect(strstr(answer, "\r\nUpgrade: websocket\r\n"));
	cr_expect(strstr(answer, "\r\nSec-WebSocket-Version: 13\r\n"));
	close(live_socket(&live, "/"));
	expect_stops();
}

Test(server, rfc9112_9_6_the_last_answer_survives_unread_input)
{
	static char body[3 << 20], answer[65536];
	int fd;

	live_start(&live, none);
	fd = live_connect(&live);
	live_send_text(fd, "POST / HTTP/1.1\r\nHost: x\r\n"
			   "Content-Length: 3145728\r\n\r\n");
	live_send(fd, body, sizeof body);
	live_read_all(fd, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 405 ", 13));
	cr_expect(strstr(answer, "\r\nConnection: close\r\n"));
	close(fd);
	expect_stops();
}

/* A pipe that nobody empties must not stop the loop. */
Test(server, a_log_that_is_not_read)
{
	char text[1024], got[64];
	int fd;

	live_start(&live, none);
	fd = live_socket(&live, "/");
	live_read(fd, got, 15);
	memset(text, 'x', sizeof text);
	for (int i = 0; i < 2000; i++)
		live_send_frame(fd, 0x81, text, sizeof text);
	live_send_frame(fd, 0x89, "ok", 2);
	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x8a\x02ok", 4));
	close(fd);
	live_expect_log(&live, "lines dropped");
	expect_stops();
}

Test(server, 10_2_origin)
{
	char answer[4096], request[512];
	static const struct {
		const char *origin, *status;
	} table[] = {
		{"Origin: http://good.example\r\n", "101"},
		{"Origin: http://bad.example\r\n", "403"},
		{"Origin: http://here:80\r\n", "101"},
		{"Origin: null\r\n", "403"},
		{"", "403"},
	};

	live_start(
		&live, (const char *const[]){"--origin", "http://good.example",
			       "--origin=same", NULL});
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(request, sizeof request,
			"GET / HTTP/1.1\r\nHost: here:80\r\n"
			"Upgrade: websocket\r\nConnection: Upgrade\r\n%s"
			"Sec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
			table[i].origin);
		live_ask(&live, request, answer, sizeof answer);
		cr_expect(!memcmp(answer + 9, table[i].status, 3), "%s",
			table[i].origin);
	}
	expect_stops();
}

/* After a pause, what has arrived meanwhile is read before anybody is taken for
 * silent: Ctrl-Z and fg, a container that was frozen, a laptop that slept. */
Test(server, a_pause_loses_nobody)
{
	int fds[20], half;
	char got[64];

	live_start(&live,
		(const char *const[]){"--ping-after", "0.5", "--pong-timeout",
			"0.5", "--head-timeout", "0.5", NULL});
	for (int i = 0; i < 20; i++)
		fds[i] = live_socket(&live, "/echo");
	half = live_connect(&live);
	live_send_text(half, "GET /nowhere HTTP/1.1\r\nHost: h\r\n");
	kill(live.pid, SIGSTOP);
	for (int i = 0; i < 20; i++)
		live_send_frame(fds[i], 0x81, "still here", 10);
	live_send_text(half, "Connection: close\r\n\r\n");
	usleep(1500000);
	kill(live.pid, SIGCONT);
	for (int i = 0; i < 20; i++) {
		do /* it may have been pinged before the pause */
			live_read(fds[i], got, 2);
		while ((unsigned char)got[0] == 0x89);
		cr_expect_eq((unsigned char)got[0], 0x81);
		live_read(fds[i], got, 10);
		close(fds[i]);
	}
	live_read_all(half, got, sizeof got);
	cr_expect(!memcmp(got, "HTTP/1.1 302", 12), "%.12s", got);
	close(half);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
