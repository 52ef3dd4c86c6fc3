/* test_inherited.c - what another program hands over as descriptor 3 and up
 * (LISTEN_FDS): sockets that listen are served, and anything else is refused
 * with a sentence, rather than never answered. */
#include "tests/lib/live.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[4096];

/* Runs the program with that descriptor as the third (-1: none). Returns its
 * status, or -1 when it did not end by itself, but has been ended. */
static int run(int fd, const char *count, const char *pid)
{
	int pipes[2], status;
	size_t len = 0;
	ssize_t n;
	char own[16];
	pid_t child;

	cr_assert_eq(pipe(pipes), 0);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		snprintf(own, sizeof own, "%d", (int)getpid());
		setenv("LISTEN_PID", pid ? pid : own, 1);
		setenv("LISTEN_FDS", count, 1);
		fd < 0 ? close(3) : dup2(fd, 3);
		for (int i = 4; i < 32; i++)
			close(i);
		execl("build/asan/server", "server", "--public", "public",
			"--port", "0", NULL);
		_exit(127);
	}
	close(pipes[1]);
	while ((n = read(pipes[0], said + len, sizeof said - 1 - len)) > 0) {
		len += (size_t)n;
		said[len] = 0;
		if (strstr(said, "Up to "))
			break;
	}
	close(pipes[0]);
	for (int i = 0; i < 100; i++, usleep(1000))
		if (waitpid(child, &status, WNOHANG) > 0)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return -1;
}

static void expect_refused(int fd, const char *why)
{
	cr_expect_eq(run(fd, "1", NULL), 1, "%s", said);
	cr_expect(!strncmp(said, "server: cannot listen on LISTEN_FDS", 35),
		"%s", said);
	cr_expect(strstr(said, why), "%s, not %s", said, why);
	close(fd);
}

static int open_socket(int family, int type, bool listens)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "\0in"};
	bool is_unix = family == AF_UNIX;
	int fd = socket(family, type, 0);

	snprintf(un.sun_path + 1, 32, "inherited-%d-%d", (int)getpid(), fd);
	cr_assert_eq(bind(fd,
			     is_unix ? (struct sockaddr *)&un
				     : (struct sockaddr *)&v4,
			     is_unix ? sizeof un : sizeof v4),
		0);
	if (listens)
		cr_assert_eq(listen(fd, 8), 0);
	return fd;
}

/* As systemd-socket-activate --accept does, and Accept=yes. */
Test(inherited, a_connection_is_refused)
{
	struct sockaddr_in to;
	socklen_t len = sizeof to;
	int listener = open_socket(AF_INET, SOCK_STREAM, true), pair[2];
	int client = socket(AF_INET, SOCK_STREAM, 0);

	getsockname(listener, (struct sockaddr *)&to, &len);
	cr_assert_eq(connect(client, (struct sockaddr *)&to, len), 0);
	expect_refused(accept(listener, NULL, NULL), "Accept=no");
	expect_refused(client, "Accept=no");
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	expect_refused(pair[0], "Accept=no");
}

Test(inherited, what_does_not_listen_is_refused)
{
	int pipes[2];

	expect_refused(open_socket(AF_INET, SOCK_STREAM, false), "Accept=no");
	expect_refused(open_socket(AF_UNIX, SOCK_STREAM, false), "Accept=no");
	expect_refused(open_socket(AF_INET, SOCK_DGRAM, false), "wrong type");
	expect_refused(open_socket(AF_UNIX, SOCK_DGRAM, false), "wrong type");
	expect_refused(
		open_socket(AF_UNIX, SOCK_SEQPACKET, true), "wrong type");
	cr_assert_eq(pipe(pipes), 0);
	expect_refused(pipes[0], "non-socket");
	expect_refused(open("/dev/null", O_RDWR), "non-socket");
	expect_refused(-1, "Bad file descriptor");
}

Test(inherited, a_family_without_addresses_is_refused)
{
	struct sockaddr_vm vm = {.svm_family = AF_VSOCK,
		.svm_cid = VMADDR_CID_ANY,
		.svm_port = VMADDR_PORT_ANY};
	int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&vm, sizeof vm) ||
		listen(fd, 8))
		cr_skip("no other family that listens");
	expect_refused(fd, "wrong type");
}

Test(inherited, what_listens_is_served)
{
	cr_expect_eq(
		run(open_socket(AF_INET, SOCK_STREAM, true), "1", NULL), -1);
	cr_expect(
		strstr(said, "Listening on 1 inherited socket\n"), "%s", said);
}

Test(inherited, a_unix_socket_is_served)
{
	cr_expect_eq(
		run(open_socket(AF_UNIX, SOCK_STREAM, true), "1", NULL), -1);
	cr_expect(
		strstr(said, "Listening on 1 inherited socket\n"), "%s", said);
	cr_expect(!strstr(said, "No TCP_"), "%s", said);
}

/* One socket too many would never be answered. */
Test(inherited, a_count_that_is_none)
{
	static const char *const counts[] = {
		"9", "-1", "x", "1x", "1 ", "99999999999999999999", "0x1"};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		cr_expect_eq(
			run(-1, counts[i], NULL), 1, "%s: %s", counts[i], said);
		cr_expect(strstr(said, "LISTEN_FDS (a number up to 8)"), "%s",
			said);
	}
}

Test(inherited, nothing_for_this_process)
{
	static const char *const pids[] = {"1", "", "x", "-1"};

	for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
		run(-1, "1", pids[i]);
		cr_expect(strstr(said, "Listening on ws://localhost:"), "%s",
			said);
	}
	run(-1, "0", NULL);
	cr_expect(strstr(said, "Listening on ws://localhost:"), "%s", said);
}
