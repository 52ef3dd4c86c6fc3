/* test_deadline.c - clients that have waited too long, and walks over all
 * clients. */
#include "tests/lib/support.h"

#include "serve/deadline.h"
#include "serve/options.h"

#define MEMBERS 5

static struct deadlines all;
static _Alignas(struct client) char room[MEMBERS * sizeof(struct client)];
static struct client *const members = (struct client *)room;
static int visits[MEMBERS];

/* Two clients wait for data, and three for a peer that reads. */
static void begin(void)
{
	for (int i = 0; i < MEMBERS; i++)
		deadline_start(&all, &members[i],
			i < 2 ? CONN_WAIT_DATA : CONN_WAIT_SEND, 0);
}

TestSuite(deadline, .init = begin);

static void count(struct client *cl)
{
	int *visited = &visits[cl - members];

	cr_assert_lt(++*visited, 3, "the walk does not end");
}

/* A peer that reads makes progress at every visit. */
static void move_to_the_end(void *data, struct client *cl)
{
	(void)data;
	count(cl);
	deadline_stop(&all, cl);
	deadline_start(&all, cl, cl->wait, 1);
}

Test(deadline, a_walk_ends_though_all_move_to_the_end)
{
	deadline_each(&all, move_to_the_end, NULL);
	for (int i = 0; i < MEMBERS; i++)
		cr_expect_eq(visits[i], 1, "%d: %d", i, visits[i]);
	cr_expect_eq(all.lists[CONN_WAIT_SEND].first, &members[2]);
	cr_expect_eq(all.lists[CONN_WAIT_SEND].last, &members[4]);
}

static void take_off(void *data, struct client *cl)
{
	(void)data;
	count(cl);
	deadline_stop(&all, cl);
	memset(cl, 0xAA, sizeof *cl); /* as if it had been freed */
}

Test(deadline, a_walk_may_take_all_off)
{
	deadline_each(&all, take_off, NULL);
	for (int i = 0; i < MEMBERS; i++)
		cr_expect_eq(visits[i], 1, "%d: %d", i, visits[i]);
	cr_expect_null(deadline_expired(&all, 0));
	cr_expect_eq(deadline_left(&all, UINT64_MAX, 0), -1);
}

/* From each list to both of the others, and to the same one. */
static void move_to(void *data, struct client *cl)
{
	const enum conn_wait *wait = data;

	count(cl);
	deadline_stop(&all, cl);
	deadline_start(&all, cl, *wait, 1);
}

Test(deadline, a_walk_ends_though_all_move_to_one_list)
{
	for (enum conn_wait wait = 0; wait < CONN_WAITS; wait++) {
		memset(visits, 0, sizeof visits);
		deadline_each(&all, move_to, &wait);
		for (int i = 0; i < MEMBERS; i++)
			cr_expect(visits[i], "%d", i);
	}
}

/* A client that is added, as a handler might do, must not prolong the walk. */
static void add_another(void *data, struct client *cl)
{
	struct client *another = data;

	if (cl == another)
		return;
	count(cl);
	if (cl == &members[MEMBERS - 1])
		deadline_start(&all, another, CONN_WAIT_SEND, 1);
}

Test(deadline, a_walk_may_add_one)
{
	struct client another;

	deadline_each(&all, add_another, &another);
	for (int i = 0; i < MEMBERS; i++)
		cr_expect_eq(visits[i], 1, "%d: %d", i, visits[i]);
	cr_expect_eq(all.lists[CONN_WAIT_SEND].last, &another);
}

Test(deadline, no_deadline_while_nobody_waits)
{
	static struct deadlines none;

	deadline_each(&none, take_off, NULL);
	cr_expect_null(deadline_expired(&none, 0));
	cr_expect_eq(deadline_left(&none, UINT64_MAX, 0), -1);
}

Test(deadline, what_else_is_due_comes_first)
{
	static struct deadlines none;

	cr_expect_null(deadline_expired(&none, 0));
	cr_expect_eq(deadline_left(&none, 9, 7), 2);
	cr_expect_eq(deadline_left(&none, 9, 9), 0);
	cr_expect_eq(deadline_left(&none, 9, 10), 0);
	cr_expect_eq(deadline_left(&none, UINT64_MAX - 1, 0), 3600000,
		"an hour at most");
}

