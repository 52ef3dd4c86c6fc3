/* test_node.c - nodes on one bus: the same events in the same order, and the same
 * members. The bus is a queue, so that a test says when it delivers, what is lost
 * and which node is gone. */
#include "tests/lib/support.h"

#include "bus/json.h"
#include "chat/say.h"
#include "tests/lib/after.h"
#include "tests/lib/scarce.h"
#include "ws/frame.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define NODES 3
#define EVENTS (1 << 15)

static struct member_of {
	struct ws ws; /* the first member */
	struct ws_host host;
	struct buf out;
	struct member *member;
} sockets[200];

static struct node_of {
	struct bus bus; /* the first member */
	struct node node;
	bool is_gone;
} nodes[NODES];

static struct event *queue[EVENTS];
static size_t queued, delivered;

static void push(struct bus *bus)
{
	struct event *e = bus->queue.first;

	cr_assert_lt(queued, EVENTS);
	bus->queue =
		(struct queue){.n = bus->queue.n > BUS_EVENTS ? BUS_EVENTS : 0};
	e->id = (struct bus_id){1001 + queued, 0};
	queue[queued++] = e;
}

static void start(struct bus *bus, struct server *server)
{
	(void)server;
	node_missed(bus->node, (struct bus_id){1000, 0});
}

/* It takes no more, but for what is owed. */
static void fill(int i, bool is_full)
{
	nodes[i].bus.queue.n = is_full ? BUS_EVENTS : 0;
}

/* Delivers all that waits, to all that are there. */
static void deliver(void)
{
	for (; delivered < queued; delivered++) {
		for (int i = 0; i < NODES; i++)
			if (!nodes[i].is_gone && nodes[i].bus.number)
				node_deliver(&nodes[i].node, queue[delivered]);
		free(queue[delivered]);
	}
}

/* Node i begins, as number i + 1 times 2^32. */
static void begin(int i)
{
	nodes[i] = (struct node_of){.bus = {.start = start,
					    .push = push,
					    .number = (uint64_t)(i + 1) << 32}};
	node_init(&nodes[i].node, &nodes[i].bus);
	node_start(&nodes[i].node, NULL);
	deliver();
	cr_assert(nodes[i].bus.is_live);
}

static void end(void)
{
	deliver();
	for (int i = 0; i < NODES; i++)
		if (nodes[i].bus.number)
			node_stop(&nodes[i].node);
	for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
		buf_free(&sockets[i].out);
}

static struct buf *output(struct ws *ws)
{
	return &((struct member_of *)ws)->out;
}

/* What it was told it has taken. */
static size_t buffered(struct ws *ws)
{
	(void)ws;
	return 0;
}

static struct member_of *try_join(int socket, int node, const char *room,
	const char *after, const char *protocol)
{
	struct member_of *s = &sockets[socket];
	char *name;

	s->host = (struct ws_host){.max_message = 1 << 20,
		.max_unsent = 1 << 20,
		.max_backlog = 1 << 20,
		.max_memory = SIZE_MAX,
		.output = output,
		.buffered = buffered};
	s->out.len = 0;
	ws_open(&s->ws, &s->host, NULL);
	s->ws.protocol = protocol;
	name = json_quote((struct slice){room, strlen(room)});
	node_enter(&nodes[node].node, &s->ws, name,
		(struct slice){after, after ? strlen(after) : 0});
	free(name);
	s->member = s->ws.data;
	return s;
}

static struct member_of *join(int socket, int node, const char *room)
{
	struct member_of *s = try_join(socket, node, room, NULL, "room.v1");

	cr_assert(s->member);
	return s;
}

static void leave(struct member_of *s, int node)
{
	node_leave(&nodes[node].node, s->member);
}

static bool ask(struct member_of *s, int node, const char *json)
{
	return !say_take(&nodes[node].node, s->member,
		(struct slice){json, strlen(json)}, 1000);
}

static bool says(struct member_of *s, int node, const char *text)
{
	char json[100];

	snprintf(json, sizeof json,
		"{\"type\":\"new_message\",\"payload\":\"%s\"}", text);
	return ask(s, node, json);
}

static struct room *find(int node, const char *name)
{
	return room_find(&nodes[node].node.rooms, name);
}

