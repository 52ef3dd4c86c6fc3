/* bus.c - events, their ids and their queues. */
#include "bus/bus.h"

#include "ws.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int bus_id_compare(struct bus_id a, struct bus_id b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}

struct bus_id bus_id_next(struct bus_id last)
{
	struct timespec t;
	uint64_t ms = 0;

	if (!clock_gettime(CLOCK_REALTIME, &t))
		ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	return ms > last.ms ? (struct bus_id){ms, 0}
			    : (struct bus_id){last.ms, last.seq + 1};
}

const char *bus_id_format(struct bus_id id, char text[BUS_ID_SIZE])
{
	buf_format(text, BUS_ID_SIZE, "%llu-%llu", (unsigned long long)id.ms,
		(unsigned long long)id.seq);
	return text;
}

bool bus_id_parse(struct slice text, struct bus_id *id)
{
	char copy[BUS_ID_SIZE], *end;

	buf_format(copy, sizeof copy, "%.*s", (int)text.len, text.p);
	id->ms = strtoull(copy, &end, 10);
	id->seq = *end ? strtoull(end + 1, NULL, 10) : 0;
	return slice_is(text, bus_id_format(*id, copy));
}

struct event *event_new(const char *room, const char *format, ...)
{
	size_t name = strlen(room) + 1, len;
	va_list args, again;
	struct event *e;

	va_start(args, format);
	va_copy(again, args);
	len = (size_t)buf_vformat(NULL, 0, format, again) + 1;
	va_end(again);
	e = calloc(1, sizeof *e + name + len);
	if (e) {
		e->size = name + len;
		memcpy(e->room, room, name);
		buf_vformat(e->room + name, len, format, args);
	}
	va_end(args);
	return e;
}

const char *event_text(const struct event *e)
{
	return e->room + strlen(e->room) + 1;
}

void queue_add(struct queue *q, struct event *e)
{
	*(q->first ? &q->last->next : &q->first) = e;
	q->last = e;
	q->n++;
	q->bytes += sizeof *e + e->size;
}

void queue_drop(struct queue *q)
{
	struct event *first = q->first;

	q->first = first->next;
	q->n--;
	q->bytes -= sizeof *first + first->size;
	free(first);
}

void queue_free(struct queue *q)
{
	while (q->first)
		queue_drop(q);
}

const char *bus_publish(struct bus *bus, struct event *e, bool is_owed)
{
	const struct queue *q = &bus->queue;

	if (!e)
		return ws_out_of_memory;
	if (!is_owed && (q->n >= BUS_EVENTS ||
				q->bytes + sizeof *e + e->size > BUS_BYTES)) {
		free(e);
		return "too much waits to be passed on: try again later";
	}
	e->node = bus->number;
	queue_add(&bus->queue, e);
	bus->push(bus);
	return NULL;
}
