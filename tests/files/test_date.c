/* test_date.c - RFC 9110, section 5.6.7. */
#include "files/date.h"
#include "tests/lib/calendar.h"
#include "tests/lib/support.h"

#include <stdio.h>

static void expect_format(int64_t seconds, const char *text)
{
	char got[DATE_SIZE];

	date_format(got, seconds);
	cr_expect_str_eq(got, text);
}

Test(date, 5_6_7_the_form_that_must_be_written)
{
	expect_format(784111777, "Sun, 06 Nov 1994 08:49:37 GMT");
}

Test(date, edges_of_the_calendar)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{1, "Thu, 01 Jan 1970 00:00:01 GMT"},
		{86399, "Thu, 01 Jan 1970 23:59:59 GMT"},
		{86400, "Fri, 02 Jan 1970 00:00:00 GMT"},
		{68169599, "Mon, 28 Feb 1972 23:59:59 GMT"},
		{68169600, "Tue, 29 Feb 1972 00:00:00 GMT"},
		{946684799, "Fri, 31 Dec 1999 23:59:59 GMT"},
		{946684800, "Sat, 01 Jan 2000 00:00:00 GMT"},
		{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{951868800, "Wed, 01 Mar 2000 00:00:00 GMT"},
		{2147483647, "Tue, 19 Jan 2038 03:14:07 GMT"},
		{2147483648, "Tue, 19 Jan 2038 03:14:08 GMT"},
		{4107542399, "Sun, 28 Feb 2100 23:59:59 GMT"},
		{4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
		{4294967296, "Sun, 07 Feb 2106 06:28:16 GMT"},
		{253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_format(cases[i].seconds, cases[i].text);
}

Test(date, times_outside_are_written_as_the_nearest_inside)
{
	expect_format(-1, "Thu, 01 Jan 1970 00:00:00 GMT");
	expect_format(INT64_MIN, "Thu, 01 Jan 1970 00:00:00 GMT");
	expect_format(253402300800, "Fri, 31 Dec 9999 23:59:59 GMT");
	expect_format(INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT");
}

/* A time on some second of a day must be written as the calendar counts it. */
static void expect_day(int64_t days, int year, int month, int day)
{
	static const char week[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int second = (int)(days * 7919 % 86400);
	int64_t t = days * 86400 + second;
	char want[DATE_SIZE + 20], got[DATE_SIZE];

	snprintf(want, sizeof want, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		week + days % 7 * 3, day, months + (month - 1) * 3, year,
		second / 3600, second / 60 % 60, second % 60);
	date_format(got, t);
	cr_assert_str_eq(got, want);
}

/* Each day of a whole cycle of 400 years, and one day in 29 up to 9999. */
Test(date, days_counted_one_by_one)
{
	int64_t days = 0;

	for (int year = 1970; year <= 9999; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= calendar_days_in(year, month);
				day++, days++)
				if (days < 146097 || days % 29 == 0)
					expect_day(days, year, month, day);
	cr_expect_eq(days, calendar_days(10000, 1, 1));
}
