/* test_workers.c - several processes on one port, and one that watches over
 * them. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct live live;

static const char request[] = "GET /anything HTTP/1.1\r\nHost: x\r\n\r\n";

/* Returns how many children it has, and their pids. */
static int children(int pids[8])
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", live.pid,
		live.pid);
	file = fopen(path, "r");
	cr_assert(file != NULL);
	if (!fgets(text, sizeof text, file))
		text[0] = 0;
	fclose(file);
	return sscanf(text, "%d %d %d", &pids[0], &pids[1], &pids[2]);
}

static void expect_answers(int n)
{
	char answer[4096];

	for (int i = 0; i < n; i++) {
		live_ask(&live, request, answer, sizeof answer);
		cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
	}
}

static void start(const char *workers)
{
	live_start(&live, (const char *const[]){"--workers", workers, NULL});
	live_expect_log(&live, "Up to ");
}

Test(workers, both_workers_serve_and_stop)
{
	int pids[8];

	start("2");
	expect_answers(40);
	cr_expect_eq(children(pids), 2);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

#define CLIENTS 32 /* all at one worker only once in 2,000,000,000 */

/* The clients of the other worker notice nothing, and a third worker takes the
 * place of the first. */
Test(workers, a_worker_is_killed)
{
	int pids[8], fds[CLIENTS], lost = 0;
	char got[8];

	start("2");
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/echo");
	cr_assert_eq(children(pids), 2);
	kill(pids[0], SIGKILL);
	live_expect_log(&live, "Worker 0 ended (signal 9)");
	for (int i = 0; i < CLIENTS; i++) {
		if (recv(fds[i], got, 1, MSG_DONTWAIT | MSG_PEEK) == 0) {
			lost++;
		} else {
			live_send_frame(fds[i], 0x81, "?", 1);
			live_read(fds[i], got, 3);
			cr_expect(!memcmp(got, "\x81\x01?", 3));
		}
		close(fds[i]);
	}
	cr_expect(lost > 0 && lost < CLIENTS);
	expect_answers(20);
	cr_expect_eq(children(pids), 2);
	cr_expect_eq(live_stop(&live, SIGINT), 0);
}

Test(workers, counters_of_each_worker)
{
	start("2");
	expect_answers(3);
	kill(live.pid, SIGUSR1);
	live_expect_log(&live, "Counted: ");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(workers, counters_of_one_process)
{
	start("1");
	expect_answers(3);
	kill(live.pid, SIGUSR1);
	live_expect_log(&live, " 3 requests, 0 of them refused;");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
