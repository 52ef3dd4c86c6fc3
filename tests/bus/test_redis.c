/* test_redis.c - where Redis is, and what a link to it leaves behind. Redis is the
 * test itself: it accepts, reads, and hangs up. */
#include "tests/lib/support.h"

#include "bus/redis.h"
#include "serve/log.h"
#include "tests/lib/after.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char where[100], logged[10000];
static struct bus *bus;
static int listening, out, missed;

static void on_missed(struct node *node, struct bus_id id)
{
	(void)node, (void)id;
	missed++;
}

static void on_event(struct node *node, const struct event *e)
{
	(void)node, (void)e;
}

/* Captures the log, and opens the bus at that host. */
static void begin(const char *host)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;
	int pipes[2];

	cr_assert(pipe2(pipes, O_NONBLOCK) == 0);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[1]);
	out = pipes[0];
	log_open(false, NULL, NULL);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	cr_assert(!bind(listening, (struct sockaddr *)&a, len));
	cr_assert(!listen(listening, 9));
	cr_assert(!getsockname(listening, (struct sockaddr *)&a, &len));
	snprintf(where, sizeof where, "%s:%d", host, ntohs(a.sin_port));
	bus = redis_open(where);
	bus->missed = on_missed;
	bus->deliver = on_event;
	bus->start(bus, NULL);
}

static void end(void)
{
	bus->stop(bus);
	queue_free(&bus->queue);
	redis_close(bus);
	close(listening);
}

/* Returns all that the log says so far. */
static const char *read_log(void)
{
	size_t len = strlen(logged);
	ssize_t n;

	log_flush();
	n = read(out, logged + len, sizeof logged - 1 - len);
	logged[len + (n > 0 ? (size_t)n : 0)] = 0;
	return logged;
}

/* Ticks and turns of the loop, until somebody connects. Returns its descriptor; -1:
 * nobody has. */
static int accepted(int ticks)
{
	int fd = accept(listening, NULL, NULL);

	while (fd < 0 && ticks--) {
		after_run();
		for (int i = 0; i < 4 && fd < 0; i++) {
			after_serve(50);
			fd = accept(listening, NULL, NULL);
		}
	}
	return fd;
}

/* Whatever the order, `localhost` and its like have one that is refused. */
Test(redis, all_addresses_are_tried_before_it_is_away)
{
	int fd;

	begin("two.test");
	fd = accepted(3);
	cr_expect_geq(fd, 0);
	cr_expect_str_eq(read_log(), "");
	close(fd);
	end();
}

Test(redis, when_no_address_answers_it_is_away)
{
	begin("nowhere.test");
	cr_expect_eq(accepted(20), -1);
	cr_expect(strstr(read_log(), "is away: Connection refused"));
	cr_expect_null(strstr(strstr(logged, "is away") + 1, "is away"));
	end();
}

/* A link that was there, and is lost, is news at once. */
Test(redis, a_link_that_was_there_is_lost)
{
	int first, second;

	begin("two.test");
	first = accepted(3);
	second = accepted(1);
	cr_assert(first >= 0 && second >= 0);
	after_serve(50);
	close(first);
	for (int i = 0; i < 4 && !*read_log(); i++)
		after_serve(50);
	cr_expect(strstr(read_log(), "is away"));
	close(second);
	end();
}

/* A moment without memory for the timer is not the end: what members do sets it. */
Test(redis, it_goes_on_ticking)
{
	int fd;

	begin("two.test");
	after_fails = true;
	cr_expect(after_run());
	cr_expect(!after_run());
	after_fails = false;
	cr_expect_null(bus_publish(
		bus, event_new("\"r\"", "{\"type\":\"hello\"}"), false));
	fd = accepted(3);
	cr_expect_geq(fd, 0);
	close(fd);
	end();
}

/* The connection on which XREAD comes, and the other one. */
struct links {
	int hear, say;
};

/* Waits until a command has come whose name is this. */
static void asked(int fd, const char *command)
{
	char got[20000] = "";

	for (int i = 0; i < 20 && !strstr(got, command); i++) {
		ssize_t n;

		after_serve(50);
		n = recv(fd, got, sizeof got - 1, MSG_DONTWAIT);
		got[n > 0 ? n : 0] = 0;
	}
	cr_assert(strstr(got, command), "no %s in %s", command, got);
}

static void answer(int fd, const char *text)
{
	cr_assert_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text));
	after_serve(50);
}

/* It has read what it read last, and then this entry of another node. */
static void read_on(const struct links *links, const char *id)
{
	char text[300];

	asked(links->hear, "XREAD");
	snprintf(text, sizeof text,
		"*1\r\n$1\r\nx\r\n*1\r\n*2\r\n$18\r\n" REDIS_ROOMS
		"\r\n*1\r\n*2\r\n$3\r\n%s\r\n*2\r\n$1\r\n7\r\n$1\r\n1"
		"\r\n",
		id);
	answer(links->hear, text);
}

