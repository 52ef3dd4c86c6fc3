/* sets.h - the sockets on which the workers listen: a set for each where the
 * kernel can spread clients over them, and otherwise one for all. */
#ifndef SETS_H
#define SETS_H

#include "serve/listener.h"
#include "workers/count.h"

struct sets {
	struct listener listener; /* the first member */

	/* Private. */
	const struct options *options;
	const struct app *app; /* the inner one */
	size_t n;
	struct listening each[WORKERS_MAX];
};

/* Prepares a listener for so many workers. It opens, logs and removes what the
 * application asks for; the sockets stay with the sets, and the server is given
 * none. All of them lie open in the parent, so clients that wait in the queue of
 * a worker that died are served by the next one. */
void sets_init(struct sets *, const struct options *, const struct app *,
	size_t workers);

/* In worker i: returns the sockets on which it serves, which are the caller's
 * from here on, and closes the others. */
struct listening sets_keep(struct sets *, size_t i);

#endif
