/* test_outlet.c - standard output is written without waiting, whatever it is.
 */
#include "tests/lib/live.h"

#include "serve/outlet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define LINE "\nA line that is written again and again.\n" /* + 1 */

static struct outlet outlet;

static void stay(const struct options *options)
{
	(void)options;
}

/* Writes until the output takes no more, and a pause does not help. */
static void fill(void)
{
	static char lines[1 << 16];
	size_t len = strlen(LINE + 1);
	int patience = 50;

	lines[0] = '\n';
	for (size_t i = 0; i < sizeof lines / len - 1; i++)
		memcpy(lines + 1 + i * len, LINE + 1, len);
	while (patience--)
		while (outlet_write(&outlet, lines + 1, len * 100) > 0)
			usleep(100);
	cr_expect(outlet_write(&outlet, lines + 1, len * 100) < 0);
	cr_expect_eq(errno, EAGAIN);
}

/* Standard output is a terminal; returns the end that its user has. */
static int terminal(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), tty;

	cr_assert(fd >= 0 && !grantpt(fd) && !unlockpt(fd));
	tty = open(ptsname(fd), O_RDWR | O_NOCTTY);
	cr_assert(tty >= 0 && dup2(tty, STDOUT_FILENO) >= 0);
	close(tty);
	return fd;
}

/* Standard output is one end of this; returns the other. */
static int socket_pair(int type)
{
	int fds[2];

	cr_assert(socketpair(AF_UNIX, type, 0, fds) == 0);
	dup2(fds[0], STDOUT_FILENO);
	close(fds[0]);
	return fds[1];
}

/* The flag is on a description of our own: others that hold the pipe go on as
 * before. */
Test(outlet, a_pipe_that_nobody_reads)
{
	int pipes[2];

	for (int several = 0; several < 2; several++) {
		cr_assert(pipe(pipes) == 0);
		dup2(pipes[1], STDOUT_FILENO);
		outlet_open(&outlet, several, stay, NULL);
		cr_expect_eq(outlet.writer, 0);
		cr_expect(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK);
		cr_expect(!(fcntl(pipes[1], F_GETFL) & O_NONBLOCK));
		fill();
		outlet_close(&outlet);
		close(pipes[0]);
		close(pipes[1]);
	}
}

Test(outlet, a_terminal_that_nobody_reads)
{
	int fd = terminal(), before = dup(STDOUT_FILENO);

	outlet_open(&outlet, false, stay, NULL);
	cr_expect_eq(outlet.writer, 0);
	cr_expect(!(fcntl(before, F_GETFL) & O_NONBLOCK));
	fill();
	outlet_close(&outlet);
	close(before);
	close(fd);
}

/* Ctrl-S */
Test(outlet, a_terminal_that_is_stopped)
{
	int fd = terminal();

	outlet_open(&outlet, false, stay, NULL);
	cr_assert(tcflow(STDOUT_FILENO, TCOOFF) == 0);
	cr_expect(outlet_write(&outlet, LINE + 1, strlen(LINE + 1)) < 0);
	cr_expect_eq(errno, EAGAIN);
	tcflow(STDOUT_FILENO, TCOON);
	cr_expect(outlet_write(&outlet, LINE + 1, strlen(LINE + 1)) > 0);
	close(fd);
}

Test(outlet, a_socket_that_nobody_reads)
{
	int fd = socket_pair(SOCK_STREAM);

	outlet_open(&outlet, false, stay, NULL);
	cr_expect_eq(outlet.writer, 0);
	fill();
	cr_expect(!(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK));
	close(fd);
}

/* A process stands between; it does not outlive its work. */
static void expect_writer(void)
{
	pid_t writer;

	outlet_open(&outlet, true, stay, NULL);
	writer = outlet.writer;
	cr_assert(writer > 0);
	fill();
	outlet_close(&outlet);
	for (int i = 0; i < 5000 && !kill(writer, 0); i++) {
		waitpid(writer, NULL, WNOHANG);
		usleep(1000);
	}
	cr_expect(kill(writer, 0) < 0);
}

