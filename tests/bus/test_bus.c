/* test_bus.c - the ids of events. */
#include "tests/lib/support.h"

#include "bus/bus.h"

static struct slice slice(const char *text)
{
	return (struct slice){text, strlen(text)};
}

Test(bus, ids_rise)
{
	struct bus_id id = {0, 0}, far = {UINT64_MAX / 2, 9};

	for (int i = 0; i < 1000; i++) {
		struct bus_id next = bus_id_next(id);

		cr_expect_lt(bus_id_compare(id, next), 0);
		cr_expect_gt(bus_id_compare(next, id), 0);
		id = next;
	}
	/* the clock was set back */
	id = bus_id_next(far);
	cr_expect(id.ms == far.ms && id.seq == 10);
}

Test(bus, ids_as_text)
{
	static const char *const bad[] = {"", "-", "1", "1-", "-1", "1-2-3",
		"01-2", "1-02", "1 -2", " 1-2", "1-2 ", "+1-2", "a-1", "1-a",
		"18446744073709551616-0", "1-18446744073709551616"};
	struct bus_id id = {UINT64_MAX, UINT64_MAX}, back;
	char text[BUS_ID_SIZE];

	cr_expect_str_eq(
		bus_id_format((struct bus_id){1732, 0}, text), "1732-0");
	cr_expect(bus_id_parse(slice(text), &back) && back.ms == 1732);
	bus_id_format(id, text);
	cr_expect_str_eq(text, "18446744073709551615-18446744073709551615");
	cr_expect(bus_id_parse(slice(text), &back));
	cr_expect_eq(bus_id_compare(id, back), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect(!bus_id_parse(slice(bad[i]), &id), "%s", bad[i]);
	/* where Redis has answered with an array, or null */
	cr_expect(!bus_id_parse((struct slice){NULL, 0}, &id));
}
