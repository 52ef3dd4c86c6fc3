/* node.c - one node of the rooms. */
#include "chat/node.h"

#include "buf.h"
#include "bus/json.h"
#include "chat/tell.h"
#include "server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TICK_MS 1000
#define MORE_MS 10
#define REST_MS 250           /* before all members are published once more */
#define MORE_ALL (512u << 10) /* bytes of history for all in a turn */
#define MESSAGE "{\"type\":\"new_message\","
#define ANON "{\"id\":%" PRIu64 ",\"name\":\"Anon\"}"
#define ANON_LEFT "{\"type\":\"left\",\"member\":" ANON "}"
#define NOWHERE "\"\"" /* the room of what is for nodes alone */

static void on_timer(void *data)
{
	struct node *node = data;
	struct room *room = node->rooms.all.next;

	node->is_due = false;
	for (; room != &node->rooms.all; room = room->next) {
		if (room->is_due)
			tell_count(room);
		room->is_due = false;
	}
}

/* Tells those who are here. In a large room, those who come and go are told as a
 * count, once a second; without memory for the timer, the next one sets it. */
static void tell_change(struct node *node, struct room *room, const char *event)
{
	if (room->count <= TELL_NAMED) {
		tell_all(room, event);
		return;
	}
	room->is_due = true;
	node->is_due = node->is_due ||
		       server_after(node->server, TICK_MS, on_timer, node);
}

static void tell_behind(void *data);

/* Without memory for the timer, they are closed, and may come back with ?after. */
static void go_on_telling(struct node *node)
{
	struct rooms *rooms = &node->rooms;
	struct member *m;

	if (!rooms->behind || node->is_telling)
		return;
	node->is_telling =
		server_after(node->server, MORE_MS, tell_behind, node);
	while (!node->is_telling && (m = room_next_behind(rooms)))
		if (m->ws)
			ws_close(m->ws, 1013, ws_out_of_memory);
}

/* History is large, and compressed for each anew: those who are behind take turns,
 * so that nobody else has to wait for all of them. */
static void tell_behind(void *data)
{
	struct node *node = data;
	size_t n = node->rooms.n_behind, told = 0;

	node->is_telling = false;
	for (; n && told < MORE_ALL; n--) {
		struct member *m = room_next_behind(&node->rooms);

		if (m->ws && m->is_behind)
			told += tell_more(m);
		if (m->ws && m->is_behind)
			room_line_up(&node->rooms, m);
	}
	go_on_telling(node);
}

/* NULL: there is none. */
static struct member *find(const struct rooms *rooms, struct slice id)
{
	uint64_t number;

	return json_integer(id, &number) ? room_member(rooms, number) : NULL;
}

/* An event that was delivered. Each type has a function. */
struct delivered {
	struct node *node;
	const struct event *event;
	const char *text;
	struct slice who; /* the member it is about, as JSON */
	struct member *m; /* the same, if it is known here */
};

/* RFC 3339: the time in UTC, with milliseconds. */
static void print_time(uint64_t ms, char at[32])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm utc = {0};

	gmtime_r(&seconds, &utc);
	buf_format(at, 32, "%d-%02d-%02dT%02d:%02d:%02d.%03uZ",
		utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
		utc.tm_min, utc.tm_sec, (unsigned)(ms % 1000));
}

/* Without memory it counts as forgotten. */
static void on_message(const struct delivered *d)
{
	struct rooms *rooms = &d->node->rooms;
	struct bus_id id = d->event->id;
	const char *rest = d->text + strlen(MESSAGE);
	struct room *room;
	struct event *said;
	char text[BUS_ID_SIZE], at[32];

	if (strncmp(d->text, MESSAGE, strlen(MESSAGE)) != 0)
		return; /* it is not as a node writes it */
	room = room_need(rooms, d->event->room);
	if (!room) {
		rooms->forgotten = id;
		return;
	}
	print_time(id.ms, at);
	said = event_new(room->name,
		MESSAGE "\"id\":\"%s\",%.*s,\"at\":\"%s\"}",
		bus_id_format(id, text), (int)strlen(rest) - 1, rest, at);
	tell_message(room, said ? event_text(said) : NULL);
	room_keep(rooms, room, id, said);
}

