/* fuzz_date.c - any bytes as a date, and any time written as one:
 * date.h and timestamp.h, against a calendar that counts days.
 *
 *     | a time, now | the date ...
 *     8 bytes */
#include "tests/fuzz/fuzz.h"

#include "files/timestamp.h"
#include "files/date.h"
#include "tests/lib/calendar.h"

#include <stdio.h>

#define LAST INT64_C(253402300799) /* 9999-12-31 23:59:59 */

/* Returns the seconds of an IMF-fixdate, which must be written as the RFC has
 * it. */
static int64_t read_fixdate(const char *text)
{
	static const char week[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int day, month, year, hour, minute, second;
	char same[DATE_SIZE + 20], name[4] = "";
	int64_t days;

	assert(sscanf(text, "%*3s, %d %3s %d %d:%d:%d", &day, name, &year,
		       &hour, &minute, &second) == 6);
	month = (int)(strstr(months, name) - months) / 3 + 1;
	days = calendar_days(year, month, day);
	snprintf(same, sizeof same, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		week + days % 7 * 3, day, months + (month - 1) * 3, year, hour,
		minute, second);
	assert(!strcmp(text, same));
	return days * 86400 + hour * 3600 + minute * 60 + second;
}

/* A time is written as the calendar counts it, and read back. */
static void check_written(int64_t seconds)
{
	int64_t near = seconds < 0 ? 0 : seconds > LAST ? LAST : seconds, back;
	char text[DATE_SIZE];

	date_format(text, seconds);
	assert(read_fixdate(text) == near);
	assert(timestamp_parse((struct slice){text, DATE_SIZE - 1}, 0, &back));
	assert(back == near);
}

/* An IMF-fixdate that can be read is what would be written, except for the day
 * of the week and a leap second. */
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

/* RFC 9110 5.6.7: two digits of a year never mean a year "more than 50 years in
 * the future", nor one too long ago for two digits to tell apart. */
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
	bool verdict =
		timestamp_parse((struct slice){block, len}, now, &seconds);

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