/* All lists are looked at only when the next deadline may have passed: one that
 * begins later and ends sooner must not be missed for that. */
Test(deadline, the_next_one_may_have_begun_last)
{
	static struct deadlines some = {.lists = {
						[CONN_WAIT_DATA].ms = 100,
						[CONN_WAIT_SEND].ms = 10,
					}};
	struct client data, send;

	deadline_start(&some, &data, CONN_WAIT_DATA, 0);
	cr_expect_null(deadline_expired(&some, 0));
	cr_expect_eq(deadline_left(&some, UINT64_MAX, 0), 100);
	deadline_start(&some, &send, CONN_WAIT_SEND, 50);
	cr_expect_eq(deadline_left(&some, UINT64_MAX, 50), 10);
	cr_expect_null(deadline_expired(&some, 59));
	cr_expect_eq(deadline_expired(&some, 60), &send);
	cr_expect_eq(deadline_expired(&some, 60), &send, "it is still there");
	deadline_stop(&some, &send);
	cr_expect_null(deadline_expired(&some, 99));
	cr_expect_eq(deadline_expired(&some, 100), &data);
}

/* A deadline that is over by then, because the client has moved on, costs one
 * look at the lists. */
Test(deadline, the_next_one_may_have_moved)
{
	static struct deadlines some = {.lists = {[CONN_WAIT_DATA].ms = 100}};
	struct client client;

	deadline_start(&some, &client, CONN_WAIT_DATA, 0);
	cr_expect_null(deadline_expired(&some, 0));
	deadline_stop(&some, &client);
	deadline_start(&some, &client, CONN_WAIT_DATA, 70);
	cr_expect_eq(deadline_left(&some, UINT64_MAX, 70), 30);
	cr_expect_null(deadline_expired(&some, 100));
	cr_expect_eq(deadline_left(&some, UINT64_MAX, 100), 70);
	cr_expect_eq(deadline_expired(&some, 170), &client);
}

#define DAYS_49 (49u * 86400 * 1000)

/* 0 is never; other lists are judged as before. */
Test(deadline, without_a_limit_nobody_waits_too_long)
{
	struct options o = {.ping_after = 5};

	deadline_limits(&all, &o);
	all.lists[CONN_WAIT_SEND].ms = 0;
	for (uint32_t now = 0; now < 5; now++) {
		cr_expect_null(deadline_expired(&all, now));
		cr_expect_eq(deadline_left(&all, UINT64_MAX, now), 5 - now);
	}
	cr_expect_eq(deadline_expired(&all, 5), &members[0]);
	o.ping_after = 0;
	deadline_limits(&all, &o);
	all.next = 0;
	for (uint32_t now = 0; now < 3u << 30; now += 1u << 28) {
		cr_expect_null(deadline_expired(&all, now));
		cr_expect_eq(deadline_left(&all, UINT64_MAX, now), -1);
	}
}

/* The longest that an option can be; an epoll_wait cannot wait that long. */
Test(deadline, forty_nine_days)
{
	struct options o = {.ping_after = DAYS_49, .send_timeout = DAYS_49};

	deadline_limits(&all, &o);
	cr_expect_null(deadline_expired(&all, 0));
	cr_expect_eq(deadline_left(&all, UINT64_MAX, 0), 3600000);
	cr_expect_null(deadline_expired(&all, DAYS_49 / 4 - 1));
	cr_expect_eq(deadline_left(&all, UINT64_MAX, DAYS_49 / 4 - 1), 1);
	cr_expect_eq(deadline_expired(&all, DAYS_49 / 4), &members[2]);
	all.lists[CONN_WAIT_SEND].ms = 0;
	cr_expect_null(deadline_expired(&all, DAYS_49 - 1));
	cr_expect_eq(deadline_expired(&all, DAYS_49), &members[0]);
}
