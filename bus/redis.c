/* redis.c - the bus between machines: Redis Streams. */
#include "bus/redis.h"

#include "bus/json.h"
#include "bus/link.h"
#include "serve/log.h"
#include "server.h"

#include <err.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define TICK_MS 500
#define BEAT_TICKS 4     /* from one beat to the next */
#define PAUSE_MAX 8      /* ticks; each pause is twice as long as the last */
#define SILENCE_TICKS 30 /* nothing of its own was read: Redis is lost */
#define SILENCE_BEATS 3  /* in which a node has written nothing: it is gone */
#define BATCH 32         /* events in an entry, and ids in one of Redis's */
#define BATCH_BYTES (32u << 10) /* of an entry, or one event more */
#define NODES 256               /* that are known at once */

enum stream { ROOMS, BEATS, STREAMS };

static const char *const keys[STREAMS] = {REDIS_ROOMS, REDIS_BEATS};

/* A node, as this one knows it; it knows itself, too. */
struct sibling {
	uint64_t number; /* 0: this place is free */
	uint64_t top;    /* the number of its last event */
	uint64_t heard;  /* when that was, in beats of this node */
	bool is_here;    /* it is alive, as far as this node knows */
};

struct redis {
	struct bus bus; /* the first member */
	const char *name;
	struct addrinfo *addresses, *address; /* the next to be tried */
	struct addrinfo *round; /* the one at which this round of them began */
	struct link say, hear;
	unsigned ticks, due, pause; /* due: when it is opened, or lost */
	bool is_begun, is_away;     /* and the log says so */
	bool is_ticking;            /* a timer is set */

	bool is_writing;      /* an XADD is under way */
	enum stream to;       /* the stream that it adds to */
	struct bus_id before; /* the last id read from there when it was sent */
	size_t sent;          /* events of the queue that are in it */
	uint64_t number;      /* of the first in the queue */
	bool owes[STREAMS]; /* an entry without events is to be written there */
	bool is_behind;     /* Redis gives ids that were read already */
	struct bus_id written; /* the last in the rooms that was answered */
	bool is_sure; /* `written` was read, or Redis was not away since */

	struct bus_id last[STREAMS]; /* the ids that were read; 0: none */
	bool is_checked; /* the answer to XRANGE has come, that to XREAD has not */
	bool is_gap;     /* in front of the next entry */

	uint64_t beats;
	struct sibling siblings[NODES];
};

static void tick(void *data);

/* Without memory for a timer, the next push tries again. */
static void go_on_ticking(struct redis *r)
{
	r->is_ticking =
		r->is_ticking || server_after(r->say.server, TICK_MS, tick, r);
}

/* bus.push: writes a beat if it is time for one, or else what waits. Without memory,
 * the next tick tries again. */
static void push(struct bus *bus)
{
	struct redis *r = (struct redis *)bus;
	enum stream to = r->owes[BEATS] ? BEATS : ROOMS;
	bool is_raised = r->is_behind && to == ROOMS;
	char id[BUS_ID_SIZE] = "*", node[24], number[24];
	const char *words[8 + 2 * BATCH] = {"XADD", keys[to], "MAXLEN", "~",
		REDIS_MAXLEN, id, node, number};
	struct event *e = to == BEATS || is_raised ? NULL : bus->queue.first;
	size_t n = 0, bytes = 0;

	go_on_ticking(r);
	if (!r->say.is_open || r->is_writing ||
		!(e || is_raised || r->owes[to]))
		return;
	if (is_raised)
		bus_id_format((struct bus_id){r->last[to].ms + 1, 0}, id);
	sprintf(node, "%" PRIu64, bus->number);
	sprintf(number, "%" PRIu64, is_raised ? 0 : r->number);
	for (; e && n < BATCH && bytes < BATCH_BYTES; e = e->next, n++) {
		bytes += e->size;
		words[8 + 2 * n] = e->room;
		words[9 + 2 * n] = event_text(e);
	}
	r->is_writing = resp_command(&r->say.out, words, 8 + 2 * n);
	r->owes[to] &= !r->is_writing;
	r->to = to;
	r->before = r->last[to];
	r->sent = n;
	link_flush(&r->say);
}

