/* request.c - the head of an HTTP/1.1 request: RFC 9110 5, RFC 9112 2 to 6, 9.
 *
 *     GET /public/app.js?v=1 HTTP/1.1 CR LF    the request line
 *     Host: localhost:3000 CR LF               fields, up to 100
 *     CR LF                                    the end
 *
 * What is not in the grammar is refused. A lenient server behind one that is
 * lenient in another way is how requests are smuggled (RFC 9112 11.2). */
#include "http/request.h"

#include <string.h>

static int refuse(struct request *req, int status, const char *why)
{
	req->why = why;
	return -status;
}

/* The line at p, without its end. Returns its size with the end; 0 when that
 * is not there yet; -400. Judged up to its last byte, so that a peer that
 * speaks TLS is told at once and not after a time-out. */
static ssize_t read_line(
	const char *p, const char *end, struct slice *line, struct request *req)
{
	const char *at = p;

	while (at < end && *at != 0x7F &&
		((unsigned char)*at >= ' ' || *at == '\t'))
		at++;
	if (at == end || (*at == '\r' && at + 1 == end))
		return 0;
	/* RFC 9112 2.2 lets a server take LF alone for a line's end; ours
	 * does not, since others may not see the line that we would */
	if (*at == '\n')
		return refuse(req, 400,
			"a line ends with CR LF "
			"(RFC 9112 2.2)");
	/* RFC 9112 2.2: a bare CR is invalid; RFC 9110 5.5: so is any other
	 * control character */
	if (*at != '\r' || at[1] != '\n')
		return refuse(req, 400,
			"a control character in the head "
			"(RFC 9112 2.2, RFC 9110 5.5)");
	*line = (struct slice){p, (size_t)(at - p)};
	return at + 2 - p;
}

static enum method method_of(struct slice name)
{
	static const char *const others[] = {
		"POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"};

	if (slice_is(name, "GET"))
		return METHOD_GET;
	if (slice_is(name, "HEAD"))
		return METHOD_HEAD;
	if (slice_is(name, "OPTIONS"))
		return METHOD_OPTIONS;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (slice_is(name, others[i]))
			return METHOD_OTHER;
	return METHOD_UNKNOWN;
}

/* RFC 9112 2.3: "HTTP/" DIGIT "." DIGIT, in this case. */
static int read_version(struct slice s, struct request *req)
{
	if (s.len != 8 || memcmp(s.p, "HTTP/", 5) || s.p[6] != '.' ||
		!slice_in_class(s.p[5], SLICE_DIGIT) ||
		!slice_in_class(s.p[7], SLICE_DIGIT))
		return refuse(req, 400,
			"the request line does not end with a "
			"version (RFC 9112 3)");
	if (s.p[5] != '1')
		return refuse(req, 505, "this server speaks HTTP/1.1");
	/* RFC 9110 2.5: a later minor version is understood as our own */
	req->minor = s.p[7] > '0';
	return 0;
}

/* RFC 9112 3.2.2: absolute-form; the authority that is taken off. */
static struct slice read_authority(struct slice *target)
{
	struct slice all = {target->p + 7, target->len - 7};
	size_t n = 0;

	while (n < all.len && all.p[n] != '/' && all.p[n] != '?')
		n++;
	*target = (struct slice){all.p + n, all.len - n};
	return (struct slice){all.p, n};
}

/* RFC 9112 3.2: origin-form, absolute-form, and "*" for OPTIONS. */
static int read_target(
	struct slice method, struct slice target, struct request *req)
{
	static const struct slice root = {"/", 1};
	bool absolute = target.len >= 7 &&
			slice_is_nocase((struct slice){target.p, 7}, "http://");

