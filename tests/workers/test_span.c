/* test_span.c - an application that spans the processes: whatever a client says,
 * the parent tells all workers, and they tell all clients. */
#include "tests/lib/live.h"

#include "app.h"
#include "serve/options.h"
#include "serve/source.h"
#include "server.h"
#include "workers/workers.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 2
#define CLIENTS 24 /* all at one worker only once in 8,000,000 */

static struct live live;

/* Each process has this. A pair of sockets leads from the parent to each worker;
 * in both, `source` is its own end. */
static struct span {
	struct server *server; /* of this process */
	struct link {
		struct source source;
		int other; /* -1: none */
	} links[WORKERS];
	int own; /* the link of this worker; -1 in the parent */
	int failures;
} span = {.links = {{.other = -1}, {.other = -1}}, .own = -1};

#define DEMAND(condition) ((condition) ? (void)0 : abort())

static void tell_workers(const char *text, size_t len)
{
	for (int i = 0; i < WORKERS; i++)
		if (span.links[i].other >= 0)
			send(span.links[i].source.fd, text, len, MSG_NOSIGNAL);
}

static void tell_later(void *data)
{
	tell_workers(data, 4);
}

static void from_worker(
	struct server *server, struct source *source, uint32_t events)
{
	char text[64];
	ssize_t n = recv(source->fd, text, sizeof text, MSG_DONTWAIT);

	(void)events;
	DEMAND(server == span.server);
	if (n == 4 && !memcmp(text, "tick", 4))
		DEMAND(server_after(
			server, 20, tell_later, (void *)(uintptr_t) "tock"));
	else if (n > 0)
		tell_workers(text, (size_t)n);
}

static void on_parent(const struct app *app, struct server *server, size_t n)
{
	(void)app;
	DEMAND(n == WORKERS && !span.server);
	span.server = server;
}

