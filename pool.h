/* pool.h - the loop's large buffers, lent to who is busy.
 *
 * A quiet connection owns no buffer. A busy one works in the loop's two, and
 * keeps for itself only what is left over when its turn ends: a little as a
 * copy, much with the memory it lies in. Large memory that comes back is held
 * for the next who needs some: fetching it from the kernel anew costs a page
 * fault for every 4 KiB, 700 for a message of 1 MiB and its echo. */
#ifndef POOL_H
#define POOL_H

#include "buf.h"

#define POOL_SPARES 4
#define POOL_SPARE_MAX (2u << 20) /* bytes of one; larger ones are freed */

struct pool {
	struct buf in, out; /* lent; empty in between */
	struct buf spare[POOL_SPARES];
};

/* Makes *b (NULL: nothing) a buffer to go on with: `lent`, which is one of
 * the pool's two, unless *b has much in it already. */
void pool_lend(struct pool *, struct buf **b, struct buf *lent);

/* The end of the turn: *b becomes NULL, or the owner's own with what is left
 * of it from *start on (*start is 0 then, or still right). False: there is no
 * memory for what is left, and *b is as it was. */
bool pool_return(
	struct pool *, struct buf **b, struct buf *lent, size_t *start);

/* Gives *b up with all that is in it; NULL is left. */
void pool_discard(struct pool *, struct buf **b, struct buf *lent);

/* When both are returned: the larger one is for what is received next, since
 * its memory is the one that is in the cache. */
void pool_settle(struct pool *);

/* Frees what is not in use. */
void pool_free(struct pool *);

#endif
