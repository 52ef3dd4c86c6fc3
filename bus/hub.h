/* hub.h - the bus of one server: the order is made in its only process; or in the
 * parent of those of --workers, which is the hub.
 *
 *     worker --push--> pair --> hub, which gives the id --+--> worker
 *                                                         +--> worker
 *
 * A pair of sockets to each worker is made before the fork, and carries whole
 * messages. The parent is a node without members of its own: it knows the rooms,
 * with all their members and what was said, and so does a worker from its fork
 * on.
 *
 * Nobody waits for a pair that is full: a worker queues what its members say,
 * within bounds (bus.h), and the hub what not all workers have taken. While that
 * is too much, the hub hears no worker, so that their members are told to wait. A
 * worker that takes nothing meanwhile, because it is stopped, is no use to its
 * members: its pair is closed, at which it ends, and they come back to its
 * successor with ?after. A worker that dies takes its members with it, and nothing
 * else. */
#ifndef HUB_H
#define HUB_H

#include "bus/bus.h"
#include "serve/source.h"

struct app;

#define HUB_BYTES (4u << 20) /* of what waits for workers, or one event more */

/* One end of a pair: it carries an event as it lies in memory, from `id` on. */
struct port {
	struct source source; /* the first member */
	struct hub *hub;
	int other;       /* the other end; -1: there is none */
	bool is_cut;     /* the worker was given up */
	bool is_blocked; /* the pair is full */
	uint64_t number; /* of the node */
	size_t behind;   /* events of the queue that the pair has not taken */
	struct event *next; /* the first of them, if there is one */
};

struct hub {
	struct bus bus; /* the first member */

	/* Private. */
	struct server *server;
	struct port *ports; /* of a worker: one, to the hub */
	size_t n;           /* of those */
	bool is_worker;
	uint64_t nodes;     /* begun so far */
	struct bus_id last; /* that was given to an event */
	bool is_timed; /* too much waited for a worker when a timer was set */
	struct bus_id oldest; /* of that */
};

void hub_init(struct hub *);

/* Makes this process the hub of n workers. It is called before the bus starts;
 * without it, all is in one process. */
void hub_parent(struct hub *, size_t n);

/* The others are for an application with the same names, whose `data` begins with a
 * struct hub. */
bool hub_prepare(const struct app *, size_t i);
void hub_child(const struct app *, struct server *, size_t i);
void hub_ended(const struct app *, size_t i);

#endif
