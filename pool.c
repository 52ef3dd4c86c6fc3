/* pool.c - the loop's large buffers, lent to who is busy. */
#include "pool.h"

/* Less than this is copied rather than kept with the memory it lies in. */
#define LITTLE 16384

/* An empty buffer's memory, for the next who needs some. */
static void put_back(struct pool *pool, struct buf *b)
{
	b->len = 0;
	for (int i = 0; i < POOL_SPARES; i++)
		if (b->cap >= LITTLE && b->cap <= POOL_SPARE_MAX &&
			!pool->spare[i].cap) {
			pool->spare[i] = *b;
			*b = (struct buf){0};
		}
	buf_free(b);
}

static void take_spare(struct pool *pool, struct buf *b)
{
	for (int i = 0; i < POOL_SPARES && !b->cap; i++) {
		*b = pool->spare[i];
		pool->spare[i] = (struct buf){0};
	}
}

static void dispose(struct pool *pool, struct buf *own)
{
	put_back(pool, own);
	buf_delete(own);
}

void pool_lend(struct pool *pool, struct buf **b, struct buf *lent)
{
	struct buf *own = *b;

	take_spare(pool, lent);
	if (own &&
		(own->len >= LITTLE || !buf_append(lent, own->data, own->len)))
		return;
	if (own)
		dispose(pool, own);
	*b = lent;
}

bool pool_return(
	struct pool *pool, struct buf **b, struct buf *lent, size_t *start)
{
	struct buf *own = *b;

	if (own->len == 0) {
		if (own != lent)
			dispose(pool, own);
		else if (own->cap > POOL_SPARE_MAX)
			buf_free(own);
		*b = NULL;
		return true;
	}
	if (own != lent)
		return true;
	own = buf_new();
	if (!own)
		return false;
	if (lent->len - *start >= LITTLE) {
		*own = *lent;
		*lent = (struct buf){0};
	} else if (buf_append(own, lent->data + *start, lent->len - *start)) {
		*start = 0;
		lent->len = 0;
	} else {
		buf_delete(own);
		return false;
	}
	*b = own;
	return true;
}

void pool_discard(struct pool *pool, struct buf **b, struct buf *lent)
{
	if (*b == lent)
		lent->len = 0;
	else if (*b)
		dispose(pool, *b);
	*b = NULL;
}

void pool_settle(struct pool *pool)
{
	struct buf in = pool->in;

	if (pool->out.cap > in.cap) {
		pool->in = pool->out;
		pool->out = in;
	}
}

void pool_free(struct pool *pool)
{
	buf_free(&pool->in);
	buf_free(&pool->out);
	for (int i = 0; i < POOL_SPARES; i++)
		buf_free(&pool->spare[i]);
}
