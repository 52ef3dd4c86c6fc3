/* handshake.c - the opening handshake: RFC 6455, sections 4.2 and 4.4.
 *
 *     GET /echo HTTP/1.1                   HTTP/1.1 101 Switching Protocols
 *     Host: localhost:3000                 Upgrade: websocket
 *     Upgrade: websocket                   Connection: Upgrade
 *     Connection: Upgrade                  Sec-WebSocket-Accept:
 *     Sec-WebSocket-Version: 13                s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
 *     Sec-WebSocket-Key:
 *         dGhlIHNhbXBsZSBub25jZQ==
 */
#include "http/handshake.h"

#include "base64.h"
#include "sha1.h"

#include <string.h>

bool handshake_is_asked(const struct request *req)
{
	/* RFC 6455 4.2.1, 1, 3 and 4: a GET, at least HTTP/1.1, and the two
	 * tokens in any case. Without them it is an ordinary request.
	 * RFC 9110 7.8: "A server MUST ignore an Upgrade header field that is
	 * received in an HTTP/1.0 request" */
	return req->method == METHOD_GET && req->minor > 0 &&
	       fields_has_token(&req->fields, "Upgrade", "websocket") &&
	       fields_has_token(&req->fields, "Connection", "Upgrade");
}

/* RFC 6455 4.2.1, 5: a Base64 "value that, when decoded, is 16 bytes in
 * length": 22 characters of 6 bits, and "==" */
static bool is_key(struct slice key)
{
	return key.len == HANDSHAKE_KEY_LEN &&
	       slice_span(key, SLICE_BASE64) == key.len - 2 &&
	       !memcmp(key.p + key.len - 2, "==", 2);
}

/* RFC 6455 9.1: a quoted value "MUST conform to the 'token' ABNF" once its
 * quotes and backslashes are removed. */
static bool is_quoted_token(struct slice s)
{
	if (s.len < 3 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return false;
	for (size_t i = 1; i < s.len - 1; i++) {
		i += s.p[i] == '\\';
		if (i == s.len - 1 || !slice_in_class(s.p[i], SLICE_TOKEN))
			return false;
	}
	return true;
}

/* RFC 6455 9.1: token [ "=" ( token or quoted-string ) ] */
static bool is_parameter(struct slice s)
{
	struct slice value, name = slice_cut(s, '=', &value);

	if (!slice_is_all(slice_trim(name), SLICE_TOKEN))
		return false;
	value = slice_trim(value);
	return !value.p || slice_is_all(value, SLICE_TOKEN) ||
	       is_quoted_token(value);
}

static bool is_extension(struct slice s)
{
	struct slice rest, name = slice_cut(s, ';', &rest);

	if (!slice_is_all(slice_trim(name), SLICE_TOKEN))
		return false;
	while (rest.p)
		if (!is_parameter(slice_cut(rest, ';', &rest)))
			return false;
	return true;
}

/* RFC 6455 4.3, 9.1: the list is not empty, and follows the grammar. */
static bool has_good_extensions(const struct request *req)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Sec-WebSocket-Extensions"};
	struct slice one;
	size_t n = 0;

	for (; (one = fields_next(&list)).p; n++)
		if (!is_extension(one))
			return false;
	return n || !fields_count(&req->fields, list.name);
}

/* RFC 6455 4.1, 10: tokens that "MUST all be unique strings". Each is compared
 * with all others, so a limit on their number keeps that cheap. */
static bool has_good_protocols(const struct request *req)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Sec-WebSocket-Protocol"};
	struct slice one, seen[32];
	size_t n = 0;

	for (; (one = fields_next(&list)).p; n++) {
		if (!slice_is_all(one, SLICE_TOKEN) ||
			n == sizeof seen / sizeof *seen)
			return false;
		for (size_t i = 0; i < n; i++)
			if (slice_equal(one, seen[i]))
				return false;
		seen[n] = one;
	}
	return n || !fields_count(&req->fields, list.name);
}

int handshake_check(const struct request *req, const char **why)
{
	/* RFC 6455 4.2.1, 6; 11.3.5: it "MUST NOT appear more than once in an
	 * HTTP request" */
	*why = "one Sec-WebSocket-Version is required (RFC 6455 4.2.1)";
	if (fields_count(&req->fields, "Sec-WebSocket-Version") != 1)
		return 400;
	/* RFC 6455 4.2.2, 4.4: a request for another version gets an error with
	 * a Sec-WebSocket-Version that names ours */
	*why = "Sec-WebSocket-Version must be 13 (RFC 6455 4.4)";
	if (!slice_is(request_header(req, "Sec-WebSocket-Version"), "13"))
		return 426;
	/* RFC 6455 11.3.1: it "MUST NOT appear more than once in an HTTP
	 * request" */
	*why = "one Sec-WebSocket-Key of 16 bytes is required (RFC 6455 4.2.1)";
	if (fields_count(&req->fields, "Sec-WebSocket-Key") != 1 ||
		!is_key(request_header(req, "Sec-WebSocket-Key")))
		return 400;
	*why = "Sec-WebSocket-Extensions is malformed (RFC 6455 9.1)";
	if (!has_good_extensions(req))
		return 400;
	*why = "Sec-WebSocket-Protocol must list at most 32 different tokens "
	       "(RFC 6455 4.1)";
	return has_good_protocols(req) ? 0 : 400;
}

const char handshake_guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

