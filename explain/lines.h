/* lines.h - explains a head of HTTP line by line: RFC 9112; RFC 6455, sections
 * 4 and 11.3. */
#ifndef LINES_H
#define LINES_H

#include "explain/piece.h"
#include "http/handshake.h"

/* Makes a piece of the head of a response when the server sent it, else of a
 * request. The head may be invalid or incomplete. */
void lines_explain(struct piece *, bool sent, const void *, size_t len);

/* Adds the steps from the key of a handshake, which lies in the piece, to the
 * accept value, and writes that value to `accept`. */
void lines_explain_key(struct piece *, const char key[HANDSHAKE_KEY_LEN],
	char accept[HANDSHAKE_ACCEPT_SIZE]);

#endif
