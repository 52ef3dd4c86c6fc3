/* test_server_each.c - the loop with a different application: a chat. */
#include "tests/lib/live.h"

#include "serve/listen.h"
#include "serve/options.h"
#include "server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct text {
	const char *data;
	size_t len;
};

static void tell(struct ws *ws, void *data)
{
	const struct text *text = data;

	if (ws->data)
		abort(); /* its on_close has begun */
	ws_send_data(ws, text->data, text->len, false);
}

static struct server *server; /* of this process */

static void on_start(const struct app *app, struct server *s)
{
	(void)app;
	server = s;
}

static void on_message(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct text text = {data, len};

	(void)ws, (void)binary;
	server_each(server, tell, &text);
}

/* An application frees here what it keeps of a socket. */
static void on_close(struct ws *ws, int code, const char *reason)
{
	struct text bye = {"bye", 3};

	(void)code, (void)reason;
	ws->data = ws;
	server_each(server, tell, &bye);
}

static void on_connection(struct ws *ws, const struct request *req)
{
	(void)req;
	ws->on_message = on_message;
	ws->on_close = on_close;
}

/* Those that are connected by /pair, two by two. */
static struct ws *pairs[4];
static size_t n_pairs;

/* Is more than the kernel takes of a peer that does not read, so that nothing more
 * is read from it. */
static void on_burst(struct ws *ws, const char *data, size_t len, bool binary)
{
	static const char zeros[16 << 20];

	(void)data, (void)len, (void)binary;
	ws_send_data(ws, zeros, sizeof zeros, true);
}

/* Tells the other one of the pair. */
static void on_parted(struct ws *ws, int code, const char *reason)
{
	size_t i = 0;

	(void)code, (void)reason;
	while (pairs[i] != ws)
		i++;
	pairs[i] = NULL;
	if (pairs[i ^ 1])
		ws_send(pairs[i ^ 1], "bye");
}

static void on_paired(struct ws *ws, const struct request *req)
{
	(void)req;
	ws->on_message = on_burst;
	ws->on_close = on_parted;
	pairs[n_pairs++] = ws;
}

/* What goes to all at once, and how many of them the kernel has taken it for when
 * the call returns. */
struct cast {
	struct message message;
	unsigned gone;
};

static void cast_one(struct ws *ws, void *data)
{
	struct cast *cast = data;

	if (!ws_send_prepared(ws, &cast->message))
		abort();
	cast->gone += ws_buffered(ws) == 0;
}

static void on_cast(struct ws *ws, const char *data, size_t len, bool binary)
{
	struct cast cast = {.gone = 0};
	char gone[8];

	if (!message_prepare(&cast.message, data, len, binary))
		abort();
	server_each(server, cast_one, &cast);
	message_free(&cast.message);
	snprintf(gone, sizeof gone, "%u", cast.gone);
	ws_send(ws, gone);
}

static void on_caster(struct ws *ws, const struct request *req)
{
	(void)req;
	ws->on_message = on_cast;
}

static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	static const struct route chat = {.on_connection = on_connection};
	static const struct route apart = {
		.on_connection = on_connection, .is_apart = true};
	static const struct route pair = {.on_connection = on_paired};
	static const struct route caster = {.on_connection = on_caster};

	(void)app, (void)res;
	if (slice_is(req->path, "/pair"))
		return &pair;
	if (slice_is(req->path, "/caster"))
		return &caster;
	return slice_is(req->path, "/apart") ? &apart : &chat;
}

/* A file that has no bytes. */
static void on_request(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_head(res, 200, NULL, 0);
	res->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	res->left = 0;
}

/* A listener of the program's own. */
struct open_already {
	struct listener listener; /* the first member */
	int fd, removed;
};

static size_t take(struct listener *listener, int fds[LISTEN_MAX])
{
	fds[0] = ((struct open_already *)listener)->fd;
	return 1;
}

static void count(struct listener *listener)
{
	((struct open_already *)listener)->removed++;
}

static _Noreturn void serve(const int *fds)
{
	struct open_already own = {
		.listener = {.open = take, .remove = count}, .fd = *fds};
	struct app app = {.on_start = on_start,
		.on_request = on_request,
		.on_upgrade = on_upgrade,
		.listener = &own.listener};
	char *argv[] = {"server", "--quiet", NULL};
	struct options options;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	options_parse(&options, NULL, 2, argv);
	status = server_run(&options, &app);
	_exit(own.removed ? status : 2);
}

