/* test_stop.c - what a stop owes to clients: an answer to those that were there
 * before it, and a refusal to those that come later. */
#include "tests/lib/live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAITING 60
#define MESSAGES 3000
#define LONG 1000       /* bytes of payload */
#define SENT (8 + LONG) /* with the head that a client sends */
#define ECHOED (4 + LONG)
#define BACKLOG 20000     /* more of these than the kernel holds */
#define PIECE (10 * SENT) /* less than a turn takes */
#define FLOODS 20
#define CLIENTS 24 /* of which one worker has all once in 8,000,000 */

static struct live live;

static const char request[] = "GET /anything HTTP/1.1\r\nHost: x\r\n\r\n";

/* Runs a command for each of two workers, of which $pid is one. */
static void for_workers(const char *command)
{
	char text[256];

	snprintf(text, sizeof text,
		"cd /proc/%d/task/%d && "
		"until [ $(wc -w <children) = 2 ]; do sleep 0.01; done && "
		"for pid in $(cat children); do %s; done",
		live.pid, live.pid, command);
	cr_assert_eq(system(text), 0);
}

static void start(const char *workers)
{
	live_start(&live, (const char *const[]){"--workers", workers,
				  "--close-timeout", "1.5", NULL});
	live_expect_log(&live, "Up to ");
}

/* The requests wait in the kernel when the signal comes. */
static void expect_answers(const char *workers)
{
	char answer[4096];
	int fds[WAITING];
	bool alone = !strcmp(workers, "1");

	start(workers);
	alone ? (void)kill(live.pid, SIGSTOP) : for_workers("kill -STOP $pid");
	for (int i = 0; i < WAITING; i++) {
		fds[i] = live_connect(&live);
		live_send_text(fds[i], request);
	}
	kill(live.pid, SIGTERM);
	if (!alone) /* bit 15 of the signals that are pending: SIGTERM */
		for_workers("until grep -q 'ShdPnd:.*4...$' /proc/$pid/status; "
			    "do sleep 0.01; done");
	usleep(200000); /* signals are looked for at least that often */
	alone ? (void)kill(live.pid, SIGCONT) : for_workers("kill -CONT $pid");
	for (int i = 0; i < WAITING; i++) {
		live_read_all(fds[i], answer, sizeof answer);
		cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13), "%d", i);
		cr_expect(strstr(answer, "\r\nConnection: close\r\n"));
		close(fds[i]);
	}
	cr_expect_eq(live_stop(&live, 0), 0);
}

Test(stop, requests_in_the_queue_are_answered)
{
	expect_answers("1");
}

Test(stop, requests_in_the_queues_of_workers_are_answered)
{
	expect_answers("2");
}

/* The queue of a worker that is dead at that moment is served, too. */
Test(stop, requests_in_the_queue_of_no_worker_are_answered)
{
	char answer[4096];
	int fds[WAITING];

	start("2");
	for_workers(":");
	kill(live.pid, SIGSTOP); /* so that it starts no other */
	for_workers("kill -KILL $pid");
	for_workers("until grep -q 'State:.Z' /proc/$pid/status; do "
		    "sleep 0.01; done");
	for (int i = 0; i < WAITING; i++) {
		fds[i] = live_connect(&live);
		live_send_text(fds[i], request);
	}
	kill(live.pid, SIGTERM);
	kill(live.pid, SIGCONT);
	for (int i = 0; i < WAITING; i++) {
		live_read_all(fds[i], answer, sizeof answer);
		cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13), "%d", i);
		close(fds[i]);
	}
	live_stop(&live, 0);
}

