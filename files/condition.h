/* condition.h - what a client may already have, and what part of a file it
 * asks for: RFC 9110, sections 8.8, 13 and 14. */
#ifndef CONDITION_H
#define CONDITION_H

#include "http/request.h"

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#define CONDITION_ETAG_SIZE 24

/* What tells one state of a file from another. */
struct validators {
	char etag[CONDITION_ETAG_SIZE]; /* as the field ETag has it */
	int64_t modified; /* for Last-Modified: seconds since 1970, UTC */
	int64_t now;
};

struct range {
	uint64_t first, len; /* bytes of the file */
};

/* Returns true when the file could change once more and keep its stamps. `now`
 * must be the time before its state `st` was read, by the clock that files are
 * stamped with. */
bool condition_is_recent(const struct stat *st, const struct timespec *now);

/* Returns a number that stands for these bytes in an ETag: other bytes almost
 * certainly have another one. */
uint64_t condition_digest(const void *bytes, size_t len);

/* Makes the validators of a file whose state is `st`; `now` is as above. Where
 * `digest` stands for all its bytes, the ETag is made from it, and is strong.
 * Where it is NULL, the ETag is made from the inode, the size and both stamps.
 * Then it is strong once the last edit is more than 2 seconds old; until then
 * it is weak and another one each time. */
void condition_init(struct validators *, const struct stat *st,
	const struct timespec *now, const uint64_t *digest);

/* What to answer to a GET or HEAD for a file of `size` bytes:
 *
 *     200    all of it
 *     206    the one range that the request asks for
 *     304    nothing: the client has this state of the file
 *     412    an error: the client did not expect this state
 *     416    an error: no byte of the file is in the range
 *
 * Writes to *range which bytes to send; they are all bytes unless it is 206. A
 * Range that asks for several ranges, is in another unit or not in the grammar
 * is ignored, as RFC 9110 14.2 allows. */
int condition_status(const struct request *, const struct validators *,
	uint64_t size, struct range *range);

#endif
