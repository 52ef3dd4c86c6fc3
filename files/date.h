/* date.h - dates as HTTP writes them: RFC 9110, section 5.6.7.
 *
 * Nothing here reads a clock. */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>

#define DATE_SIZE 30 /* characters of an IMF-fixdate and its final 0 */

/* Writes a time, given in seconds since 1970 began (UTC), as an IMF-fixdate. A
 * time outside the years 1970 to 9999 is written as the nearest time within
 * them. */
void date_format(char text[DATE_SIZE], int64_t seconds);

#endif