/* When the first beat is read, Redis is back. */
static void on_say_open(struct link *l)
{
	struct redis *r = l->data;

	r->is_writing = r->is_behind = false;
	r->is_sure = bus_id_compare(r->written, r->last[ROOMS]) <= 0;
	r->owes[BEATS] = true;
	push(&r->bus);
}

/* Takes what the last XADD has written off the queue. */
static void drop_sent(struct redis *r)
{
	for (; r->sent; r->sent--, r->number++)
		queue_drop(&r->bus.queue);
	r->is_writing = false;
}

/* Each answer is the id of the entry. Beats are read from the first one of this node
 * on: "$" is whatever comes while XREAD waits, and it need not wait while others say
 * much. An id that is not after those that were read is one of another stream, or of
 * one that has lost its end: beats then are read from there on, and what was written
 * to the rooms is written again, behind an entry that raises their ids. */
static bool on_say_answer(struct link *l, struct slice answer)
{
	struct redis *r = l->data;
	struct bus_id id;
	bool is_old;

	if (!r->is_writing || !bus_id_parse(resp_next(&answer).text, &id))
		return false;
	is_old = bus_id_compare(id, r->before) <= 0;
	if (r->to == BEATS) {
		if (is_old || !r->last[BEATS].ms)
			r->last[BEATS] = id;
	} else {
		if (is_old && r->is_behind)
			return false; /* it was that of the raising entry */
		/* unless another node has raised them since */
		r->is_behind = is_old &&
			       bus_id_compare(r->last[ROOMS], r->before) == 0;
		r->sent = is_old ? 0 : r->sent;
		r->written = is_old || !r->is_sure ? r->written : id;
	}
	drop_sent(r);
	push(&r->bus);
	return true;
}

/* Asks whether the stream still has what was read last: if so, nothing behind that is
 * gone. And reads on. */
static void ask(struct link *l)
{
	struct redis *r = l->data;
	char rooms[BUS_ID_SIZE], beats[BUS_ID_SIZE] = "$";
	const char *const check[] = {"XRANGE", REDIS_ROOMS, rooms, rooms};
	const char *const read[] = {"XREAD", "COUNT", "100", "BLOCK", "2000",
		"STREAMS", REDIS_ROOMS, REDIS_BEATS, rooms, beats};

	bus_id_format(r->last[ROOMS], rooms);
	if (r->last[BEATS].ms)
		bus_id_format(r->last[BEATS], beats);
	r->is_checked = false;
	resp_command(&l->out, check, sizeof check / sizeof *check);
	resp_command(&l->out, read, sizeof read / sizeof *read);
}

/* Returns the place of a node; where it is not known, that of the one that has
 * been silent the longest. */
static struct sibling *find_sibling(struct redis *r, uint64_t number)
{
	struct sibling *oldest = r->siblings;

	for (struct sibling *p = r->siblings; p < r->siblings + NODES; p++) {
		if (p->number == number)
			return p;
		if (p->heard < oldest->heard)
			oldest = p;
	}
	if (oldest->is_here)
		r->bus.departed(&r->bus, oldest->number);
	*oldest = (struct sibling){.number = number};
	return oldest;
}

/* It has read a beat of its own. */
static void count_beat(struct redis *r)
{
	r->beats++;
	for (struct sibling *p = r->siblings; p < r->siblings + NODES; p++)
		if (p->is_here && p->heard + SILENCE_BEATS < r->beats) {
			p->is_here = false;
			r->bus.departed(&r->bus, p->number);
		}
}

/* Returns the node that has written an entry; NULL when it is none. Where this node
 * reads what it has written, Redis is there. */
