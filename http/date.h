/* date.h - dates as HTTP writes them: RFC 9110, section 5.6.7.
 *
 * Times are seconds since 1970 began, in UTC; no clock is asked. */
#ifndef DATE_H
#define DATE_H

#include "http/slice.h"

#include <stdbool.h>
#include <stdint.h>

#define DATE_SIZE 30 /* characters of an IMF-fixdate, with its 0 */

/* Writes an IMF-fixdate. A time outside the years 1970 to 9999 is written as
 * the nearer end of them. */
void date_format(char text[DATE_SIZE], int64_t seconds);

/* Reads a date in any of the three forms, the years 0 to 9999; `now` tells
 * which century one with two digits is in. False: it is none, or impossible,
 * and *seconds is as it was. That the day of the week is right is not asked. */
bool date_parse(struct slice, int64_t now, int64_t *seconds);

#endif
