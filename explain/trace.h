/* trace.h - what crosses the wire of every connection, as app.h's on_wire has
 * it, taken apart and handed on piece by piece. */
#ifndef TRACE_H
#define TRACE_H

#include "explain/piece.h"

struct trace;

/* What becomes of the pieces: tree_draw, json_write. A piece is good until it
 * returns, and it must not lead to another trace_wire. */
typedef void trace_show(void *data, const struct piece *);

/* `max_message` is what the server takes. NULL: no memory. */
struct trace *trace_new(uint64_t max_message, trace_show *, void *data);
void trace_free(struct trace *);

/* A run has crossed the wire of a connection, so many microseconds after its
 * beginning; with len 0, the connection has ended. Where there is no memory
 * no more of that connection is shown. */
void trace_wire(struct trace *, uint32_t number, bool sent, const void *,
	size_t len, uint64_t us);

#endif
