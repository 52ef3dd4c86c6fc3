/* date.c - dates as HTTP writes them: RFC 9110, section 5.6.7.
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT     IMF-fixdate
 *     Sunday, 06-Nov-94 08:49:37 GMT    rfc850-date
 *     Sun Nov  6 08:49:37 1994          asctime-date */
#include "http/date.h"

#include <string.h>

#define DAY 86400
#define LAST_SECOND 253402300799 /* 9999-12-31 23:59:59 */

static const char days[7][10] = {"Sunday", "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct moment {
	int year, month, day; /* month and day count from 1 */
	int hour, minute, second;
};

/* Days from 1970-01-01 on. The years here begin in March: then a leap day is
 * the last of its year, and months are 153 days in each five. 400 years more
 * keep all of it above 0; 865565 days later is 1970. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = year + 400 - (month <= 2);
	int64_t m = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       1 - 865565;
}

static int64_t seconds_of(const struct moment *m)
{
	return days_of(m->year, m->month, m->day) * DAY + m->hour * 3600 +
	       m->minute * 60 + m->second;
}

/* The first guess takes every year for one of 365 days: a few too late. */
static struct moment moment_of(int64_t seconds)
{
	int64_t day = seconds / DAY;
	int rest = (int)(seconds % DAY);
	struct moment m = {.year = 1970 + (int)(day / 365), .month = 12};

	while (days_of(m.year, 1, 1) > day)
		m.year--;
	while (days_of(m.year, m.month, 1) > day)
		m.month--;
	m.day = (int)(day - days_of(m.year, m.month, 1)) + 1;
	m.hour = rest / 3600;
	m.minute = rest / 60 % 60;
	m.second = rest % 60;
	return m;
}

static void put(char *p, int digits, int n)
{
	for (; digits; n /= 10)
		p[--digits] = (char)('0' + n % 10);
}

void date_format(char text[DATE_SIZE], int64_t seconds)
{
	struct moment m;

	seconds = seconds < 0 ? 0 : seconds;
	seconds = seconds > LAST_SECOND ? LAST_SECOND : seconds;
	m = moment_of(seconds);
	memcpy(text, "Thu, 01 Jan 1970 00:00:00 GMT", DATE_SIZE);
	memcpy(text, days[(seconds / DAY + 4) % 7], 3);
	put(text + 5, 2, m.day);
	memcpy(text + 8, months[m.month - 1], 3);
	put(text + 12, 4, m.year);
	put(text + 17, 2, m.hour);
	put(text + 20, 2, m.minute);
	put(text + 23, 2, m.second);
}

static bool take(struct slice *s, const char *text, size_t n)
{
	if (s->len < n || memcmp(s->p, text, n))
		return false;
	s->p += n;
	s->len -= n;
	return true;
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

static bool take_day_name(struct slice *s, bool whole)
{
	for (int i = 0; i < 7; i++)
		if (take(s, days[i], whole ? strlen(days[i]) : 3))
			return true;
	return false;
}

static bool take_month(struct slice *s, int *month)
{
	for (*month = 1; *month <= 12; ++*month)
		if (take(s, months[*month - 1], 3))
			return true;
	return false;
}

/* One part of a form, named by the letter that strptime has for it. */
static bool take_part(struct slice *s, char part, struct moment *m)
{
	switch (part) {
	case 'a':
	case 'A':
		return take_day_name(s, part == 'A');
	case 'b':
		return take_month(s, &m->month);
	case 'd':
		return take_number(s, 2, &m->day);
	case 'e':
		return take_number(s, take(s, " ", 1) ? 1 : 2, &m->day);
	case 'y':
	case 'Y':
		return take_number(s, part == 'Y' ? 4 : 2, &m->year);
	case 'H':
		return take_number(s, 2, &m->hour);
	case 'M':
		return take_number(s, 2, &m->minute);
	default:
		return take_number(s, 2, &m->second);
	}
}

static bool has_form(struct slice s, const char *form, struct moment *m)
{
	for (; *form; form++) {
		bool is_part = *form == '%';

		form += is_part;
		if (is_part ? !take_part(&s, *form, m) : !take(&s, form, 1))
			return false;
	}
	return !s.len;
}

static int days_in(int year, int month)
{
	if (month == 2)
		return 28 +
		       (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* RFC 9110 5.6.7: "00:00:00 - 23:59:60 (leap second)" */
static bool is_possible(const struct moment *m)
{
	bool is_last = m->hour == 23 && m->minute == 59;

	return m->day >= 1 && m->day <= days_in(m->year, m->month) &&
	       m->hour <= 23 && m->minute <= 59 &&
	       m->second <= (is_last ? 60 : 59);
}

/* RFC 9110 5.6.7: two digits that appear to be "more than 50 years in the
 * future" are those of "the most recent year in the past" that has them. */
static void find_century(struct moment *m, int64_t now)
{
	struct moment limit = moment_of(now);

	m->year += limit.year / 100 * 100;
	limit.year += 50;
	if (seconds_of(m) > seconds_of(&limit))
		m->year -= 100;
}

bool date_parse(struct slice s, int64_t now, int64_t *seconds)
{
	struct moment m;

	if (has_form(s, "%A, %d-%b-%y %H:%M:%S GMT", &m))
		find_century(&m, now);
	else if (!has_form(s, "%a, %d %b %Y %H:%M:%S GMT", &m) &&
		 !has_form(s, "%a %b %e %H:%M:%S %Y", &m))
		return false;
	if (!is_possible(&m))
		return false;
	*seconds = seconds_of(&m);
	return true;
}
