/* bits.h - a frame, field by field: RFC 6455, sections 5.2 to 5.5, 7.4. */
#ifndef BITS_H
#define BITS_H

#include "explain/piece.h"
#include "ws/frame.h"

/* The title of a frame: "text frame". */
const char *bits_title(int opcode);

/* Adds the fields of a head, of which `have` bytes have arrived. `agreed`: an
 * extension is in use, to which RSV1 belongs. */
void bits_add_head(
	struct piece *, const struct frame *, size_t have, bool agreed);

/* Adds the bytes that have no field yet as payload of that frame, of which
 * `from` bytes came before. `opcode` is that of the message's first frame: the
 * opcode of a continuation frame does not say whether the payload is text. */
void bits_add_payload(
	struct piece *, const struct frame *, uint64_t from, int opcode);

/* Adds the message that has come out of a coded payload. */
void bits_add_decoded(
	struct piece *, const unsigned char *, size_t len, bool is_text);

#endif
