/* test_hub.c - the hub of two workers, which are the test: it has the other ends of
 * their pairs. */
#include "tests/lib/support.h"

#include "app.h"
#include "bus/hub.h"
#include "chat/node.h"
#include "tests/lib/after.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define HEAD offsetof(struct event, id)

static struct hub hub; /* of a struct chat it is the first member */
static struct node node;
static const struct app app = {.data = &hub};

static void begin(void)
{
	hub_init(&hub);
	node_init(&node, &hub.bus);
	hub_parent(&hub, 2);
	node_start(&node, NULL);
	for (size_t i = 0; i < 2; i++)
		cr_assert(hub_prepare(&app, i));
}

static void end(void)
{
	for (size_t i = 0; i < 2; i++)
		hub_ended(&app, i);
	node_stop(&node);
}

/* The hub's turn for the pair of a worker, if it watches that for such events. */
static void serve(size_t i, uint32_t events)
{
	struct source *source = &hub.ports[i].source;

	if (source->events & events)
		source->ready(NULL, source, source->events & events);
}

/* The worker writes a message to its pair. */
static void send_text(size_t i, const char *text)
{
	struct event *e = event_new("\"r\"",
		"{\"type\":\"new_message\",\"from\":{\"id\":7,\"name\":\"A\"},"
		"\"payload\":\"%s\"}",
		text);

	cr_assert(e);
	cr_assert_geq(send(hub.ports[i].other, (char *)e + HEAD,
			      sizeof *e - HEAD + e->size, 0),
		0);
	free(e);
}

/* The worker says as much as fits into an event, if the hub hears it. Returns
 * whether it does. */
static bool say(size_t i)
{
	static char text[15000];
	bool is_heard = hub.ports[i].source.events & EPOLLIN;

	memset(text, 'x', sizeof text - 1);
	if (is_heard)
		send_text(i, text);
	serve(i, EPOLLIN);
	return is_heard;
}

/* The worker takes up to `most` events off its pair. Returns how many those were;
 * -1 when the pair ends before. The text of the last is in `heard`. */
static char heard[1 << 15];
static int hear(size_t i, int most)
{
	_Alignas(struct event) static char bytes[1 << 15];
	int n = 0;

	while (n < most) {
		ssize_t len = recv(hub.ports[i].other, bytes + HEAD,
			sizeof bytes - HEAD, MSG_DONTWAIT);

		if (len == 0)
			return -1;
		if (len < 0)
			break;
		strcpy(heard, event_text((struct event *)bytes));
		n++;
	}
	return n;
}

/* Worker 0 hears all, and says much; worker 1 does not hear. Returns how many events
 * that were until the hub heard no worker any more. */
static int fill(void)
{
	int n = 0;

	while (say(0)) {
		cr_assert_lt(n++, 2000);
		hear(0, 2000);
		serve(0, EPOLLOUT);
	}
	return n;
}

static void expect_departed(size_t i, size_t whose)
{
	char text[100];

	snprintf(text, sizeof text, "{\"type\":\"departed\",\"node\":%llu}",
		(unsigned long long)hub.ports[whose].number);
	cr_expect_gt(hear(i, 2000), 0);
	cr_expect_str_eq(heard, text);
}

Test(hub, all_hear_the_same)
{
	begin();
	cr_expect_neq(hub.ports[0].number, hub.ports[1].number);
	say(0);
	say(1);
	cr_expect_eq(hear(0, 9), 2);
	cr_expect_eq(hear(1, 9), 2);
	cr_expect(!hub.bus.queue.first && !after_run());
	end();
}

/* While too much waits for worker 1, no worker is heard. When that has lasted for
 * some time, it is given up: the others are told, and heard again. */
Test(hub, a_worker_that_takes_nothing_is_given_up)
{
	begin();
	fill();
	cr_expect_leq(hub.bus.queue.bytes, HUB_BYTES + (1 << 15));
	cr_expect(!(hub.ports[0].source.events & EPOLLIN));
	cr_expect(!(hub.ports[1].source.events & EPOLLIN));
	hear(0, 2000);
	cr_expect(after_run());
	cr_expect_eq(hub.ports[1].source.events, 0);
	expect_departed(0, 1);
	cr_expect_eq(hear(1, 100000), -1, "its pair is closed");
	cr_expect_null(hub.bus.queue.first);
	cr_expect(say(0));
	cr_expect_eq(hear(0, 9), 1);
	hub_ended(&app, 1);
	expect_departed(0, 1);
	cr_assert(hub_prepare(&app, 1));
	cr_expect(say(1));
	cr_expect_eq(hear(0, 9), 1, "its successor");
	cr_expect_eq(hear(1, 9), 1);
	cr_expect(!after_run());
	end();
}

/* It has taken one event, which is too little for epoll to tell of room. */
Test(hub, a_slow_worker_is_kept)
{
	int n, took = 1;

	begin();
	n = fill();
	hear(0, 2000);
	cr_expect_eq(hear(1, 1), 1);
	cr_expect(after_run());
	cr_expect_neq(hub.ports[1].source.events, 0, "it is kept");
	n += fill(); /* and others until too much waits once more */
	while (hub.bus.queue.first) {
		took += hear(1, 9);
		serve(1, EPOLLOUT);
	}
	took += hear(1, 2000);
	cr_expect_eq(took, n, "it has heard all");
	cr_expect(say(0), "others are heard again");
	cr_expect(after_run(), "and judged, though nothing waits");
	cr_expect(say(1), "which it outlives");
	end();
}

/* What it takes once is no excuse later. */
Test(hub, a_worker_that_stops_later_is_given_up)
{
	begin();
	fill();
	hear(1, 1);
	cr_expect(after_run());
	fill();
	hear(0, 2000);
	cr_expect(after_run());
	cr_expect_eq(hub.ports[1].source.events, 0);
	expect_departed(0, 1);
	end();
}

/* A worker that is gone, in the middle of what others say. */
Test(hub, a_worker_that_dies)
{
	begin();
	say(0);
	shutdown(hub.ports[1].other, SHUT_RDWR);
	serve(1, EPOLLIN);
	expect_departed(0, 1);
	hub_ended(&app, 1);
	cr_expect(say(0));
	cr_expect_eq(hear(0, 9), 2);
	cr_expect_null(hub.bus.queue.first);
	end();
}

/* What it has said is heard, though the hub learns of its end first. */
Test(hub, the_last_words_of_a_worker)
{
	begin();
	for (int i = 0; i < 100; i++)
		send_text(1, "last words");
	hub_ended(&app, 1);
	cr_expect_eq(hear(0, 100), 100);
	cr_expect(strstr(heard, "last words"));
	expect_departed(0, 1);
	end();
}