static struct sibling *hear_sibling(struct redis *r, struct slice node,
	struct slice number, uint64_t *first)
{
	struct sibling *p;
	uint64_t n;

	if (!json_integer(node, &n) || !n || !json_integer(number, first))
		return NULL;
	p = find_sibling(r, n);
	p->heard = r->beats;
	p->is_here = r->bus.is_live && n != r->bus.number;
	if (n != r->bus.number)
		return p;
	if (r->is_away)
		log_line("Redis at %s is back", r->name);
	r->is_away = false;
	r->pause = 0;
	r->due = r->ticks + SILENCE_TICKS;
	return p;
}

/* What is not an event, somebody else has written. One for which there is no
 * memory is missed. */
static void take_event(struct redis *r, const struct sibling *p,
	struct bus_id id, struct slice room, struct slice text)
{
	char name[BUS_ROOM_MAX + 1];
	struct event *e;
	const char *json;

	buf_format(name, sizeof name, "%.*s", (int)room.len, room.p);
	if (text.len > BUS_TEXT_MAX || !json_is_valid(name) || *name != '"')
		return;
	e = event_new(name, "%.*s", (int)text.len, text.p);
	r->is_gap |= !e;
	json = e ? event_text(e) : "";
	if (*json == '{' && json_is_valid(json)) {
		e->id = id;
		e->node = p->number;
		r->bus.deliver(r->bus.node, e);
	}
	free(e);
}

/* Tells of a gap in front of the entry with this id. There is one if that is known, and
 * if the entry raises the ids. There is another if an entry that this node wrote should
 * stand before this one, and does not: Redis has lost it before anybody heard it. */
static void tell_missed(struct redis *r, struct bus_id id, bool is_raised)
{
	struct bus_id missed = {id.ms - !id.seq, id.seq * BATCH - 1};
	bool is_lost = bus_id_compare(r->last[ROOMS], r->written) < 0 &&
		       bus_id_compare(r->written, id) < 0;

	if (r->is_gap || is_lost || is_raised)
		r->bus.missed(r->bus.node, missed);
	r->is_gap = false;
	r->is_sure |= bus_id_compare(r->written, id) <= 0;
}

/* Takes [ID, [NODE, NUMBER, ROOM, TEXT ...]] off an answer. Returns false when it
 * is nothing of that kind. */
static bool take_entry(struct redis *r, enum stream stream, struct slice *s)
{
	bool is_pair = resp_next(s).n == 2;
	uint64_t n, number;
	struct slice one, other;
	struct sibling *p;
	struct bus_id id;

	if (!is_pair || !bus_id_parse(resp_next(s).text, &id))
		return false;
	n = resp_next(s).n;
	if (n < 2)
		return false;
	one = resp_next(s).text;
	other = resp_next(s).text;
	if (stream == ROOMS)
		tell_missed(r, id, slice_is(other, "0"));
	r->last[stream] = id;
	id.seq *= BATCH;
	p = hear_sibling(r, one, other, &number);
	for (uint64_t i = 2; i < n; i += 2, id.seq++) {
		one = resp_next(s).text;
		other = resp_next(s).text;
		if (!p || number + i / 2 <= p->top + 1)
			continue;
		p->top = number + i / 2 - 1;
		take_event(r, p, id, one, other);
	}
	if (stream == BEATS && p && p->number == r->bus.number)
		count_beat(r);
	return true;
}

/* Takes what XREAD answers: [[KEY, [entry ...]] ...], or null. Returns false when it
 * is something else. */
static bool take_entries(struct redis *r, struct slice s)
{
	for (uint64_t left = resp_next(&s).n; left; left--) {
		bool is_pair = resp_next(&s).n == 2;
		bool is_beats = slice_is(resp_next(&s).text, REDIS_BEATS);

		for (uint64_t n = resp_next(&s).n; n; n--)
			if (!is_pair ||
				!take_entry(r, is_beats ? BEATS : ROOMS, &s))
				return false;
	}
	return true;
}

