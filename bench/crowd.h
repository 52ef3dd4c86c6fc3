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
	uint32_t count; /* how many work; target.idle more rest behind them */
	bool greeted;   /* the server speaks first */
	uint32_t next;  /* the first that has not begun */
	uint64_t begun; /* operations, in this round */
	uint64_t limit; /* of them at most */
	uint64_t until; /* begin none after this */
	struct tally tally; /* how long they took */
};

/* What clients do. `begin` starts one operation, `ready` is called with what
 * epoll reports and returns true when the operation is done, `next` says who
 * begins another: first with NULL, until all are busy, then with each client
 * that is done; it returns NULL to let one rest. */
struct work {
	void (*begin)(struct crowd *, struct peer *);
	bool (*ready)(struct crowd *, struct peer *, uint32_t events);
	struct peer *(*next)(struct crowd *, struct peer *done);
};

/* Memory for `count` clients and the target's idle ones. */
void crowd_init(struct crowd *, uint32_t count);

/* A round: at most `busy` operations at a time, until `next` has no more and
 * all are done. Dies when nothing happens for a while. Returns how many there
 * were. */
uint64_t crowd_run(struct crowd *, const struct work *, uint32_t busy);

/* A `next`: each client again and again, within the limit and the time. */
struct peer *crowd_again(struct crowd *, struct peer *done);

/* A `next`: each client once, the idle ones too. */
struct peer *crowd_once(struct crowd *, struct peer *done);

#endif
