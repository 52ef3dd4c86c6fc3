/* date.h - dates as HTTP writes them: RFC 9110, section 5.6.7.
 *
 * A time is seconds since 1970 began, in UTC. No clock is read here. */
#ifndef DATE_H
#define DATE_H

#include "http/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define DATE_SIZE 30 /* characters of an IMF-fixdate, with its 0 */

/* Writes a time as an IMF-fixdate. One outside the years 1970 to 9999 is
 * written as the nearest time in them. */
void date_format(char text[DATE_SIZE], int64_t seconds);

/* Reads a date of the years 0 to 9999, in any of the three forms; `now` tells
 * the century of a year with two digits. Returns false, and leaves *seconds as
 * it is, when the date is malformed or cannot exist. The day of the week may be
 * a wrong one. */
bool date_parse(struct slice, int64_t now, int64_t *seconds);

#endif