/* It writes its beat first. */
static struct links connected(void)
{
	struct links links = {.say = accepted(3)};

	links.hear = accepted(3);
	cr_assert(links.say >= 0 && links.hear >= 0);
	asked(links.say, "beats");
	answer(links.say, "$3\r\n1-1\r\n");
	return links;
}

static void write_event(const struct links *links, const char *id)
{
	char text[20];

	cr_expect_null(bus_publish(
		bus, event_new("\"r\"", "{\"type\":\"hello\"}"), false));
	asked(links->say, "\"hello\"");
	snprintf(text, sizeof text, "$3\r\n%s\r\n", id);
	answer(links->say, text);
}

/* What it has written, Redis says to have. Then it is away, and is back without
 * that, which nobody has heard. */
Test(redis, what_was_written_and_lost_is_a_gap)
{
	struct links links;

	begin("127.0.0.1");
	links = connected();
	read_on(&links, "5-1");
	cr_expect_eq(missed, 1, "what was said before");
	write_event(&links, "6-1");
	read_on(&links, "6-1");
	write_event(&links, "7-1");
	close(links.say), close(links.hear);
	after_serve(50), after_serve(50);
	cr_expect_eq(missed, 1);
	links = connected();
	write_event(&links, "8-1");
	read_on(&links, "8-1");
	cr_expect_eq(missed, 2, "7-1");
	write_event(&links, "9-1");
	read_on(&links, "9-1");
	cr_expect_eq(missed, 2);
	close(links.say), close(links.hear);
	end();
}

/* An event is said, and Redis gives it an id that was read already, since it has
 * begun anew. Meanwhile, if there is an id in `heard`, another node has raised the
 * ids, and this one has read that. */
static struct links falls_behind(const char *heard)
{
	struct links links;

	begin("127.0.0.1");
	links = connected();
	read_on(&links, "5-1");
	cr_expect_null(bus_publish(
		bus, event_new("\"r\"", "{\"type\":\"hello\"}"), false));
	asked(links.say, "\"hello\"");
	if (heard)
		read_on(&links, heard);
	answer(links.say, "$3\r\n2-1\r\n");
	return links;
}

Test(redis, ids_that_go_back_are_raised)
{
	struct links links = falls_behind(NULL);

	asked(links.say, "6-0");
	answer(links.say, "$3\r\n6-0\r\n");
	asked(links.say, "\"hello\"");
	close(links.say), close(links.hear);
	end();
}

Test(redis, ids_that_another_node_has_raised_are_not_raised_again)
{
	struct links links = falls_behind("9-1");

	asked(links.say, "\"hello\"");
	close(links.say), close(links.hear);
	end();
}

/* An XADD was under way, and its descriptor is another's when the program ends. */
Test(redis, the_end_touches_no_link_that_was_lost)
{
	int first, second, pair[2];
	char byte;

	begin("127.0.0.1");
	first = accepted(1);
	second = accepted(1);
	cr_assert(first >= 0 && second >= 0);
	for (int i = 0; i < 4; i++) /* it writes a beat */
		after_serve(50);
	close(first);
	close(second);
	while (!*read_log())
		after_serve(50);
	/* these have the numbers of the two */
	cr_assert(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
	end();
	cr_expect_eq(read(pair[0], &byte, 1), -1, "one is shut down");
	cr_expect_eq(read(pair[1], &byte, 1), -1, "the other is");
	close(pair[0]);
	close(pair[1]);
}

/* Redis is slow: reads all, and counts the events. */
static _Noreturn void read_slowly(const struct links *links)
{
	static char got[16 << 20];
	size_t len = 0;
	int events = 0;
	ssize_t n;

	usleep(300000);
	while ((n = recv(links->say, got + len, sizeof got - 1 - len, 0)) > 0)
		len += (size_t)n;
	for (const char *p = got; (p = strstr(p, "\"hello\"")); p++)
		events++;
	_exit(events == 400 ? 0 : 1);
}

/* More than the kernel takes at once. */
Test(redis, at_its_end_it_writes_what_waits)
{
	struct links links;
	int status = -1;

	begin("127.0.0.1");
	links = connected();
	for (int i = 0; i < 400; i++)
		cr_expect_null(bus_publish(bus,
			event_new("\"r\"",
				"{\"type\":\"hello\",\"x\":\"%016000d\"}", i),
			true));
	if (fork() == 0)
		read_slowly(&links);
	close(links.say), close(links.hear);
	end();
	wait(&status);
	cr_expect_eq(status, 0);
}