/* The next that it has heard, or "". */
static const char *hear(struct member_of *s)
{
	static char text[1 << 17];
	struct frame f;
	ssize_t head = frame_parse(s->out.data, s->out.len, &f);

	*text = 0;
	if (head > 0) {
		memcpy(text, s->out.data + head, f.len);
		text[f.len] = 0;
		buf_consume(&s->out, (size_t)head + f.len);
	}
	return text;
}

static void expect(struct member_of *s, const char *part)
{
	const char *heard = hear(s);

	cr_expect(*part ? strstr(heard, part) != NULL : !*heard,
		"no %s in \"%s\"", part, heard);
}

Test(node, one_order_for_all)
{
	struct member_of *a, *b;
	char heard[300];

	begin(0), begin(1);
	a = join(0, 0, "r");
	expect(a, ""); /* welcome when that is delivered */
	b = join(1, 1, "r");
	says(a, 0, "early"); /* and heard after it */
	deliver();
	expect(a, "\"welcome\",\"room\":\"r\",\"you\":4294967297,\"count\":1");
	expect(b, "\"you\":8589934593,\"count\":2");
	expect(a, "\"joined\",\"member\":{\"id\":8589934593,");
	says(b, 1, "one");
	says(a, 0, "two");
	expect(b, "early");
	deliver();
	expect(a, "early");
	for (int i = 0; i < 2; i++) {
		snprintf(heard, sizeof heard, "%s", hear(a));
		expect(b, i ? "two" : "one");
		cr_expect(strstr(heard, i ? "two" : "one"));
	}
	leave(b, 1);
	expect(a, "");
	deliver();
	expect(a, "\"left\",\"member\":{\"id\":8589934593,");
	leave(a, 0);
	end();
}

static bool offer(struct member_of *s, uint64_t to)
{
	char json[100];

	snprintf(json, sizeof json,
		"{\"type\":\"offer\",\"to\":%" PRIu64 ",\"payload\":{}}", to);
	return ask(s, 0, json);
}

Test(node, relays_reach_another_node)
{
	struct member_of *a, *b;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	deliver();
	hear(a), hear(a), hear(b);
	offer(a, 8589934593);
	deliver();
	expect(b, "{\"type\":\"offer\",\"from\":{\"id\":4294967297,");
	expect(a, "");
	leave(a, 0), leave(b, 1);
	end();
}

/* On another node: one without the subprotocol, one that there is not, and one that
 * leaves before it would be delivered. */
Test(node, relays_that_nobody_hears_are_errors)
{
	struct member_of *a, *b, *plain;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	plain = try_join(2, 1, "r", NULL, NULL);
	deliver();
	hear(a), hear(a), hear(a), hear(b), hear(b);
	cr_expect_eq(plain->member->id, 8589934596);
	cr_expect(!offer(a, 8589934596));
	cr_expect(!offer(a, 8589934599));
	leave(b, 1);
	cr_expect(offer(a, 8589934593));
	deliver();
	expect(a, "\"left\"");
	expect(a, "{\"type\":\"error\",\"why\":\"`to` is no member");
	expect(a, "");
	expect(b, "");
	expect(plain, "");
	leave(a, 0), leave(plain, 1);
	end();
}

/* A node that begins later is told who is where; one that is gone takes its
 * members along. */
Test(node, presence)
{
	struct member_of *a, *b, *c;

	begin(0);
	a = join(0, 0, "r");
	deliver();
	cr_expect(ask(a, 0, "{\"type\":\"nickname\",\"payload\":\"Ann\"}"));
	deliver();
	begin(1);
	b = join(1, 1, "r");
	deliver();
	expect(b, "\"count\":2,");
	begin(2);
	cr_expect(after_run()); /* of node 0, which has just said that */
	deliver();
	c = join(2, 2, "r");
	deliver();
	expect(c, "\"count\":3,");
	cr_expect_eq(nodes[1].node.rooms.members, 3);
	nodes[0].is_gone = true;
	node_departed(&nodes[1].bus, (uint64_t)1 << 32);
	deliver();
	expect(b, "\"joined\"");
	expect(b, "\"left\",\"member\":{\"id\":4294967297,\"name\":\"Ann\"}");
	expect(c, "\"left\"");
	cr_expect_eq(nodes[1].node.rooms.members, 2);
	leave(b, 1), leave(c, 2);
	deliver();
	cr_expect_eq(nodes[1].node.rooms.by_name, NULL);
	end();
}