/* On a connection that was kept, and in one that is half closed. */
Test(stop, a_request_that_lies_in_the_kernel_is_answered)
{
	char answer[4096];
	int kept, half, idle;

	start("1");
	kept = live_connect(&live);
	live_send_text(kept, request);
	cr_assert(recv(kept, answer, sizeof answer, 0) > 13);
	idle = live_connect(&live);
	kill(live.pid, SIGSTOP);
	half = live_connect(&live);
	live_send_text(half, request);
	shutdown(half, SHUT_WR);
	live_send_text(kept, request);
	live_send_text(kept, "GET / HTT");
	kill(live.pid, SIGTERM);
	kill(live.pid, SIGCONT);
	live_read_all(kept, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	live_read_all(half, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	cr_expect_eq(live_read_all(idle, answer, sizeof answer), 0);
	close(kept);
	close(half);
	close(idle);
	cr_expect_eq(live_stop(&live, 0), 0);
}

/* Messages that lie in the kernel are echoed before the Close. */
Test(stop, messages_that_lie_in_the_kernel_are_answered)
{
	char got[64];
	int fd;

	start("1");
	fd = live_socket(&live, "/echo");
	kill(live.pid, SIGSTOP);
	/* in one write, since the kernel might keep a second one back */
	live_send(fd, "\x81\x83\0\0\0\0one\x81\x83\0\0\0\0two", 18);
	kill(live.pid, SIGTERM);
	kill(live.pid, SIGCONT);
	live_read(fd, got, 14);
	cr_expect(!memcmp(got, "\x81\x03one\x81\x03two\x88\x12\x03\xe9", 14));
	live_send_frame(fd, 0x88, "\x03\xe9", 2);
	live_read_all(fd, got, sizeof got);
	close(fd);
	cr_expect_eq(live_stop(&live, 0), 0);
}

static bool is_refused(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)live.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool refused = connect(fd, (struct sockaddr *)&to, sizeof to) &&
		       errno == ECONNREFUSED;

	close(fd);
	return refused;
}

/* A client that had connected before the stop, and asks after it. */
Test(stop, a_client_that_has_just_come_is_answered)
{
	char answer[4096];
	int fd, half;

	start("1");
	fd = live_connect(&live);
	half = live_connect(&live);
	live_send_text(half, "GET /anything HTTP/1.1\r\nHo");
	kill(live.pid, SIGTERM);
	while (!is_refused())
		usleep(10000);
	live_send_text(fd, request);
	live_send_text(half, "st: x\r\n\r\n");
	live_read_all(fd, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	cr_expect(strstr(answer, "\r\nConnection: close\r\n"));
	live_read_all(half, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	close(fd);
	close(half);
	cr_expect_eq(live_stop(&live, 0), 0);
}

/* More than one turn takes, and more than may wait to be sent. */
Test(stop, all_that_lies_in_the_kernel_is_answered)
{
	static char frames[MESSAGES * 106], got[MESSAGES * 102];
	static const char head[] = "\x82\xE4\0\0\0\0";
	char pipeline[20 * sizeof request], *p = pipeline;
	int fd, http;

	for (int i = 0; i < MESSAGES; i++)
		memcpy(frames + i * 106, head, 6);
	for (int i = 0; i < 20; i++)
		p += sprintf(p, "%s", request);
	start("1");
	fd = live_socket(&live, "/echo");
	http = live_connect(&live);
	kill(live.pid, SIGSTOP);
	live_send(fd, frames, sizeof frames);
	live_send_text(http, pipeline);
	kill(live.pid, SIGTERM);
	kill(live.pid, SIGCONT);
	live_read(fd, got, sizeof got);
	cr_expect(!memcmp(got + sizeof got - 102, "\x82\x64", 2));
	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	close(fd);
	live_read_all(http, got, sizeof got);
	p = got;
	for (int i = 0; i < 20; i++, p++) {
		p = strstr(p, "HTTP/1.1 302 ");
		cr_assert(p, "%d", i);
	}
	close(http);
	cr_expect_eq(live_stop(&live, 0), 0);
}

/* The server has stopped to read, because the client has: what has come since then
 * is answered when the client reads on, and only then follows the Close. The client
 * has a small buffer, so what it has sent has come. */
Test(stop, all_is_answered_to_a_client_that_reads_late)
{
	static char frames[BACKLOG * SENT], got[BACKLOG * ECHOED];
	static const char head[] = "\x82\xFE\x03\xE8\0\0\0\0";
	size_t len = 0;
	ssize_t n;
	int fd, small = 4096;

	for (int i = 0; i < BACKLOG; i++)
		memcpy(frames + i * SENT, head, 8);
	live_start(&live, (const char *const[]){"--quiet", NULL});
	fd = live_socket(&live, "/echo");
	cr_assert(!setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small));
	for (int quiet = 0; quiet < 10 && len < sizeof frames - PIECE;) {
		n = send(fd, frames + len, PIECE, MSG_DONTWAIT);
		len += n > 0 ? (size_t)n : 0;
		quiet = n > 0 ? 0 : quiet + 1;
		usleep(n > 0 ? 500 : 20000);
	}
	cr_assert_lt(len, sizeof frames - PIECE, "all was read");
	kill(live.pid, SIGTERM);
	while (!is_refused())
		usleep(10000);
	live_read(fd, got, len / SENT * ECHOED);
	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	close(fd);
	cr_expect_eq(live_stop(&live, 0), 0);
}

/* Sends Pings on all of them without end, and reads what comes. */
static _Noreturn void flood(const int *fds)
{
	static char pings[60000], got[60000];

	for (size_t i = 0; i < sizeof pings; i += 6)
		memcpy(pings + i, "\x89\x80\0\0\0", 6);
	for (int i = 0;; i = (i + 1) % FLOODS) {
		send(fds[i], pings, sizeof pings, MSG_DONTWAIT | MSG_NOSIGNAL);
		recv(fds[i], got, sizeof got, MSG_DONTWAIT);
	}
}

/* They do not answer its Close, and from then on always have more to be read: each
 * has its deadline all the same. */
Test(stop, it_ends_whatever_clients_send)
{
	int fds[FLOODS], status;
	char got[4];
	pid_t pid;

	live_start(
		&live, (const char *const[]){"--close-timeout", "0.5", NULL});
	for (int i = 0; i < FLOODS; i++)
		fds[i] = live_socket(&live, "/echo");
	kill(live.pid, SIGTERM);
	for (int i = 0; i < FLOODS; i++) {
		live_read(fds[i], got, 4);
		cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	}
	pid = fork();
	if (pid == 0)
		flood(fds);
	status = live_stop(&live, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_expect_eq(status, 0);
	cr_expect(strstr(live.log, "no answer to a Close"), "%s", live.log);
	for (int i = 0; i < FLOODS; i++)
		close(fds[i]);
}

/* While the others say goodbye, which takes as long as clients do not answer.
 */
static void expect_refusals(const char *workers)
{
	char got[4];
	int fds[CLIENTS];

	start(workers);
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/echo");
	kill(live.pid, SIGTERM);
	for (int i = 0; i < CLIENTS; i++) {
		live_read(fds[i], got, 4);
		cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	}
	/* the parent may be the last to close its copies */
	for (int ms = 0; ms < 1000 && !is_refused(); ms++)
		usleep(1000);
	for (int i = 0; i < 10; i++)
		cr_expect(is_refused(), "%d", i);
	live_read(fds[0], got, 4);
	cr_expect(!memcmp(got, "the ", 4), "the goodbye is over");
	cr_expect_eq(live_stop(&live, 0), 0);
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
}

Test(stop, new_clients_are_refused)
{
	expect_refusals("1");
}

Test(stop, new_clients_are_refused_by_workers)
{
	expect_refusals("3");
}
