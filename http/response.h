/* response.h - the answer to an HTTP request: RFC 9110 6, RFC 9112 4. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "buf.h"

#include <stdint.h>
#include <sys/types.h>

#define RESPONSE_FIELDS_MAX 1024

struct response {
	/* Set by the caller. */
	struct buf *out;
	const char *date; /* the current time, as RFC 9110 5.6.7 writes it */
	bool head_only;   /* the request was HEAD */
	bool is_http_1_0; /* the request was HTTP/1.0 */
	bool close; /* the connection ends after it; a handler may set this */
	const char *added; /* the application's fields (app.h), or NULL */

	/* The result. */
	int status;      /* 0 until the response is written */
	const char *why; /* a sentence for the log, as in an error; or NULL */
	bool failed;     /* no memory: part of it may be in `out` */
	/* A file whose bytes follow the head; fd is -1 when there is none. A
	 * handler that sets it gives the descriptor away. */
	int fd;
	off_t offset;
	uint64_t left;

	/* Private. */
	const char *location; /* of a redirect, or NULL */
	size_t len;
	char fields[RESPONSE_FIELDS_MAX];
};

/* Yours to set are the flags. `added` are lines with CR LF, or NULL. */
void response_init(struct response *, struct buf *out, const char *date,
	const char *added);

/* Adds a field to the head, before the response is written. The value must not
 * be text that a peer has sent, and all fields together must fit in
 * RESPONSE_FIELDS_MAX. Does nothing when the application adds one with that
 * name itself. */
void response_add(struct response *, const char *name, const char *value);

/* Writes the whole response. `type` may be NULL where `len` is 0. */
void response_send(struct response *, int status, const char *type,
	const void *body, size_t len);

/* Writes only the head. Unless head_only is set, the caller then appends the
 * `len` bytes of the body to `out`, or sets them as a file. */
void response_head(
	struct response *, int status, const char *type, uint64_t len);

/* Writes an error that a person can read: "404 Not Found: <why>". */
void response_error(struct response *, int status, const char *why);

/* Writes a 302 response that sends the client to `location`, which may be long
 * and has only characters that RFC 3986 allows in a reference. */
void response_redirect(struct response *, const char *location);

/* RFC 9110 9.3.7, 15.5.6: says which methods there are, to a client that asks,
 * or that has used another. */
void response_allow(struct response *, bool is_options);

#endif