/* It hears of itself by its welcome. */
static void on_joined(const struct delivered *d)
{
	const char *room = d->event->room;
	struct rooms *rooms = &d->node->rooms;
	struct member *m = d->m;
	uint64_t id;

	if (!m && json_integer(json_member(d->who.p, "id"), &id))
		m = room_add(rooms, room_need(rooms, room), id, NULL,
			room_event(room, "left", d->who));
	if (!m || m->is_in)
		return;
	m->node = d->event->node;
	m->room->count++;
	tell_change(d->node, m->room, d->text);
	m->is_in = true;
	if (m->ws)
		tell_welcome(m, d->node->newest);
	free(m->after);
	m->after = NULL;
	if (m->is_behind)
		room_line_up(&d->node->rooms, m);
	go_on_telling(d->node);
}

static void leave(struct node *node, struct member *m, const char *event)
{
	m->ws = NULL;
	m->room->count -= m->is_in;
	m->is_in = false;
	tell_change(node, m->room, event);
	room_remove(&node->rooms, m);
}

/* One of ours has no socket any more when it leaves. */
static void on_left(const struct delivered *d)
{
	if (d->m && !d->m->ws)
		leave(d->node, d->m, d->text);
}

/* One of ours has its new name already, and perhaps another one after it. */
static void on_renamed(const struct delivered *d)
{
	struct event *left = NULL;

	if (!d->m)
		return;
	if (!d->m->is_own)
		left = room_event(d->event->room, "left", d->who);
	if (left) {
		free(d->m->left);
		d->m->left = left;
	}
	tell_all(d->m->room, d->text);
}

/* The other may have left since its sender was asked, who is told then. */
static void on_relayed(const struct delivered *d)
{
	const struct rooms *rooms = &d->node->rooms;
	struct member *to = find(rooms, json_member(d->text, "to")), *sender;
	const char *why = room_hears_no_relay(d->event->room, to);

	if (!why && to->ws)
		ws_send_data(to->ws, d->text, strlen(d->text), false);
	if (!why)
		return;
	sender = find(rooms, json_member(json_member(d->text, "from").p, "id"));
	if (sender && sender->ws)
		tell_error(sender, why);
}

static void on_rested(void *data);

/* Publishes the members of this node again, but for those that have left. */
static void publish_members(struct node *node)
{
	const struct room *room = node->rooms.all.next;
	bool has_some = false;

	node->is_asked = node->is_resting;
	if (node->is_resting)
		return;
	for (; room != &node->rooms.all; room = room->next)
		for (struct member *m = room->all.next; m->is_own; m = m->next)
			if (m->ws)
				has_some |= !bus_publish(node->bus,
					room_event(room->name, "joined",
						room_who(m)),
					true);
	node->is_resting = has_some &&
			   server_after(node->server, REST_MS, on_rested, node);
}

/* The workers of a server that starts ask at nearly the same time. */
static void on_rested(void *data)
{
	struct node *node = data;

	node->is_resting = false;
	if (node->is_asked)
		publish_members(node);
}

/* Its own `hello` tells a node that all others will have heard it. */
static void on_hello(const struct delivered *d)
{
	d->node->bus->is_live |= d->event->node == d->node->bus->number;
	publish_members(d->node);
}

/* Does a member go with that node? For 0, with all others; so does then one of our
 * own that has left, since that may be among what was missed. */
static bool goes_with(const struct member *m, uint64_t number)
{
	if (m->is_own)
		return !number && !m->ws;
	return !number || m->node == number;
}

/* The name of one of our own that has left is not known any more. */
static void leave_unasked(struct node *node, struct member *m)
{
	char text[100];

	sprintf(text, ANON_LEFT, m->id);
	leave(node, m, m->left ? event_text(m->left) : text);
}

static void leave_with(struct node *node, uint64_t number)
{
	struct room *next, *room = node->rooms.all.next;

	for (; room != &node->rooms.all; room = next) {
		struct member *m, *previous = room->all.previous;

		next = room->next;
		for (uint32_t n = room->users; n; n--) {
			m = previous;
			previous = m->previous;
			if (goes_with(m, number))
				leave_unasked(node, m);
		}
	}
}

static void on_departed(const struct delivered *d)
{
	uint64_t number;

	if (!json_integer(json_member(d->text, "node"), &number) || !number)
		return;
	if (number == d->node->bus->number)
		publish_members(d->node);
	else
		leave_with(d->node, number);
}

