/* tell.c - what members are told. */
#include "chat/tell.h"

#include "bus/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WELCOME_BYTES (64 << 10) /* the rest of history follows it */
#define MORE_BYTES (128 << 10)   /* of that at once, or a message more */
#define NAME_MAX_BYTES 160       /* 40 characters */
#define PLAIN_MAX (NAME_MAX_BYTES + 2 + BUS_TEXT_MAX)

/* A member who cannot be told, for lack of memory, may come back with ?after. */
static void give_up(struct member *m)
{
	ws_close(m->ws, 1013, ws_out_of_memory);
}

/* Without a subprotocol, a member hears as in the notes. */
static bool is_plain(const struct member *m)
{
	return !m->ws->protocol;
}

static struct slice slice_of(const char *text)
{
	return (struct slice){text, text ? strlen(text) : 0};
}

static void tell(struct member *m, struct slice text)
{
	ws_send_data(m->ws, text.p, text.len, false);
}

/* Sends what has been written, if all of it was, and frees it. */
static void tell_written(struct member *m, struct buf *b, bool done)
{
	if (done)
		tell(m, (struct slice){(char *)b->data, b->len});
	else
		give_up(m);
	buf_free(b);
}

/* Writes a message as in the notes: "Ann: hi". */
static struct slice print_plain(const char *event, char to[PLAIN_MAX])
{
	const char *from = json_member(event, "from").p;
	const char *said = json_member(event, "payload").p;
	ssize_t n =
		json_string(json_member(from, "name").p, to, NAME_MAX_BYTES);
	char *end = mempcpy(to + (n < 0 ? 0 : n), ": ", 2);

	n = json_string(said, end, BUS_TEXT_MAX);
	return (struct slice){to, (size_t)(end - to + (n < 0 ? 0 : n))};
}

/* Asks for the memory of a member who is told something soon. The kernel has pushed it
 * out of the cache since the last broadcast. Not inlined, it would be a function
 * without effect, and compilers drop a call of such. */
__attribute__((always_inline)) static inline void fetch(const struct member *m)
{
	__builtin_prefetch(m->next);
	__builtin_prefetch(&m->next->ws);
	if (!m->ws)
		return;
	__builtin_prefetch(m->ws);
	__builtin_prefetch(m->ws + 1);
}

/* Sends the event to the members with the subprotocol, and the second text, unless it
 * is empty, to the others: then it is a message, for which those who are behind have
 * to wait. The event's p is NULL where there is no memory. */
static void tell_texts(
	struct room *room, struct slice event, struct slice plain)
{
	const struct slice texts[] = {event, plain};
	struct message messages[2] = {{0}};
	bool is_ready[2];

	if (!room->all.next->is_own)
		return;
	for (int i = 0; i < 2; i++)
		is_ready[i] = event.p && texts[i].len &&
			      message_prepare(&messages[i], texts[i].p,
				      texts[i].len, false);
	for (struct member *m = room->all.next; m->is_own; m = m->next) {
		int i = m->ws && is_plain(m);

		fetch(m->next);
		if (!m->is_in || !m->ws || (plain.len && m->is_behind) ||
			(event.p && !texts[i].len))
			continue;
		if (is_ready[i])
			ws_send_prepared(m->ws, &messages[i]);
		else
			give_up(m);
	}
	for (int i = 0; i < 2; i++)
		message_free(&messages[i]);
}

void tell_all(struct room *room, const char *event)
{
	tell_texts(room, slice_of(event), (struct slice){"", 0});
}

void tell_message(struct room *room, const char *event)
{
	char plain[PLAIN_MAX];

	tell_texts(room, slice_of(event), print_plain(event, plain));
}

void tell_count(struct room *room)
{
	char text[64];

	snprintf(text, sizeof text, "{\"type\":\"count\",\"count\":%u}",
		(unsigned)room->count);
	tell_all(room, text);
}

void tell_error(struct member *m, const char *why)
{
	char text[256];

	snprintf(text, sizeof text, "{\"type\":\"error\",\"why\":\"%s\"}", why);
	if (!is_plain(m))
		tell(m, slice_of(text));
}

void tell_gap(struct member *m, const char *id)
{
	struct event *gap = event_new("", "{\"type\":\"gap\",\"from\":%s}", id);

	if (is_plain(m))
		tell(m, slice_of("(messages were missed)"));
	else if (gap)
		tell(m, slice_of(event_text(gap)));
	else
		give_up(m);
	free(gap);
}

/* The members of the room. Our own come first, and of these the newest: that is the
 * one who is welcomed, so it is always among them. */
