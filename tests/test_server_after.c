/* test_server_after.c - timers and descriptors of an application's own in the
 * loop. */
#include "tests/lib/live.h"

#include "serve/listen.h"
#include "serve/options.h"
#include "serve/source.h"
#include "server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The application tells what it does in letters, on a pipe. */
static struct own {
	struct listener listener; /* the first member */
	int listening, tells, pairs[2];
	struct server *server;
	struct timer *other;
	struct source *sources[2];
} own;

static void tell(char letter)
{
	if (write(own.tells, &letter, 1) != 1)
		abort();
}

static size_t take(struct listener *listener, int fds[LISTEN_MAX])
{
	(void)listener;
	fds[0] = own.listening;
	return 1;
}

static void leave(struct listener *listener)
{
	(void)listener;
}

static void on_connection(struct ws *ws, const struct request *req)
{
	(void)ws, (void)req;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {.on_connection = on_connection};

	(void)app, (void)req, (void)res;
	return &route;
}

struct running {
	struct live live;
	pid_t pid;
	int says; /* the other end of own.tells */
};

/* Runs a server with this application in a process of its own. */
static void start(struct running *r,
	void (*on_start)(const struct app *, struct server *))
{
	char *argv[] = {"server", "--quiet", NULL};
	struct app app = {.on_start = on_start,
		.on_upgrade = on_upgrade,
		.listener = &own.listener};
	int fds[LISTEN_MAX], ends[2];
	struct options options;
	uint32_t port = 0;

	cr_assert_eq(listen_open("127.0.0.1", &port, false, fds), 1);
	cr_assert_eq(pipe(ends), 0);
	*r = (struct running){.live.port = (int)port, .says = ends[0]};
	own.listener = (struct listener){.open = take, .remove = leave};
	own.listening = fds[0];
	own.tells = ends[1];
	r->pid = fork();
	if (!r->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		options_parse(&options, NULL, 2, argv);
		_exit(server_run(&options, &app));
	}
	close(fds[0]);
	close(ends[1]);
}

static void expect(struct running *r, const char *letters)
{
	char got[16] = "";

	live_read(r->says, got, strlen(letters));
	cr_expect_str_eq(got, letters);
}

/* Nothing has been told meanwhile, or is after this. */
static void stop(struct running *r)
{
	char more[16];
	int status;

	kill(r->pid, SIGTERM);
	cr_expect_eq(live_read_all(r->says, more, sizeof more), 0, "%s", more);
	cr_assert_eq(waitpid(r->pid, &status, 0), r->pid);
	cr_expect_eq(status, 0);
	close(r->says);
}

static void after(uint32_t ms, void (*fn)(void *), const char *letter)
{
	if (!server_after(own.server, ms, fn, (void *)(uintptr_t)letter))
		abort();
}

static void note(void *data)
{
	tell(*(const char *)data);
}

static void cancel_other(void *data)
{
	note(data);
	server_cancel(own.server, own.other);
}

static void send_one(struct ws *ws, void *data)
{
	ws_send(ws, data);
}

static void send_all(void *data)
{
	server_each(own.server, send_one, data);
}

static void start_another(void *data)
{
	note(data);
	after(0, note, "d");
}

static void start_timers(const struct app *app, struct server *server)
{
	(void)app;
	own.server = server;
	after(120, note, "e");
	after(30, cancel_other, "b");
	after(0, note, "a");
	own.other = server_after(server, 90, note, "no");
	after(60, start_another, "c");
	after(3600000, note, "never");
	server_cancel(server, server_after(server, 0, note, "no"));
}

Test(server, timers_are_called_in_order_from_the_loop)
{
	struct running r;

	start(&r, start_timers);
	expect(&r, "abcde");
	stop(&r);
}

/* It is never idle, and yet everything else has its turn. */
static void again(void *data)
{
	after(0, again, data);
}

static void start_restless(const struct app *app, struct server *server)
{
	(void)app;
	own.server = server;
	after(0, again, "");
	after(200, send_all, "hi");
}

Test(server, a_timer_that_starts_itself_again_leaves_the_loop_its_turns)
{
	struct running r;
	char got[4];
	int fd;

	start(&r, start_restless);
	fd = live_socket(&r.live, "/");
	live_read(fd, got, sizeof got); /* sent by a timer */
	cr_expect_arr_eq(got, "\x81\x02hi", 4);
	close(fd);
	stop(&r);
}

/* Sends each socket the bytes that come; '.' ends the watch. */
static void on_bytes(
	struct server *server, struct source *source, uint32_t events)
{
	char text[8] = "";

	if (!(events & EPOLLIN) || read(source->fd, text, 1) != 1)
		abort();
	if (*text == '.' && !server_watch(server, source, 0))
		abort();
	server_each(server, send_one, text);
	tell(*text);
}

static void start_source(const struct app *app, struct server *server)
{
	static struct source source = {.ready = on_bytes};

	(void)app;
	source.fd = own.pairs[0];
	if (!server_watch(server, &source, EPOLLIN) || source.events != EPOLLIN)
		abort();
}

Test(server, a_descriptor_of_the_applications_own_joins_the_loop)
{
	struct running r;
	char got[6];
	int fd;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, own.pairs), 0);
	start(&r, start_source);
	fd = live_socket(&r.live, "/");
	live_send_text(own.pairs[1], "x.y");
	expect(&r, "x.");
	live_read(fd, got, sizeof got);
	cr_expect_arr_eq(got, "\x81\x01x\x81\x01.", 6);
	close(fd);
	stop(&r); /* 'y' was not read */
}

/* Two are ready in one turn, and the first ends the other. */
static void end_other(
	struct server *server, struct source *source, uint32_t events)
{
	struct source *other = own.sources[source == own.sources[0]];

	(void)events;
	if (!server_watch(server, other, 0) || !server_watch(server, source, 0))
		abort();
	free(other);
	free(source);
	tell('1');
}

static void start_two(const struct app *app, struct server *server)
{
	(void)app;
	for (int i = 0; i < 2; i++) {
		own.sources[i] = calloc(1, sizeof *own.sources[i]);
		own.sources[i]->ready = end_other;
		own.sources[i]->fd = own.pairs[i];
		if (!server_watch(server, own.sources[i], EPOLLOUT))
			abort();
	}
}

Test(server, a_source_may_be_freed_while_its_event_waits)
{
	struct running r;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, own.pairs), 0);
	start(&r, start_two);
	expect(&r, "1");
	stop(&r);
}
