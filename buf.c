/* buf.c - bytes that grow, and buffers that are lent. */
#include "buf.h"

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
	/* an empty one is not copied */
	data = realloc(b->len ? b->data : NULL, cap);
	if (!data)
		return false;
	if (!b->len)
		free(b->data);
	b->data = data;
	b->cap = cap;
	return true;
}

bool buf_append(struct buf *b, const void *data, size_t n)
{
	if (!b || !buf_reserve(b, n))
		return false;
	if (n)
		memcpy(b->data + b->len, data, n);
	b->len += n;
	return true;
}

/* Takes what the format begins with: plain text, or one of the conversions that
 * are done here. Returns its size, and the text that it stands for; or 0. */
static size_t take(const char *f, va_list *args, char digits[20],
	const char **text, size_t *len)
{
	const char *end = strchr(f, '%');
	size_t n = end ? (size_t)(end - f) : strlen(f);

	*text = n ? f : digits;
	*len = n;
	if (n || !*f)
		return n;
	if (f[1] == 's') {
		*text = va_arg(*args, const char *);
		*len = strlen(*text);
		n = 2;
	} else if (f[1] == 'u' || !strncmp(f, "%llu", 4)) {
		bool is_long = f[1] == 'l';
		unsigned long long number =
			is_long ? va_arg(*args, unsigned long long)
				: va_arg(*args, unsigned);
		char *p = digits + 20;

		do
			*--p = (char)('0' + number % 10);
		while (number /= 10);
		*text = p;
		*len = (size_t)(digits + 20 - p);
		n = is_long ? 4 : 2;
	} else if (!strncmp(f, "%.*s", 4)) {
		*len = (size_t)va_arg(*args, int);
		*text = va_arg(*args, const char *);
		/* C11 has no strnlen; a slice of no text has NULL */
		end = *len ? memchr(*text, 0, *len) : NULL;
		*len = end ? (size_t)(end - *text) : *len;
		n = 4;
	}
	return n;
}

int buf_vformat(char *text, size_t size, const char *f, va_list args)
{
	char digits[20];
	const char *from;
	size_t len = 0, n, taken;
	va_list rest;
	int more = 0;

	va_copy(rest, args);
	for (; (taken = take(f, &rest, digits, &from, &n));
		f += taken, len += n)
		if (n && len < size)
			memcpy(text + len, from,
				n < size - len ? n : size - len);
	if (size)
		text[len < size ? len : size - 1] = 0;
	if (*f)
		more = vsnprintf(len < size ? text + len : NULL,
			len < size ? size - len : 0, f, rest);
	va_end(rest);
	return more < 0 ? more : (int)len + more;
}

int buf_format(char *text, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = buf_vformat(text, size, format, args);
	va_end(args);
	return n;
}

bool buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = buf_vformat(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !buf_reserve(b, (size_t)n + 1))
		return false;
	va_start(args, format);
	buf_vformat((char *)b->data + b->len, (size_t)n + 1, format, args);
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

void buf_count(struct buf *b, unsigned long long *held)
{
	if (!b)
		return;
	*held -= b->counted; /* which may be more than there is now */
	b->counted = buf_unsent(b);
	*held += b->counted;
}

/* Keeps the memory for the next connection that needs some, when its size is
 * worth it and there is a place for it; otherwise frees it. */
static void spare(struct buf_pool *pool, struct buf *b)
{
	struct buf in = pool->in;

	*b = (struct buf){.data = b->data, .cap = b->cap};
	pool->wants_trim |= b->cap > BUF_SPARE_KEPT;
	/* the next long message need not grow its buffer */
	if (b->cap > in.cap && b->cap <= BUF_SPARE_MAX && !in.len) {
		pool->in = *b;
		*b = in;
	}
	for (int i = 0; i < BUF_SPARES; i++)
		if (b->cap >= BUF_SPARE_MIN && b->cap <= BUF_SPARE_MAX &&
			!pool->spares[i].cap) {
			pool->spares[i] = *b;
			*b = (struct buf){0};
		}
	buf_free(b);
}

