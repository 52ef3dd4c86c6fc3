/* server.c - a server: its sockets, its processes, their loops. */
#include "server.h"

#include "listen.h"
#include "log.h"
#include "loop.h"
#include "process.h"
#include "workers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKERS_MAX 64
#define RESERVE 32 /* descriptors kept for files and the like */

/* What is set up before there are workers. */
struct server {
	const struct options *options;
	const struct app *app;
	size_t workers, listening, files;
	sigset_t unblocked;
	const char *path; /* of a socket that we have made, or NULL */
	int fds[WORKERS_MAX][LISTEN_MAX]; /* of each worker */
};

/* Several workers have a socket each, over which the kernel spreads clients
 * evenly; on one that they share, who is quick would get more. The first try
 * is without sharing, so that a busy port is an error all the same. */
static void listen_on_port(struct server *s)
{
	const struct options *o = s->options;
	const char *v6 = strchr(o->host, ':');
	uint32_t port = o->port;

	s->listening = listen_open(o->host, &port, false, s->fds[0]);
	for (size_t i = 0; s->workers > 1 && i < s->listening; i++)
		close(s->fds[0][i]);
	for (size_t i = 0; s->workers > 1 && i < s->workers; i++)
		s->listening = listen_open(o->host, &port, true, s->fds[i]);
	log_line("Listening on ws://%s%s%s:%u", v6 ? "[" : "", o->host,
		v6 ? "]" : "", (unsigned)port);
}

static void listen_once(struct server *s)
{
	const struct options *o = s->options;

	s->listening = listen_inherited(s->fds[0]);
	if (s->listening) {
		log_line("Listening on %zu inherited sockets", s->listening);
	} else if (o->unix_path) {
		s->listening = listen_unix(o->unix_path, s->fds[0]);
		s->path = o->unix_path;
		log_line("Listening on unix:%s", s->path);
	} else {
		listen_on_port(s);
		return;
	}
	for (size_t i = 1; i < s->workers; i++)
		memcpy(s->fds[i], s->fds[0], sizeof s->fds[i]);
}

/* What one process does. */
static int serve(void *data, size_t i)
{
	struct server *s = data;

	if (loop_run(s->options, s->app, s->fds[i], s->listening,
		    s->files - RESERVE, &s->unblocked))
		return 0;
	fprintf(stderr, "server: cannot begin: %s\n", strerror(errno));
	return 1;
}

static size_t count_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : (size_t)n;
}

int server_run(const struct options *o, const struct app *app)
{
	struct server s = {.options = o, .app = app, .workers = o->workers};
	int status;

	if (!s.workers)
		s.workers = count_processors();
	if (s.workers > WORKERS_MAX)
		s.workers = WORKERS_MAX;
	s.files = process_raise_limit();
	if (s.files < 2 * RESERVE) {
		fprintf(stderr,
			"server: the limit on open files is %zu: "
			"raise it (ulimit -n).\n",
			s.files);
		return 1;
	}
	process_catch_signals(&s.unblocked);
	listen_once(&s);
	process_become(o->user);
	if (o->quiet)
		log_silence();
	log_line("Up to %zu clients in each of %zu processes",
		s.files - RESERVE, s.workers);
	log_flush();
	status = s.workers == 1 ? serve(&s, 0)
				: workers_run(s.workers, serve, &s);
	if (s.path)
		unlink(s.path);
	return status;
}