void handshake_accept(
	char accept[HANDSHAKE_ACCEPT_SIZE], const char key[HANDSHAKE_KEY_LEN])
{
	unsigned char digest[SHA1_SIZE];
	char text[HANDSHAKE_KEY_LEN + sizeof handshake_guid];

	/* RFC 6455 4.2.2, 5: the key as it stands on the wire, not decoded */
	memcpy(text, key, HANDSHAKE_KEY_LEN);
	strcpy(text + HANDSHAKE_KEY_LEN, handshake_guid);
	sha1(digest, text, sizeof text - 1);
	base64_encode(accept, digest, sizeof digest);
}

/* RFC 6455 4.2.2: one of the client's values; the first that fits, since they
 * are "ordered by preference" (4.1) */
const char *handshake_protocol(
	const struct request *req, const char *const *spoken)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Sec-WebSocket-Protocol"};
	struct slice offered;

	while ((offered = fields_next(&list)).p)
		for (size_t i = 0; spoken && spoken[i]; i++)
			if (slice_is(offered, spoken[i]))
				return spoken[i];
	return NULL;
}

/* RFC 6455 9.1: "the order of extensions is significant", RFC 7692 5.1: a list
 * of offers is "in order of preference" */
struct ws_session *handshake_extension(const struct request *req,
	struct response *res, const struct ws_extension *extension,
	const struct route *route)
{
	struct fields_list list = {
		.fields = &req->fields, .name = "Sec-WebSocket-Extensions"};
	struct ws_session *session = NULL;
	char answer[WS_ANSWER_SIZE];
	struct slice offer;

	while (extension && !session && (offer = fields_next(&list)).p)
		session = extension->agree(
			extension, req, route, offer.p, offer.len, answer);
	/* RFC 6455 9: what was not agreed to is not listed. 9.1: a list is
	 * not empty */
	if (session)
		response_add(res, list.name, answer);
	return session;
}

void handshake_switch(
	const struct request *req, struct response *res, const char *protocol)
{
	char accept[HANDSHAKE_ACCEPT_SIZE];

	/* RFC 6455 4.2.2, 5; 11.3.3, 11.3.4: each of these fields appears
	 * once */
	handshake_accept(accept, request_header(req, "Sec-WebSocket-Key").p);
	response_add(res, "Upgrade", "websocket");
	response_add(res, "Connection", "Upgrade");
	response_add(res, "Sec-WebSocket-Accept", accept);
	/* RFC 6455 4.2.2: with no subprotocol "it MUST NOT send back a
	 * |Sec-WebSocket-Protocol| header field in its response" */
	if (protocol)
		response_add(res, "Sec-WebSocket-Protocol", protocol);
	res->close = false;
	response_send(res, 101, NULL, "", 0);
}

/* RFC 9110 15.5.22, RFC 6455 4.4: a 426 says which protocol to use instead. */
void handshake_require(struct response *res, const char *why)
{
	response_add(res, "Upgrade", "websocket");
	response_add(res, "Connection", "Upgrade");
	response_add(res, "Sec-WebSocket-Version", "13");
	response_error(res, 426, why);
}

/* RFC 6454 4, 6.2: takes the scheme's default port off an Origin or a host, and
 * a "/" that is typed behind it. */
static struct slice trim(struct slice s, struct slice scheme)
{
	const char *port = slice_is_nocase(scheme, "https")  ? ":443"
			   : slice_is_nocase(scheme, "http") ? ":80"
							     : "";
	size_t n = strlen(port);

	s.len -= s.len && s.p[s.len - 1] == '/';
	if (s.len > n && !memcmp(s.p + s.len - n, port, n))
		s.len -= n;
	s.len -= s.len && s.p[s.len - 1] == ':';
	return s;
}

static bool is_equal(struct slice a, struct slice b, struct slice scheme)
{
	a = trim(a, scheme);
	b = trim(b, scheme);
	return a.len == b.len && !strncasecmp(a.p, b.p, a.len);
}

bool handshake_is_same_origin(const struct request *req)
{
	struct slice rest, origin = request_header(req, "Origin");
	struct slice scheme = slice_cut(origin, ':', &rest);

	/* RFC 6454 7: scheme "://" host. The request says nothing that the
	 * scheme could be compared with. */
	rest = slice_after(rest, "//");
	return fields_count(&req->fields, "Origin") == 1 && rest.len &&
	       is_equal(rest, req->host, scheme);
}

bool handshake_is_origin(const char *text)
{
	struct slice s = {text, strlen(text)}, host;
	struct slice scheme = slice_cut(s, ':', &host);

	if (slice_is(s, "same") || slice_is(s, "null") ||
		slice_is_nocase(s, "file://"))
		return true;
	/* with its port, so that a second one is seen */
	host = trim(slice_after(host, "//"), (struct slice){0});
	return slice_is_all(scheme, SLICE_UNRESERVED) && slice_is_host(host) &&
	       !strpbrk(text, "*%") &&
	       strncasecmp(text, "ws", 2); /* no page is loaded from ws: */
}

/* RFC 6455 4.2.2, 10.2: the Origin says where the requesting page was loaded
 * from. */
bool handshake_is_allowed_origin(
	const struct request *req, const char *const *origins)
{
	for (size_t i = 0; origins[i]; i++) {
		struct slice s = {origins[i], strlen(origins[i])}, rest;
		struct slice origin = request_header(req, "Origin");

		if (slice_is(s, "same")
				? handshake_is_same_origin(req)
				: is_equal(origin, s, slice_cut(s, ':', &rest)))
			return true;
	}
	return !origins[0];
}

bool handshake_is_good(const struct request *req, struct response *res)
{
	const char *why;
	int status = handshake_check(req, &why);

	if (status == 426)
		handshake_require(res, why);
	else if (status)
		response_error(res, status, why);
	return !status;
}
