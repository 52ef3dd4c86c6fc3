/* http.h - the head of an HTTP/1.1 request: RFC 9110, RFC 9112.
 *
 * No descriptor, no state between calls. The slices point into the bytes that
 * were parsed. */
#ifndef HTTP_H
#define HTTP_H

#include "slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define HTTP_HEAD_MAX 16384 /* bytes of a head */
#define HTTP_TARGET_MAX 8000
#define HTTP_FIELDS_MAX 100

enum http_method {
	HTTP_UNKNOWN, /* a valid token, but no method that is registered */
	HTTP_GET,
	HTTP_HEAD,
	HTTP_OPTIONS,
	HTTP_OTHER /* POST, PUT and so on: known, and not for us */
};

struct http_field {
	struct slice name, value; /* value: without the blanks around it */
};

struct http_request {
	enum http_method method;
	struct slice path;  /* begins with "/", or is "*"; still %-encoded */
	struct slice query; /* without its "?"; p is NULL when there is none */
	struct slice host;  /* host and port: of the target, else of Host */
	int minor;          /* of HTTP/1.minor; 2 to 9 read as 1 */
	bool keep_alive;    /* it lets the connection go on: RFC 9112 9.3 */
	bool has_body;      /* Content-Length above 0, or Transfer-Encoding */
	size_t n;
	struct http_field fields[HTTP_FIELDS_MAX];
	const char *why;  /* the sentence, when it is refused */
	const char *peer; /* the client's address; from who owns the line */
};

/* Reads a head. Returns its size, where the body begins if there is one; 0
 * when it is not all there yet and may still be right; minus the status to
 * refuse it with. The verdict does not depend on how the bytes arrive. */
ssize_t http_parse(const char *, size_t len, struct http_request *);

/* The value of the first field of that name (in any case), or p NULL. */
struct slice http_header(const struct http_request *, const char *name);

/* How many fields have that name. */
size_t http_count(const struct http_request *, const char *name);

/* Goes through the list that all fields of one name make together (RFC 9110
 * 5.3, 5.6.1). Set the first two, leave the rest zero. */
struct http_list {
	const struct http_request *req;
	const char *name;
	size_t i;
	struct slice rest;
};

/* Its next element, trimmed and not empty; at the end p is NULL. */
struct slice http_element(struct http_list *);

/* Is the token in that list, in any case? */
bool http_has_token(
	const struct http_request *, const char *name, const char *token);

#endif
