/* offer.h - the negotiation of permessage-deflate: RFC 7692, sections 5 and 7.1.
 *
 * Each end compresses with a window of its own: the bytes before a place to
 * which a match may refer. A larger one compresses better, and the other end has
 * to remember as many bytes for each connection. */
#ifndef DEFLATE_OFFER_H
#define DEFLATE_OFFER_H

#include "http/slice.h"

#include <stddef.h>

/* What each end keeps to when it compresses. */
enum { OFFER_SERVER, OFFER_CLIENT, OFFER_ENDS };
struct agreement {
	unsigned char bits[OFFER_ENDS]; /* its window has 2^8 to 2^15 bytes */
	/* Each of its messages begins with an empty window: it has no context
	 * takeover. */
	bool forgets[OFFER_ENDS];
};

/* Reads an offer, and writes what the 101 answers to it. `window` is the largest
 * one of a client that this server wants to remember, 8 to 15 bits. Returns
 * false to decline: it is another extension, or it has a parameter that is
 * unknown, repeated or malformed (RFC 7692 7.1). The offer follows the grammar
 * of RFC 6455 9.1, as handshake_check makes sure. */
bool offer_accept(struct agreement *, struct slice offer, int window,
	char *answer, size_t size);

/* Reads such an answer. Returns false when it is not one. */
bool offer_read_answer(struct agreement *, struct slice answer);

#endif