/* The workers of a server begin together: the members are published for the first of
 * them, and once more for all others. */
Test(node, many_that_ask_at_once)
{
	size_t before;

	begin(0);
	for (int i = 0; i < 50; i++)
		join(i, 0, "r");
	deliver();
	begin(1);
	cr_expect_eq(nodes[1].node.rooms.members, 50);
	before = queued;
	for (int i = 0; i < 9; i++)
		bus_publish(&nodes[1].bus,
			event_new("\"\"", "{\"type\":\"hello\"}"), true);
	begin(2);
	cr_expect_eq(queued - before, 10);
	cr_expect(after_run());
	deliver();
	cr_expect_eq(queued - before, 60);
	cr_expect_eq(nodes[2].node.rooms.members, 50);
	cr_expect(after_run());
	cr_expect(!after_run());
	cr_expect_eq(queued - before, 60);
	for (int i = 0; i < 50; i++)
		leave(&sockets[i], 0);
	end();
}

/* A full bus tells who speaks or comes; that one has left it takes. */
Test(node, a_full_bus)
{
	struct member_of *a, *b;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	deliver();
	hear(b), hear(a), hear(a);
	fill(0, true);
	cr_expect(!says(a, 0, "hi"));
	cr_expect(!ask(a, 0, "{\"type\":\"nickname\",\"payload\":\"Ann\"}"));
	cr_expect_eq(try_join(2, 0, "r", NULL, "room.v1")->member, NULL);
	cr_expect_eq(try_join(3, 0, "new", NULL, "room.v1")->member, NULL);
	cr_expect_null(find(0, "\"new\""));
	scarce.calloc = true; /* it needs no memory, either */
	leave(a, 0);
	cr_expect(scarce.calloc);
	scarce.calloc = false;
	fill(0, false);
	deliver();
	expect(b, "\"left\",\"member\":{\"id\":4294967297,\"name\":\"Anon\"}");
	begin(2);
	cr_expect_eq(nodes[2].node.rooms.members, 1);
	leave(b, 1);
	end();
}

/* A node asks for all members while one of them is leaving: that one does not come
 * back by it. */
Test(node, asked_while_one_leaves)
{
	struct member_of *a, *b;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	deliver();
	begin(2);
	cr_expect_eq(nodes[2].node.rooms.members, 2);
	leave(a, 0);
	node_departed(&nodes[1].bus, (uint64_t)1 << 32);
	deliver();
	for (int i = 0; i < NODES; i++)
		cr_expect_eq(nodes[i].node.rooms.members, 1);
	leave(b, 1);
	deliver();
	cr_expect_eq(nodes[0].node.rooms.members, 0);
	end();
}

/* It leaves before it is in. */
Test(node, gone_before_it_is_in)
{
	struct member_of *a;

	begin(0), begin(1);
	a = join(0, 0, "r");
	leave(a, 0);
	deliver();
	cr_expect_eq(nodes[0].node.rooms.members, 0);
	cr_expect_eq(nodes[1].node.rooms.members, 0);
	expect(a, "");
	end();
}

/* A node that was given up and is not gone brings its members back. */
Test(node, given_up_and_not_gone)
{
	struct member_of *a, *b;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	deliver();
	hear(b), hear(a), hear(a);
	node_departed(&nodes[1].bus, (uint64_t)1 << 32);
	deliver();
	expect(b, "\"left\",\"member\":{\"id\":4294967297,");
	expect(b, "\"joined\",\"member\":{\"id\":4294967297,");
	expect(b, "");
	expect(a, "");
	cr_expect_eq(nodes[1].node.rooms.members, 2);
	leave(a, 0), leave(b, 1);
	end();
}

/* A node that has missed something knows nobody else any more, and asks. Whoever
 * was about to be welcome is so then. */
