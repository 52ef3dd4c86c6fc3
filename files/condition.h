/* condition.h - what tells one state of a file from another, and the requests
 * that depend on it: RFC 9110, sections 8.8 and 13. */
#ifndef CONDITION_H
#define CONDITION_H

#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#define CONDITION_ETAG_SIZE 24

struct validators {
	char etag[CONDITION_ETAG_SIZE]; /* as the field ETag has it */
	int64_t modified;               /* as Last-Modified has it, in UTC */
	int64_t now;
};

/* Those of a file that is there. `now` is read before its state is, from the
 * clock that files are stamped with. The tag is strong, but for a file that
 * has changed a moment ago: then it is weak, and another one each time. */
void condition_init(
	struct validators *, const struct stat *, const struct timespec *now);

/* What becomes of a GET or HEAD: 200, 304, or 412. */
int condition_status(const struct request *, const struct validators *);

/* Whether If-Range, if there is one, lets Range count. */
bool condition_allows_range(const struct request *, const struct validators *);

#endif
