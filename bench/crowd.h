/* crowd.h - the clients of one server, and the loop in which they work. */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/peer.h"
#include "bench/tally.h"

struct crowd {
	struct target target;
	int epoll;
	struct peer *clients;
	uint32_t count; /* how many work; target.idle more rest after them */
	bool greeted;   /* the server speaks first */
	uint32_t next;  /* the first client that has not begun */
	uint64_t begun; /* operations, in this round */
	uint64_t limit; /* operations, at most */
	uint64_t until; /* begin none after this */
	struct tally tally; /* how long they took */
};

/* What clients do. `begin` starts one operation. `ready` is called with what
 * epoll reports, and returns true when the operation is done. `next` returns
 * the client that begins another operation: first it is called with NULL, until
 * all are busy, then with each client that is done. It returns NULL to let that
 * client rest. */
struct work {
	void (*begin)(struct crowd *, struct peer *);
	bool (*ready)(struct crowd *, struct peer *, uint32_t events);
	struct peer *(*next)(struct crowd *, struct peer *done);
};

/* Allocates `count` clients and the idle ones of the target. */
void crowd_init(struct crowd *, uint32_t count);

/* Runs a round: at most `busy` operations at a time, until `next` has no more
 * and all are done. Dies when nothing happens for a while. Returns how many
 * operations there were. */
uint64_t crowd_run(struct crowd *, const struct work *, uint32_t busy);

/* A `next` for each client again and again, within the limit and the time. */
struct peer *crowd_again(struct crowd *, struct peer *done);

/* A `next` for each client once, including the idle ones. */
struct peer *crowd_once(struct crowd *, struct peer *done);

#endif