Test(node, a_gap_asks_for_all_members)
{
	struct member_of *a, *b, *c;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r");
	deliver();
	hear(a), hear(a);
	c = join(2, 0, "r");
	delivered++; /* which is lost */
	free(queue[delivered - 1]);
	node_missed(&nodes[0].node, (struct bus_id){2000, 0});
	expect(a, "\"left\",\"member\":{\"id\":8589934593,");
	expect(a, "\"gap\"");
	deliver();
	expect(c, "\"welcome\"");
	cr_expect_eq(nodes[0].node.rooms.members, 3);
	cr_expect_eq(nodes[1].node.rooms.members, 3);
	leave(a, 0), leave(b, 1), leave(c, 0);
	end();
}

/* That one has left may be among what was missed, too, on all nodes. */
Test(node, a_gap_where_one_has_left)
{
	struct member_of *a, *b, *c;

	begin(0), begin(1);
	a = join(0, 0, "r"), b = join(1, 1, "r"), c = join(2, 0, "r");
	deliver();
	hear(a), hear(a), hear(a), hear(b), hear(b);
	leave(c, 0);
	free(queue[delivered++]); /* which is lost */
	node_missed(&nodes[0].node, (struct bus_id){2000, 0});
	node_missed(&nodes[1].node, (struct bus_id){2000, 0});
	deliver();
	expect(a, "\"left\",\"member\":{");
	expect(a, "\"left\",\"member\":{");
	expect(a, "\"gap\"");
	expect(a, "\"joined\",\"member\":{\"id\":8589934593,");
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(nodes[i].node.rooms.members, 2);
		cr_expect_eq(find(i, "\"r\"")->count, 2);
	}
	leave(a, 0), leave(b, 1);
	end();
}

/* It knows a room only by the members of others, who are gone with what it missed. */
Test(node, a_gap_empties_a_room)
{
	struct member_of *a;

	begin(0), begin(1);
	a = join(0, 0, "r");
	deliver();
	node_missed(&nodes[1].node, (struct bus_id){2000, 0});
	cr_expect_null(find(1, "\"r\""));
	deliver();
	cr_expect_eq(nodes[1].node.rooms.members, 1, "who says so again");
	leave(a, 0);
	end();
}

Test(node, what_a_node_missed_is_told)
{
	struct member_of *a, *b;

	begin(0);
	a = join(0, 0, "r");
	deliver();
	says(a, 0, "one");
	deliver();
	hear(a), hear(a);
	node_missed(&nodes[0].node, (struct bus_id){2000, 0});
	expect(a, "{\"type\":\"gap\",\"from\":\"1003-0\"}");
	b = try_join(1, 0, "r", "1002-0", "room.v1");
	deliver();
	expect(b, "\"welcome\"");
	expect(b, "{\"type\":\"gap\",\"from\":\"1002-0\"}");
	/* nothing that was not heard */
	node_missed(&nodes[0].node, (struct bus_id){1000, 0});
	expect(b, "");
	leave(a, 0), leave(b, 0);
	end();
}

/* In a room of more than 100 they come and go by count. */
Test(node, a_large_room)
{
	begin(0);
	for (int i = 0; i < 120; i++)
		join(i, 0, "r");
	deliver();
	cr_expect(strstr(hear(&sockets[119]), "\"count\":120,"));
	for (int i = 0; i < 100; i++)
		hear(&sockets[0]);
	expect(&sockets[0], "");
	cr_expect(after_run());
	expect(&sockets[0], "{\"type\":\"count\",\"count\":120}");
	expect(&sockets[119], "{\"type\":\"count\",\"count\":120}");
	cr_expect(!after_run());
	for (int i = 1; i < 120; i++)
		leave(&sockets[i], 0);
	deliver();
	cr_expect(after_run());
	expect(&sockets[0], "\"left\""); /* of the last hundred */
	leave(&sockets[0], 0);
	end();
}

/* The timer of a process is not that of another one that is forked from it. */
Test(node, a_large_room_in_a_worker_that_follows_another)
{
	begin(0);
	for (int i = 0; i < 120; i++)
		join(i, 0, "r");
	deliver();
	after_forget();
	node_start(&nodes[0].node, NULL);
	leave(&sockets[1], 0);
	deliver();
	sockets[0].out.len = 0;
	cr_expect(after_run());
	expect(&sockets[0], "{\"type\":\"count\",\"count\":119}");
	leave(&sockets[0], 0);
	end();
}