static bool print_members(struct buf *b, const struct room *room)
{
	const struct member *m = room->all.next;
	unsigned n = 0;
	bool done = true;

	for (; m != &room->all && n < TELL_NAMED; m = m->next) {
		struct slice who = room_who(m);

		if (m->is_in && who.p)
			done &= buf_printf(b, "%s%.*s", n++ ? "," : "",
				(int)who.len, who.p);
	}
	return done;
}

/* Moves *said on to the first that does not fit; *told is the last that does then. */
static bool print_history(
	struct buf *b, const struct event **said, struct bus_id *told)
{
	const struct event *last = NULL;
	bool done = true;

	for (; *said && b->len < WELCOME_BYTES; *said = (*said)->next) {
		done &= buf_printf(
			b, "%s%s", last ? "," : "", event_text(*said));
		last = *said;
	}
	if (*said && last)
		*told = last->id;
	return done;
}

/* A member that is lost before the rest of history has reached it asks for that:
 * `told` is `newest` where nothing is left. */
static void tell_state(
	struct member *m, struct bus_id newest, const struct event **said)
{
	struct buf b = {0};
	char last[BUS_ID_SIZE];
	bool done;

	m->told = newest;
	done = buf_printf(&b,
		       "{\"type\":\"welcome\",\"room\":%s,\"you\":%" PRIu64
		       ",\"count\":%u,\"members\":[",
		       m->room->name, m->id, (unsigned)m->room->count) &&
	       print_members(&b, m->room) &&
	       buf_printf(&b, "],\"history\":[") &&
	       print_history(&b, said, &m->told) &&
	       buf_printf(
		       &b, "],\"last\":\"%s\"}", bus_id_format(m->told, last));
	tell_written(m, &b, done);
}

static size_t tell_said(struct member *m, const struct event *said)
{
	char plain[PLAIN_MAX];
	size_t n = 0;

	for (; said && n < MORE_BYTES; said = said->next) {
		const char *event = event_text(said);

		tell(m, is_plain(m) ? print_plain(event, plain)
				    : slice_of(event));
		n += said->size;
		m->told = said->id;
	}
	m->is_behind = said != NULL;
	return n;
}

/* The room may have forgotten what comes next. */
size_t tell_more(struct member *m)
{
	const struct event *said = m->room->said.first;
	char text[BUS_ID_SIZE], from[BUS_ID_SIZE + 2];

	if (ws_buffered(m->ws))
		return 0;
	sprintf(from, "\"%s\"", bus_id_format(m->told, text));
	if (bus_id_compare(m->room->lost, m->told) > 0)
		tell_gap(m, from);
	while (said && bus_id_compare(said->id, m->told) <= 0)
		said = said->next;
	return tell_said(m, said);
}

void tell_welcome(struct member *m, struct bus_id newest)
{
	const struct room *room = m->room;
	const struct event *said = room->said.first;
	char after[BUS_ID_SIZE];
	ssize_t len = json_string(m->after, after, sizeof after);
	size_t n = room->said.n;
	struct bus_id id;
	bool is_known = len >= 0 &&
			bus_id_parse((struct slice){after, (size_t)len}, &id) &&
			bus_id_compare(id, room->lost) >= 0 &&
			bus_id_compare(id, newest) <= 0;

	while (said && (is_known ? bus_id_compare(said->id, id) <= 0
				 : n-- > TELL_HISTORY))
		said = said->next;
	if (!is_plain(m))
		tell_state(m, newest, &said);
	if (m->after && !is_known)
		tell_gap(m, m->after);
	m->is_behind = said != NULL;
	if (is_plain(m))
		tell_said(m, said);
}

/* Puts a room into the list of the n largest. Returns how many there are then. */
static size_t rank(
	const struct room **largest, size_t n, const struct room *room)
{
	size_t at = n < TELL_NAMED ? n++ : n;

	for (; at && largest[at - 1]->count < room->count; at--)
		if (at < TELL_NAMED)
			largest[at] = largest[at - 1];
	if (at < TELL_NAMED)
		largest[at] = room;
	return n;
}

void tell_rooms(struct member *m, const struct rooms *rooms)
{
	const struct room *largest[TELL_NAMED], *room = rooms->all.next;
	struct buf b = {0};
	bool done = buf_printf(&b, "{\"type\":\"rooms\",\"rooms\":[");
	size_t n = 0;

	for (; room != &rooms->all; room = room->next)
		if (room->count)
			n = rank(largest, n, room);
	for (size_t i = 0; i < n; i++)
		done &= buf_printf(&b, "%s{\"name\":%s,\"count\":%u}",
			i ? "," : "", largest[i]->name,
			(unsigned)largest[i]->count);
	tell_written(m, &b, done && buf_append(&b, "]}", 2));
}
