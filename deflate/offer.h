/* offer.h - the negotiation of permessage-deflate: RFC 7692, sections 5 and 7.1.
 *
 * What is agreed to is a window for each end, which is empty so far. */
#ifndef DEFLATE_OFFER_H
#define DEFLATE_OFFER_H

#include "deflate/window.h"
#include "http/slice.h"

enum { OFFER_SERVER, OFFER_CLIENT, OFFER_ENDS };

/* Reads an offer, and writes what the 101 answers to it. `window` is the largest
 * one of a client that this server wants to remember, 8 to 15 bits. Returns
 * false to decline: it is another extension, or it has a parameter that is
 * unknown, repeated or malformed (RFC 7692 7.1). The offer follows the grammar
 * of RFC 6455 9.1, as handshake_check makes sure. */
bool offer_accept(struct window ends[OFFER_ENDS], struct slice offer,
	int window, char *answer, size_t size);

/* Reads such an answer. Returns false when it is not one. */
bool offer_read_answer(struct window ends[OFFER_ENDS], struct slice answer);

#endif
