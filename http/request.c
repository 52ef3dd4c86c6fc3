/* request.c - the head of an HTTP/1.1 request: RFC 9110 5, RFC 9112 2 to 6, 9.
 *
 *     GET /public/app.js?v=1 HTTP/1.1 CR LF    the request line
 *     Host: localhost:3000 CR LF               fields, up to 100
 *     CR LF                                    the end
 *
 * Whatever does not match the grammar is refused. Where two servers in a row
 * are lenient in different ways, requests can be smuggled (RFC 9112 11.2). */
#include "http/request.h"

#include <string.h>

static int bad(struct request *req, const char *why)
{
	return fields_refuse(&req->fields, 400, why);
}

static enum method method_of(struct slice name)
{
	/* in the order of the enum, and then the other registered methods */
	static const char *const known[] = {"", "GET", "HEAD", "OPTIONS",
		"POST", "PUT", "DELETE", "CONNECT", "TRACE", "PATCH"};

	for (size_t i = METHOD_GET; i < sizeof known / sizeof *known; i++)
		if (slice_is(name, known[i]))
			return i < METHOD_OTHER ? (enum method)i : METHOD_OTHER;
	return METHOD_UNKNOWN;
}

/* RFC 9112 2.3: "HTTP/" DIGIT "." DIGIT, and the name is case-sensitive. */
static int read_version(struct slice s, struct request *req)
{
	if (s.len != 8 || memcmp(s.p, "HTTP/", 5) || s.p[6] != '.' ||
		!slice_in_class(s.p[5], SLICE_DIGIT) ||
		!slice_in_class(s.p[7], SLICE_DIGIT))
		return bad(req, "the request line does not end with a version "
				"(RFC 9112 3)");
	if (s.p[5] != '1')
		return fields_refuse(&req->fields, 505,
			"this server speaks HTTP/1.1 and nothing newer");
	/* RFC 9110 2.5: a request with a later minor version is read as
	 * HTTP/1.1 */
	req->minor = s.p[7] > '0';
	return 0;
}

/* RFC 9112 3.2: origin-form, absolute-form, and "*" for OPTIONS. */
static int read_target(
	struct slice method, struct slice target, struct request *req)
{
	static const struct slice root = {"/", 1};
	struct slice path, query, rest;
	bool absolute = target.len >= 7 &&
			slice_is_nocase((struct slice){target.p, 7}, "http://");

	if (target.len > REQUEST_TARGET_MAX)
		return fields_refuse(&req->fields, 414,
			"the target is longer than 8000 bytes: shorten it");
	if (req->method == METHOD_OPTIONS && slice_is(target, "*")) {
		req->path = target;
		return 0;
	}
	/* RFC 9112 3.2.3: only CONNECT has a host and port as its target */
	if (slice_is(method, "CONNECT") && slice_is_host(target) &&
		slice_in_class(target.p[target.len - 1], SLICE_DIGIT) &&
		memchr(target.p, ':', target.len)) {
		req->path = root;
		return 0;
	}
	path = slice_cut(target, '?', &query);
	if (absolute) {
		path = (struct slice){path.p + 7, path.len - 7};
		req->host = slice_cut(path, '/', &rest);
		if (!slice_is_host(req->host))
			return bad(req, "the target's host is not valid "
					"(RFC 9110 4.2.1)");
		/* RFC 9110 4.2.3: here, an empty path means "/" */
		path = rest.p ? (struct slice){rest.p - 1, rest.len + 1} : root;
	}
	req->path = path;
	req->query = query;
	if (!slice_is_all(path, SLICE_PATH) || path.p[0] != '/' ||
		slice_span(query, SLICE_QUERY) != query.len)
		return bad(req, "a target begins with /, and other characters "
				"in it are written as %XX (RFC 9112 3.2)");
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
		return bad(req, "a request begins with a method and a target "
				"(RFC 9112 3)");
	req->method = method_of(method);
	status = read_version(version, req);
	return status ? status : read_target(method, target, req);
}

/* RFC 6455 4.2.1, 2, RFC 9112 3.2: exactly one Host in HTTP/1.1, and a valid
 * one; 3.2.2: a host in the target takes its place. */
static int check_host(struct request *req)
{
	size_t n = fields_count(&req->fields, "Host");
	struct slice host = request_header(req, "Host");

	if (n > 1 || (n == 0 && req->minor > 0))
		return bad(req, "exactly one Host is required (RFC 9112 3.2)");
	if (n && !slice_is_host(host))
		return bad(req, "Host is not valid (RFC 9110 7.2)");
	if (!req->host.p)
		req->host = host;
	return 0;
}

