/* frames.h - the frames of one direction, one after the other: RFC 6455 5, 7.
 *
 * It parses and judges them like ws.c, but it keeps nothing of what they
 * carry, and makes pieces of them instead of messages. */
#ifndef FRAMING_H
#define FRAMING_H

#include "explain/piece.h"
#include "utf8.h"
#include "ws/frame.h"

/* All zero: before the first frame. Private but for what is said. */
struct framing {
	struct frame frame;   /* the last one */
	uint64_t from;        /* bytes of its payload that have passed */
	bool closed;          /* it was a Close; to be read */
	unsigned char opcode; /* of the message under way, or 0 */
	uint64_t len, frames; /* of that: with this frame's */
	struct utf8 utf8;     /* of its text */
};

/* Has a frame's head passed, and not yet all of its payload? */
bool framing_is_inside(const struct framing *);

/* Makes a piece of what begins at p: a frame, as much of it as is there, or
 * more payload. Returns its size; 0 when a head or a control frame is not
 * whole. The longest message that may be `sent` is none of a server's
 * business; else it is max (0: any). */
size_t framing_read(struct framing *, bool sent, uint64_t max,
	const unsigned char *p, size_t len, struct piece *);

/* Makes a piece of what was not whole when it ended. */
void framing_end(bool sent, const unsigned char *, size_t len, struct piece *);

#endif
