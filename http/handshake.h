/* handshake.h - the opening handshake: RFC 6455, sections 4.2 and 4.4. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include "http/request.h"

#include <stdbool.h>

#define HANDSHAKE_KEY_LEN 24     /* characters of a Sec-WebSocket-Key */
#define HANDSHAKE_TEXT_SIZE 61   /* of a key and the GUID, with a 0 */
#define HANDSHAKE_ACCEPT_SIZE 29 /* of a Sec-WebSocket-Accept, with its 0 */

/* Does the request ask to become a WebSocket? If not it is an ordinary one:
 * no Upgrade to websocket, no such Connection, HTTP/1.0, or not a GET. */
bool handshake_is_asked(const struct request *);

/* Judges it: 0 when it may go on, or the status to refuse it with and the
 * sentence in *why. */
int handshake_check(const struct request *, const char **why);

/* RFC 6455 4.2.2, 5: a key and the GUID behind it; its SHA-1 in Base64 is
 * what answers to the key. */
void handshake_text(
	char text[HANDSHAKE_TEXT_SIZE], const char key[HANDSHAKE_KEY_LEN]);
void handshake_accept(
	char accept[HANDSHAKE_ACCEPT_SIZE], const char key[HANDSHAKE_KEY_LEN]);

/* The first subprotocol offered that is in `spoken` (which ends with NULL, or
 * is NULL), or NULL. */
const char *handshake_protocol(
	const struct request *, const char *const *spoken);

#endif
