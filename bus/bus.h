/* bus.h - what carries events to every node, in one order. Any application may use
 * it; chat/ does.
 *
 * A node is a process that has clients. Whatever happens in a room is an event, a
 * line of JSON: it is published, and it happens when the bus delivers it, on the
 * node that published it too. So all nodes live through the same events in the
 * same order, and none of them is asked first. A node does not know what the bus
 * is: the order is made in this process or in its parent (hub.h), or by Redis
 * (redis.h).
 *
 *     node ---- bus_publish ----> queue ---- push ----> the order, an id
 *     node <---- bus.deliver ------------------------------+ */
#ifndef BUS_H
#define BUS_H

#include "http/slice.h"

#include <stdint.h>

/* The place of an event in the order. It begins with the time at which the bus
 * took it, so that what was said in an earlier run has a lower id. Where a bus
 * gives the ids itself, they rise even when the clock is set back. */
struct bus_id {
	uint64_t ms; /* since 1970 */
	uint64_t seq;
};

#define BUS_ID_SIZE 42 /* of "MS-SEQ" in decimal, with its 0 */

/* Returns < 0, 0 or > 0 as a is before, the same as, or after b. */
int bus_id_compare(struct bus_id a, struct bus_id b);

/* Returns an id that is after `last`, with the time of the real-time clock
 * unless that is before it. */
struct bus_id bus_id_next(struct bus_id last);

/* Writes "MS-SEQ" and returns text. */
const char *bus_id_format(struct bus_id, char text[BUS_ID_SIZE]);

/* Reads what bus_id_format has written; the text must be nothing else. */
bool bus_id_parse(struct slice, struct bus_id *);

#define BUS_ROOM_MAX 400         /* bytes of a room's name, as JSON */
#define BUS_TEXT_MAX (17u << 10) /* bytes of a text */

struct event {
	struct event *next; /* in a queue */
	/* Set by the bus. */
	struct bus_id id;
	uint64_t node; /* the number of the one that published it */

	/* The room's name as a string of JSON, a 0, the text and a 0. The text
	 * is an object of JSON; the bus knows no more of it. */
	size_t size; /* of all that */
	char room[];
};

/* Returns an event on the heap, which free(3) frees: the text is printed. NULL:
 * no memory. */
struct event *event_new(const char *room, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

const char *event_text(const struct event *);

/* Events in the order in which they came, which it owns. All zero: none. */
struct queue {
	struct event *first, *last; /* yours to read */
	size_t n, bytes;            /* of memory */
};

void queue_add(struct queue *, struct event *);
void queue_drop(struct queue *); /* frees the first; there must be one */
void queue_free(struct queue *);

/* What a node may let wait for its bus: as much as comes when all members of a server
 * that was restarted come back at once. */
#define BUS_EVENTS 10000
#define BUS_BYTES (4u << 20)

struct node;
struct server;

/* A bus of any kind is a struct that begins with this one. */
struct bus {
	/* In each process: its loop begins. Before that nothing is published. */
	void (*start)(struct bus *, struct server *);
	/* The loop has ended. May be NULL. */
	void (*stop)(struct bus *);
	/* An event was added to the queue; none may be published meanwhile. The
	 * bus drops from it what it has passed on. */
	void (*push)(struct bus *);
	struct queue queue;
	/* Of this node, and even: no other one has or had it, nor one of the two
	 * million above it, which its members have. */
	uint64_t number;

	/* Yours to set, before it starts: a struct of your own, and what is done
	 * there. */
	struct node *node;
	/* Once for each event, in the order of their ids. Those that were published
	 * before this node began come first, as far as the bus still has them. */
	void (*deliver)(struct node *, const struct event *);
	/* Events up to this id will not be delivered any more, if they have not
	 * been: the bus has lost them, or they are of an earlier run. Called first
	 * at the beginning, and whenever this node falls too far behind. */
	void (*missed)(struct node *, struct bus_id);
	/* Is to publish that a node is gone. */
	void (*departed)(struct bus *, uint64_t number);
	/* The node knows which others there are, or is being told. */
	bool is_live;
};

/* Takes the event, which will be delivered once, after whatever outage, in the
 * order in which this node has published. Returns NULL; or why it cannot, a
 * sentence for the member: too much waits, which is no reason against one that
 * `is_owed`, or there is no memory, where the event is NULL. */
const char *bus_publish(struct bus *, struct event *, bool is_owed);

#endif
