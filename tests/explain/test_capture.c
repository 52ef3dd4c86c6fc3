/* test_capture.c - what --pcapng writes and where to: files, pipes, standard
 * output; addresses; and a reader that is slow, or gone. What tshark makes of a
 * capture is in tests/pcapng/run.sh. */
#include "tests/lib/scarce.h"
#include "tests/lib/support.h"

#include "explain/capture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORT 3000
#define HEADS 48 /* bytes of a file before its first packet */

static char path[] = "/tmp/hello-capture-XXXXXX";

static void set_up(void)
{
	int fd = mkstemp(path);

	cr_assert(fd >= 0 && write(fd, "what was there", 14) == 14);
	close(fd);
}

static void tear_down(void)
{
	unlink(path);
}

TestSuite(capture, .init = set_up, .fini = tear_down);

/* Appends what this descriptor has, now. */
static void take(int fd, struct buf *out)
{
	char some[65536];
	ssize_t n;

	while ((n = read(fd, some, sizeof some)) > 0)
		buf_append(out, some, (size_t)n);
}

static void take_file(struct buf *out)
{
	int fd = open(path, O_RDONLY);

	cr_assert(fd >= 0);
	take(fd, out);
	close(fd);
}

/* Returns the n-th block that is a packet, as its bytes of IP; NULL beyond. */
static const unsigned char *find_packet(const struct buf *b, size_t n)
{
	uint32_t head[2];

	for (size_t at = 0; at < b->len; at += head[1]) {
		memcpy(head, b->data + at, sizeof head);
		cr_assert(head[1] >= 12 && at + head[1] <= b->len);
		if (head[0] == 6 && !n--)
			return b->data + at + 28;
	}
	return NULL;
}

static void say(struct capture *c, struct captured *one, const char *peer,
	const char *host)
{
	struct request req = {.peer = peer, .host = {host, strlen(host)}};

	capture_run(c, one, false, "GET", 3, "");
	capture_response(c, one, &req, 0);
}

/* The file holds one connection of this client, to that server. */
static void expect_flow(
	const char *peer, const char *host, uint32_t port, const char *wanted)
{
	struct captured one = {.is_named = false};
	struct capture c;
	struct buf out = {0};
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN], got[200];
	const unsigned char *ip;
	bool v6;

	capture_open(&c, path, port);
	say(&c, &one, peer, host);
	capture_end(&c, &one);
	capture_close(&c);
	take_file(&out);
	ip = find_packet(&out, 0);
	cr_assert(ip && find_packet(&out, 6) && !find_packet(&out, 7));
	v6 = *ip >> 4 == 6;
	inet_ntop(v6 ? AF_INET6 : AF_INET, ip + (v6 ? 8 : 12), from, 46);
	inet_ntop(v6 ? AF_INET6 : AF_INET, ip + (v6 ? 24 : 16), to, 46);
	ip += v6 ? 40 : 20;
	snprintf(got, sizeof got, "%s %d > %s %d", from, ip[0] << 8 | ip[1], to,
		ip[2] << 8 | ip[3]);
	cr_expect_str_eq(got, wanted);
	buf_free(&out);
}

Test(capture, addresses)
{
	expect_flow("192.0.2.7:1234", "10.1.2.3:8080", 0,
		"192.0.2.7 1234 > 10.1.2.3 8080");
	expect_flow("192.0.2.7:1234", "10.1.2.3", PORT,
		"192.0.2.7 1234 > 10.1.2.3 3000");
	expect_flow("[2001:db8::7]:1234", "[2001:db8::9]:81", 0,
		"2001:db8::7 1234 > 2001:db8::9 81");
	expect_flow("[2001:db8::7]:1234", "[2001:db8::9]", 0,
		"2001:db8::7 1234 > 2001:db8::9 80");
}

Test(capture, the_server_on_this_machine)
{
	expect_flow("127.0.0.1:1234", "localhost:3000", 0,
		"127.0.0.1 1234 > 127.0.0.1 3000");
	expect_flow("127.0.0.1:1234", "192.0.2.9:81", PORT,
		"127.0.0.1 1234 > 127.0.0.1 3000");
	expect_flow("[::1]:1234", "", PORT, "::1 1234 > ::1 3000");
}

