/* bits.h - a frame, field by field: RFC 6455, sections 5.2 to 5.5, 7.4. */
#ifndef BITS_H
#define BITS_H

#include "explain/piece.h"
#include "ws/frame.h"

/* "text frame" */
const char *bits_title(int opcode);

/* Adds the fields of a head, of which `have` bytes are there. */
void bits_head(struct piece *, const struct frame *, size_t have);

/* Adds the bytes that have no field yet: payload of that frame, `from` bytes
 * after its beginning. `opcode` is that of the message, for a continuation. */
void bits_payload(
	struct piece *, const struct frame *, uint64_t from, int opcode);

#endif