/* That of worker 1 fails at first: it is tried again, and not ended before. */
static bool on_prepare(const struct app *app, size_t i)
{
	struct link *link = &span.links[i];
	int pair[2];

	(void)app;
	DEMAND(link->other < 0 && span.server);
	if (i == 1 && !span.failures++) {
		errno = EMFILE;
		return false;
	}
	DEMAND(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
	link->source = (struct source){.ready = from_worker, .fd = pair[0]};
	link->other = pair[1];
	DEMAND(server_watch(span.server, &link->source, EPOLLIN));
	return true;
}

static void on_ended(const struct app *app, size_t i)
{
	struct link *link = &span.links[i];

	(void)app;
	DEMAND(link->other >= 0);
	DEMAND(server_watch(span.server, &link->source, 0));
	close(link->source.fd);
	close(link->other);
	link->other = -1;
}

static void send_one(struct ws *ws, void *data)
{
	ws_send(ws, data);
}

static void from_parent(
	struct server *server, struct source *source, uint32_t events)
{
	char text[64];
	ssize_t n = recv(source->fd, text, sizeof text - 1, MSG_DONTWAIT);

	(void)events;
	if (n <= 0) { /* the parent is gone */
		server_watch(server, source, 0);
		return;
	}
	text[n] = 0;
	server_each(server, send_one, text);
}

static void on_child(const struct app *app, struct server *server, size_t i)
{
	struct link *own = &span.links[i];

	(void)app;
	DEMAND(server != span.server && span.own < 0);
	for (size_t k = 0; k < WORKERS; k++) {
		if (span.links[k].other < 0)
			continue;
		close(span.links[k].source.fd);
		if (k != i)
			close(span.links[k].other);
	}
	span.own = (int)i;
	span.server = server;
	own->source = (struct source){.ready = from_parent, .fd = own->other};
	DEMAND(server_watch(server, &own->source, EPOLLIN));
}

static void on_start(const struct app *app, struct server *server)
{
	(void)app;
	DEMAND(server == span.server && span.own >= 0);
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	(void)ws, (void)binary;
	DEMAND(send(span.links[span.own].source.fd, data, len, MSG_NOSIGNAL) ==
		(ssize_t)len);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	(void)req;
	ws->on_message = on_message;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route route = {.on_connection = on_connection};

	(void)app, (void)req, (void)res;
	return &route;
}

/* Its log and its errors go to `out`. */
static _Noreturn void run(
	int out, bool (*prepare)(const struct app *, size_t i))
{
	static const struct wing *const wings[] = {&workers_wing, NULL};
	char *argv[] = {"server", "--port=0", "--workers=2"};
	struct options options;
	struct app app = {.on_start = on_start,
		.on_upgrade = on_upgrade,
		.on_parent = on_parent,
		.on_prepare = prepare,
		.on_child = on_child,
		.on_ended = on_ended};
	const struct app *several;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	options_parse(&options, wings, 3, argv);
	several = workers_wing.start(&options, &app);
	status = server_run(&options, several);
	workers_wing.stop(several);
	for (int i = 0; i < WORKERS; i++)
		DEMAND(span.links[i].other < 0); /* each on_ended has come */
	_exit(status);
}

static void start(void)
{
	int pipes[2], pids[LIVE_CHILDREN], ms = 0;

	cr_assert_eq(pipe(pipes), 0);
	live = (struct live){.out = pipes[0], .pid = fork()};
	if (live.pid == 0)
		run(pipes[1], on_prepare);
	close(pipes[1]);
	live_find_port(&live);
	while (live_children(&live, pids) < WORKERS && ms++ < 5000)
		usleep(1000);
	cr_assert_eq(live_children(&live, pids), WORKERS);
}

/* One says it, and all hear it. */
static void expect_heard(
	const int *fds, int n, const char *said, const char *heard)
{
	char got[6];

	live_send_frame(fds[0], 0x81, said, 4);
	for (int i = 0; i < n; i++) {
		live_read(fds[i], got, 6);
		cr_expect(
			!memcmp(got, "\x81\4", 2) && !memcmp(got + 2, heard, 4),
			"client %d", i);
	}
}

Test(span, all_clients_of_all_workers_hear_it)
{
	int fds[CLIENTS];

	start();
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/");
	expect_heard(fds, CLIENTS, "here", "here");
	expect_heard(fds, CLIENTS, "tick", "tock"); /* the parent has timers */
	for (int i = 0; i < CLIENTS; i++)
		close(fds[i]);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

static bool is_open(int fd)
{
	char got;

	return recv(fd, &got, 1, MSG_DONTWAIT | MSG_PEEK) < 0 &&
	       errno == EAGAIN;
}

/* Keeps those at the front that are still open. Returns how many they are. */
static int keep_open(int *fds, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++)
		if (is_open(fds[i]))
			fds[kept++] = fds[i];
		else
			close(fds[i]);
	return kept;
}

/* Only its own clients are lost, and its successor has a pair of its own. */
Test(span, a_successor_goes_on)
{
	int fds[2 * CLIENTS], pids[LIVE_CHILDREN], kept;

	start();
	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_socket(&live, "/");
	cr_assert_eq(live_children(&live, pids), WORKERS);
	kill(pids[0], SIGKILL);
	live_expect_log(&live, "Worker 0 ended (signal 9)");
	kept = keep_open(fds, CLIENTS);
	cr_expect(kept > 0 && kept < CLIENTS, "%d", kept);
	expect_heard(fds, kept, "left", "left");
	for (int i = 0; i < CLIENTS; i++)
		fds[kept + i] = live_socket(&live, "/");
	expect_heard(fds, kept + CLIENTS, "both", "both");
	for (int i = 0; i < kept + CLIENTS; i++)
		close(fds[i]);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

static bool refuse(const struct app *app, size_t i)
{
	(void)app, (void)i;
	errno = EMFILE;
	return false;
}

/* The reason is that of the application, whatever else is done for a worker. */
Test(span, why_there_is_no_process)
{
	char text[4096];
	int pipes[2], status;
	ssize_t n, len = 0;
	pid_t pid;

	cr_assert(!pipe(pipes));
	pid = fork();
	if (pid == 0)
		run(pipes[1], refuse);
	close(pipes[1]);
	while ((n = read(pipes[0], text + len, sizeof text - 1 - (size_t)len)) >
		0)
		len += n;
	text[len] = 0;
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	cr_expect(strstr(text, "no process: Too many open files"), "%s", text);
	close(pipes[0]);
}

/* In one process, none of them is called. */
Test(span, nothing_spans_one_process)
{
	static const struct wing *const wings[] = {&workers_wing, NULL};
	struct options o;
	struct app app = {.on_parent = on_parent};

	options_parse(&o, wings, 1, (char *[]){"server"});
	cr_expect_eq(workers_wing.start(&o, &app), &app);
}