/* Names are not looked up, and a Unix socket has no address. */
Test(capture, addresses_that_are_not_known)
{
	static char host[200];

	memset(host, '1', sizeof host - 1);
	expect_flow("192.0.2.7:1234", "example.org", 0,
		"192.0.2.7 1234 > 192.0.2.1 80");
	expect_flow("192.0.2.7:1234", "[::1]:80", 0,
		"192.0.2.7 1234 > 192.0.2.1 80");
	expect_flow("[2001:db8::7]:1234", host, 0,
		"2001:db8::7 1234 > 2001:db8::1 80");
	expect_flow("", "", 0, "192.0.2.2 1024 > 192.0.2.1 80");
	expect_flow(NULL, "[", 0, "192.0.2.2 1024 > 192.0.2.1 80");
}

/* What came before the client was known follows its handshake, with the verdict;
 * a connection that never sends a whole head is there, too. */
Test(capture, nothing_is_lost_before_the_client_is_known)
{
	struct captured one = {.is_named = false}, mute = {.is_named = false};
	struct capture c;
	struct buf out = {0};

	capture_open(&c, path, PORT);
	capture_run(&c, &one, false, "G", 1, "");
	capture_run(&c, &one, false, "ET", 2, "not whole yet");
	capture_end(&c, &one);
	capture_end(&c, &mute);
	capture_close(&c);
	take_file(&out);
	cr_assert(find_packet(&out, 4) != NULL);
	cr_expect_eq(find_packet(&out, 3)[40], 'G');
	cr_expect(!memcmp(find_packet(&out, 4) + 40, "ET", 2));
	cr_expect(memmem(out.data, out.len, "not whole yet", 13));
	cr_expect(find_packet(&out, 7) && !find_packet(&out, 8));
	buf_free(&out);
}

Test(capture, only_its_owner_may_read_the_file)
{
	struct capture c;
	struct stat st;

	chmod(path, 0666);
	capture_open(&c, path, PORT);
	capture_close(&c);
	cr_assert(!stat(path, &st));
	cr_expect_eq(st.st_mode & 07777, 0600);
	cr_expect_eq(st.st_size, HEADS, "what was there is gone");
}

Test(no_capture, a_file_that_cannot_be_opened, .exit_code = 1)
{
	struct capture c;

	capture_open(&c, "/tmp", PORT);
}

Test(no_capture, a_pipe_that_nobody_reads, .exit_code = 1)
{
	char again[40];
	struct capture c;
	int fd;

	cr_assert(mkstemp(path) >= 0);
	cr_assert(!unlink(path) && !mkfifo(path, 0600));
	fd = open(path, O_PATH);
	unlink(path);
	snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
	capture_open(&c, again, PORT);
}

/* A packet that does not fit into memory is counted. */
Test(capture, no_memory_for_a_packet)
{
	struct captured one = {.is_named = false};
	struct capture c;

	capture_open(&c, path, PORT);
	scarce.realloc = true;
	capture_run(&c, &one, false, "GET", 3, "");
	cr_expect_eq(c.dropped, 1);
	capture_end(&c, &one);
	capture_close(&c);
	buf_free(&one.held);
}

/* Makes standard output a pipe with room for `size` bytes, and returns the end
 * to read from, which does not wait. */
static int read_output(int size)
{
	int pipes[2];

	cr_assert(!pipe2(pipes, O_NONBLOCK));
	cr_assert(fcntl(pipes[1], F_SETPIPE_SZ, size) > 0);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[1]);
	fcntl(STDOUT_FILENO, F_SETFL, 0);
	return pipes[0];
}

Test(no_capture, no_memory_at_the_start, .exit_code = 1)
{
	struct capture c;

	read_output(4096);
	scarce.realloc = true;
	capture_open(&c, "-", PORT);
}

/* The log goes to standard error, and the pipe stays as others share it. */
Test(capture, standard_output)
{
	int in = read_output(4096);
	struct capture c;
	struct buf out = {0};

	capture_open(&c, "-", PORT);
	cr_expect_eq(write(STDOUT_FILENO, "a line of the log\n", 18), 18);
	cr_expect(!(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK));
	cr_expect_gt(c.fd, STDERR_FILENO);
	take(in, &out);
	cr_expect_eq(out.len, HEADS);
	capture_close(&c);
	buf_free(&out);
	close(in);
}

Test(capture, standard_output_is_a_file)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	struct capture c;
	struct buf out = {0};

	cr_assert(fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
	capture_open(&c, "-", PORT);
	capture_close(&c);
	take_file(&out);
	cr_expect_eq(out.len, HEADS);
	buf_free(&out);
	close(fd);
}