static bool on_hear_answer(struct link *l, struct slice answer)
{
	struct redis *r = l->data;
	struct slice rest = answer;
	struct resp first = resp_next(&rest);

	if (first.type != '*')
		return false;
	if (r->is_checked) {
		if (!take_entries(r, answer))
			return false;
		ask(l);
		return true;
	}
	r->is_checked = true;
	if (!first.n && r->last[ROOMS].ms) { /* whatever is there now is new */
		r->is_gap = true;
		r->owes[ROOMS] = true; /* is the next id after that one? */
		push(&r->bus);
	}
	return true;
}

/* A host may have addresses at which there is no Redis: all are tried before it is
 * away. */
static void on_lost(struct link *l, const char *why)
{
	struct redis *r = l->data;
	bool is_passed_over =
		!r->say.is_open && !r->hear.is_open && r->address != r->round;

	if (!r->is_begun)
		return;
	if (!is_passed_over && !r->is_away)
		log_line("Redis at %s is away: %s. What is said waits", r->name,
			why);
	r->is_begun = false;
	r->due = r->ticks;
	link_close(&r->say);
	link_close(&r->hear);
	if (is_passed_over)
		return;
	r->is_away = true;
	r->round = r->address;
	r->pause = r->pause < PAUSE_MAX ? r->pause * 2 + !r->pause : PAUSE_MAX;
	r->due += r->pause;
}

/* Each address has its turn. */
static void begin(struct redis *r)
{
	const struct addrinfo *a = r->address;

	r->address = a->ai_next ? a->ai_next : r->addresses;
	r->is_begun = true;
	r->due = r->ticks + SILENCE_TICKS;
	link_open(&r->say, a);
	if (r->is_begun)
		link_open(&r->hear, a);
}

static void tick(void *data)
{
	struct redis *r = data;

	r->is_ticking = false;
	r->ticks++;
	if (r->ticks > r->due && r->is_begun)
		on_lost(&r->hear, "it does not answer");
	else if (r->ticks > r->due)
		begin(r);
	r->owes[BEATS] |= r->ticks % BEAT_TICKS == 0;
	push(&r->bus);
}

/* bus.start */
static void start(struct bus *bus, struct server *server)
{
	struct redis *r = (struct redis *)bus;
	uint32_t number;

	if (getrandom(&number, sizeof number, 0) != sizeof number)
		err(1, "a random number");
	bus->number = (uint64_t)number << 21 | 2;
	r->number = 1;
	r->beats = 1; /* a place that is free was heard of before any node */
	r->say = (struct link){.server = server,
		.data = r,
		.on_open = on_say_open,
		.on_answer = on_say_answer,
		.on_lost = on_lost};
	r->hear = r->say;
	r->hear.on_open = ask;
	r->hear.on_answer = on_hear_answer;
	r->is_gap = true; /* what was said before its history is not known */
	tick(r);
}

/* bus.stop: what waits, such as that all members have left, is written. */
static void stop(struct bus *bus)
{
	struct redis *r = (struct redis *)bus;

	r->is_ticking = true; /* from here on no timer is set */
	r->owes[BEATS] = r->is_behind = false;
	while (r->say.is_open && bus->queue.n > r->sent) {
		drop_sent(r);
		push(bus);
	}
	if (r->say.is_open && r->is_writing)
		link_finish(&r->say);
	r->is_away = true; /* which is no news */
	on_lost(&r->say, "");
}

struct bus *redis_open(const char *where)
{
	struct redis *r = calloc(1, sizeof *r);

	if (!r)
		err(1, "--redis");
	r->name = where;
	r->addresses = r->address = r->round = link_resolve(where);
	r->bus = (struct bus){.start = start, .push = push, .stop = stop};
	return &r->bus;
}

void redis_close(struct bus *bus)
{
	struct redis *r = (struct redis *)bus;

	if (r && *r->name != '/')
		freeaddrinfo(r->addresses);
	free(r);
}
