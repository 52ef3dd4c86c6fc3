/* line.c - a line of the access log, in the combined log format. */
#include "access/line.h"

#include "buf.h"

#include <stdio.h>
#include <string.h>

/* A request that was refused may be cut anywhere, and an empty line may stand
 * before it (RFC 9112 2.2). */
static struct slice first_line(struct slice said)
{
	size_t n = 0;

	while (said.len && (*said.p == '\r' || *said.p == '\n'))
		said.p++, said.len--;
	while (n < said.len && said.p[n] != '\r' && said.p[n] != '\n')
		n++;
	return (struct slice){said.p, n};
}

/* Writes at most `max` bytes with the 0 at their end, and returns where the next
 * text begins. */
static char *put(char *out, size_t max, struct slice text)
{
	char *end = out + max - sizeof "...";

	if (!text.len)
		text = (struct slice){"-", 1};
	for (; text.len; text.p++, text.len--) {
		unsigned char c = (unsigned char)*text.p;
		bool plain = c >= ' ' && c < 0x7F && c != '"' && c != '\\';

		if (end - out < (plain ? 1 : 4))
			break;
		*out = *text.p;
		out += plain ? 1 : snprintf(out, 5, "\\x%02X", c);
	}
	strcpy(out, text.len ? "..." : "");
	return out + strlen(out) + 1;
}

/* Returns a peer without its port: it is "192.0.2.7:443", "[2001:db8::1]:443",
 * an address alone, or "unix". */
static struct slice cut_port(struct slice peer)
{
	struct slice port, address = slice_cut(peer, ':', &port);
	struct slice bracket = slice_after(peer, "[");

	if (bracket.p)
		return slice_cut(bracket, ']', &port);
	return port.len && memchr(port.p, ':', port.len) ? peer : address;
}

size_t line_texts(char texts[LINE_TEXTS_MAX], const struct request *req)
{
	struct slice peer = {req->peer, strlen(req->peer)};
	char *p = texts;

	p = put(p, LINE_PEER_MAX, cut_port(peer));
	p = put(p, LINE_REQUEST_MAX, first_line(req->said));
	p = put(p, LINE_OTHER_MAX, request_header(req, "Referer"));
	p = put(p, LINE_OTHER_MAX, request_header(req, "User-Agent"));
	return (size_t)(p - texts);
}

size_t line_write(char line[LINE_MAX_SIZE], const char *texts, time_t now,
	int status, uint64_t body)
{
	const char *request = texts + strlen(texts) + 1;
	const char *referer = request + strlen(request) + 1;
	const char *agent = referer + strlen(referer) + 1;
	struct tm utc = {0};

	gmtime_r(&now, &utc);
	return (size_t)buf_format(line, LINE_MAX_SIZE,
		"%s - - [%02d/%s/%d:%02d:%02d:%02d +0000] "
		"\"%s\" %d %llu \"%s\" \"%s\"\n",
		texts, utc.tm_mday, slice_months[utc.tm_mon],
		utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec,
		request, status, (unsigned long long)body, referer, agent);
}
