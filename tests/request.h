/* request.h - requests for tests, out of fields. */
#ifndef REQUEST_H
#define REQUEST_H

#include "../http.h"
#include "support.h"

#include <stdio.h>

struct request {
	char *text; /* what the slices point into */
	struct http_request req;
};

/* `fields` is lines that end with CR LF each, or "". */
static inline struct request request_make(
	const char *method, const char *fields)
{
	struct request r;
	char text[HTTP_HEAD_MAX];
	int n = snprintf(text, sizeof text,
		"%s / HTTP/1.1\r\nHost: evil.example\r\n%s\r\n", method,
		fields);

	r.text = exactly(text, (size_t)n);
	cr_assert_eq(http_parse(r.text, (size_t)n, &r.req), n, "%s", text);
	return r;
}

static inline void request_free(struct request *r)
{
	free(r->text);
}

#endif