/* A welcome names a hundred, the one who is welcome among them. */
Test(node, a_welcome_in_a_large_room)
{
	const char *heard;
	size_t n = 0;

	begin(0);
	for (int i = 0; i < 150; i++)
		join(i, 0, "r");
	deliver();
	heard = hear(&sockets[149]);
	for (const char *at = heard; (at = strstr(at, "\"name\":")); at++)
		n++;
	cr_expect_eq(n, 100);
	cr_expect(strstr(heard, "\"you\":4294967595,"));
	cr_expect(strstr(heard, "{\"id\":4294967595,"));
	for (int i = 0; i < 150; i++)
		leave(&sockets[i], 0);
	end();
}

/* One client makes as many rooms as there may be: others find no room for another,
 * but those that are there still let them in, and an empty one makes place. */
Test(node, at_most_10000_rooms)
{
	char name[32];
	struct member *first = NULL;

	begin(0);
	for (int i = 0; i < NODE_ROOMS; i++) {
		snprintf(name, sizeof name, "r%d", i);
		join(0, 0, name);
		first = first ? first : sockets[0].member;
		deliver();
		buf_free(&sockets[0].out);
	}
	cr_expect_eq(try_join(1, 0, "one more", NULL, "room.v1")->member, NULL);
	join(1, 0, "r7");
	deliver();
	node_leave(&nodes[0].node, first);
	deliver();
	join(2, 0, "one more");
	deliver();
	cr_expect_eq(nodes[0].node.rooms.used, NODE_ROOMS);
	end();
}

/* Rubbish, and events of members that nobody knows: any JSON object. */
Test(node, what_others_write_to_the_bus)
{
	static const char *const texts[] = {"{}", "{\"type\":7}",
		"{\"type\":\"left\",\"member\":{\"id\":77}}",
		"{\"type\":\"left\",\"member\":{\"id\":4294967297}}",
		"{\"type\":\"renamed\",\"member\":[]}",
		"{\"type\":\"renamed\",\"member\":{\"id\":-1}}",
		"{\"type\":\"joined\"}",
		"{\"type\":\"joined\",\"member\":{\"id\":1e3}}",
		"{\"type\":\"ice\",\"to\":7,\"payload\":1}",
		"{ \"type\":\"new_message\"}", "{\"type\":\"departed\"}",
		"{\"type\":\"departed\",\"node\":\"\"}",
		"{\"type\":\"departed\",\"node\":9}",
		"{\"type\":\"hello\",\"member\":{\"id\":7}}",
		"{\"type\":\"error\",\"why\":\"\"}"};
	struct member_of *a;

	begin(0);
	a = join(0, 0, "r");
	deliver();
	hear(a);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct event *e = event_new("\"r\"", "%s", texts[i]);

		e->node = 77;
		e->id = (struct bus_id){5000, i};
		node_deliver(&nodes[0].node, e);
		free(e);
		expect(a, "");
	}
	leave(a, 0);
	end();
}

/* What was said is kept within bounds: first a room forgets its own oldest. */
Test(node, history_is_bounded)
{
	struct member_of *a;
	struct room *room;

	begin(0);
	for (unsigned i = 0; i < 20 * 350; i++) {
		char name[] = {'"', 'r', (char)('a' + i / 350), '"', 0};
		struct event *e = event_new(name,
			"{\"type\":\"new_message\",\"from\":{\"id\":7,"
			"\"name\":\"A\"},\"payload\":\"%015000d\"}",
			0);

		e->id = (struct bus_id){2000 + i, 0};
		node_deliver(&nodes[0].node, e);
		free(e);
	}
	cr_expect_leq(nodes[0].node.rooms.bytes, ROOM_ALL_BYTES);
	cr_expect_gt(nodes[0].node.rooms.bytes, ROOM_ALL_BYTES - ROOM_BYTES);
	cr_expect_null(
		find(0, "\"ra\""), "the room that was quiet for longest");
	room = find(0, "\"rt\"");
	cr_assert(room);
	cr_expect_leq(room->said.bytes, ROOM_BYTES);
	cr_expect_eq(room->lost.ms + room->said.n, 2000 + 20 * 350 - 1);
	a = try_join(0, 0, "ra", "2100-0", "room.v1");
	deliver();
	expect(a, "\"history\":[]");
	expect(a, "\"gap\"");
	leave(a, 0);
	end();
}

