/* room.h - the rooms that a node knows, their members (its own, and those of other
 * nodes), and what was said there. It owns them. */
#ifndef ROOM_H
#define ROOM_H

#include "bus/bus.h"
#include "ws.h"

/* What is kept of one room; and of all. Bytes count what is around a message,
 * too. A room that says much forgets its own oldest first; when all together have
 * said too much, the room that has been quiet for longest forgets. Of rooms without
 * users, those that spoke last are kept. */
#define ROOM_MESSAGES 16384
#define ROOM_BYTES (4u << 20)
#define ROOM_ALL_BYTES (64u << 20)
#define ROOM_UNUSED 10000

/* A token bucket. All zero: full. */
struct bucket {
	uint32_t spent; /* in tenths of a token */
	uint32_t at;    /* that was, in tenths of a second */
};

struct member {
	/* What a broadcast looks at, in one line of a cache. */
	struct member *next, *previous; /* of its room */
	bool is_own;                    /* it is this node's */
	bool is_in;     /* the bus has delivered that it has come */
	bool is_behind; /* messages after `told` are still to reach it */
	struct room *room;
	struct ws *ws; /* NULL: of another node, or it has left */
	/* {"type":"left","member":{"id":7,"name":"Ann"}}: that it leaves can be
	 * told even without memory. NULL: that is on its way. */
	struct event *left;
	/* From where it wants to go on, as JSON, until it is in. Then it may be
	 * in the line of rooms.behind. NULL: neither. */
	union {
		char *after;
		struct member *next_behind;
	};
	struct bus_id told;
	/* Its own, and the number of its node. With the subprotocol, its own is
	 * odd, for other nodes to know. */
	uint64_t id, node;
	struct bucket says, relays;
};

struct room {
	struct room *next,
		*previous; /* in a circle with rooms.all: insque(3) */
	/* In a circle with its users: our own, the newest first, and behind them
	 * those of other nodes. As long as there are any, it stays. */
	struct member all;
	uint32_t users;     /* of those */
	uint32_t count;     /* of those who are in */
	bool is_due;        /* its members are to be told that */
	struct queue said;  /* as members with room.v1 heard it */
	struct bus_id lost; /* what was said up to here may be forgotten */
	const char *name;   /* a string of JSON */
};

struct rooms {
	void *by_name, *by_id; /* of tsearch(3) */
	struct room all;       /* behind it, the one that said last */
	uint32_t n;            /* rooms */
	uint32_t used;         /* those of them that have users */
	uint32_t members;      /* their users */
	size_t bytes;          /* that are kept of all rooms */
	struct member *behind, **behind_end; /* those who are, in a line */
	size_t n_behind;
	struct bus_id forgotten; /* of rooms that are no more */
};

void room_init(struct rooms *);
void room_free(struct rooms *);

/* room_need makes it where there is none. Both return NULL when there is none. */
struct room *room_find(const struct rooms *, const char *name);
struct room *room_need(struct rooms *, const char *name);

/* Keeps what was said in this room, which owns it from here on, and forgets what is
 * too much. Without memory for it (NULL), all up to this id is forgotten. The room
 * may be gone then. */
void room_keep(struct rooms *, struct room *, struct bus_id, struct event *);

struct member *room_member(const struct rooms *, uint64_t id);

/* Returns NULL if that is a member of the room, with the subprotocol; or why it does
 * not hear relays, a sentence for the sender. NULL is no member. */
const char *room_hears_no_relay(const char *room, const struct member *);

/* Makes a user of the room, which may be NULL: a socket of this node, or NULL. `left`
 * is the event of its leaving, or NULL, and is the member's own. Returns NULL when
 * there is no memory, and then the room may be gone. */
struct member *room_add(struct rooms *, struct room *, uint64_t id, struct ws *,
	struct event *left);

/* Puts it at the end of the line of those who are behind, in which it is not; and
 * takes the first one out of that. */
void room_line_up(struct rooms *, struct member *);
struct member *room_next_behind(struct rooms *);

/* Takes it out and frees it; and the room, if it was the last. */
void room_remove(struct rooms *, struct member *);

/* Returns {"type":TYPE,"member":WHO}, or NULL: no memory. */
struct event *room_event(const char *room, const char *type, struct slice who);

/* What names it: {"id":7,"name":"Ann"}. Its p is NULL once it has left. */
struct slice room_who(const struct member *);

#endif
