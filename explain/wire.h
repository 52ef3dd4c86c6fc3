/* wire.h - what crosses the wire of one connection, piece by piece: heads of
 * HTTP until a 101 has been seen, then frames; both ways.
 *
 * No descriptor, no clock, and no trust in who sent the bytes: all is parsed
 * afresh, by the server's own parsers and rules. Runs may be cut anywhere:
 * heads and control frames are kept until they are whole, payload is not. A
 * piece that breaks a rule ends with the byte that breaks it. */
#ifndef WIRE_H
#define WIRE_H

#include "buf.h"
#include "explain/frames.h"
#include "explain/piece.h"
#include "http/handshake.h"

/* One direction. */
struct wire_side {
	unsigned char state;
	bool done;       /* what is kept has been made a piece */
	struct buf kept; /* what is not whole: less than REQUEST_HEAD_MAX */
	uint64_t left;   /* bytes of a body to come */
	struct framing framing;
};

/* All zero at the beginning, but for what is yours to set. */
struct wire {
	uint64_t max_message; /* that the server takes; 0: any. Yours to set */

	/* Private. */
	bool upgraded;
	char accept[HANDSHAKE_ACCEPT_SIZE]; /* what the last key asks for */
	struct wire_side sides[2];          /* received, sent */
};

void wire_free(struct wire *);

/* Goes on with a run of at least 1 byte. Returns how many of its bytes are
 * done with; 0: no memory. The piece is good until the next call; its len is 0
 * when there is none yet. */
size_t wire_read(
	struct wire *, bool sent, const void *, size_t len, struct piece *);

/* No more bytes come in this direction. False: nothing was unfinished; else
 * the piece is what was, perhaps with no bytes. */
bool wire_end(struct wire *, bool sent, struct piece *);

/* Frames from here on, as after a 101. */
void wire_upgrade(struct wire *);

/* Do the next bytes of this direction belong to what is there already? */
bool wire_is_inside(const struct wire *, bool sent);

#endif
