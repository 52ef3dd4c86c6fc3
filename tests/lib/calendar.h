/* calendar.h - the calendar, counted month by month: a second way to work out
 * what the server asks the C library for. */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

static inline bool calendar_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Months and days count from 1. */
static inline int calendar_days_in(int year, int month)
{
	if (month == 2)
		return calendar_is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Days from 1970 on, for a year from 1600 on. */
static inline int64_t calendar_days(int year, int month, int day)
{
	int64_t days = day - 1 - 135140; /* of 1600 to 1969 */

	for (; year >= 2000; year -= 400)
		days += 146097;
	for (int y = 1600; y < year; y++)
		days += calendar_is_leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		days += calendar_days_in(year, m);
	return days;
}

static inline int64_t calendar_seconds(
	int year, int month, int day, int hour, int min, int sec)
{
	return calendar_days(year, month, day) * 86400 + hour * 3600 +
	       min * 60 + sec;
}

#endif
