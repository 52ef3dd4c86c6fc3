/* node.h - one node: what its members do is published on the bus, and what the bus
 * delivers happens in its rooms.
 *
 * An event is the JSON that members hear: {"type":"joined","member":WHO}, with
 * `left` and `renamed`; {"type":"new_message","from":WHO,"payload":"hi"}, which
 * gets its id and time when it is delivered; and the relays `offer`, `answer` and
 * `ice`. Two are for nodes: at a `hello`, all of them publish who their members
 * are, once for several that come close together; {"type":"departed","node":N} says
 * that a node is gone, with its members. If it is not, it publishes them again. */
#ifndef NODE_H
#define NODE_H

#include "chat/room.h"

#define NODE_ROOMS 10000 /* with members, of all nodes */
#define NODE_MEMBERS 100000

struct server;

struct node {
	struct rooms rooms; /* yours to read */
	struct bus *bus;    /* likewise */

	/* Private. */
	struct server *server;
	uint64_t members;     /* of our own, so far */
	struct bus_id newest; /* that was delivered */
	bool is_due;          /* a room is: a timer is set */
	bool is_telling;      /* members are behind: likewise */
	bool is_resting;      /* it has said who they are: likewise */
	bool is_asked;        /* meanwhile, and answers after that */
};

/* It knows no room yet. */
void node_init(struct node *, struct bus *);

/* It begins in this process. */
void node_start(struct node *, struct server *);

/* It ends, and frees what it and its bus hold. To be called twice does no harm. */
void node_stop(struct node *);

/* A socket enters a room, whose name is a string of JSON; its `data` is the member
 * then. `after` is the id from which it wants to go on; its p may be NULL. The
 * member is in, and welcome, when the bus delivers that, which may be now. Returns
 * NULL, or why it cannot. */
const char *node_enter(
	struct node *, struct ws *, const char *name, struct slice after);

/* The socket is closed. The member is the caller's no longer. */
void node_leave(struct node *, struct member *);

/* What the bus calls (bus/bus.h). */
void node_deliver(struct node *, const struct event *);
void node_missed(struct node *, struct bus_id);
void node_departed(struct bus *, uint64_t number);

#endif
