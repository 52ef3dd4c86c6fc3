/* sample.h - requests for tests, made from fields. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "http/request.h"
#include "tests/lib/support.h"

#include <stdio.h>

struct sample {
	char *text; /* what the slices point into */
	struct request req;
};

/* `fields` is lines that each end with CR LF, or "". */
static inline struct sample sample_make(const char *method, const char *fields)
{
	struct sample r;
	char text[REQUEST_HEAD_MAX];
	int n = snprintf(text, sizeof text,
		"%s / HTTP/1.1\r\nHost: evil.example\r\n%s\r\n", method,
		fields);

	r.text = exactly(text, (size_t)n);
	cr_assert_eq(request_parse(r.text, (size_t)n, &r.req), n, "%s", text);
	return r;
}

static inline void sample_free(struct sample *r)
{
	free(r->text);
}

#endif
