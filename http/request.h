/* request.h - the head of an HTTP/1.1 request: RFC 9110, RFC 9112.
 *
 * It has no descriptor and keeps no state between calls. The slices point into
 * the bytes that were parsed. */
#ifndef REQUEST_H
#define REQUEST_H

#include "http/fields.h"

#define REQUEST_HEAD_MAX 16384 /* bytes of a head, at most */
#define REQUEST_TARGET_MAX 8000

enum method {
	METHOD_UNKNOWN, /* a valid token, but not a registered method */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_OTHER /* POST, PUT and so on: known, but not answered here */
};

struct request {
	enum method method;
	struct slice path;  /* begins with "/", or is "*"; as it was sent */
	struct slice query; /* without its "?"; p is NULL when there is none */
	struct slice host;  /* host and port: of the target, else of Host */
	int minor;          /* of HTTP/1.minor; 2 to 9 read as 1 */
	bool keep_alive;    /* it lets the connection go on: RFC 9112 9.3 */
	bool has_body;      /* Content-Length above 0, or Transfer-Encoding */
	struct fields fields; /* and why it is refused, when it is */
	/* The connection sets these: the client's address, and the bytes that
	 * came, of which a request that is refused may lack the end. */
	const char *peer;
	struct slice said;
};

/* Reads a head. Returns its size, behind which the body begins if there is one;
 * 0 when it is incomplete and may still become valid; minus the status to refuse
 * it with. The verdict does not depend on how the bytes arrive. */
ssize_t request_parse(const char *, size_t len, struct request *);

/* Returns the value of the first field with that name (in any case). Its p is
 * NULL when there is none. */
struct slice request_header(const struct request *, const char *name);

/* RFC 9110 10.1.1: does the request expect anything besides 100-continue? The
 * server never sends a 100, since it accepts no request with a body. */
bool request_expects_more(const struct request *);

/* Could a head of `len` bytes be parsed further than when only `seen` of them had
 * come? */
bool request_has_news(const char *, size_t len, size_t seen);

#endif