Test(no_capture, no_terminal, .exit_code = 1)
{
	int master, tty;
	struct capture c;

	cr_assert(!openpty(&master, &tty, NULL, NULL, NULL));
	dup2(tty, STDOUT_FILENO);
	capture_open(&c, "-", PORT);
}

Test(no_capture, standard_output_is_closed, .exit_code = 1)
{
	struct capture c;

	close(STDOUT_FILENO);
	capture_open(&c, "-", PORT);
}

/* Whoever reads slowly gets whole packets, and a count of those that are lost;
 * sequence numbers count their bytes as well. */
Test(capture, a_slow_reader)
{
	static char data[65536];
	struct captured one = {.is_named = false};
	int in = read_output(1 << 20);
	struct capture c;
	struct buf out = {0};
	uint32_t next;

	capture_open(&c, "-", PORT);
	say(&c, &one, "192.0.2.7:1234", "");
	for (int i = 0; i < 100; i++)
		capture_run(&c, &one, true, data, sizeof data, "");
	cr_expect(c.dropped > 10 && c.dropped < 40, "%llu", c.dropped);
	next = one.flow.next[1];
	cr_expect_eq(next, 1 + 100 * sizeof data);
	for (int i = 0; i < 50 && c.dropped; i++) {
		take(in, &out);
		capture_run(&c, &one, true, data, 1, "");
	}
	cr_expect_eq(c.dropped, 0, "told, and begun anew");
	capture_end(&c, &one);
	capture_close(&c);
	take(in, &out);
	find_packet(&out, SIZE_MAX); /* looks at each block */
	buf_free(&out);
	close(in);
}

/* What follows its first response must not wait in memory until it ends. */
Test(capture, one_that_begins_when_there_is_no_room)
{
	static char data[65536];
	struct captured one = {.is_named = false}, late = {.is_named = false};
	int in = read_output(1 << 20);
	struct capture c;
	struct buf out = {0};

	capture_open(&c, "-", PORT);
	say(&c, &one, "192.0.2.7:1234", "");
	for (int i = 0; i < 100; i++)
		capture_run(&c, &one, true, data, sizeof data, "");
	say(&c, &late, "192.0.2.8:1234", "");
	for (int i = 0; i < 100; i++)
		capture_run(&c, &late, true, data, sizeof data, "");
	cr_expect_eq(late.held.len, 0);
	cr_expect_eq(late.flow.next[0], 3, "its bytes are counted");
	cr_expect_eq(late.flow.next[1], 100 * sizeof data);
	for (int i = 0; i < 50 && c.waiting.len; i++) {
		take(in, &out);
		capture_run(&c, &one, true, data, 1, "");
	}
	capture_run(&c, &late, true, "late", 4, "");
	take(in, &out);
	cr_expect(memmem(out.data, out.len, "late", 4));
	capture_end(&c, &one);
	capture_end(&c, &late);
	capture_close(&c);
	buf_free(&out);
	close(in);
}

Test(capture, the_end_waits_for_the_reader)
{
	struct captured one = {.is_named = false};
	static char data[300000];
	int in = read_output(4096);
	struct capture c;
	struct buf out = {0};

	capture_open(&c, "-", PORT);
	cr_assert(fcntl(c.fd, F_SETPIPE_SZ, 4096) > 0);
	say(&c, &one, "192.0.2.7:1234", "");
	capture_run(&c, &one, true, data, sizeof data, "");
	cr_assert_gt(c.waiting.len, 0);
	if (!fork()) {
		char some[4096];

		close(c.fd);
		close(STDOUT_FILENO);
		for (ssize_t n = 1; n;)
			n = read(in, some, sizeof some);
		_exit(0);
	}
	capture_close(&c);
	cr_expect(!c.fd && !c.waiting.data);
	buf_free(&out);
	close(in);
}

Test(capture, the_reader_is_gone)
{
	struct captured one = {.is_named = false};
	int in = read_output(4096);
	struct capture c;

	signal(SIGPIPE, SIG_IGN);
	capture_open(&c, "-", PORT);
	close(in);
	say(&c, &one, "192.0.2.7:1234", "");
	cr_expect(!c.fd && !c.waiting.data, "the capture is over");
	capture_run(&c, &one, true, "x", 1, "");
	capture_end(&c, &one);
	capture_close(&c);
}
