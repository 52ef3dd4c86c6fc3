/* test_timer.c - what is called later. */
#include "tests/lib/support.h"

#include "serve/timer.h"

struct called {
	struct timers all;
	struct timer *other;
	char names[16];
	size_t n;
};

/* What one timer is given: which one it is, and what it does. */
struct letter {
	struct called *called;
	char name;
	void (*act)(struct called *);
};

static void note(void *data)
{
	const struct letter *letter = data;
	struct called *called = letter->called;

	called->names[called->n++] = letter->name;
	if (letter->act)
		letter->act(called);
}

/* Starts a timer for each letter, `due` after 0. */
static void start(struct called *called, struct letter *letters,
	const uint64_t *due, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		letters[i].called = called;
		cr_assert(timer_start(&called->all, due[i], note, &letters[i]));
	}
}

Test(timer, they_are_called_in_the_order_of_their_times)
{
	static const uint64_t due[] = {30, 10, 20, 10, 30, 5};
	struct letter letters[] = {{.name = 'e'}, {.name = 'b'}, {.name = 'd'},
		{.name = 'c'}, {.name = 'f'}, {.name = 'a'}};
	struct called called = {.n = 0};

	start(&called, letters, due, 6);
	timer_run(&called.all, 4);
	cr_expect_str_eq(called.names, "");
	timer_run(&called.all, 10);
	cr_expect_str_eq(called.names, "abc");
	timer_run(&called.all, 10);
	cr_expect_str_eq(called.names, "abc", "each is called once");
	timer_run(&called.all, UINT64_MAX);
	cr_expect_str_eq(called.names, "abcdef");
}

Test(timer, a_cancelled_one_is_not_called)
{
	for (int gone = 0; gone < 3; gone++) {
		static const char *const rest[] = {"bc", "ac", "ab"};
		struct letter letters[] = {
			{.name = 'a'}, {.name = 'b'}, {.name = 'c'}};
		struct called called = {.n = 0};
		struct timer *timers[3];

		for (int i = 0; i < 3; i++) {
			letters[i].called = &called;
			timers[i] = timer_start(
				&called.all, (uint64_t)i, note, &letters[i]);
		}
		timer_cancel(&called.all, timers[gone]);
		timer_run(&called.all, 9);
		cr_expect_str_eq(called.names, rest[gone]);
	}
}

static void cancel_other(struct called *called)
{
	timer_cancel(&called->all, called->other);
}

static void start_others(struct called *called)
{
	static struct letter due = {.name = 'd'}, later = {.name = 'l'};

	due.called = later.called = called;
	cr_assert(timer_start(&called->all, 7, note, &due));
	cr_assert(timer_start(&called->all, 9, note, &later));
}

/* The one that would be next is gone before its turn comes. */
Test(timer, one_cancels_another)
{
	static const uint64_t due[] = {1, 3};
	struct letter letters[] = {
		{.name = 'a', .act = cancel_other}, {.name = 'c'}};
	struct letter other = {.name = 'b'};
	struct called called = {.n = 0};

	start(&called, letters, due, 2);
	other.called = &called;
	called.other = timer_start(&called.all, 2, note, &other);
	timer_run(&called.all, 8);
	cr_expect_str_eq(called.names, "ac");
}

Test(timer, one_starts_others)
{
	static const uint64_t due[] = {1, 8};
	struct letter letters[] = {
		{.name = 'a', .act = start_others}, {.name = 'z'}};
	struct called called = {.n = 0};

	start(&called, letters, due, 2);
	timer_run(&called.all, 8);
	cr_expect_str_eq(called.names, "adz");
	cr_expect_eq(timer_due(&called.all), 9);
	timer_run(&called.all, 9);
	cr_expect_str_eq(called.names, "adzl");
}

Test(timer, it_says_when_the_next_is_due)
{
	struct timers all = {NULL};
	struct timer *timers[2];

	cr_expect_eq(timer_due(&all), UINT64_MAX);
	timers[0] = timer_start(&all, 9, note, NULL);
	cr_expect_eq(timer_due(&all), 9);
	timers[1] = timer_start(&all, 7, note, NULL);
	cr_expect_eq(timer_due(&all), 7);
	timer_run(&all, 6);
	timer_cancel(&all, timers[1]);
	cr_expect_eq(timer_due(&all), 9);
	timer_cancel(&all, timers[0]);
	cr_expect_eq(timer_due(&all), UINT64_MAX);
}
