/* response.h - the answer to an HTTP request: RFC 9110 6, RFC 9112 4. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RESPONSE_FIELDS_MAX 1024

struct response {
	/* Set by who asks for the answer. */
	struct buf *out;
	const char *date; /* now, as RFC 9110 5.6.7 writes it */
	bool head_only;   /* the request was HEAD */
	bool old;         /* the request was HTTP/1.0 */
	bool close; /* the connection ends with it; a handler may set it */

	/* What has become of it. */
	int status;  /* 0 until it is written */
	bool failed; /* no memory: half of it may be in `out` */
	/* A file whose bytes follow the head; fd is -1 when there is none.
	 * Whoever set it has given the descriptor away. */
	int fd;
	off_t offset;
	uint64_t left;

	/* Private. */
	size_t len;
	char fields[RESPONSE_FIELDS_MAX];
};

void response_init(struct response *, struct buf *out, const char *date);

/* A field of the head, before the response is written. Its value is never a
 * peer's own text, and all fields together fit in RESPONSE_FIELDS_MAX. */
void response_add(struct response *, const char *name, const char *value);

/* Writes the whole response. `type` may be NULL where `len` is 0. */
void response_send(struct response *, int status, const char *type,
	const void *body, size_t len);

/* Writes the head alone: the `len` bytes of the body are the caller's to
 * append to `out` or to set as a file, unless head_only. */
void response_head(
	struct response *, int status, const char *type, uint64_t len);

/* A text for a person: "404 Not Found: <why>". */
void response_error(struct response *, int status, const char *why);

/* 302: look there instead. */
void response_redirect(struct response *, const char *location);

#endif