/* RFC 9112 6.1: the body is chunked, or nobody can tell where it ends. */
static int check_coding(struct request *req)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Transfer-Encoding"};
	struct slice coding;
	size_t n = 0, chunked = 0;
	bool is_last = false;

	if (req->minor == 0 || fields_count(&req->fields, "Content-Length"))
		return bad(req,
			"Transfer-Encoding in HTTP/1.0, or together with "
			"Content-Length (RFC 9112 6.1)");
	for (; (coding = fields_next(&list)).p; n++) {
		is_last = slice_is_nocase(coding, "chunked");
		chunked += is_last;
	}
	/* RFC 9112 6.3: unless chunked comes last, the body's "length cannot be
	 * determined reliably"; 7.1: it must not be applied twice */
	if (!is_last || chunked > 1)
		return bad(
			req, "chunked must come last, and once (RFC 9112 6.3)");
	if (n > 1)
		return fields_refuse(&req->fields, 501,
			"the only supported coding is chunked (RFC 9112 6.1)");
	req->has_body = true;
	return 0;
}

/* RFC 9112 6.2, 6.3: the length of the body must be beyond doubt. */
static int check_body(struct request *req)
{
	size_t n = fields_count(&req->fields, "Content-Length");
	struct slice length = request_header(req, "Content-Length");

	if (fields_count(&req->fields, "Transfer-Encoding"))
		return check_coding(req);
	if (!n)
		return 0;
	/* RFC 9110 8.6: 1*DIGIT. A server may accept a list of equal lengths;
	 * this one does not, since the list shows a mistake upstream. */
	if (n > 1 || !slice_is_all(length, SLICE_DIGIT))
		return bad(req,
			"Content-Length must be one number (RFC 9110 8.6)");
	while (length.len && *length.p == '0')
		length.p++, length.len--;
	/* RFC 9110 8.6: a large number must not overflow */
	if (length.len > 18)
		return bad(req, "Content-Length is too big (RFC 9110 8.6)");
	req->has_body = length.len > 0;
	return 0;
}

static int check_head(struct request *req)
{
	int status = check_host(req);

	/* RFC 9112 9.3 */
	req->keep_alive =
		!fields_has_token(&req->fields, "Connection", "close") &&
		(req->minor || fields_has_token(&req->fields, "Connection",
				       "keep-alive"));
	return status ? status : check_body(req);
}

/* Lines end at a control character, so a head is parsed again only when one has
 * come, or when it is too long. Without this, a head that comes byte by byte costs
 * its length squared. The last byte is looked at again, since after a CR any byte
 * but LF is an error (RFC 9112 2.2). */
bool request_has_news(const char *p, size_t len, size_t seen)
{
	for (size_t i = seen ? seen - 1 : 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < ' ' && c != '\t') || c == 0x7F)
			return true;
	}
	return len >= REQUEST_HEAD_MAX;
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
	req->fields.n = 0;
	req->fields.why = req->peer = NULL;
	req->path = req->host = req->query = (struct slice){0};
	req->has_body = false;
	/* RFC 9112 2.2: "SHOULD ignore at least one empty line" before it */
	if (end - p >= 2 && p[0] == '\r' && p[1] == '\n')
		p += 2;
	while ((n = fields_read_line(&req->fields, p, end, &line)) > 0) {
		p += n;
		if (lines++ && !line.len) {
			status = check_head(req);
			return status ? status : p - buf;
		}
		status = lines == 1 ? read_request_line(line, req)
				    : fields_add(&req->fields, line);
		if (status)
			return status;
	}
	if (n || len < REQUEST_HEAD_MAX)
		return n;
	if (lines)
		return fields_refuse(&req->fields, 431,
			"the head is over 16 KiB: fewer cookies?");
	return fields_refuse(&req->fields, 414,
		"the request line is longer than 16 KiB: send less in it");
}

struct slice request_header(const struct request *req, const char *name)
{
	return fields_value(&req->fields, name);
}

bool request_expects_more(const struct request *req)
{
	struct fields_list list = {.fields = &req->fields, .name = "Expect"};
	struct slice one;

	while ((one = fields_next(&list)).p)
		if (!slice_is_nocase(one, "100-continue"))
			return true;
	return false;
}
