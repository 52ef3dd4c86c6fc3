/* place.c - what a server serves, and with what. */
#include "serve/place.h"

#include "serve/client.h"
#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define RESERVE 32 /* descriptors kept for files and the like */

void place_open(struct place *p, const struct options *o, const struct app *app)
{
	bool several = app->listener && app->listener->run;
	size_t n = several ? app->listener->processes : 1;

	*p = (struct place){.options = o, .app = app, .processes = n};
	p->max_clients = process_raise_limit(2 * RESERVE) - RESERVE;
	if (o->max_memory / n < o->max_message)
		errx(2, "%zu x --max-message > --max-memory. See --help.", n);
	process_catch_signals(&p->unblocked, app->on_turn);
	log_open(several, app->on_bound, o);
	listen_start(&p->listening, o, app);
	if (app->on_bound)
		app->on_bound(o);
	if (o->quiet)
		log_silence();
	log_line("Up to %zu clients in %s%zu process%s", p->max_clients,
		n == 1 ? "" : "each of ", n, n == 1 ? "" : "es");
	log_flush();
}

/* In one write, since other processes may say it too. */
void place_complain(void)
{
	fprintf(stderr, "%s: cannot begin: %s\n", program_invocation_short_name,
		strerror(errno));
}

void place_share(const struct place *p, struct shared *shared)
{
	const struct options *o = p->options;

	shared->http.app = p->app;
	shared->http.max_requests = o->max_requests;
	shared->host.max_message = (uint32_t)o->max_message;
	shared->host.max_unsent = CONN_UNSENT_MAX;
	shared->host.max_backlog = (uint32_t)o->max_backlog;
	shared->host.max_memory = o->max_memory / p->processes;
	shared->message_window = o->message_timeout;
	client_share(shared);
}
