/* server.h - a server: its sockets, its processes and their loops. */
#ifndef SERVER_H
#define SERVER_H

#include "app.h"

struct listening;
struct source;
struct timer;

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
void server_each(struct server *, void (*fn)(struct ws *, void *), void *data);

/* Has the loop call fn(data) once, that many milliseconds after this turn of it
 * began, or up to 20 later; never in this turn. What fn sends leaves at once. The
 * timer is gone when fn is called; those that are left when the loop ends are
 * freed without a call. Returns NULL when there is no memory. */
struct timer *server_after(
	struct server *, uint32_t ms, void (*fn)(void *data), void *data);

/* Frees a timer that has not been called. */
void server_cancel(struct server *, struct timer *);

/* Has the loop watch a descriptor of the application's own (serve/source.h) for
 * these events of epoll, EPOLLIN and so on, and call its `ready` whenever, and
 * as long as, one of them is there. EPOLLERR and EPOLLHUP are told without
 * being asked for. 0: no more, from this moment on, so the source may be freed;
 * this is to be called before its descriptor is closed. Returns false when it
 * cannot be watched; errno says why. */
bool server_watch(struct server *, struct source *, uint32_t events);

/* From here on: for a `run` of app.listener (serve/listener.h), which has been
 * given the server. */

/* In a process that it has forked: serves on these sockets (serve/listener.h),
 * which it closes, until a signal asks it to stop. SIGTERM does so even if it was
 * ignored at the start, and a second signal does not end it at once. Returns its
 * exit status. The timers and watches of the parent are not its own. */
int server_serve(struct server *, const struct listening *);

/* In the parent: waits once, and calls what is ready. Signals that are blocked
 * stay so. */
void server_turn(struct server *);

#endif
