/* test_timestamp.c - RFC 9110, section 5.6.7. */
#include "files/timestamp.h"
#include "files/date.h"
#include "tests/lib/calendar.h"
#include "tests/lib/support.h"

#include <stdio.h>

#define NOW 1732233600 /* Fri, 22 Nov 2024 00:00:00 GMT */

/* Returns what is read, or -1 for no date; no date here is before 1970. */
static int64_t parse_at(const char *text, int64_t now)
{
	size_t len = strlen(text);
	char *block = exactly(text, len);
	int64_t seconds = -1;
	bool ok = timestamp_parse((struct slice){block, len}, now, &seconds);

	cr_assert(ok || seconds == -1, "%s", text);
	free(block);
	return seconds;
}

static int64_t parse(const char *text)
{
	return parse_at(text, NOW);
}

Test(timestamp, 5_6_7_the_three_forms_of_the_rfc)
{
	cr_expect_eq(parse("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
	cr_expect_eq(parse("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
	cr_expect_eq(parse("Sun Nov  6 08:49:37 1994"), 784111777);
}

static void expect_read_back(int64_t seconds)
{
	char text[DATE_SIZE];

	date_format(text, seconds);
	cr_assert_eq(parse(text), seconds, "%s", text);
}

Test(timestamp, edges_of_the_calendar)
{
	static const int64_t edges[] = {0, 1, 86399, 86400, 68169599, 68169600,
		946684799, 946684800, 951782400, 951868800, 2147483647,
		2147483648, 4107542399, 4107542400, 4294967296, 253402300799};

	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
		expect_read_back(edges[i]);
}

/* Some second of each day of a whole cycle of 400 years, and of one day in 29
 * up to 9999. */
Test(timestamp, days_counted_one_by_one)
{
	int64_t end = calendar_days(10000, 1, 1);

	for (int64_t day = 0; day < end; day += day < 146097 ? 1 : 29)
		expect_read_back(day * 86400 + day * 7919 % 86400);
}

Test(timestamp, years_before_1970_are_dates_too)
{
	int64_t t;

	cr_assert(timestamp_parse(
		(struct slice){"Wed Dec 31 23:59:59 1969", 24}, NOW, &t));
	cr_expect_eq(t, -1);
	cr_assert(timestamp_parse(
		(struct slice){"Sat Jan  1 00:00:00 0000", 24}, NOW, &t));
	cr_expect_eq(t, -62167219200);
}

/* RFC 9110 5.6.7: "MUST interpret a timestamp that appears to be more than 50
 * years in the future as representing the most recent year in the past that
 * had the same last two digits" */
Test(timestamp, 5_6_7_two_digits_of_a_year)
{
	int64_t noon = calendar_seconds(2024, 11, 22, 12, 0, 0);
	int64_t leap = calendar_seconds(2024, 2, 29, 0, 0, 0);

	cr_expect_eq(parse_at("Sunday, 06-Nov-94 08:49:37 GMT", noon),
		calendar_seconds(1994, 11, 6, 8, 49, 37));
	cr_expect_eq(parse_at("Friday, 22-Nov-24 12:00:00 GMT", noon), noon);
	cr_expect_eq(parse_at("Friday, 23-Nov-73 12:00:00 GMT", noon),
		calendar_seconds(2073, 11, 23, 12, 0, 0));
	/* exactly 50 years ahead, and one second more */
	cr_expect_eq(parse_at("Thursday, 22-Nov-74 12:00:00 GMT", noon),
		calendar_seconds(2074, 11, 22, 12, 0, 0));
	cr_expect_eq(parse_at("Friday, 22-Nov-74 12:00:01 GMT", noon),
		calendar_seconds(1974, 11, 22, 12, 0, 1));
	cr_expect_eq(parse_at("Thursday, 01-Jan-70 00:00:00 GMT", noon),
		calendar_seconds(2070, 1, 1, 0, 0, 0));
	cr_expect_eq(
		parse_at("Thursday, 01-Jan-70 00:00:00 GMT", 784111777), 0);
	cr_expect_eq(parse_at("Saturday, 01-Jan-00 00:00:00 GMT", noon),
		calendar_seconds(2000, 1, 1, 0, 0, 0));
	/* a leap day in both centuries: 1976 and 2076 both have a 29th */
	cr_expect_eq(parse_at("Sunday, 29-Feb-76 00:00:00 GMT", noon),
		calendar_seconds(1976, 2, 29, 0, 0, 0));
	cr_expect_eq(parse_at("Thursday, 01-Mar-74 00:00:00 GMT", leap),
		calendar_seconds(2074, 3, 1, 0, 0, 0));
	cr_expect_eq(parse_at("Thursday, 02-Mar-74 00:00:00 GMT", leap),
		calendar_seconds(1974, 3, 2, 0, 0, 0));
	/* in another century */
	cr_expect_eq(parse_at("Friday, 05-Mar-60 00:00:00 GMT",
			     calendar_seconds(2109, 1, 1, 0, 0, 0)),
		calendar_seconds(2060, 3, 5, 0, 0, 0));
	cr_expect_eq(parse_at("Friday, 05-Mar-59 00:00:00 GMT",
			     calendar_seconds(2109, 3, 5, 0, 0, 0)),
		calendar_seconds(2159, 3, 5, 0, 0, 0));
}

Test(timestamp, 5_6_7_a_leap_second_is_in_the_grammar)
{
	int64_t next = calendar_seconds(2017, 1, 1, 0, 0, 0);

	cr_expect_eq(parse("Sat, 31 Dec 2016 23:59:60 GMT"), next);
	cr_expect_eq(parse("Sat, 31 Dec 2016 23:59:61 GMT"), -1);
	cr_expect_eq(parse("Sat, 31 Dec 2016 22:59:60 GMT"), -1);
	cr_expect_eq(parse("Sat, 31 Dec 2016 23:58:60 GMT"), -1);
}

Test(timestamp, impossible_dates)
{
	static const char *const cases[] = {
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 32 Jan 1994 08:49:37 GMT",
		"Sun, 31 Apr 1994 08:49:37 GMT",
		"Sun, 31 Jun 1994 08:49:37 GMT",
		"Sun, 31 Sep 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT",
		"Sun, 29 Feb 1994 08:49:37 GMT",
		"Sun, 30 Feb 2000 08:49:37 GMT",
		"Sun, 29 Feb 2100 08:49:37 GMT",
		"Sun, 29 Feb 1900 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 06 Nov 1994 08:49:60 GMT",
		"Sunday, 30-Feb-94 08:49:37 GMT",
		"Sunday, 29-Feb-74 08:49:37 GMT",
		"Sun Feb 30 08:49:37 1994",
		"Sun Nov  0 08:49:37 1994",
		"Sun Nov  6 24:49:37 1994",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(parse(cases[i]), -1, "%s", cases[i]);
}

Test(timestamp, days_of_all_months_up_to_the_last)
{
	static const char *const cases[] = {
		"Mon, 31 Jan 2022 00:00:00 GMT",
		"Mon, 28 Feb 2022 00:00:00 GMT",
		"Thu, 31 Mar 2022 00:00:00 GMT",
		"Sat, 30 Apr 2022 00:00:00 GMT",
		"Tue, 31 May 2022 00:00:00 GMT",
		"Thu, 30 Jun 2022 00:00:00 GMT",
		"Sun, 31 Jul 2022 00:00:00 GMT",
		"Wed, 31 Aug 2022 00:00:00 GMT",
		"Fri, 30 Sep 2022 00:00:00 GMT",
		"Mon, 31 Oct 2022 00:00:00 GMT",
		"Wed, 30 Nov 2022 00:00:00 GMT",
		"Sat, 31 Dec 2022 00:00:00 GMT",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(parse(cases[i]),
			calendar_seconds(2022, (int)i + 2, 1, 0, 0, 0) - 86400,
			"%s", cases[i]);
}

Test(timestamp, malformed_dates)
{
	static const char *const cases[] = {
		"",
		"0",
		"784111777",
		"now",
		"1994-11-06T08:49:37Z",
		"sun, 06 Nov 1994 08:49:37 GMT",
		"SUN, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 06 NOV 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 gmt",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 +0000",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun,  6 Nov 1994 08:49:37 GMT",
		"Sun,06 Nov 1994 08:49:37 GMT",
		"Sun,  06 Nov 1994 08:49:37 GMT",
		"Sun 06 Nov 1994 08:49:37 GMT",
		"Sun, 06-Nov-1994 08:49:37 GMT",
		"Sun, 06 Nov 94 08:49:37 GMT",
		"Sun, 06 Nov 1994 8:49:37 GMT",
		"Sun, 06 Nov 1994 08:49 GMT",
		"Sun, 06 Nov 1994 08.49.37 GMT",
		"Sun, +6 Nov 1994 08:49:37 GMT",
		"Sun, -6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov -994 08:49:37 GMT",
		"Sun, 06 Nov 11994 08:49:37 GMT",
		"Xyz, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06-Nov-94 08:49:37 GMT",
		"Sundae, 06-Nov-94 08:49:37 GMT",
		"Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sunday, 6-Nov-94 08:49:37 GMT",
		"Sunday 06-Nov-94 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994",
		"Sun Nov   6 08:49:37 1994",
		"Sun Nov 6  08:49:37 1994",
		"Sun, Nov  6 08:49:37 1994",
		"Sunday Nov  6 08:49:37 1994",
		"Sun Nov  6 08:49:37 1994 GMT",
		"Sun Nov  6 08:49:37 94",
		"Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(parse(cases[i]), -1, "%s", cases[i]);
}

/* Asctime writes the 6th as " 6" and not as "06", and days from the 10th on
 * with both digits: date3 = 2DIGIT / ( SP 1DIGIT ). */
Test(timestamp, 5_6_7_days_in_the_form_of_asctime)
{
	cr_expect_eq(parse("Sun Nov 06 08:49:37 1994"), 784111777);
	cr_expect_eq(parse("Wed Nov 16 08:49:37 1994"), 784111777 + 10 * 86400);
}

/* No part of a date is a date, and neither is one with a byte more or with
 * another byte. */
Test(timestamp, every_character_counts)
{
	static const char *const forms[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t len = strlen(forms[i]);
		char text[64];

		for (size_t n = 0; n < len; n++) {
			snprintf(text, sizeof text, "%.*s", (int)n, forms[i]);
			cr_expect_eq(parse(text), -1, "%s", text);
			snprintf(text, sizeof text, "%s", forms[i]);
			text[n] = '\\';
			cr_expect_eq(parse(text), -1, "%s", text);
		}
		snprintf(text, sizeof text, "%s ", forms[i]);
		cr_expect_eq(parse(text), -1, "%s", text);
		snprintf(text, sizeof text, " %s", forms[i]);
		cr_expect_eq(parse(text), -1, "%s", text);
	}
}

/* Nobody checks which day of the week a date is, but it must be some day. */
Test(timestamp, any_day_name_will_do)
{
	static const char *const names[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	char text[64];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(text, sizeof text, "%s, 06 Nov 1994 08:49:37 GMT",
			names[i]);
		cr_expect_eq(parse(text), 784111777, "%s", text);
	}
}
