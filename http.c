/* http.c - what HTTP says before the application is asked: RFC 9110 7.8, 9,
 * 10.1.1; RFC 6455 4.2. */
#include "app.h"

#include "http/handshake.h"

/* RFC 6455 4.2.2, 5: what the 101 says; 11.3.3, 11.3.4: each field once. The
 * byte after this answer belongs to a WebSocket. */
static void switch_protocols(
	const struct request *req, struct response *res, const char *protocol)
{
	char accept[HANDSHAKE_ACCEPT_SIZE];

	handshake_accept(accept, request_header(req, "Sec-WebSocket-Key").p);
	response_add(res, "Upgrade", "websocket");
	response_add(res, "Connection", "Upgrade");
	response_add(res, "Sec-WebSocket-Accept", accept);
	/* RFC 6455 4.2.2: with no subprotocol "it MUST NOT send back a
	 * |Sec-WebSocket-Protocol| header field in its response" */
	if (protocol)
		response_add(res, "Sec-WebSocket-Protocol", protocol);
	/* RFC 6455 4.2.2, 9: "Extensions not listed by the client MUST NOT be
	 * listed"; nor are any others */
	res->close = false;
	response_send(res, 101, NULL, "", 0);
}

/* 426 says what to speak instead: RFC 9110 15.5.22, RFC 6455 4.4. */
static void require_upgrade(struct response *res, const char *why)
{
	response_add(res, "Upgrade", "websocket");
	response_add(res, "Connection", "Upgrade");
	response_add(res, "Sec-WebSocket-Version", "13");
	response_error(res, 426, why);
}

static const struct route *upgrade(const struct app *app,
	const struct request *req, struct response *res, const char **protocol)
{
	const struct route *route = NULL;
	const char *why;
	int status = handshake_check(req, &why);

	/* RFC 6455 4.2.1, 10.7: a handshake that is not in order is answered
	 * by an error of HTTP, and by no more; 4.2.2: so is one that the
	 * application does not take, by an error of its own */
	if (status == 426)
		require_upgrade(res, why);
	else if (status)
		response_error(res, status, why);
	else
		route = app->on_upgrade(app, req, res);
	if (!route)
		return NULL;
	*protocol = handshake_protocol(req, route->protocols);
	switch_protocols(req, res, *protocol);
	return route;
}

/* RFC 9110 9.3.7, 15.5.6: which methods there are. */
static void allow(struct response *res, bool is_options)
{
	response_add(res, "Allow", "GET, HEAD, OPTIONS");
	if (is_options)
		response_send(res, 204, NULL, "", 0);
	else
		response_error(res, 405, "try GET (RFC 9110 15.5.6)");
}

/* RFC 9110 10.1.1: 100-continue is the only expectation there is. No 100 is
 * ever sent, since no request with a body is taken. */
static bool expects_more(const struct request *req)
{
	struct fields_list list = {.fields = &req->fields, .name = "Expect"};
	struct slice one;

	while ((one = fields_next(&list)).p)
		if (!slice_is_nocase(one, "100-continue"))
			return true;
	return false;
}

const struct route *app_answer(const struct app *app, const struct request *req,
	struct response *res, const char **protocol)
{
	if (req->method == METHOD_UNKNOWN)
		response_error(res, 501, "no such method (RFC 9110 9.1)");
	else if (expects_more(req))
		response_error(res, 417,
			"100-continue is all that can be "
			"expected (RFC 9110 10.1.1)");
	else if (req->method > METHOD_HEAD)
		allow(res, req->method == METHOD_OPTIONS);
	else if (req->has_body)
		response_error(res, 400,
			"this method has no body "
			"(RFC 9110 9.3.1)");
	else if (app->on_upgrade && handshake_is_asked(req))
		return upgrade(app, req, res, protocol);
	else if (app->on_request)
		app->on_request(app, req, res);
	else
		require_upgrade(res, "this server speaks WebSocket only");
	return NULL;
}
