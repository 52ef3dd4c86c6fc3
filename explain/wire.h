/* wire.h - the bytes on the wire of one connection, piece by piece, in both
 * directions: heads of HTTP up to a 101, then frames.
 *
 * It has no descriptor and no clock, and trusts neither side: all bytes are
 * parsed again, by the server's own parsers and rules. Runs may be cut
 * anywhere: heads and control frames are kept until they are complete, payload
 * is not kept. A piece that breaks a rule ends with the byte that breaks it. */
#ifndef WIRE_H
#define WIRE_H

#include "buf.h"
#include "explain/frames.h"
#include "explain/piece.h"
#include "http/handshake.h"

/* One direction. */
struct wire_side {
	unsigned char state;
	bool done;       /* the kept bytes have been made a piece */
	struct buf kept; /* an incomplete piece: less than REQUEST_HEAD_MAX */
	uint64_t left;   /* bytes of a body to come */
	struct frames frames;
};

/* The private members are zero at the beginning. */
struct wire {
	/* Yours to set. */
	uint64_t max_message; /* the largest that the server takes; 0: any */
	const struct ws_extension *extension; /* it may speak; or NULL */
	uint32_t number; /* of the connection, for its pieces */
	uint64_t us;     /* microseconds since it began, for its pieces */
	/* Called with each piece, which is good until the call returns. It must
	 * not feed the same wire. */
	void (*on_piece)(void *data, const struct piece *);
	void *data;

	/* Private. */
	bool failed; /* memory ran out */
	bool upgraded;
	bool sent;                          /* the server sent the last bytes */
	char accept[HANDSHAKE_ACCEPT_SIZE]; /* the value for the last key */
	struct wire_side sides[2];          /* received, sent */
};

void wire_free(struct wire *);

/* Takes a run of bytes that one side has sent. Returns false when there is no
 * memory to keep an incomplete piece; the wire then shows nothing more. */
bool wire_feed(struct wire *, bool sent, const void *, size_t len);

/* The same for a run from both sides. The first line of a head tells which side
 * has sent it; a masked frame is taken for the client's. */
bool wire_feed_both(struct wire *, const void *, size_t len);

/* Ends the wire. An incomplete piece is shown as it is and says how many bytes
 * it lacks; a frame whose payload is incomplete gives a piece without bytes. */
void wire_end(struct wire *);

/* From here on the bytes are frames, as after a 101. */
void wire_upgrade(struct wire *);

/* The 101 has listed these extensions. */
void wire_agree(struct wire *, struct slice extensions);

#endif
