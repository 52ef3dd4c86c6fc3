/* test_clock.c - the time, and the date that HTTP writes of it. */
#include "tests/lib/support.h"

#include "files/date.h"
#include "serve/clock.h"

#include <string.h>

/* RFC 9110 5.6.7: an IMF-fixdate */
Test(clock, the_date_is_that_of_the_second)
{
	char date[DATE_SIZE], wanted[DATE_SIZE];
	time_t second = 0, before = time(NULL);
	uint64_t now = 0;

	clock_tick(&second, &now, date);
	cr_expect(second >= before && second <= time(NULL));
	date_format(wanted, second);
	cr_expect_str_eq(date, wanted);
}

/* The next tick changes it, and one in the same second does not. */
Test(clock, a_second_later)
{
	char date[DATE_SIZE] = "none", wanted[DATE_SIZE];
	time_t second = 1;
	uint64_t now = 0, first;

	clock_tick(&second, &now, date);
	date_format(wanted, second);
	cr_expect_str_eq(date, wanted);
	first = now;
	do {
		time_t was = second;

		strcpy(date, "none");
		clock_tick(&second, &now, date);
		cr_expect_eq(second == was, !strcmp(date, "none"));
	} while (now < first + 1100);
}
