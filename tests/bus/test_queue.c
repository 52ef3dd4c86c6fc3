/* test_queue.c - events that wait: in order, within bounds. */
#include "bus/bus.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct event *event(const char *room, const char *text)
{
	struct event *e = event_new(room, "%s", text);

	cr_assert(e);
	return e;
}

Test(queue, first_come_first_served)
{
	struct queue q = {0};

	queue_add(&q, event("\"far\"", "one"));
	queue_add(&q, event("\"far\"", "two"));
	cr_expect_eq(q.n, 2);
	cr_expect_eq(q.bytes, 2 * (sizeof(struct event) + 6 + 4));
	cr_expect_str_eq(event_text(q.first), "one");
	cr_expect_str_eq(q.first->room, "\"far\"");
	cr_expect_str_eq(event_text(q.last), "two");
	queue_drop(&q);
	cr_expect(q.first == q.last && !strcmp(event_text(q.first), "two"));
	queue_drop(&q);
	cr_expect(!q.first && !q.n && !q.bytes);
	queue_add(&q, event("", ""));
	cr_expect(q.first == q.last);
	cr_expect(!*q.first->room && !*event_text(q.first));
	queue_free(&q);
	cr_expect(!q.first && !q.n && !q.bytes);
}

static size_t pushed;

static void push(struct bus *bus)
{
	(void)bus;
	pushed++;
}

/* What is owed waits whatever there is; what is not is bounded by number and by
 * bytes. */
Test(queue, a_bus_is_full_by_number_or_by_bytes)
{
	static char text[16000];
	struct bus bus = {.push = push, .number = 7};
	size_t n = 0;

	while (!bus_publish(&bus, event("\"ab\"", "cdef"), false))
		n++;
	cr_expect_eq(n, BUS_EVENTS);
	cr_expect_eq(bus.queue.n, BUS_EVENTS);
	cr_expect_eq(bus.queue.last->node, 7);
	cr_expect(!bus_publish(&bus, event("\"ab\"", "cdef"), true));
	queue_free(&bus.queue);
	memset(text, 'x', sizeof text - 1);
	while (!bus_publish(&bus, event("\"ab\"", text), false))
		;
	cr_expect_leq(bus.queue.bytes, BUS_BYTES);
	cr_expect_gt(bus.queue.bytes + sizeof text + 100, BUS_BYTES);
	cr_expect(!bus_publish(&bus, event("\"ab\"", text), true));
	cr_expect(bus_publish(&bus, NULL, true), "no memory");
	queue_free(&bus.queue);
	cr_expect_gt(pushed, BUS_EVENTS);
}
