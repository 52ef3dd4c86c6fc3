/* timestamp.c - dates as clients send them: RFC 9110, section 5.6.7.
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate
 *     Sunday, 06-Nov-94 08:49:37 GMT    rfc850-date
 *     Sun Nov  6 08:49:37 1994          asctime-date
 *
 * The C library's strptime would not do: it takes more than this grammar, and
 * names of days and months in the language of the locale. Its timegm takes a date
 * that cannot exist for another one. */
/* glibc: time_t has 64 bits in 32-bit code too, so that dates pass 2038. */
#define _FILE_OFFSET_BITS 64
#define _TIME_BITS 64

#include "files/timestamp.h"

#include <time.h>

/* Takes the text off the front of *s, if that is how it begins. */
static bool take(struct slice *s, const char *text)
{
	struct slice rest = slice_after(*s, text);

	if (rest.p)
		*s = rest;
	return rest.p;
}

static bool take_number(struct slice *s, size_t digits, int *n)
{
	if (s->len < digits ||
		slice_span((struct slice){s->p, digits}, SLICE_DIGIT) != digits)
		return false;
	for (*n = 0; digits; digits--, s->p++, s->len--)
		*n = *n * 10 + (*s->p - '0');
	return true;
}

/* RFC 9110 5.6.7: day-name, or day-name-l, the whole of it. */
static bool take_day_name(struct slice *s, bool whole)
{
	static const char rest[7][7] = {
		"day", "day", "sday", "nesday", "rsday", "day", "urday"};

	for (int i = 0; i < 7; i++)
		if (take(s, slice_days[i]))
			return !whole || take(s, rest[i]);
	return false;
}

static bool take_month(struct slice *s, int *month)
{
	for (*month = 0; *month < 12; ++*month)
		if (take(s, slice_months[*month]))
			return true;
	return false;
}

static bool take_time(struct slice *s, struct tm *tm)
{
	return take_number(s, 2, &tm->tm_hour) && take(s, ":") &&
	       take_number(s, 2, &tm->tm_min) && take(s, ":") &&
	       take_number(s, 2, &tm->tm_sec);
}

/* IMF-fixdate and rfc850-date, which differ in these three ways. */
static bool read_date(struct slice s, bool whole_day_name, const char *mark,
	size_t year_digits, struct tm *tm)
{
	return take_day_name(&s, whole_day_name) && take(&s, ", ") &&
	       take_number(&s, 2, &tm->tm_mday) && take(&s, mark) &&
	       take_month(&s, &tm->tm_mon) && take(&s, mark) &&
	       take_number(&s, year_digits, &tm->tm_year) && take(&s, " ") &&
	       take_time(&s, tm) && take(&s, " GMT") && !s.len;
}

/* The day of the month is 2DIGIT / ( SP 1DIGIT ). */
static bool read_asctime_date(struct slice s, struct tm *tm)
{
	return take_day_name(&s, false) && take(&s, " ") &&
	       take_month(&s, &tm->tm_mon) && take(&s, " ") &&
	       take_number(&s, take(&s, " ") ? 1 : 2, &tm->tm_mday) &&
	       take(&s, " ") && take_time(&s, tm) && take(&s, " ") &&
	       take_number(&s, 4, &tm->tm_year) && !s.len;
}

/* Returns the number of the first day of a month: 0 is January, and 12 that of the
 * next year. A year is counted from March on here, so that its leap day is the last
 * one; and from March on, every five months have 153 days. With 400 years more no
 * year is negative. */
static int64_t first_day(int year, int month)
{
	int64_t y = year + 400 - (month < 2);
	int m = (month + 10) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5;
}

/* Since 1970 began. */
static int64_t seconds_of(const struct tm *tm)
{
	int64_t days = first_day(1900 + tm->tm_year, tm->tm_mon) -
		       first_day(1970, 0) + tm->tm_mday - 1;

	return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}

/* RFC 9110 5.6.7: a year with two digits that appears to be "more than 50 years
 * in the future" is "the most recent year in the past" that ends with them. */
static void find_century(struct tm *tm, int64_t now)
{
	time_t time = (time_t)now;
	struct tm limit;

	gmtime_r(&time, &limit);
	tm->tm_year += limit.tm_year / 100 * 100; /* both count from 1900 */
	limit.tm_year += 50;
	if (seconds_of(tm) > seconds_of(&limit))
		tm->tm_year -= 100;
}

/* RFC 9110 5.6.7: "00:00:00 - 23:59:60 (leap second)" */
static bool is_possible(const struct tm *tm)
{
	int year = 1900 + tm->tm_year;
	int64_t days =
		first_day(year, tm->tm_mon + 1) - first_day(year, tm->tm_mon);
	bool is_last = tm->tm_hour == 23 && tm->tm_min == 59;

	return tm->tm_mday >= 1 && tm->tm_mday <= days && tm->tm_hour < 24 &&
	       tm->tm_min < 60 && tm->tm_sec < (is_last ? 61 : 60);
}

bool timestamp_parse(struct slice s, int64_t now, int64_t *seconds)
{
	struct tm tm = {0};

	if (read_date(s, true, "-", 2, &tm))
		find_century(&tm, now);
	else if (read_date(s, false, " ", 4, &tm) || read_asctime_date(s, &tm))
		tm.tm_year -= 1900;
	else
		return false;
	if (!is_possible(&tm))
		return false;
	*seconds = seconds_of(&tm);
	return true;
}
