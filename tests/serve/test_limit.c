/* test_limit.c - the real program with few descriptors: above the limit a
 * client is told to come back later, and then it can. */
#include "tests/lib/live.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILES 90
#define CLIENTS (FILES - 32) /* some are reserved for files and the like */

static struct live live;
static char dir[] = "/tmp/limit-XXXXXX";
static char answer[4096];

static const char page[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

static void limit(rlim_t n)
{
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){n, n}), 0);
}

/* A folder with a page, and with a file of the necessary size. */
static void make_folder(void)
{
	char path[64];
	int fd;

	cr_assert(mkdtemp(dir));
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir,
			i ? "large" : "index.html");
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		cr_assert_eq(ftruncate(fd, i ? 1 << 30 : 5), 0);
		close(fd);
	}
}

static void start(void)
{
	make_folder();
	limit(FILES);
	live_start(&live, (const char *const[]){"--public", dir, NULL});
	live_expect_log(&live, "Up to 58 clients");
}

static bool is_refused(void)
{
	live_ask(&live, "", answer, sizeof answer);
	return !memcmp(answer, "HTTP/1.1 503 ", 13) &&
	       strstr(answer, "\r\nRetry-After: 5\r\n");
}

static void expect_served_again(void)
{
	for (int ms = 0; ms < 5000; ms += 10, usleep(10000)) {
		live_ask(&live, page, answer, sizeof answer);
		if (!memcmp(answer, "HTTP/1.1 200 ", 13))
			break;
	}
	cr_expect(!memcmp(answer, "HTTP/1.1 200 ", 13));
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	snprintf(answer, sizeof answer, "rm -r %s", dir);
	cr_expect_eq(system(answer), 0);
}

Test(limit, more_clients_than_it_takes)
{
	int fds[CLIENTS];

	start();
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/echo");
	cr_expect(is_refused());
	cr_expect(is_refused());
	live_send_frame(fds[0], 0x81, "me too", 6);
	live_read(fds[0], answer, 8);
	cr_expect(!memcmp(answer, "\x81\x06me too", 8));
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	expect_served_again();
}

/* A client that is sent a large file takes two descriptors, so they run out
 * before there are too many clients. */
Test(limit, more_files_than_it_can_open)
{
	int fds[CLIENTS - 5], refused = 0;

	start();
	for (int i = 0; i < CLIENTS - 5; i++) {
		fds[i] = live_connect(&live);
		live_send_text(fds[i],
			"GET /public/large HTTP/1.1\r\nHost: x\r\n\r\n");
		live_read(fds[i], answer, 12);
		refused += !memcmp(answer, "HTTP/1.1 503", 12);
	}
	cr_expect(refused > 0 && refused < CLIENTS / 2);
	cr_expect(is_refused());
	for (int i = 0; i < CLIENTS - 5; i++)
		close(fds[i]);
	expect_served_again();
}

Test(limit, too_low_to_start)
{
	FILE *said;

	limit(60);
	said = popen("build/asan/server --port 0 --public public 2>&1", "r");
	cr_assert(said && fgets(answer, sizeof answer, said));
	cr_expect_str_eq(answer, "server: the limit on open files is 60: raise "
				 "it (ulimit -n).\n");
	cr_expect_eq(pclose(said), 1 << 8);
}
