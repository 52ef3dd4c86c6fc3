/* coded.h - messages that an extension has coded, and that are marked by RSV1:
 * ws/extension.h. Nothing here knows which extension it is. */
#ifndef CODED_H
#define CODED_H

#include "buf.h"
#include "explain/piece.h"
#include "http/slice.h"
#include "ws/extension.h"
#include "ws/frame.h"

#define CODED_MAX (1 << 20)          /* bytes of a message that are gathered */
#define CODED_DECODED_MAX (16 << 20) /* and what these may become */

/* The messages of one direction. All zero: no extension is in use. */
struct coded {
	/* Yours to read. */
	const struct ws_extension *by; /* in use, or NULL */

	/* Private. */
	void *watched;      /* its state; NULL when a message was lost */
	struct buf payload; /* of the message under way, unmasked */
};

/* Reads the extensions that a 101 lists: does it agree to this one? */
void coded_agree(struct coded *, const struct ws_extension *,
	struct slice extensions, bool sent);
void coded_free(struct coded *);

/* A coded message begins; more of it has arrived, still masked, with `from` bytes
 * of its frame before. */
void coded_begin(struct coded *);
void coded_add(struct coded *, const struct frame *, uint64_t from,
	const unsigned char *, size_t len);

/* It is whole: adds to the piece, which brought its end, the elements that it is
 * made of and the message that comes out, and refuses the piece where it breaks
 * a rule. A message may have `max` bytes; 0: CODED_DECODED_MAX. */
void coded_end(struct coded *, struct piece *, bool is_text, uint64_t max);

#endif
