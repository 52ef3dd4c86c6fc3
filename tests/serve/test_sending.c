/* test_sending.c - large and last things that the real program sends: sendfile,
 * and the end of a connection. */
#include "tests/lib/failing.h"
#include "tests/lib/live.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIG (3 << 20)

static struct live live;
static char dir[] = "/tmp/sending-XXXXXX";
static char data[BIG + 65536], path[64];

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static void begin(void)
{
	int fd;

	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/big", dir);
	for (size_t i = 0; i < BIG; i++)
		data[i] = (char)byte_at(i);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_eq(write(fd, data, BIG), BIG);
	close(fd);
	live_start(&live, (const char *const[]){"--public", dir,
				  "--send-timeout", "1", NULL});
}

static void end(void)
{
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	unlink(path);
	rmdir(dir);
}

static int open_files(void)
{
	char command[64];
	FILE *pipe;
	int n = -1;

	snprintf(command, sizeof command, "ls /proc/%d/fd | wc -l",
		(int)live.pid);
	pipe = popen(command, "r");
	cr_assert(pipe && fscanf(pipe, "%d", &n) == 1);
	pclose(pipe);
	return n;
}

static void expect_open_files(int n)
{
	for (int i = 0; open_files() != n; i++) {
		cr_assert_lt(i, 200, "%d are open, not %d", open_files(), n);
		usleep(20000);
	}
}

static const char get[] = "GET /public/big HTTP/1.1\r\nHost: h\r\n\r\n";

/* Twice on one connection, with another request after them. */
static void expect_whole_file(void)
{
	int fd;

	begin();
	fd = live_connect(&live);
	live_send_text(fd, get);
	live_send_text(fd, get);
	live_send_text(fd, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
	for (int i = 0; i < 2; i++) {
		char *p = data;

		do {
			live_read(fd, p++, 1);
		} while (p - data < 4 || memcmp(p - 4, "\r\n\r\n", 4));
		live_read(fd, data, BIG);
		for (size_t at = 0; at < BIG; at++)
			cr_assert_eq((unsigned char)data[at], byte_at(at));
	}
	live_read(fd, data, 18);
	cr_expect(!memcmp(data, "HTTP/1.1 302 Found", 18));
	close(fd);
	end();
}

Test(sending, a_big_file_whole)
{
	expect_whole_file();
	cr_expect(!strstr(live.log, "sendfile"));
}

/* A client that goes in the middle of it, by a reset or by not reading, leaves
 * nothing behind. */
static void expect_nothing_left(void)
{
	struct linger none = {.l_onoff = 1};
	int fd, before;

	begin();
	before = open_files();
	fd = live_connect(&live);
	live_send_text(fd, get);
	live_read(fd, data, 1000);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(fd);
	expect_open_files(before);
	fd = live_connect(&live);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
	for (int i = 0; i < 10; i++)
		live_send_text(fd, get);
	expect_open_files(before + 2);
	expect_open_files(before);
	close(fd);
	end();
}

Test(sending, a_big_file_whose_client_leaves)
{
	expect_nothing_left();
}

/* A file that becomes shorter while it is sent ends the connection: the rest
 * that was announced cannot come. */
static void expect_early_end(void)
{
	int fd;
	ssize_t n;

	begin();
	fd = live_connect(&live);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
	for (int i = 0; i < 4; i++)
		live_send_text(fd, get);
	live_read(fd, data, 100);
	cr_assert_eq(truncate(path, 1000), 0);
	while ((n = recv(fd, data, sizeof data, 0)) > 0)
		;
	close(fd);
	end();
}

Test(sending, a_file_that_becomes_shorter)
{
	expect_early_end();
}

/* Kernels that are old, or imitated, have no sendfile, or none from this file:
 * then the bytes are read and sent, and one line says so. */
static void without_sendfile(int error)
{
	const char *line;

	deny_call(SYS_sendfile, error);
	expect_whole_file();
	line = strstr(live.log, "No sendfile");
	cr_expect(line && !strstr(line + 1, "No sendfile"), "%s", live.log);
}

Test(sending, without_sendfile)
{
	without_sendfile(ENOSYS);
}

Test(sending, sendfile_that_cannot_send_this_file)
{
	without_sendfile(EINVAL);
}

Test(sending, sendfile_that_is_not_supported)
{
	without_sendfile(EOPNOTSUPP);
}

Test(sending, a_client_leaves_without_sendfile)
{
	deny_call(SYS_sendfile, ENOSYS);
	expect_nothing_left();
}

Test(sending, a_file_becomes_shorter_without_sendfile)
{
	deny_call(SYS_sendfile, ENOSYS);
	expect_early_end();
}

/* RFC 9112 9.6: what arrives after the last answer is read and discarded, but
 * not for ever. */
Test(sending, a_client_that_sends_on_and_on_is_cut_off)
{
	char answer[16];
	int fd;

	begin();
	fd = live_connect(&live);
	live_send_text(fd, "nonsense\r\n\r\n");
	live_read(fd, answer, 12);
	cr_expect(!memcmp(answer, "HTTP/1.1 400", 12));
	for (size_t sent = 0; sent < 64u << 20;) {
		ssize_t n = send(fd, data, sizeof data, MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
		cr_assert_lt(sent, 32u << 20, "it reads for ever");
	}
	close(fd);
	end();
}

/* A file that ends too soon ends the connection, but does not take with it what
 * was sent before, even when the client has asked for more. */
Test(sending, a_file_that_is_cut_spares_the_answers_before_it)
{
	static char got[BIG + 65536];
	char head[512];
	int fd, size = 16384;
	size_t n;

	begin();
	fd = live_connect(&live);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	live_send_text(fd, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
	live_send_text(fd, get);
	live_read(fd, head, 13); /* it has begun */
	usleep(100000);
	cr_assert_eq(truncate(path, 0), 0);
	live_send_text(fd, get);
	live_send_text(fd, get);
	n = live_read_all(fd, got, sizeof got); /* which is no reset */
	cr_expect(strstr(got, "\r\nContent-Length: 3145728\r\n"));
	cr_expect_lt(n, BIG);
	close(fd);
	end();
}
