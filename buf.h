/* buf.h - a growable run of bytes.
 *
 * A connection has one before parsing and one before sending. All zero is an
 * empty buf that owns nothing. The bytes may move whenever it grows: between
 * calls keep offsets, never pointers. */
#ifndef BUF_H
#define BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	unsigned char *data; /* `cap` bytes on the heap, or NULL */
	size_t len, cap;
};

/* Room for `n` bytes more behind the `len` that are there. False: no memory,
 * and the buf is as it was. */
bool buf_reserve(struct buf *, size_t n);

/* Both copy. False: no memory, and nothing was added. */
bool buf_append(struct buf *, const void *data, size_t n);
bool buf_printf(struct buf *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Drops the first `n` bytes; the rest moves to the front. */
void buf_consume(struct buf *, size_t n);

/* A buf that lies on the heap itself, or NULL; buf_delete frees both. */
struct buf *buf_new(void);
void buf_delete(struct buf *);

/* Gives the memory back; the buf is empty and may be used again. */
void buf_free(struct buf *);

/* A quiet connection owns no buffer. A busy one works in the loop's two, and
 * keeps for itself only what is left over when its turn ends: a little as a
 * copy, much with the memory it lies in. Large memory that comes back is held
 * for the next who needs some: fetching it from the kernel anew costs a page
 * fault for every 4 KiB, 700 for a message of 1 MiB and its echo. */

#define BUF_SPARES 4
#define BUF_SPARE_MAX (2u << 20) /* bytes of one; larger ones are freed */

struct pool {
	struct buf in, out; /* lent; empty in between */
	struct buf spare[BUF_SPARES];
};

/* Makes *b (NULL: nothing) a buffer to go on with: `lent`, which is one of
 * the pool's two, unless *b has much in it already. */
void buf_lend(struct pool *, struct buf **b, struct buf *lent);

/* The end of the turn: *b becomes NULL, or the owner's own with what is left
 * of it from *start on (*start is 0 then, or still right). False: there is no
 * memory for what is left, and *b is as it was. */
bool buf_return(struct pool *, struct buf **b, struct buf *lent, size_t *start);

/* Gives *b up with all that is in it; NULL is left. */
void buf_discard(struct pool *, struct buf **b, struct buf *lent);

/* When both are returned: the larger one is for what is received next, since
 * its memory is the one that is in the cache. */
void buf_settle(struct pool *);

/* Frees what is not in use. */
void buf_free_pool(struct pool *);

#endif
