/* test_counted.c - the counters and clocks that the log prints, at their edges.
 */
#include "tests/lib/live.h"

#include "serve/client.h"
#include "serve/log.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#define DAYS ((uint64_t)24 * 60 * 60 * 1000)

/* 2^32 milliseconds are 49.7 days. */
Test(counted, an_age_does_not_wrap)
{
	static const struct {
		uint64_t opened, now, age;
	} table[] = {
		{0, 0, 0},
		{0, 99, 0},
		{0, 100, 100},
		{50, 100, 100}, /* the tenths are those of the clock */
		{0, (uint64_t)1 << 32, 4294967200},
		{100, 50 * DAYS, 50 * DAYS - 100},
		{40 * DAYS, 60 * DAYS, 20 * DAYS},
		{0, 4900 * DAYS, 4900 * DAYS},
		/* the clock passes 2^32 tenths of a second */
		{4970 * DAYS, 4972 * DAYS, 2 * DAYS},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct ws_host host = {.now = table[i].opened};
		struct ws ws;

		ws_open(&ws, &host, NULL);
		host.now = table[i].now;
		cr_expect_eq(ws_age(&ws), table[i].age, "row %zu", i);
	}
}

/* A time of more bits would make each client larger. */
Test(counted, a_client_takes_192_bytes)
{
	cr_expect(sizeof(struct client) <= 192, "%zu", sizeof(struct client));
}

/* The line is whole, however large its numbers. */
Test(counted, counters_at_their_ends)
{
	static struct shared s;
	char got[1024] = "";
	int pipes[2];

	s.count = (struct counters){
		ULLONG_MAX, ULLONG_MAX, ULLONG_MAX, ULLONG_MAX, ULLONG_MAX};
	s.host.received = s.host.sent = s.host.failed = ULLONG_MAX;
	cr_assert(pipe(pipes) == 0);
	dup2(pipes[1], STDOUT_FILENO);
	log_open(false, NULL, NULL);
	log_counters(&s, SIZE_MAX, ULLONG_MAX);
	log_flush();
	cr_assert(read(pipes[0], got, sizeof got - 1) > 0);
	cr_expect(strstr(got, ": 18446744073709551615 open connections; "
			      "18446744073709551615 requests, "));
	cr_expect(strstr(got, "; 18446744073709551615 messages in, "
			      "18446744073709551615 out, "));
	cr_expect(strstr(got, "18446744073709551615 timed out; "
			      "0 lines dropped\n"));
}

/* The greeting, and what is sent back. */
Test(counted, messages_in_and_out)
{
	static struct live live;
	char got[32];
	int fd, echo;

	live_start(&live, (const char *const[]){NULL});
	fd = live_socket(&live, "/");
	live_read(fd, got, 15);
	live_send_frame(fd, 0x81, "one", 3);
	echo = live_socket(&live, "/echo");
	for (int i = 0; i < 3; i++) {
		live_send_frame(echo, 0x81, "two", 3);
		live_read(echo, got, 5);
	}
	live_expect_log(&live, "one");
	kill(live.pid, SIGUSR1);
	live_expect_log(&live, "; 4 messages in, 4 out, 0 sockets refused; ");
	close(fd);
	close(echo);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
