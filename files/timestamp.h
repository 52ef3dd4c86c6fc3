/* timestamp.h - dates as clients send them: RFC 9110, section 5.6.7.
 *
 * They are asked about for files alone: files/date.h writes dates. No clock is
 * read here. */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include "http/slice.h"

#include <stdint.h>

/* Reads a date of the years 0 to 9999, in any of the three forms, as seconds
 * since 1970 began in UTC. `now`, within these years, tells the century of a
 * year with two digits. Returns false, and leaves *seconds as it is, when the
 * date is malformed or cannot exist. The day of the week may be a wrong one. */
bool timestamp_parse(struct slice, int64_t now, int64_t *seconds);

#endif
