/* date.c - dates as HTTP writes them: RFC 9110, section 5.6.7.
 *
 * The calendar is the C library's. Its strftime is not used: the names of days and
 * months that it writes depend on the locale, and it would take a tenth of the
 * instructions of a GET. */
/* In glibc this makes time_t 64 bits wide in 32-bit code too, so that dates can
 * pass 2038. */
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS 64

#include "files/date.h"

#include "http/slice.h"

#include <string.h>
#include <time.h>

#define LAST_SECOND 253402300799 /* 9999-12-31 23:59:59 */

static void put(char at[2], int n)
{
	at[0] = (char)('0' + n / 10 % 10);
	at[1] = (char)('0' + n % 10);
}

void date_format(char text[DATE_SIZE], int64_t seconds)
{
	int64_t near = seconds < 0 ? 0 : seconds;
	time_t time = (time_t)(near < LAST_SECOND ? near : LAST_SECOND);
	struct tm tm;

	gmtime_r(&time, &tm);
	memcpy(text, "Day, 00 Mon 0000 00:00:00 GMT", DATE_SIZE);
	memcpy(text, slice_days[tm.tm_wday], 3);
	put(text + 5, tm.tm_mday);
	memcpy(text + 8, slice_months[tm.tm_mon], 3);
	put(text + 12, tm.tm_year / 100 + 19);
	put(text + 14, tm.tm_year % 100);
	put(text + 17, tm.tm_hour);
	put(text + 20, tm.tm_min);
	put(text + 23, tm.tm_sec);
}
