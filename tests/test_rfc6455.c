/* test_rfc6455.c - rules of RFC 6455 that only the whole program can keep: what
 * it logs, which Origins it accepts, and which side closes TCP. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct live live;

static const char *const none[] = {NULL};

/* Upgrades with an Origin, or without one; then says goodbye. */
static void visit(const char *origin)
{
	char request[512], answer[1024];
	int fd = live_connect(&live);

	snprintf(request, sizeof request,
		"GET /echo HTTP/1.1\r\nHost: localhost:3000\r\n%s"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		origin);
	live_send_text(fd, request);
	live_send_frame(fd, 0x88, "\x03\xE8", 2);
	live_read_all(fd, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 101 ", 13));
	close(fd);
}

/* A browser always says where its page comes from. A client that does not is no
 * browser, and so no foreign page has sent it. */
Test(rfc6455, 4_2_1_no_origin_is_no_browser)
{
	live_start(&live, none);
	visit("");
	visit("Origin: http://localhost:3000\r\n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect(strstr(live.log, "#2"));
	cr_expect(!strstr(live.log, "FOREIGN"));
	live_start(&live, none);
	visit("Origin: http://elsewhere.example\r\n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect(strstr(live.log, "FOREIGN"));
}

/* The client waits for the end of TCP, and does not wait long. */
Test(rfc6455, 7_1_1_tcp_is_closed_by_the_server)
{
	struct timespec start, now;
	char got[64];
	int fd;

	live_start(&live, none);
	fd = live_socket(&live, "/echo");
	clock_gettime(CLOCK_MONOTONIC, &start);
	live_send_frame(fd, 0x88, "\x03\xE8", 2);
	cr_expect_eq(live_read_all(fd, got, sizeof got), 4);
	clock_gettime(CLOCK_MONOTONIC, &now);
	cr_expect(!memcmp(got, "\x88\x02\x03\xE8", 4));
	cr_expect_leq(now.tv_sec - start.tv_sec, 1);
	close(fd);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* The problem appears in the log and in the Close. */
Test(rfc6455, 7_1_7_the_broken_rule_is_logged)
{
	char got[256];
	size_t n;
	int fd;

	live_start(&live, none);
	fd = live_socket(&live, "/echo");
	live_send(fd, "\x81\x02hi", 4);
	n = live_read_all(fd, got, sizeof got);
	cr_expect(n > 4 && strstr(got + 4, "(RFC 6455 5.1)"));
	close(fd);
	live_expect_log(&live, "by the server: 1002 ");
	live_expect_log(&live, "(RFC 6455 5.1)");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
