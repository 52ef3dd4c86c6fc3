/* answer.c - the head of an HTTP response: RFC 9112 4, RFC 6455 4.1. */
#include "explain/answer.h"

#include <string.h>

/* RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ]. */
static const char *read_status_line(struct slice s)
{
	if (s.len < 13 || memcmp(s.p, "HTTP/1.", 7) || s.p[8] != ' ' ||
		slice_span((struct slice){s.p + 9, 3}, SLICE_DIGIT) != 3 ||
		s.p[12] != ' ')
		return "a response begins with a version and a status "
		       "(RFC 9112 4)";
	return NULL;
}

ssize_t answer_parse(const char *p, size_t len, struct fields *f)
{
	size_t room = len < REQUEST_HEAD_MAX ? len : REQUEST_HEAD_MAX, at = 0;
	const char *end;

	f->n = 0;
	f->why = NULL;
	while ((end = memmem(p + at, room - at, "\r\n", 2))) {
		struct slice line = {p + at, (size_t)(end - p) - at};

		if (at && !line.len)
			return end + 2 - p;
		if (!at)
			f->why = read_status_line(line);
		else
			fields_add(f, line);
		if (f->why)
			return -1;
		at = (size_t)(end + 2 - p);
	}
	if (room == REQUEST_HEAD_MAX)
		f->why = "the head has over 16 KiB";
	return f->why ? -1 : 0;
}

int answer_status(const char *p)
{
	return (p[9] - '0') * 100 + (p[10] - '0') * 10 + p[11] - '0';
}

const char *answer_check(const struct fields *f, const char *accept)
{
	struct slice got = fields_value(f, "Sec-WebSocket-Accept");

	if (!fields_has_token(f, "Upgrade", "websocket"))
		return "a 101 has Upgrade: websocket (RFC 6455 4.1)";
	if (!fields_has_token(f, "Connection", "Upgrade"))
		return "a 101 has Connection: Upgrade (RFC 6455 4.1)";
	if (!got.p || (accept && !slice_is(got, accept)))
		return "Sec-WebSocket-Accept must answer the key "
		       "(RFC 6455 4.1)";
	return NULL;
}
