/* trace.c - what crosses the wire of every connection. It owns their states,
 * in lists by their numbers. */
#include "explain/trace.h"

#include "explain/wire.h"

#include <stdlib.h>

#define LISTS 256

struct traced {
	struct traced *next;
	uint32_t number;
	bool lost; /* there was no memory for it */
	struct wire wire;
};

struct trace {
	uint64_t max_message;
	trace_show *show;
	void *data;
	uint32_t lost; /* the last that there was no memory for */
	struct piece piece;
	struct traced *lists[LISTS];
};

struct trace *trace_new(uint64_t max_message, trace_show *show, void *data)
{
	struct trace *t = calloc(1, sizeof *t);

	if (t) {
		t->max_message = max_message;
		t->show = show;
		t->data = data;
	}
	return t;
}

/* Where the pointer to it is, or would be. */
static struct traced **find(struct trace *t, uint32_t number)
{
	struct traced **at = &t->lists[number % LISTS];

	while (*at && (*at)->number != number)
		at = &(*at)->next;
	return at;
}

/* One that is taken up later than at its beginning would be misread, so those
 * that were not known when there was no memory never are. */
static struct traced *add(struct trace *t, uint32_t number)
{
	struct traced *one = number > t->lost ? calloc(1, sizeof *one) : NULL;

	if (one) {
		one->number = number;
		one->wire.max_message = t->max_message;
	} else if (number > t->lost) {
		t->lost = number;
	}
	return one;
}

static void drop(struct traced **at)
{
	struct traced *one = *at;

	*at = one->next;
	wire_free(&one->wire);
	free(one);
}

void trace_free(struct trace *t)
{
	for (size_t i = 0; t && i < LISTS; i++)
		while (t->lists[i])
			drop(&t->lists[i]);
	free(t);
}

static void show(struct trace *t, uint32_t number, uint64_t us)
{
	t->piece.number = number;
	t->piece.us = us;
	t->show(t->data, &t->piece);
}

static void run(struct trace *t, struct traced *one, bool sent, const char *p,
	size_t len, uint64_t us)
{
	while (len && !one->lost) {
		size_t n = wire_read(&one->wire, sent, p, len, &t->piece);

		one->lost = n == 0;
		if (n && t->piece.len)
			show(t, one->number, us);
		p += n;
		len -= n;
	}
}

static void end(struct trace *t, struct traced *one, uint64_t us)
{
	for (int sent = 0; sent < 2 && !one->lost; sent++)
		if (wire_end(&one->wire, sent, &t->piece))
			show(t, one->number, us);
	piece_start(&t->piece, PIECE_END, "the connection has ended", false,
		NULL, 0);
	show(t, one->number, us);
}

void trace_wire(struct trace *t, uint32_t number, bool sent, const void *p,
	size_t len, uint64_t us)
{
	struct traced **at = find(t, number);

	if (!*at && len)
		*at = add(t, number);
	if (!*at)
		return;
	if (len) {
		run(t, *at, sent, p, len, us);
	} else {
		end(t, *at, us);
		drop(at);
	}
}
