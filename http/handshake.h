/* handshake.h - the opening handshake: RFC 6455, sections 4.2 and 4.4. */
#ifndef HANDSHAKE_H
#define HANDSHAKE_H

#include "http/request.h"
#include "http/response.h"
#include "ws/extension.h"

#define HANDSHAKE_KEY_LEN 24     /* characters of a Sec-WebSocket-Key */
#define HANDSHAKE_ACCEPT_SIZE 29 /* of a Sec-WebSocket-Accept and a final 0 */

/* Does the request ask to become a WebSocket? It does not, and is an ordinary
 * request, when it has no Upgrade to websocket or no matching Connection, when
 * it is HTTP/1.0, or when it is not a GET. */
bool handshake_is_asked(const struct request *);

/* Checks the handshake. Returns 0 when it is valid, or the HTTP status to
 * refuse it with, and then *why says what is wrong. */
int handshake_check(const struct request *, const char **why);

/* The same, and it writes the refusal when the handshake is refused. */
bool handshake_is_good(const struct request *, struct response *);

/* RFC 6455 4.2.2, 5: the answer to a key is the SHA-1, in Base64, of the key
 * with this GUID behind it. */
extern const char handshake_guid[37];
void handshake_accept(
	char accept[HANDSHAKE_ACCEPT_SIZE], const char key[HANDSHAKE_KEY_LEN]);

/* Returns the first subprotocol in the client's list that is also in `spoken`
 * (which ends with NULL, or is NULL), or NULL when there is none. */
const char *handshake_protocol(
	const struct request *, const char *const *spoken);

/* RFC 6455 9.1: agrees to the first offer of the client that the extension
 * accepts for that route, and adds the answer to the response. Returns what was
 * agreed to; NULL: nothing, and nothing is added. The extension may be NULL. */
struct ws_session *handshake_extension(const struct request *,
	struct response *, const struct ws_extension *, const struct route *);

/* Writes the 101 response, with a subprotocol unless it is NULL. Every byte
 * after it belongs to a WebSocket. */
void handshake_switch(
	const struct request *, struct response *, const char *protocol);

/* Writes a 426 response: the client must speak WebSocket, version 13, here. */
void handshake_require(struct response *, const char *why);

/* RFC 6455 10.2: was the page that makes this request loaded from the same host
 * and port that it now connects to? */
bool handshake_is_same_origin(const struct request *);

/* Can this text be in the list below? It is "same", "null", or an Origin that
 * the page of some browser could have. The scheme's default port and a "/" may
 * follow its host. */
bool handshake_is_origin(const char *);

/* Is the Origin in that list, which ends with NULL? "same" stands for the
 * server's own Origin. An empty list allows every Origin. */
bool handshake_is_allowed_origin(
	const struct request *, const char *const *origins);

#endif
