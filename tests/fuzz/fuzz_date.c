/* fuzz_date.c - any bytes as a date, and any time written as one: date.h,
 * against the C library's calendar.
 *
 *     | a time, now | the date ...
 *     8 bytes */
#include "tests/fuzz/fuzz.h"

#include "http/date.h"

#include <stdio.h>
#include <time.h>

#define LAST INT64_C(253402300799) /* 9999-12-31 23:59:59 */

static void write_fixdate(char text[DATE_SIZE], int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	assert(gmtime_r(&t, &tm));
	assert(strftime(text, DATE_SIZE, "%a, %d %b %Y %T GMT", &tm) ==
		DATE_SIZE - 1);
}

/* A time is written as the C library does, and read back. */
static void check_written(int64_t seconds)
{
	char text[DATE_SIZE], expected[DATE_SIZE];
	int64_t near = seconds < 0 ? 0 : seconds > LAST ? LAST : seconds, back;

	date_format(text, seconds);
	write_fixdate(expected, near);
	assert(!strcmp(text, expected));
	assert(date_parse((struct slice){text, DATE_SIZE - 1}, 0, &back));
	assert(back == near);
}

/* An IMF-fixdate that is read is what would be written, but for the day of
 * the week and a leap second. */
static void check_fixdate(const char *text, int64_t seconds)
{
	char expected[DATE_SIZE];
	bool is_leap = text[23] == '6';

	if (seconds - is_leap < 0)
		return;
	date_format(expected, seconds - is_leap);
	assert(!memcmp(text + 3, expected + 3, 20));
	assert(is_leap || !strcmp(text + 23, expected + 23));
}

/* RFC 9110 5.6.7: two digits of a year mean none that is "more than 50 years in
 * the future", nor one longer ago than they tell apart. */
static void check_century(int64_t seconds, int64_t now)
{
	int64_t years = (seconds - now) / (INT64_C(86400) * 365);

	assert(years >= -100 && years <= 50);
}

int fuzz_date(const uint8_t *data, size_t len)
{
	int64_t time = (int64_t)fuzz_number(&data, &len, 8), seconds = 1;
	int64_t now = (time & INT64_MAX) % LAST;
	char *block = fuzz_copy(data, len);
	bool verdict = date_parse((struct slice){block, len}, now, &seconds);

	check_written(time);
	check_written(now);
	assert(verdict || seconds == 1);
	assert(!verdict || (seconds <= LAST + 1 && len >= 24));
	if (verdict && len == 29 && block[3] == ',') {
		char text[30] = "";

		memcpy(text, block, len);
		check_fixdate(text, seconds);
	} else if (verdict && block[3] != ' ') {
		check_century(seconds, now);
	}
	free(block);
	return 0;
}
