/* range.h - which bytes of a file are asked for: RFC 9110, section 14. */
#ifndef RANGE_H
#define RANGE_H

#include "http/request.h"

#include <stdint.h>

struct range {
	uint64_t first, len;
};

/* What a request makes of `size` bytes: 206 and the one range it asks for;
 * 200 and all of them, when it asks for none, for several, in another unit or
 * not in the grammar, or is no GET; 416 when there is no such byte. */
int range_status(const struct request *, uint64_t size, struct range *);

#endif
