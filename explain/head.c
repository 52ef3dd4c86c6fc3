/* head.c - a head of HTTP, as its receiver reads it: RFC 9112; RFC 6455 4.1. */
#include "explain/head.h"

#include <string.h>

bool head_is_response(const unsigned char *p, size_t len)
{
	return len > 4 && !memcmp(p, "HTTP/", 5);
}

/* Two capital letters cannot begin a client's frame: a reserved bit would be
 * set and the mask missing. */
bool head_is_request(const unsigned char *p, size_t len)
{
	return len > 1 && p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' &&
	       p[1] <= 'Z';
}

/* RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ]. Returns the
 * status, or -1. */
static int read_status_line(struct slice line)
{
	const char *p = line.p;

	if (line.len < 13 || memcmp(p, "HTTP/1.", 7) || p[8] != ' ' ||
		slice_span((struct slice){p + 9, 3}, SLICE_DIGIT) != 3 ||
		p[12] != ' ')
		return -1;
	return (p[9] - '0') * 100 + (p[10] - '0') * 10 + p[11] - '0';
}

static int read_response_line(struct head *h, struct slice line, bool first)
{
	if (!first)
		return fields_add(&h->response, line);
	h->status = read_status_line(line);
	if (h->status >= 0)
		return 0;
	return fields_refuse(&h->response, 1,
		"a response begins with a version and a status code "
		"(RFC 9112 4)");
}

static ssize_t parse_response(struct head *h, const char *p, size_t len)
{
	size_t room = len < REQUEST_HEAD_MAX ? len : REQUEST_HEAD_MAX, at = 0;
	const char *end;

	h->response.n = 0;
	h->response.why = NULL;
	while ((end = memmem(p + at, room - at, "\r\n", 2))) {
		struct slice line = {p + at, (size_t)(end - p) - at};

		if (at && !line.len)
			return end + 2 - p;
		if (read_response_line(h, line, at == 0))
			return -1;
		at = (size_t)(end + 2 - p);
	}
	if (room < REQUEST_HEAD_MAX)
		return 0;
	return fields_refuse(&h->response, 1, "the head has over 16 KiB");
}

ssize_t head_parse(struct head *h, bool sent, const char *p, size_t len)
{
	h->sent = sent;
	return sent ? parse_response(h, p, len)
		    : request_parse(p, len, &h->request);
}

const struct fields *head_fields(const struct head *h)
{
	return h->sent ? &h->response : &h->request.fields;
}

/* Adding bytes to an invalid head never makes it valid, so a binary search
 * finds the byte. */
size_t head_parse_refused(struct head *h, bool sent, const char *p, size_t len)
{
	size_t low = 0; /* this many bytes are not refused */

	while (len - low > 1) {
		size_t middle = low + (len - low) / 2;

		if (head_parse(h, sent, p, middle) < 0)
			len = middle;
		else
			low = middle;
	}
	head_parse(h, sent, p, len);
	return len;
}

size_t head_missing(const void *head, size_t len)
{
	static const char end[] = "\r\n\r\n";
	size_t n = len < 3 ? len : 3;

	while (n && memcmp((const char *)head + len - n, end, n))
		n--;
	return 4 - n;
}

uint64_t head_body(const struct head *h)
{
	const struct fields *f = head_fields(h);
	struct slice length = fields_value(f, "Content-Length");
	uint64_t n = 0;

	/* RFC 9112 6.3: 1xx, 204 and 304 have no body */
	if (h->sent &&
		(h->status < 200 || h->status == 204 || h->status == 304))
		return 0;
	if (fields_count(f, "Transfer-Encoding"))
		return UINT64_MAX;
	if (length.len > 18 || slice_span(length, SLICE_DIGIT) != length.len)
		return 0;
	for (size_t i = 0; i < length.len; i++)
		n = n * 10 + (uint64_t)(length.p[i] - '0');
	return n;
}

const char *head_check_101(const struct head *h, const char *accept)
{
	struct slice got = fields_value(&h->response, "Sec-WebSocket-Accept");

	if (!fields_has_token(&h->response, "Upgrade", "websocket"))
		return "a 101 needs Upgrade: websocket (RFC 6455 4.1)";
	if (!fields_has_token(&h->response, "Connection", "Upgrade"))
		return "a 101 needs Connection: Upgrade (RFC 6455 4.1)";
	if (!got.p || (accept && !slice_is(got, accept)))
		return "Sec-WebSocket-Accept must match the key "
		       "(RFC 6455 4.1)";
	return NULL;
}
