/* request.h - the head of an HTTP/1.1 request: RFC 9110, RFC 9112.
 *
 * No descriptor, no state between calls. The slices point into the bytes that
 * were parsed. */
#ifndef REQUEST_H
#define REQUEST_H

#include "http/fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define REQUEST_HEAD_MAX 16384 /* bytes of a head */
#define REQUEST_TARGET_MAX 8000

enum method {
	METHOD_UNKNOWN, /* a valid token, but no method that is registered */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_OTHER /* POST, PUT and so on: known, and not for us */
};

struct request {
	enum method method;
	struct slice path;  /* begins with "/", or is "*"; still %-encoded */
	struct slice query; /* without its "?"; p is NULL when there is none */
	struct slice host;  /* host and port: of the target, else of Host */
	int minor;          /* of HTTP/1.minor; 2 to 9 read as 1 */
	bool keep_alive;    /* it lets the connection go on: RFC 9112 9.3 */
	bool has_body;      /* Content-Length above 0, or Transfer-Encoding */
	struct fields fields; /* and why it is refused, when it is */
	const char *peer;     /* the client's address; from who owns the line */
};

/* Reads a head. Returns its size, where the body begins if there is one; 0
 * when it is not all there yet and may still be right; minus the status to
 * refuse it with. The verdict does not depend on how the bytes arrive. */
ssize_t request_parse(const char *, size_t len, struct request *);

/* The value of the first field of that name (in any case), or p NULL. */
struct slice request_header(const struct request *, const char *name);

#endif
