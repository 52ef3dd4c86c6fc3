/* buf.c - a growable run of bytes. */
#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Doubling makes a million small appends cost as much as a few large ones;
 * the first size is exact, so that what is kept of a small rest is small. */
bool buf_reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap * 2;
	unsigned char *data;

	if (n <= b->cap - b->len)
		return true;
	if (n > PTRDIFF_MAX - b->len)
		return false;
	if (cap < b->len + n)
		cap = b->len + n;
	data = realloc(b->data, cap);
	if (!data)
		return false;
	b->data = data;
	b->cap = cap;
	return true;
}

bool buf_append(struct buf *b, const void *data, size_t n)
{
	if (!buf_reserve(b, n))
		return false;
	if (n)
		memcpy(b->data + b->len, data, n);
	b->len += n;
	return true;
}

bool buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !buf_reserve(b, (size_t)n + 1))
		return false;
	va_start(args, format);
	vsnprintf((char *)b->data + b->len, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
	return true;
}

void buf_consume(struct buf *b, size_t n)
{
	b->len -= n;
	if (n && b->len)
		memmove(b->data, b->data + n, b->len);
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

struct buf *buf_new(void)
{
	return calloc(1, sizeof(struct buf));
}

void buf_delete(struct buf *b)
{
	if (b)
		free(b->data);
	free(b);
}

/* Less than this is copied rather than kept with the memory it lies in. */
#define LITTLE 16384

/* An empty buffer's memory, for the next who needs some. */
static void put_back(struct pool *pool, struct buf *b)
{
	b->len = 0;
	for (int i = 0; i < BUF_SPARES; i++)
		if (b->cap >= LITTLE && b->cap <= BUF_SPARE_MAX &&
			!pool->spare[i].cap) {
			pool->spare[i] = *b;
			*b = (struct buf){0};
		}
	buf_free(b);
}

static void take_spare(struct pool *pool, struct buf *b)
{
	for (int i = 0; i < BUF_SPARES && !b->cap; i++) {
		*b = pool->spare[i];
		pool->spare[i] = (struct buf){0};
	}
}

static void dispose(struct pool *pool, struct buf *own)
{
	put_back(pool, own);
	buf_delete(own);
}

void buf_lend(struct pool *pool, struct buf **b, struct buf *lent)
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

bool buf_return(
	struct pool *pool, struct buf **b, struct buf *lent, size_t *start)
{
	struct buf *own = *b;

	if (own->len == 0) {
		if (own != lent)
			dispose(pool, own);
		else if (own->cap > BUF_SPARE_MAX)
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

void buf_discard(struct pool *pool, struct buf **b, struct buf *lent)
{
	if (*b == lent)
		lent->len = 0;
	else if (*b)
		dispose(pool, *b);
	*b = NULL;
}

void buf_settle(struct pool *pool)
{
	struct buf in = pool->in;

	if (pool->out.cap > in.cap) {
		pool->in = pool->out;
		pool->out = in;
	}
}

void buf_free_pool(struct pool *pool)
{
	buf_free(&pool->in);
	buf_free(&pool->out);
	for (int i = 0; i < BUF_SPARES; i++)
		buf_free(&pool->spare[i]);
}