	if (target.len > REQUEST_TARGET_MAX)
		return refuse(req, 414, "the target has over 8000 bytes");
	if (req->method == METHOD_OPTIONS && slice_is(target, "*")) {
		req->path = target;
		return 0;
	}
	/* RFC 9112 3.2.3: a host and port is the target of CONNECT alone */
	if (slice_is(method, "CONNECT") && slice_is_host(target) &&
		slice_in_class(target.p[target.len - 1], SLICE_DIGIT) &&
		memchr(target.p, ':', target.len)) {
		req->path = root;
		return 0;
	}
	if (absolute) {
		req->host = read_authority(&target);
		if (!slice_is_host(req->host))
			return refuse(req, 400,
				"the target's host is not "
				"valid (RFC 9110 4.2.1)");
	}
	req->path = slice_cut(target, '?', &req->query);
	/* RFC 9110 4.2.3: an empty path is "/", but only behind a host */
	if (absolute && !req->path.len)
		req->path = root;
	if (!req->path.len || req->path.p[0] != '/' ||
		!slice_is_all(req->path, SLICE_PATH) ||
		slice_span(req->query, SLICE_QUERY) != req->query.len)
		return refuse(req, 400,
			"the target is not valid "
			"(RFC 9112 3.2, RFC 3986 3.3, 3.4)");
	return 0;
}

/* RFC 9112 3: method SP request-target SP HTTP-version. */
static int read_request_line(struct slice line, struct request *req)
{
	struct slice target, version;
	struct slice method = slice_cut(line, ' ', &target);
	int status;

	target = slice_cut(target, ' ', &version);
	if (!slice_is_all(method, SLICE_TOKEN) || !target.p)
		return refuse(req, 400,
			"a request begins with a method and a "
			"target (RFC 9112 3)");
	req->method = method_of(method);
	status = read_version(version, req);
	return status ? status : read_target(method, target, req);
}

/* RFC 9112 5: field-name ":" OWS field-value OWS. */
static int read_field(struct slice line, struct request *req)
{
	struct slice value, name = slice_cut(line, ':', &value);

	/* RFC 9112 5.1: "No whitespace is allowed between the field name and
	 * colon"; 5.2: nor may a line begin with any: obs-fold */
	if (!value.p || !slice_is_all(name, SLICE_TOKEN))
		return refuse(req, 400,
			"a field is a name, a colon and a "
			"value, on one line (RFC 9112 5)");
	if (req->n == REQUEST_FIELDS_MAX)
		return refuse(req, 431, "over 100 fields");
	req->fields[req->n++] = (struct field_line){name, slice_trim(value)};
	return 0;
}

/* RFC 6455 4.2.1, 2, RFC 9112 3.2: exactly one Host in HTTP/1.1, and a valid
 * one; 3.2.2: that in the target takes its place. */
static int check_host(struct request *req)
{
	size_t n = request_count(req, "Host");
	struct slice host = request_header(req, "Host");

	if (n > 1 || (n == 0 && req->minor > 0))
		return refuse(req, 400, "exactly one Host (RFC 9112 3.2)");
	if (n && !slice_is_host(host))
		return refuse(req, 400, "Host is not valid (RFC 9110 7.2)");
	if (!req->host.p)
		req->host = host;
	return 0;
}

/* RFC 9112 6.1: the body is chunked, or cannot be told from what follows. */
static int check_coding(struct request *req)
{
	struct request_list list = {.req = req, .name = "Transfer-Encoding"};
	struct slice coding;
	size_t n = 0, chunked = 0;
	bool is_last = false;

	if (req->minor == 0 || request_count(req, "Content-Length"))
		return refuse(req, 400,
			"Transfer-Encoding in HTTP/1.0, or "
			"beside a length (RFC 9112 6.1)");
	for (; (coding = request_element(&list)).p; n++) {
		is_last = slice_is_nocase(coding, "chunked");
		chunked += is_last;
	}
	/* RFC 9112 6.3: without chunked at the end, the body's "length cannot
	 * be determined reliably"; 7.1: nor is it applied twice */
	if (!is_last || chunked > 1)
		return refuse(req, 400,
			"chunked is the last coding, once "
			"(RFC 9112 6.3)");
	if (n > 1)
		return refuse(req, 501,
			"the only coding here is chunked "
			"(RFC 9112 6.1)");
	req->has_body = true;
	return 0;
}

