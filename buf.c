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
