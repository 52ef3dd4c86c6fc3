/* server.h - the epoll loop of one process. */
#ifndef SERVER_H
#define SERVER_H

#include "app.h"
#include "serve/options.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Listens and serves until SIGINT or SIGTERM, then returns the program's exit
 * status; a second signal ends it at once. What cannot be set up ends it with
 * a sentence and status 1. */
int server_run(const struct options *, const struct app *);

/* Calls fn for every open socket of the loop that `one` lives in: all may be
 * sent something or closed, none goes away meanwhile. */
void server_each(
	const struct ws *one, void (*fn)(struct ws *, void *data), void *data);

#endif
