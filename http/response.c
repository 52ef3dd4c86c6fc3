/* response.c - the answer to an HTTP request: RFC 9110 6, RFC 9112 4. */
#include "http/response.h"

#include <string.h>

#define WHY_MAX 192 /* bytes: a sentence, after a phrase */

static const char *phrase_of(int status)
{
	static const struct {
		int status;
		char phrase[32];
	} known[] = {{101, "Switching Protocols"}, {200, "OK"},
		{204, "No Content"}, {206, "Partial Content"},
		{301, "Moved Permanently"}, {302, "Found"},
		{304, "Not Modified"}, {400, "Bad Request"}, {403, "Forbidden"},
		{404, "Not Found"}, {405, "Method Not Allowed"},
		{408, "Request Timeout"}, {412, "Precondition Failed"},
		{414, "URI Too Long"}, {416, "Range Not Satisfiable"},
		{417, "Expectation Failed"}, {426, "Upgrade Required"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"}, {501, "Not Implemented"},
		{503, "Service Unavailable"},
		{505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].status == status)
			return known[i].phrase;
	return "";
}

void response_init(struct response *res, struct buf *out, const char *date,
	const char *added)
{
	memset(res, 0, offsetof(struct response, fields));
	res->out = out;
	res->date = date;
	res->added = added;
	res->fd = -1;
}

/* RFC 9110 5.1: "Field names are case-insensitive" */
static bool is_replaced(const struct response *res, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = res->added; p && *p; p = strchr(p, '\n') + 1)
		if (!strncasecmp(p, name, n) && p[n] == ':')
			return true;
	return false;
}

void response_add(struct response *res, const char *name, const char *value)
{
	size_t n = strlen(name), v = strlen(value);
	char *p = res->fields + res->len;

	if (is_replaced(res, name))
		return;
	res->failed |= res->len + n + v + 4 > sizeof res->fields;
	if (res->failed)
		return;
	p = mempcpy(mempcpy(p, name, n), ": ", 2);
	mempcpy(mempcpy(p, value, v), "\r\n", 2);
	res->len += n + v + 4;
}

static void put(struct response *res, const char *text)
{
	res->failed |= !buf_append(res->out, text, strlen(text));
}

/* The end of a head: the handler's fields, and the application's. */
static void put_fields(struct response *res)
{
	res->failed |= !buf_append(res->out, res->fields, res->len);
	if (res->location && !is_replaced(res, "Location"))
		res->failed |= !buf_printf(
			res->out, "Location: %s\r\n", res->location);
	if (res->added)
		put(res, res->added);
	put(res, "\r\n");
}

void response_head(
	struct response *res, int status, const char *type, uint64_t len)
{
	res->status = status;
	if (status < 200)
		res->added = NULL;
	res->failed |= !buf_printf(res->out, "HTTP/1.1 %u ", (unsigned)status);
	put(res, phrase_of(status));
	put(res, "\r\nDate: ");
	put(res, res->date);
	if (type && !is_replaced(res, "Content-Type")) {
		put(res, "\r\nContent-Type: ");
		put(res, type);
	}
	/* RFC 9110 8.6: a server "MUST NOT send a Content-Length header field
	 * in any response with a status code of 1xx (Informational) or 204"; in
	 * a 304 it would have to be the size of the file, which is not known
	 * here */
	if (status >= 200 && status != 204 && status != 304)
		res->failed |= !buf_printf(res->out, "\r\nContent-Length: %llu",
			(unsigned long long)len);
	if (res->close)
		put(res, "\r\nConnection: close");
	else if (res->is_http_1_0) /* RFC 9112 9.3, C.2.2 */
		put(res, "\r\nConnection: keep-alive");
	if (!is_replaced(res, "X-Content-Type-Options"))
		put(res, "\r\nX-Content-Type-Options: nosniff");
	put(res, "\r\n");
	put_fields(res);
}

void response_send(struct response *res, int status, const char *type,
	const void *body, size_t len)
{
	response_head(res, status, type, len);
	if (!res->head_only && len)
		res->failed |= !buf_append(res->out, body, len);
}

void response_error(struct response *res, int status, const char *why)
{
	char body[WHY_MAX + 64];
	int n = buf_format(body, sizeof body, "%u %s: %.*s\n", (unsigned)status,
		phrase_of(status), WHY_MAX, why);

	res->why = why;
	response_send(
		res, status, "text/plain; charset=utf-8", body, (size_t)n);
}

void response_redirect(struct response *res, const char *location)
{
	res->location = location;
	response_send(res, 302, NULL, "", 0);
}

void response_allow(struct response *res, bool is_options)
{
	response_add(res, "Allow", "GET, HEAD, OPTIONS");
	if (is_options)
		response_send(res, 204, NULL, "", 0);
	else
		response_error(res, 405, "try GET (RFC 9110 15.5.6)");
}
