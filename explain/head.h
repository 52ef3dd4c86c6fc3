/* head.h - a head of HTTP, as its receiver reads it: RFC 9112; RFC 6455 4.1.
 *
 * The server itself parses only requests. Here its responses are parsed too, as
 * its client would. */
#ifndef HEAD_H
#define HEAD_H

#include "http/request.h"

#include <stdint.h>

/* The slices point into the bytes that were parsed. */
struct head {
	bool sent;  /* by the server: a response; else a request */
	int status; /* of a response: RFC 9110 15 */
	union {
		struct request request;
		struct fields response;
	};
};

/* Return whether the bytes may begin a response, or a request. If they begin
 * neither, they may begin a frame. */
bool head_is_response(const unsigned char *, size_t len);
bool head_is_request(const unsigned char *, size_t len);

/* Reads a head and returns what request_parse returns; an invalid response
 * gives -1. */
ssize_t head_parse(struct head *, bool sent, const char *, size_t len);

/* Reads an invalid head up to the byte that decides the refusal. Returns how
 * many bytes these are. */
size_t head_parse_refused(struct head *, bool sent, const char *, size_t len);

/* Returns how many bytes an incomplete head lacks at least: the rest of the
 * empty line at its end. */
size_t head_missing(const void *, size_t len);

/* Returns the fields of the head, with `why` when it is invalid. */
const struct fields *head_fields(const struct head *);

/* Returns how many bytes of body follow: RFC 9112 6.3. A chunked body gives
 * UINT64_MAX: its end is not looked for, and all following bytes belong to
 * it. */
uint64_t head_body(const struct head *);

/* Returns why a 101 does not open a WebSocket, or NULL when it does: RFC 6455
 * 4.1. `accept` is the expected accept value, or NULL when the request was not
 * seen. */
const char *head_check_101(const struct head *, const char *accept);

#endif