Test(outlet, a_writer_to_a_socket_that_nobody_reads)
{
	int fd = socket_pair(SOCK_STREAM);

	expect_writer();
	close(fd);
}

Test(outlet, a_writer_to_a_terminal_that_nobody_reads)
{
	int fd = terminal();

	expect_writer();
	close(fd);
}

Test(outlet, a_writer_writes_all_before_the_end)
{
	char got[128] = "";
	int fd = socket_pair(SOCK_STREAM);

	outlet_open(&outlet, true, stay, NULL);
	cr_assert(outlet.writer > 0);
	outlet_write(&outlet, LINE + 1, strlen(LINE + 1));
	outlet_close(&outlet);
	live_read(fd, got, strlen(LINE + 1));
	cr_expect_str_eq(got, LINE + 1);
	cr_expect_eq(read(fd, got, 1), 0);
	close(fd);
}

/* With each packet being one write. */
Test(outlet, each_write_is_whole_lines)
{
	char lines[8192] = "\n", got[8192];
	int fd = socket_pair(SOCK_SEQPACKET);
	size_t len = 1;
	ssize_t n;

	for (size_t size = 1; len + size < sizeof lines; size++) {
		memset(lines + len, 'x', size);
		lines[len += size] = '\n';
		len++;
	}
	outlet_open(&outlet, false, stay, NULL);
	for (size_t at = 1; at < len; at += (size_t)n) {
		n = outlet_write(&outlet, lines + at, len - at);
		cr_assert(n > 0 && n <= 4096);
		cr_expect_eq(read(fd, got, sizeof got), n);
		cr_expect_eq(got[n - 1], '\n');
	}
	close(fd);
}

/* What is printed to the same file by others is not overwritten. */
Test(outlet, a_file_stays_as_it_is)
{
	char got[64] = "";
	FILE *file = tmpfile();

	dup2(fileno(file), STDOUT_FILENO);
	for (int several = 0; several < 2; several++) {
		outlet_open(&outlet, several, stay, NULL);
		outlet_write(&outlet, "\nours\n" + 1, 5);
		cr_assert(write(fileno(file), "theirs\n", 7) == 7);
	}
	rewind(file);
	cr_assert(fread(got, 1, sizeof got - 1, file) > 0);
	cr_expect_str_eq(got, "ours\ntheirs\nours\ntheirs\n");
	fclose(file);
}

static struct live live;

/* Starts the server on a terminal; returns the end that its user has. */
static int start_on_terminal(const char *workers)
{
	int before = dup(STDOUT_FILENO), fd = terminal();

	live = (struct live){.out = fd};
	live.pid = fork();
	if (live.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("build/asan/server", "server", "--port", "0", "--public",
			"public", "--workers", workers, NULL);
		_exit(127);
	}
	dup2(before, STDOUT_FILENO);
	close(before);
	live_find_port(&live);
	live_expect_log(&live, "Up to ");
	return fd;
}

/* The terminal is stopped and nobody reads it: all are served, and the server
 * stops. */
static void expect_service_on_terminal(const char *workers)
{
	static const char request[] = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
	int tty = start_on_terminal(workers), fd, status;
	char text[1000], answer[4096];

	fd = live_socket(&live, "/");
	memset(text, 'x', sizeof text);
	for (int i = 0; i < 3000; i++)
		live_send_frame(fd, 0x81, text, sizeof text);
	for (int i = 0; i < 20; i++) {
		live_ask(&live, request, answer, sizeof answer);
		cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	}
	close(fd);
	kill(live.pid, SIGTERM);
	for (int i = 0; waitpid(live.pid, &status, WNOHANG) == 0; i++) {
		cr_assert(i < 8000, "it does not stop");
		usleep(1000);
	}
	cr_expect_eq(status, 0);
	close(tty);
}

Test(outlet, a_server_on_a_terminal_that_nobody_reads)
{
	expect_service_on_terminal("1");
}

Test(outlet, workers_on_a_terminal_that_nobody_reads)
{
	expect_service_on_terminal("2");
}