/* Starts the server. Returns its process and its port. */
static pid_t start(uint32_t *port)
{
	int listeners[LISTEN_MAX];
	size_t n = listen_open("127.0.0.1", port, false, listeners);
	pid_t pid = fork();

	if (!pid)
		serve(listeners);
	while (n)
		close(listeners[--n]);
	return pid;
}

/* A server that has been told to stop ends well. */
static void expect_end(pid_t pid)
{
	int status;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
}

/* Every socket receives what one of them says, itself included. A client that
 * has not shaken hands does not, and neither does a socket of another route, or
 * one that is closing. */
Test(server, a_message_reaches_everyone)
{
	uint32_t port = 0;
	pid_t pid = start(&port);
	struct live live = {.port = (int)port};
	int fds[3], late = live_connect(&live);
	int apart = live_socket(&live, "/apart");
	char got[8];

	for (int i = 0; i < 3; i++)
		fds[i] = live_socket(&live, "/");
	live_send_frame(fds[0], 0x81, "hello", 5);
	live_send_frame(fds[1], 0x81, "again", 5);
	for (int i = 0; i < 3; i++) {
		char both[14];

		live_read(fds[i], both, sizeof both);
		cr_expect(!memcmp(both, "\x81\x05hello", 7) ||
			  !memcmp(both + 7, "\x81\x05hello", 7));
		cr_expect(!memcmp(both,
				  "\x81\x05"
				  "again",
				  7) ||
			  !memcmp(both + 7,
				  "\x81\x05"
				  "again",
				  7));
		close(fds[i]);
	}
	kill(pid, SIGTERM);
	live_read(apart, got, 2); /* the Close, and nothing before it */
	cr_expect_eq((unsigned char)got[0], 0x88);
	close(apart);
	cr_expect_eq(live_read_all(late, got, sizeof got), 0);
	close(late);
	expect_end(pid);
}

/* A short message that is prepared for many leaves at once, but for the one whose
 * turn it is. A long one waits for a turn of each. */
Test(server, what_is_prepared_leaves_at_once)
{
	static const char zeros[2000];
	uint32_t port = 0;
	pid_t pid = start(&port);
	struct live live = {.port = (int)port};
	int fds[3];
	char got[2004];

	for (int i = 0; i < 3; i++)
		fds[i] = live_socket(&live, "/caster");
	live_send_frame(fds[0], 0x81, "hello", 5);
	live_read(fds[0], got, 10);
	cr_expect(!memcmp(got,
		"\x81\x05hello\x81\x01"
		"2",
		10));
	for (int i = 1; i < 3; i++) {
		live_read(fds[i], got, 7);
		cr_expect(!memcmp(got, "\x81\x05hello", 7));
	}
	live_send_frame(fds[0], 0x82, zeros, sizeof zeros);
	live_read(fds[0], got, 2004);
	live_read(fds[0], got, 3);
	cr_expect(!memcmp(got,
		"\x81\x01"
		"0",
		3));
	kill(pid, SIGTERM);
	expect_end(pid);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
}

/* Nothing follows the head of a file that is empty, and the next request has its
 * answer. */
Test(server, a_file_that_is_empty)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
			  last[] = "GET / HTTP/1.1\r\nHost: a\r\n"
				   "Connection: close\r\n\r\n";
	uint32_t port = 0;
	pid_t pid = start(&port);
	struct live live = {.port = (int)port};
	int fd = live_connect(&live);
	char got[1024] = "";

	live_send_text(fd, get);
	live_send_text(fd, last);
	got[live_read_all(fd, got, sizeof got - 1)] = 0;
	cr_expect(strstr(got, "Length: 0\r\n"));
	cr_expect(strstr(got, "\r\n\r\nHTTP/1.1 200 OK\r\n"), "%s", got);
	close(fd);
	kill(pid, SIGTERM);
	expect_end(pid);
}

/* They do not read, so they are not told of the stop, and are open to its end. Then
 * each of them is freed, and the last thing it does is to tell another one. */
Test(server, those_that_are_dropped_last_may_tell_each_other)
{
	uint32_t port = 0;
	pid_t pid = start(&port);
	struct live live = {.port = (int)port};
	int fds[4];
	char head[10];

	for (int i = 0; i < 4; i++)
		fds[i] = live_socket(&live, "/pair");
	for (int i = 0; i < 4; i++) {
		live_send_frame(fds[i], 0x81, "burst", 5);
		live_read(fds[i], head, sizeof head);
	}
	kill(pid, SIGTERM);
	expect_end(pid);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}