void buf_lend(struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	if (*b)
		return;
	for (int i = 0; i < BUF_SPARES && !lent->cap; i++) {
		*lent = pool->spares[i];
		pool->spares[i] = (struct buf){0};
	}
	*b = lent;
}

static bool is_roomy(const struct buf *b)
{
	return b->cap / 2 > buf_unsent(b);
}

/* Is it on the list of those that keep their room, or may it join them? */
static bool may_stay(struct buf_pool *pool, struct buf *own)
{
	for (size_t i = 0; i < pool->n_roomy; i++)
		if (pool->roomy[i] == own)
			return true;
	if (pool->n_roomy == BUF_SPARES || own->cap > BUF_SPARE_MAX ||
		buf_unsent(own) < BUF_SPARE_MIN)
		return false;
	pool->roomy[pool->n_roomy++] = own;
	pool->wants_trim = true;
	return true;
}

/* Moves what is left to memory of its size. Returns false when there is none;
 * then it stays where it is. */
static bool shrink(struct buf_pool *pool, struct buf *own)
{
	struct buf less = {.left = own->left, .counted = own->counted};

	if (!buf_append(&less, own->data + own->start, buf_unsent(own)))
		return false;
	spare(pool, own);
	*own = less;
	return true;
}

/* Most turns leave nothing, and inlined this would make them save registers for
 * it. */
__attribute__((noinline)) static bool keep(
	struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	bool was_lent = *b == lent;
	struct buf *own = was_lent ? calloc(1, sizeof *own) : *b;

	if (!own)
		return false;
	if (was_lent) {
		*own = *lent;
		*lent = (struct buf){0};
		*b = own;
	}
	/* without memory the loop's buffer cannot stay, one's own can */
	if (is_roomy(own) && !may_stay(pool, own))
		return shrink(pool, own) || !was_lent;
	return true;
}

/* Nothing is left of it: its memory is for others. */
static void dispose(struct buf_pool *pool, struct buf *own)
{
	for (size_t i = 0; i < pool->n_roomy; i++)
		if (pool->roomy[i] == own)
			pool->roomy[i--] = pool->roomy[--pool->n_roomy];
	spare(pool, own);
	free(own);
}

bool buf_return(struct buf_pool *pool, struct buf **b, struct buf *lent)
{
	struct buf *was = *b;

	if (buf_unsent(was))
		return keep(pool, b, lent);
	*b = NULL;
	if (!was)
		return true;
	was->len = was->start = was->counted = was->left = 0;
	if (was != lent)
		dispose(pool, was);
	else if (was->cap > BUF_SPARE_KEPT)
		pool->wants_trim = true;
	return true;
}

static void trim(struct buf *spare)
{
	if (spare->cap > BUF_SPARE_KEPT)
		buf_free(spare);
}

void buf_trim(struct buf_pool *pool)
{
	for (; pool->n_roomy; pool->n_roomy--)
		if (is_roomy(pool->roomy[pool->n_roomy - 1]))
			shrink(pool, pool->roomy[pool->n_roomy - 1]);
	for (int i = 0; i < BUF_SPARES; i++)
		trim(&pool->spares[i]);
	trim(&pool->in);
	trim(&pool->out);
	pool->wants_trim = false;
}

void buf_settle(struct buf_pool *pool)
{
	if (pool->out.cap > pool->in.cap) {
		struct buf in = pool->in;

		pool->in = pool->out;
		pool->out = in;
	}
}

void buf_free_pool(struct buf_pool *pool)
{
	buf_trim(pool);
	buf_free(&pool->in);
	buf_free(&pool->out);
	for (int i = 0; i < BUF_SPARES; i++)
		buf_free(&pool->spares[i]);
}
