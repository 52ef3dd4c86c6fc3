/* server.h - a server: its sockets, its processes and their loops. */
#ifndef SERVER_H
#define SERVER_H

#include "app.h"

struct options;

/* The loop of one process; app.on_start is given it. */
struct server;

/* Listens and serves until SIGINT, SIGTERM, SIGQUIT or SIGHUP. Then it answers
 * all that has arrived, waits a second for the first request of clients that have
 * just connected, refuses new ones, says goodbye to every WebSocket (1001) and
 * returns the program's exit status; a second signal ends it at once, unless a
 * handler does not return. SIGUSR1 prints counters. Where app.on_turn is
 * set, SIGHUP is the application's. When something cannot be set up, it ends
 * the program with a sentence and status 1. */
int server_run(const struct options *, const struct app *);

/* Calls fn for every open socket of this loop whose route is not `is_apart`. One
 * that is closing, or whose on_close has begun, is not open. All of them may be
 * sent something or closed; none goes away meanwhile. */
void server_each(
	struct server *, void (*fn)(struct ws *, void *data), void *data);

#endif