/* Before a node is live, what others have done is history, of which it takes only
 * what they said. */
void node_deliver(struct node *node, const struct event *e)
{
	static const struct {
		const char *type;
		void (*take)(const struct delivered *);
	} kinds[] = {{"new_message", on_message}, {"joined", on_joined},
		{"left", on_left}, {"renamed", on_renamed},
		{"offer", on_relayed}, {"answer", on_relayed},
		{"ice", on_relayed}, {"hello", on_hello},
		{"departed", on_departed}};
	const char *text = event_text(e), *type = json_member(text, "type").p;
	struct slice who = json_member(text, "member");
	struct delivered d = {node, e, text, who,
		find(&node->rooms, json_member(who.p, "id"))};
	size_t n = node->bus->is_live || e->node == node->bus->number
			   ? sizeof kinds / sizeof *kinds
			   : 1;

	if (bus_id_compare(node->newest, e->id) < 0)
		node->newest = e->id;
	for (size_t i = 0; i < n; i++)
		if (json_is(type, kinds[i].type))
			kinds[i].take(&d);
}

const char *node_enter(
	struct node *node, struct ws *ws, const char *name, struct slice after)
{
	struct rooms *rooms = &node->rooms;
	const struct room *room = room_find(rooms, name);
	const char *why = ws_out_of_memory;
	uint64_t id = node->bus->number + 2 * ++node->members - !!ws->protocol;
	struct member *m;

	if (rooms->members >= NODE_MEMBERS ||
		(rooms->used >= NODE_ROOMS && !(room && room->users)))
		return "there are too many rooms, or members: try again later";
	m = room_add(rooms, room_need(rooms, name), id, ws,
		event_new(name, ANON_LEFT, id));
	if (!m)
		return why;
	ws->data = m;
	m->after = after.p ? json_quote(after) : NULL;
	if (m->after || !after.p)
		why = bus_publish(node->bus,
			room_event(name, "joined", room_who(m)), false);
	if (why) {
		room_remove(rooms, m);
		ws->data = NULL;
	}
	return why;
}

void node_leave(struct node *node, struct member *m)
{
	struct event *left = m->left;

	m->ws = NULL;
	m->left = NULL;
	bus_publish(node->bus, left, true); /* m may be gone */
}

void node_departed(struct bus *bus, uint64_t number)
{
	bus_publish(bus,
		event_new(NOWHERE,
			"{\"type\":\"departed\",\"node\":%" PRIu64 "}", number),
		true);
}

/* A member that is behind goes on from here, too. */
static void tell_missed(struct member *m, struct bus_id newest)
{
	char from[BUS_ID_SIZE + 2], text[BUS_ID_SIZE];

	sprintf(from, "\"%s\"",
		bus_id_format(m->is_behind ? m->told : newest, text));
	m->is_behind = false;
	tell_gap(m, from);
}

void node_missed(struct node *node, struct bus_id id)
{
	struct bus_id newest = node->newest;

	if (bus_id_compare(id, newest) <= 0)
		return;
	node->newest = node->rooms.forgotten = id;
	leave_with(node, 0);
	for (struct room *room = node->rooms.all.next; room != &node->rooms.all;
		room = room->next) {
		room->lost = id;
		for (struct member *m = room->all.next; m->is_own; m = m->next)
			if (m->ws && m->is_in)
				tell_missed(m, newest);
	}
	/* where there is no memory for that, it does without */
	node->bus->is_live = false;
	if (bus_publish(node->bus, event_new(NOWHERE, "{\"type\":\"hello\"}"),
		    true))
		node->bus->is_live = true;
}

void node_init(struct node *node, struct bus *bus)
{
	*node = (struct node){.bus = bus};
	bus->node = node;
	bus->deliver = node_deliver;
	bus->missed = node_missed;
	bus->departed = node_departed;
	room_init(&node->rooms);
}

void node_start(struct node *node, struct server *server)
{
	node->server = server;
	/* a timer is that of another process, from which it was forked */
	node->is_due = node->is_telling = node->is_resting = false;
	node->bus->start(node->bus, server);
}

void node_stop(struct node *node)
{
	if (node->server && node->bus->stop)
		node->bus->stop(node->bus);
	node->server = NULL;
	room_free(&node->rooms);
	queue_free(&node->bus->queue);
}
