/* resp.h - RESP2, in which Redis and Valkey are spoken to, as far as they answer
 * in it what they are asked here: one item at a time.
 *
 *     +OK\r\n   -ERR no\r\n   $5\r\nhello\r\n   *2\r\n and two items
 *
 * A value is one item, or an array with all its elements, which may be arrays.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/ */
#ifndef RESP_H
#define RESP_H

#include "buf.h"
#include "http/slice.h"

#include <stdint.h>
#include <sys/types.h>

/* What is larger is malformed. */
#define RESP_LINE_MAX 1024 /* bytes before the CR LF */
#define RESP_STRING_MAX (1 << 20)
#define RESP_ITEMS_MAX 65536 /* of one value */

struct resp {
	char type;         /* '+' text, '-' error, '$' string, '*' array */
	struct slice text; /* in the bytes that were given; its p is NULL in an
			    * array, and in a string that is null */
	uint64_t n;        /* elements of an array that follow; 0: it is null */
};

/* Reads an item. Returns > 0: so many bytes are taken; 0: incomplete, call again
 * with more; -1: it is malformed, which is said as early as its bytes allow. */
ssize_t resp_read(struct slice, struct resp *);

/* Returns the bytes of the first value, or 0 or -1 as above. */
ssize_t resp_whole(struct slice);

/* Reads the next item of a value that is whole, and moves on behind it. At the
 * end it returns one of type 0. */
struct resp resp_next(struct slice *);

/* Adds a command of that many words. Returns false when there is no memory, and
 * then nothing has been added. */
bool resp_command(struct buf *, const char *const *words, size_t n);

#endif