/* RFC 9112 6.2, 6.3: how long the body is, beyond all doubt. */
static int check_body(struct request *req)
{
	size_t n = request_count(req, "Content-Length");
	struct slice length = request_header(req, "Content-Length");

	if (request_count(req, "Transfer-Encoding"))
		return check_coding(req);
	if (!n)
		return 0;
	/* RFC 9110 8.6: 1*DIGIT. A list of equal ones may be taken for one;
	 * it is a mistake upstream all the same */
	if (n > 1 || !slice_is_all(length, SLICE_DIGIT))
		return refuse(req, 400,
			"Content-Length is one number "
			"(RFC 9110 8.6)");
	while (length.len && *length.p == '0')
		length.p++, length.len--;
	/* RFC 9110 8.6: beware of overflows */
	if (length.len > 18)
		return refuse(req, 400,
			"Content-Length is too big "
			"(RFC 9110 8.6)");
	req->has_body = length.len > 0;
	return 0;
}

static int check_head(struct request *req)
{
	int status = check_host(req);

	/* RFC 9112 9.3 */
	req->keep_alive = !request_has_token(req, "Connection", "close") &&
			  (req->minor || request_has_token(req, "Connection",
						 "keep-alive"));
	return status ? status : check_body(req);
}

ssize_t request_parse(const char *buf, size_t len, struct request *req)
{
	const char *p = buf;
	const char *end =
		buf + (len < REQUEST_HEAD_MAX ? len : REQUEST_HEAD_MAX);
	struct slice line;
	int lines = 0, status;
	ssize_t n;

	req->method = METHOD_UNKNOWN;
	req->n = 0;
	req->why = req->peer = NULL;
	req->host = req->query = (struct slice){0};
	req->has_body = false;
	/* RFC 9112 2.2: "SHOULD ignore at least one empty line" before it */
	if (end - p >= 2 && p[0] == '\r' && p[1] == '\n')
		p += 2;
	while ((n = read_line(p, end, &line, req)) > 0) {
		p += n;
		if (lines++ && !line.len) {
			status = check_head(req);
			return status ? status : p - buf;
		}
		status = lines == 1 ? read_request_line(line, req)
				    : read_field(line, req);
		if (status)
			return status;
	}
	if (n || len < REQUEST_HEAD_MAX)
		return n;
	return lines ? refuse(req, 431, "the head has over 16 KiB")
		     : refuse(req, 414, "the request line has over 16 KiB");
}

/* The next field of that name, from the i-th on; req->n: none. */
static size_t find(const struct request *req, const char *name, size_t i)
{
	size_t len = strlen(name);

	while (i < req->n &&
		(req->fields[i].name.len != len ||
			!slice_is_nocase(req->fields[i].name, name)))
		i++;
	return i;
}

struct slice request_header(const struct request *req, const char *name)
{
	size_t i = find(req, name, 0);

	return i < req->n ? req->fields[i].value : (struct slice){0};
}

size_t request_count(const struct request *req, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; (i = find(req, name, i)) < req->n; i++)
		count++;
	return count;
}

struct slice request_element(struct request_list *list)
{
	struct slice one = slice_next(&list->rest);

	while (!one.p) {
		list->i = find(list->req, list->name, list->i);
		if (list->i == list->req->n)
			break;
		list->rest = list->req->fields[list->i++].value;
		one = slice_next(&list->rest);
	}
	return one;
}

bool request_has_token(
	const struct request *req, const char *name, const char *token)
{
	struct request_list list = {.req = req, .name = name};
	struct slice one;

	while ((one = request_element(&list)).p)
		if (slice_is_nocase(one, token))
			return true;
	return false;
}
