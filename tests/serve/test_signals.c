/* test_signals.c - what the real program does when it gets a signal. */
#include "tests/lib/live.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct live live;

static const char request[] = "GET /anything HTTP/1.1\r\nHost: x\r\n\r\n";
static const char *const ways[] = {"1", "2"}; /* workers */

static void start(const char *workers)
{
	live_start(&live, (const char *const[]){"--workers", workers,
				  "--close-timeout", "2", NULL});
	live_expect_log(&live, "Up to ");
}

static void expect_served(void)
{
	char answer[4096];

	live_ask(&live, request, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
}

/* Sends a signal to both workers. */
static void signal_workers(int number)
{
	char command[128];

	snprintf(command, sizeof command,
		"cd /proc/%d/task/%d && "
		"until [ $(wc -w <children) = 2 ]; do sleep 0.01; done && "
		"kill -%d $(cat children)",
		live.pid, live.pid, number);
	cr_assert_eq(system(command), 0);
}

/* The server says 1001, waits for the answer, and ends with status 0. */
static void expect_goodbye(int fd)
{
	char got[64];

	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	live_send_frame(fd, 0x88, "\x03\xe9", 2);
	live_read_all(fd, got, sizeof got);
	close(fd);
	cr_expect_eq(live_stop(&live, 0), 0);
	cr_expect(strstr(live.log, "#1 by the server: 1001"), "%s", live.log);
}

Test(signals, each_that_asks_for_a_stop)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

	for (int i = 0; i < 8; i++) {
		int fd;

		start(ways[i % 2]);
		fd = live_socket(&live, "/echo");
		kill(live.pid, numbers[i / 2]);
		expect_goodbye(fd);
	}
}

/* A terminal signals all processes, and the parent passes it on. */
Test(signals, one_that_the_workers_get_twice)
{
	int fd;

	start("2");
	fd = live_socket(&live, "/echo");
	signal_workers(SIGINT);
	usleep(100000);
	kill(live.pid, SIGINT);
	expect_goodbye(fd);
}

/* A shell that ends and the kernel both send it. */
Test(signals, a_second_SIGHUP_does_no_harm)
{
	for (int i = 0; i < 2; i++) {
		int fd;

		start(ways[i]);
		fd = live_socket(&live, "/echo");
		for (int k = 0; k < 3; k++) {
			kill(live.pid, SIGHUP);
			usleep(50000);
		}
		expect_goodbye(fd);
	}
}

Test(signals, a_second_one_ends_all_at_once)
{
	for (int i = 0; i < 2; i++) {
		char got[64];
		int fd;

		start(ways[i]);
		fd = live_socket(&live, "/echo");
		kill(live.pid, SIGTERM);
		live_read(fd, got, 20);
		/* until no process is left that holds the log open */
		cr_expect_eq(live_stop(&live, SIGINT), 128 + SIGINT);
		cr_expect(!strstr(live.log, ": 1006"), "%s", live.log);
		close(fd);
	}
}

Test(signals, those_that_are_ignored)
{
	for (int i = 0; i < 2; i++) {
		start(ways[i]);
		kill(live.pid, SIGPIPE);
		kill(live.pid, SIGXFSZ);
		if (i)
			signal_workers(SIGXFSZ);
		expect_served();
		cr_expect(!strstr(live.log, "ended"));
		cr_expect_eq(live_stop(&live, SIGTERM), 0);
	}
}

/* A log that has reached the largest size that a file may have. */
Test(signals, a_file_that_may_not_grow)
{
	struct rlimit limit = {64, RLIM_INFINITY};
	char path[] = "/tmp/signals-XXXXXX", command[256];
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	snprintf(command, sizeof command,
		"timeout -s INT 1 build/asan/server --public public --port 0 "
		">%s; test $? = 124",
		path);
	cr_expect_eq(system(command), 0);
	close(fd);
	unlink(path);
}

/* As nohup does it. */
Test(signals, one_that_is_ignored_at_the_start)
{
	signal(SIGHUP, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		start(ways[i]);
		kill(live.pid, SIGHUP);
		if (i)
			signal_workers(SIGHUP);
		usleep(100000);
		expect_served();
		cr_expect_eq(live_stop(&live, SIGTERM), 0);
	}
}

/* The parent stops its workers by SIGTERM all the same. */
Test(signals, SIGTERM_that_is_ignored_at_the_start)
{
	signal(SIGTERM, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		int fd;

		start(ways[i]);
		kill(live.pid, SIGTERM);
		usleep(100000);
		fd = live_socket(&live, "/echo");
		kill(live.pid, SIGINT);
		expect_goodbye(fd);
	}
}

Test(signals, those_that_are_blocked_at_the_start)
{
	sigset_t all;

	sigfillset(&all);
	for (int i = 0; i < 2; i++) {
		sigset_t before;

		sigprocmask(SIG_SETMASK, &all, &before);
		start(ways[i]);
		sigprocmask(SIG_SETMASK, &before, NULL);
		cr_expect_eq(live_stop(&live, SIGTERM), 0);
	}
}

/* A parent that did not hear of its workers' end would replace none. */
Test(signals, SIGCHLD_that_is_ignored_at_the_start)
{
	signal(SIGCHLD, SIG_IGN);
	start("2");
	signal(SIGCHLD, SIG_DFL);
	signal_workers(SIGKILL);
	live_expect_log(&live, "Worker 0 ended (signal 9)");
	live_expect_log(&live, "Worker 1 ended (signal 9)");
	expect_served();
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* Workers whose parent was killed say goodbye, too. */
Test(signals, a_parent_that_is_killed)
{
	char got[64];
	int fd;

	start("2");
	fd = live_socket(&live, "/echo");
	kill(live.pid, SIGKILL);
	live_read(fd, got, 4);
	cr_expect(!memcmp(got, "\x88\x12\x03\xe9", 4));
	close(fd);
	cr_expect_eq(live_stop(&live, 0), -SIGKILL);
}
