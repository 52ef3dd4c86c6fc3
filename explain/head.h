/* head.h - a head of HTTP, field by field: RFC 9112; RFC 6455, sections 4
 * and 11.3. */
#ifndef HEAD_H
#define HEAD_H

#include "explain/piece.h"
#include "http/handshake.h"

/* Adds the fields of a request's or a response's head, also of one that is
 * refused or not complete. */
void head_request(struct piece *);
void head_response(struct piece *);

/* Adds how a handshake's key becomes the accept value. */
void head_accept(struct piece *, const char key[HANDSHAKE_KEY_LEN],
	char accept[HANDSHAKE_ACCEPT_SIZE]);

#endif
