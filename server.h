/* server.h - a server: its sockets, its processes, their loops. */
#ifndef SERVER_H
#define SERVER_H

#include "app.h"
#include "options.h"

/* Listens and serves until SIGINT or SIGTERM, then returns the program's exit
 * status; a second signal ends it at once. What cannot be set up ends it with
 * a sentence and status 1. */
int server_run(const struct options *, const struct app *);

#endif
