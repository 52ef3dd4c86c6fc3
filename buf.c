/* buf.c - bytes that grow, and buffers that are lent. */
#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Doubling makes a million small appends as cheap as a few large ones. The
 * first size is exact, so that a small rest takes little memory. */
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

size_t buf_unsent(const struct buf *b)
{
	return b ? b->len - b->start : 0;
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

/* Below this, memory is neither kept for later nor worth shrinking. */
#define LITTLE 16384

/* Keeps the memory for the next connection that needs some, when its size is
 * worth it and there is a place for it; otherwise frees it. */
static void dispose(struct buf_pool *pool, struct buf *own)
{
	*own = (struct buf){.data = own->data, .cap = own->cap};
	for (int i = 0; i < BUF_SPARES; i++)
		if (own->cap >= LITTLE && own->cap <= BUF_SPARE_MAX &&
			!pool->spares[i].cap) {
			pool->spares[i] = *own;
			*own = (struct buf){0};
		}
	buf_delete(own);
}

static void take_spare(struct buf_pool *pool, struct buf *b)
{
	for (int i = 0; i < BUF_SPARES && !b->cap; i++) {
		*b = pool->spares[i];
		pool->spares[i] = (struct buf){0};
	}
}

void buf_lend(struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	if (*b)
		return;
	take_spare(pool, lent);
	*b = lent;
}

static bool is_roomy(const struct buf *b)
{
	return b->cap > LITTLE && b->cap / 2 > buf_unsent(b);
}

/* Moves what is left to memory of its own, as it lies or to less. */
static bool move(struct buf *to, struct buf *from)
{
	to->counted = from->counted;
	if (!is_roomy(from) && buf_unsent(from) >= LITTLE) {
		*to = *from;
		*from = (struct buf){0};
		return true;
	}
	if (!buf_append(to, from->data + from->start, buf_unsent(from)))
		return false;
	from->len = from->start = from->counted = 0;
	return true;
}

bool buf_return(struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	struct buf *was = *b, *own;

	if (!buf_unsent(was)) {
		was->len = was->start = 0;
		if (was != lent)
			dispose(pool, was);
		else if (was->cap > BUF_SPARE_MAX)
			buf_free(was);
		was = NULL;
	}
	if (!was || (was != lent && !is_roomy(was))) {
		*b = was;
		return true;
	}
	own = buf_new();
	if (!own || !move(own, was)) {
		buf_delete(own);
		return was != lent; /* without memory for less, it stays */
	}
	if (was != lent)
		dispose(pool, was);
	*b = own;
	return true;
}

void buf_discard(struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	if (*b == lent)
		*lent = (struct buf){.data = lent->data, .cap = lent->cap};
	else if (*b)
		dispose(pool, *b);
	*b = NULL;
}

void buf_settle(struct buf_pool *pool)
{
	struct buf in = pool->in;

	if (pool->out.cap > in.cap) {
		pool->in = pool->out;
		pool->out = in;
	}
}

void buf_free_pool(struct buf_pool *pool)
{
	buf_free(&pool->in);
	buf_free(&pool->out);
	for (int i = 0; i < BUF_SPARES; i++)
		buf_free(&pool->spares[i]);
}
