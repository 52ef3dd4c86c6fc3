/* test_workers.c - several processes on one port, and their parent. */
#include "tests/lib/live.h"

#include "serve/listener.h"
#include "serve/options.h"
#include "server.h"
#include "workers/workers.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static struct live live;

static const char request[] = "GET /anything HTTP/1.1\r\nHost: x\r\n\r\n";

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
	int pids[LIVE_CHILDREN];

	start("2");
	expect_answers(40);
	cr_expect_eq(live_children(&live, pids), 2);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

#define CLIENTS 32 /* all at one worker only once in 2,000,000,000 */

/* Clients of the other worker notice nothing, and a third takes its place. */
Test(workers, one_is_killed)
{
	int pids[LIVE_CHILDREN], fds[CLIENTS], lost = 0;
	char got[8];

	start("2");
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/echo");
	cr_assert_eq(live_children(&live, pids), 2);
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
	cr_expect_eq(live_children(&live, pids), 2);
	cr_expect_eq(live_stop(&live, SIGINT), 0);
}

static void await_death(int pid)
{
	char path[32], stat[256] = "";

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	for (int ms = 0; !strstr(stat, ") Z ") && ms < 5000; ms += 10) {
		FILE *f = fopen(path, "r");

		usleep(10000);
		cr_assert(f && fgets(stat, sizeof stat, f));
		fclose(f);
	}
}

/* A server that stops starts another worker at once in the place of one that has
 * just ended. That does not say so again. */
Test(workers, the_end_of_one_is_told_once)
{
	static const char line[] = "Worker 0 ended";
	int pids[LIVE_CHILDREN];
	const char *told;

	start("2");
	cr_assert_eq(live_children(&live, pids), 2);
	kill(live.pid, SIGSTOP);
	kill(pids[0], SIGKILL);
	await_death(pids[0]);
	kill(live.pid, SIGTERM);
	kill(live.pid, SIGCONT);
	cr_expect_eq(live_stop(&live, 0), 0);
	told = strstr(live.log, line);
	cr_expect(told && !strstr(told + 1, line), "%s", live.log);
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

/* Its clients wait, and it is not replaced: somebody stopped it on purpose. */
Test(workers, one_that_is_stopped_is_not_replaced)
{
	int pids[LIVE_CHILDREN], now[LIVE_CHILDREN];

	live_start(&live, (const char *const[]){"--workers", "2",
				  "--worker-timeout", "0.1", NULL});
	expect_answers(4);
	cr_assert_eq(live_children(&live, pids), 2);
	kill(pids[0], SIGSTOP);
	usleep(500000);
	cr_expect_eq(live_children(&live, now), 2);
	cr_expect_eq(now[0], pids[0]);
	kill(pids[0], SIGCONT);
	expect_answers(20);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
	cr_expect(!strstr(live.log, "hangs"));
}

Test(workers, one_that_does_not_stop_is_killed)
{
	int pids[LIVE_CHILDREN];

	start("2");
	cr_assert_eq(live_children(&live, pids), 2);
	kill(pids[0], SIGSTOP);
	kill(live.pid, SIGTERM);
	for (int ms = 0; !kill(pids[0], 0) && ms < 9000; ms += 10)
		usleep(10000);
	cr_expect_eq(live_stop(&live, 0), 1);
	cr_expect(strstr(live.log,
			  "Not stopped in 6 s, so killed: 1 of 2 workers"),
		"%s", live.log);
}

/* Of two workers the first that begins never waits for events. */
static void hang_once(const struct app *app, struct server *server)
{
	_Atomic int *begun = app->data;

	(void)server;
	if (!(*begun)++)
		while (1)
			pause();
}

static _Noreturn void run_workers(int out, void *begun)
{
	static const struct wing *const wings[] = {&workers_wing, NULL};
	char *argv[] = {"server", "--port", "0", "--workers", "2",
		"--worker-timeout", "0.3", NULL};
	struct options options;
	struct app app = {.data = begun, .on_start = hang_once};

	dup2(out, STDOUT_FILENO);
	options_parse(&options, wings, 7, argv);
	_exit(server_run(&options, workers_wing.start(&options, &app)));
}

Test(workers, one_that_hangs_is_replaced)
{
	_Atomic int *begun = mmap(NULL, sizeof *begun, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int pipes[2];

	cr_assert(begun != MAP_FAILED && pipe(pipes) == 0);
	live = (struct live){.out = pipes[0], .pid = fork()};
	if (live.pid == 0)
		run_workers(pipes[1], begun);
	close(pipes[1]);
	live_expect_log(&live, " hangs: it has not waited for events for 0.3 s."
			       " It is replaced\n");
	live_expect_log(&live, " ended (signal 9)");
	for (int ms = 0; *begun < 3 && ms < 5000; ms++)
		usleep(1000);
	cr_expect_eq(*begun, 3);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

static const struct app *started(int argc, char **argv, struct options *o)
{
	static const struct wing *const wings[] = {&workers_wing, NULL};
	static const struct app app = {.data = NULL};

	options_parse(o, wings, argc, argv);
	return workers_wing.start(o, &app);
}

/* One process does without a parent, so it does without this wing. */
Test(workers, none_for_one_process)
{
	struct options o;
	const struct app *app = started(1, (char *[]){"server"}, &o);

	cr_expect_null(app->listener);
	workers_wing.stop(app);
	app = started(2, (char *[]){"server", "--workers=3"}, &o);
	cr_assert(app->listener);
	cr_expect(app->listener->run);
	cr_expect_eq(app->listener->processes, 3);
	workers_wing.stop(app);
}

Test(workers, seconds_of_the_timeout)
{
	static const struct {
		char *option;
		uint32_t ms;
	} table[] = {
		{"--worker-timeout=0", 0},
		{"--worker-timeout=0.0001", 1},
		{"--worker-timeout=0.3", 300},
		{"--worker-timeout=4233600", 4233600000u},
	};
	struct options o;
	char said[4096];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		started(2, (char *[]){"server", table[i].option}, &o);
		cr_expect_eq(options_value(&o, "worker-timeout").number,
			table[i].ms);
	}
	cr_expect_eq(live_run((const char *const[]){"--worker-timeout",
				      "4233601", NULL},
			     said, sizeof said),
		2);
	cr_expect(strstr(said, "a number from 0 to 4233600."), "%s", said);
}