/* Messages `from` to `to` of a room, each of 15,000 characters. */
static void say_long(unsigned from, unsigned to)
{
	for (; from < to; from++) {
		struct event *e = event_new("\"r\"",
			"{\"type\":\"new_message\",\"from\":{\"id\":7,"
			"\"name\":\"A\"},\"payload\":\"%015000u\"}",
			from);

		e->id = (struct bus_id){2000 + from, 0};
		node_deliver(&nodes[0].node, e);
		free(e);
	}
}

/* While one is told what it missed, the room forgets what it would be told next; or
 * the bus has lost something. */
Test(node, a_gap_while_one_is_told)
{
	for (int is_lost = 0; is_lost < 2; is_lost++) {
		struct member_of *a;

		begin(0);
		say_long(0, 100);
		a = try_join(0, 0, "r", "2000-0", "room.v1");
		deliver();
		expect(a, "\"last\":\"2005-0\"");
		expect(a, "");
		if (is_lost)
			node_missed(&nodes[0].node, (struct bus_id){3000, 0});
		else
			say_long(100, 400);
		deliver();
		cr_expect(after_run());
		expect(a, "{\"type\":\"gap\",\"from\":\"2005-0\"}");
		expect(a, is_lost ? "" : "\"id\":\"2124-0\"");
		leave(a, 0);
		end();
		delivered = queued = 0;
	}
}

/* All that the room has forgotten meanwhile had been told. */
Test(node, no_gap_where_nothing_is_missed)
{
	struct member_of *a;

	begin(0);
	say_long(0, 100);
	a = try_join(0, 0, "r", "2000-0", "room.v1");
	deliver();
	expect(a, "\"last\":\"2005-0\"");
	expect(a, "");
	say_long(100, 282);
	cr_assert_eq(find(0, "\"r\"")->lost.ms, 2005);
	cr_expect(after_run());
	expect(a, "\"id\":\"2006-0\"");
	leave(a, 0);
	end();
}

/* One client says something in one room after the other, and leaves each. To list
 * the rooms stays cheap; and a room with users is not forgotten. */
Test(node, rooms_without_users_are_bounded)
{
	struct node *node = &nodes[0].node;
	struct member_of *a;
	char name[16];

	begin(0);
	a = join(0, 0, "r");
	deliver();
	for (unsigned i = 0; i < 2 * ROOM_UNUSED; i++) {
		struct event *e;

		snprintf(name, sizeof name, "\"r%u\"", i);
		e = event_new(i ? name : "\"r\"",
			"{\"type\":\"new_message\",\"from\":{\"id\":7,"
			"\"name\":\"A\"},\"payload\":\"hi\"}");
		e->id = (struct bus_id){2000 + i, 0};
		node_deliver(node, e);
		free(e);
	}
	cr_expect_eq(node->rooms.n, ROOM_UNUSED + 1);
	cr_expect_eq(find(0, "\"r\"")->said.n, 1);
	cr_expect_null(find(0, "\"r1\""));
	cr_expect(find(0, name) != NULL);
	cr_expect_eq(node->rooms.forgotten.ms, 2000 + ROOM_UNUSED - 1);
	leave(a, 0);
	end();
}

/* Without memory for what was said, who is in is closed, and may come back. */
Test(node, no_memory_for_a_message)
{
	struct member_of *a;

	begin(0);
	a = join(0, 0, "r");
	deliver();
	hear(a);
	cr_expect(says(a, 0, "hi"));
	scarce.calloc = true;
	deliver();
	scarce.calloc = false;
	cr_expect(ws_is_over(&a->ws) || a->ws.state != WS_OPEN);
	cr_expect_eq(find(0, "\"r\"")->lost.ms, nodes[0].node.newest.ms);
	leave(a, 0);
	end();
}

/* Rooms, members and their history: each allocation that fails leaves nothing
 * behind. */
Test(node, no_memory)
{
	begin(0);
	for (int i = 0; i < 2; i++) {
		scarce.calloc = true;
		cr_expect_eq(
			try_join(0, 0, "r", NULL, "room.v1")->member, NULL);
		scarce.calloc = false;
		cr_expect_null(nodes[0].node.rooms.by_name);
	}
	end();
}
