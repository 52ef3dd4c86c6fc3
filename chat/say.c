/* say.c - what a client may say in a room. */
#include "chat/say.h"

#include "bus/json.h"
#include "chat/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_CHARACTERS 40
#define NAME_BYTES 160
#define WHO_MAX 600 /* bytes of JSON with such a name, all of it in escapes */
#define RELAYS 100  /* a second */

/* A token bucket holds so many tokens, and is filled by `rate` a second. Returns
 * false when it is empty. */
static bool take_token(
	struct bucket *b, const struct ws *ws, uint64_t rate, uint64_t holds)
{
	uint32_t now = (uint32_t)(ws_age(ws) / 100);
	uint64_t filled = (now - b->at) * rate; /* in tenths, as the time */

	b->spent -= filled < b->spent ? (uint32_t)filled : b->spent;
	b->at = now;
	if (b->spent + 10 > 10 * holds)
		return false;
	b->spent += 10;
	return true;
}

bool say_has_characters(struct slice text, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += (text.p[i] & 0xC0) != 0x80;
	return n > 0 && n <= max;
}

/* U+0000 to U+001F, and U+007F to U+009F. */
static bool has_controls(struct slice text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (size_t i = 0; i < text.len; i++)
		if (p[i] < ' ' || p[i] == 0x7F ||
			(p[i] == 0xC2 && p[i + 1] < 0xA0))
			return true;
	return false;
}

/* What a member has said: values of JSON, whose p is NULL where they are not there.
 * Each type has a function, which returns NULL, or why it is refused. */
struct said {
	struct node *node;
	struct member *m;
	const char *type;
	struct slice payload, to;
};

static const char *take_name(const struct said *s)
{
	const char *room = s->m->room->name, *why;
	char text[NAME_BYTES], json[WHO_MAX];
	ssize_t len = json_string(s->payload.p, text, sizeof text);
	struct slice name = {text, len < 0 ? 0 : (size_t)len}, who = {json, 0};
	struct event *left;

	if (!say_has_characters(name, NAME_CHARACTERS) || has_controls(name))
		return "a name has 1 to 40 characters, none a control "
		       "character";
	who.len = (size_t)sprintf(json, "{\"id\":%" PRIu64 ",\"name\":%.*s}",
		s->m->id, (int)s->payload.len, s->payload.p);
	left = room_event(room, "left", who);
	if (!left)
		return ws_out_of_memory;
	why = bus_publish(
		s->node->bus, room_event(room, "renamed", who), false);
	free(why ? left : s->m->left);
	if (!why)
		s->m->left = left;
	return why;
}

/* Publishes it, with what `more` says between the sender and the payload. */
static const char *publish(const struct said *s, const char *more)
{
	struct slice who = room_who(s->m);

	return bus_publish(s->node->bus,
		event_new(s->m->room->name,
			"{\"type\":\"%s\",\"from\":%.*s,%s\"payload\":%.*s}",
			s->type, (int)who.len, who.p, more, (int)s->payload.len,
			s->payload.p),
		false);
}

static const char *take_message(const struct said *s)
{
	if (!s->payload.p || *s->payload.p != '"')
		return "the payload of a message is a string";
	return publish(s, "");
}

/* In the course's form nobody asks. */
static const char *take_rooms(const struct said *s)
{
	if (s->m->ws->protocol)
		tell_rooms(s->m, &s->node->rooms);
	return NULL;
}

static const char *take_relay(const struct said *s)
{
	const char *why;
	char more[32];
	uint64_t to;

	if (!s->payload.p || !json_integer(s->to, &to))
		return "a relay has a payload, and in `to` the id of a member";
	why = room_hears_no_relay(
		s->m->room->name, room_member(&s->node->rooms, to));
	if (why)
		return why;
	sprintf(more, "\"to\":%" PRIu64 ",", to);
	return publish(s, more);
}

const char *say_take(
	struct node *node, struct member *m, struct slice text, uint32_t rate)
{
	static const struct {
		const char *type;
		const char *(*take)(const struct said *);
	} kinds[] = {{"new_message", take_message}, {"nickname", take_name},
		{"rooms", take_rooms}, {"offer", take_relay},
		{"answer", take_relay}, {"ice", take_relay}};
	char json[SAY_MAX + 1]; /* too large to be cleared each time */
	struct said said = {node, m, .type = NULL};
	size_t i = 0, n = sizeof kinds / sizeof *kinds;
	bool is_relay;

	*json = 0;
	if (text.len <= SAY_MAX)
		*(char *)mempcpy(json, text.p, text.len) = 0;
	if (strlen(json) != text.len || !json_is_valid(json))
		return "this is no JSON text of at most 16 KiB (RFC 8259)";
	while (i < n && !json_is(json_member(json, "type").p, kinds[i].type))
		i++;
	if (i == n)
		return "type is new_message, nickname, rooms, offer, answer or "
		       "ice";
	is_relay = kinds[i].take == take_relay;
	if (!take_token(is_relay ? &m->relays : &m->says, m->ws,
		    is_relay ? RELAYS : rate, is_relay ? RELAYS : 2 * rate))
		return "that is too much at once: wait a moment";
	said.type = kinds[i].type;
	said.payload = json_member(json, "payload");
	said.to = json_member(json, "to");
	return kinds[i].take(&said);
}
