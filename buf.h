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

#endif
