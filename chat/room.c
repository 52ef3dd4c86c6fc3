/* room.c - the rooms that a node knows, and their members. */
#include "chat/room.h"

#include "bus/json.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* tsearch */
static int compare_names(const void *a, const void *b)
{
	const struct room *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/* tsearch */
static int compare_ids(const void *a, const void *b)
{
	const struct member *one = a, *other = b;

	return (one->id > other->id) - (one->id < other->id);
}

void room_init(struct rooms *rooms)
{
	rooms->all.next = rooms->all.previous = &rooms->all;
	rooms->behind_end = &rooms->behind;
}

struct room *room_find(const struct rooms *rooms, const char *name)
{
	const struct room key = {.name = name};
	struct room **found = tfind(&key, &rooms->by_name, compare_names);

	return found ? *found : NULL;
}

struct room *room_need(struct rooms *rooms, const char *name)
{
	struct room *room = room_find(rooms, name);

	if (room)
		return room;
	room = calloc(1, sizeof *room + strlen(name) + 1);
	if (!room)
		return NULL;
	room->name = strcpy((char *)(room + 1), name);
	room->all.next = room->all.previous = &room->all;
	room->lost = rooms->forgotten;
	if (!tsearch(room, &rooms->by_name, compare_names)) {
		free(room);
		return NULL;
	}
	insque(room, &rooms->all);
	rooms->n++;
	return room;
}

/* Frees a room that has no users and no history. */
static void release(struct rooms *rooms, struct room *room)
{
	if (room->users || room->said.first)
		return;
	if (bus_id_compare(rooms->forgotten, room->lost) < 0)
		rooms->forgotten = room->lost;
	tdelete(room, &rooms->by_name, compare_names);
	remque(room);
	rooms->n--;
	free(room);
}

static void put_first(struct rooms *rooms, struct room *room)
{
	remque(room);
	insque(room, &rooms->all);
}

/* Forgets the oldest that was said in a room. */
static void forget(struct rooms *rooms, struct room *room)
{
	const struct event *oldest = room->said.first;

	if (bus_id_compare(room->lost, oldest->id) < 0)
		room->lost = oldest->id;
	rooms->bytes -= sizeof *oldest + oldest->size;
	queue_drop(&room->said);
}

/* A room that has nothing to forget is out of the way. */
static void forget_quietest(struct rooms *rooms)
{
	struct room *room = rooms->all.previous;

	if (room->said.first)
		forget(rooms, room);
	else
		put_first(rooms, room);
	release(rooms, room);
}

/* Forgets all that was said in the room that has been quiet for longest, if it has no
 * users. Otherwise that room is out of the way. */
static void forget_unused(struct rooms *rooms)
{
	struct room *room = rooms->all.previous;

	while (!room->users && room->said.first)
		forget(rooms, room);
	put_first(rooms, room);
	release(rooms, room);
}

void room_keep(struct rooms *rooms, struct room *room, struct bus_id id,
	struct event *e)
{
	struct queue *said = &room->said;

	if (e) {
		e->id = id;
		queue_add(said, e);
		rooms->bytes += sizeof *e + e->size;
	}
	while (said->first &&
		(!e || said->n > ROOM_MESSAGES || said->bytes > ROOM_BYTES))
		forget(rooms, room);
	if (!e)
		room->lost = id;
	put_first(rooms, room);
	release(rooms, room);
	while (rooms->bytes > ROOM_ALL_BYTES)
		forget_quietest(rooms);
	while (rooms->n - rooms->used > ROOM_UNUSED)
		forget_unused(rooms);
}

struct member *room_member(const struct rooms *rooms, uint64_t id)
{
	const struct member key = {.id = id};
	struct member **found = tfind(&key, &rooms->by_id, compare_ids);

	return found ? *found : NULL;
}

const char *room_hears_no_relay(const char *room, const struct member *m)
{
	return m && m->is_in && m->id % 2 && !strcmp(m->room->name, room)
		       ? NULL
		       : "`to` is no member of this room with room.v1";
}

struct member *room_add(struct rooms *rooms, struct room *room, uint64_t id,
	struct ws *ws, struct event *left)
{
	struct member *m = room && left ? calloc(1, sizeof *m) : NULL;

	if (m) {
		m->id = id;
		m->room = room;
		m->ws = ws;
		m->left = left;
		m->is_own = ws != NULL;
	}
	if (m && tsearch(m, &rooms->by_id, compare_ids)) {
		insque(m, ws ? &room->all : room->all.previous);
		rooms->used += !room->users++;
		rooms->members++;
		return m;
	}
	free(m);
	free(left);
	if (room)
		release(rooms, room);
	return NULL;
}

void room_line_up(struct rooms *rooms, struct member *m)
{
	m->next_behind = NULL;
	*rooms->behind_end = m;
	rooms->behind_end = &m->next_behind;
	rooms->n_behind++;
}

/* Takes a member out of the line, if it is in it. */
static void leave_line(struct rooms *rooms, struct member *m)
{
	struct member **at = &rooms->behind;

	while (*at && *at != m)
		at = &(*at)->next_behind;
	if (!*at)
		return;
	*at = m->next_behind;
	m->next_behind = NULL;
	if (!*at)
		rooms->behind_end = at;
	rooms->n_behind--;
}

struct member *room_next_behind(struct rooms *rooms)
{
	struct member *m = rooms->behind;

	leave_line(rooms, m);
	return m;
}

void room_remove(struct rooms *rooms, struct member *m)
{
	struct room *room = m->room;

	leave_line(rooms, m);
	remque(m);
	room->count -= m->is_in;
	tdelete(m, &rooms->by_id, compare_ids);
	rooms->members--;
	rooms->used -= !--room->users;
	free(m->after);
	free(m->left);
	free(m);
	release(rooms, room);
}

struct event *room_event(const char *room, const char *type, struct slice who)
{
	return event_new(room, "{\"type\":\"%s\",\"member\":%.*s}", type,
		(int)who.len, who.p);
}

struct slice room_who(const struct member *m)
{
	return json_member(m->left ? event_text(m->left) : NULL, "member");
}

void room_free(struct rooms *rooms)
{
	while (rooms->by_id)
		room_remove(rooms, *(struct member **)rooms->by_id);
	while (rooms->bytes)
		forget_quietest(rooms);
}
