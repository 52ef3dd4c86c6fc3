/* frames.h - the frames of one direction, one after another: RFC 6455 5, 7.
 *
 * They are parsed and checked as in ws.c, but they become pieces instead of
 * messages, and of their payload only that of a coded message is kept. */
#ifndef FRAMES_H
#define FRAMES_H

#include "explain/coded.h"
#include "explain/piece.h"
#include "utf8.h"
#include "ws/frame.h"

/* All zero before the first frame. */
struct frames {
	/* Yours to read. */
	bool closed;        /* the last frame was a Close */
	struct coded coded; /* yours to agree to, and to free */

	/* Private. */
	struct frame last; /* the latest frame */
	uint64_t passed;   /* bytes of its payload so far */

	/* The current message. */
	unsigned char opcode; /* 0 when there is none */
	bool is_coded;        /* by the extension in use */
	uint64_t len, count;  /* its bytes and frames, the latest included */
	struct utf8 utf8;     /* the state of its text */
};

/* Returns whether payload of the latest frame is still to come. */
bool frames_is_inside(const struct frames *);

/* Makes a piece of the frame at p, as far as it has arrived, or of more payload
 * of the latest frame. Returns the size of the piece, or 0 when a head or a
 * control frame is incomplete. A message from the client may have at most `max`
 * bytes (0: any number); one from the server has no limit. */
size_t frames_read(struct frames *, bool sent, uint64_t max,
	const unsigned char *p, size_t len, struct piece *);

/* Makes a piece of a head or a control frame that is incomplete at the end. */
void frames_end(bool sent, const unsigned char *, size_t len, struct piece *);

/* Makes a piece without bytes, which says how much payload is missing. */
void frames_end_payload(const struct frames *, bool sent, struct piece *);

#endif
