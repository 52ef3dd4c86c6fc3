/* loop.h - the epoll loop of one process. */
#ifndef LOOP_H
#define LOOP_H

#include "app.h"
#include "options.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* Accepts from the listening sockets and serves until SIGINT or SIGTERM, which
 * process.h has caught and `unblocked` lets through while it waits; then it
 * closes them, says goodbye to everyone (1001) and returns. SIGUSR1 prints
 * its counters. False: it could not begin, and errno says why. */
bool loop_run(const struct options *, const struct app *, const int *listeners,
	size_t listening, size_t max_clients, const sigset_t *unblocked);

/* Calls fn for every open socket of the loop that `one` lives in: all may be
 * sent something or closed, none goes away meanwhile. */
void loop_each(
	const struct ws *one, void (*fn)(struct ws *, void *data), void *data);

#endif
