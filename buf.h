/* buf.h - bytes that grow, and buffers that are lent.
 *
 * A buf that is all zero is empty and owns nothing. Its bytes may move whenever
 * it grows, so between calls keep offsets, never pointers. */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	unsigned char *data; /* `cap` bytes on the heap, or NULL */
	size_t len, cap;
	/* Of output: the bytes before `start` have been sent, and the last
	 * turn has left so many of those behind it. */
	size_t start, left;
	/* What the owner has counted of it stays with the bytes. */
	size_t counted;
};

/* Makes room for n bytes after the first `len`. Returns false when there is no
 * memory; the buf is then unchanged. */
bool buf_reserve(struct buf *, size_t n);

/* Both add a copy. They return false, and have added nothing, when there is no
 * memory. buf_append may be given NULL, a buf for which there was none. */
bool buf_append(struct buf *, const void *data, size_t n);
bool buf_printf(struct buf *, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Both do what snprintf and vsnprintf do, in a third of the time where a format
 * has only %s, %.*s, %u and %llu. From the first other conversion on, the C
 * library does it. */
int buf_format(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int buf_vformat(char *text, size_t size, const char *format, va_list)
	__attribute__((format(printf, 3, 0)));

/* Drops the first n bytes and moves the rest to the front. */
void buf_consume(struct buf *, size_t n);

/* Returns how many bytes of output have not been sent; b may be NULL. */
size_t buf_unsent(const struct buf *b);

/* Counts the bytes that have not been sent in a sum over several bufs, and no
 * longer what was counted of this one before; b may be NULL. */
void buf_count(struct buf *b, unsigned long long *held);

/* Frees the bytes. The buf is then empty and may be used again. */
void buf_free(struct buf *);

/* An idle connection owns no buffer. A busy one works in the loop's two large
 * buffers, and when its turn ends, it keeps only what is left over, in memory of
 * its own.
 *
 * That memory is roomy when more than half of it is empty. What is left then
 * moves to memory of its size. There is one exception, for a message that comes
 * in many turns and would be copied in each: up to BUF_SPARES connections that
 * hold BUF_SPARE_MIN or more keep their room until the next buf_trim.
 *
 * Large memory that comes back is a spare for the next connection that needs
 * some, because memory that is new from the kernel costs a page fault for every
 * 4 KiB: 700 of them for a message of 1 MiB and its echo. Without these faults an
 * echo of 2 MiB takes a quarter of the time. What is larger than BUF_SPARE_KEPT goes
 * back to the kernel at the next buf_trim. */
#define BUF_SPARES 8
#define BUF_SPARE_MIN 16384 /* bytes; a smaller buffer is freed instead */
#define BUF_SPARE_KEPT (2u << 20)
#define BUF_SPARE_MAX (32u << 20) /* a larger one is freed at once */

struct buf_pool {
	struct buf in, out; /* lent for a turn, and empty between turns */
	struct buf spares[BUF_SPARES]; /* empty, some of them without memory */
	struct buf *roomy[BUF_SPARES]; /* that keep their room: connections' */
	size_t n_roomy;
	bool wants_trim; /* yours to read */
};

/* Begins a turn: when the connection has nothing, *b becomes `lent`, one of the
 * pool's two. What it has stays where it is, so that bytes which come one by
 * one are not copied again and again. */
void buf_lend(struct buf_pool *, struct buf **b, struct buf *lent);

/* Ends a turn. When *b is empty, it becomes NULL, which always succeeds (NULL
 * stays NULL). Otherwise it becomes a buf of the connection's own with what is
 * left from its `start` on. Returns false when there is no memory for that; what
 * is left is then still in *b, for nothing but to be emptied and returned. */
bool buf_return(struct buf_pool *, struct buf **b, struct buf *lent);

/* Call this when both buffers have been returned. The larger one becomes the
 * next input buffer, since its memory is still in the processor's cache. */
void buf_settle(struct buf_pool *);

/* Takes back the room that some have kept, and the largest spares. Call this
 * between turns, now and then while wants_trim is set. */
void buf_trim(struct buf_pool *);

/* Frees all memory that is not in use. */
void buf_free_pool(struct buf_pool *);

#endif
