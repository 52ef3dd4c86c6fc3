/* http.c - the conversation in HTTP: RFC 9110 7.8, 9, 10.1.1; RFC 9112 9;
 * RFC 6455 4.2.
 *
 *     request_parse --> answer --+--> app.on_request     a response
 *          |                     +--> upgrade            a 101, and a route
 *          +--> http_refuse      +--> 405, 417, 501 ...  HTTP's own answers */
#include "http.h"

#include "http/handshake.h"

/* Says what comes after this response, and takes back one that is half written.
 */
static enum http_next conclude(struct exchange *x, size_t before)
{
	struct response *res = &x->res;

	if (res->failed) { /* half a head must not be sent */
		res->out->len = before;
		return HTTP_FAILED;
	}
	if (x->route)
		return HTTP_UPGRADED;
	return res->close ? HTTP_LAST : HTTP_GO_ON;
}

static void upgrade(struct exchange *x)
{
	/* RFC 6455 4.2.1, 10.7: a handshake that is not in order is answered
	 * by an error of HTTP, and by no more; 4.2.2: so is one that the
	 * application does not take, by an error of its own */
	if (handshake_is_good(&x->req, &x->res))
		x->route = x->host->app->on_upgrade(
			x->host->app, &x->req, &x->res);
	if (!x->route)
		return;
	x->session = handshake_extension(
		&x->req, &x->res, x->host->app->extension, x->route);
	x->protocol = handshake_protocol(&x->req, x->route->protocols);
	/* RFC 6455 4.1: the client chose to need one, and says only 1006 */
	if (!x->protocol && request_header(&x->req, "Sec-WebSocket-Protocol").p)
		x->res.why = "it asks for a subprotocol, and this path speaks "
			     "none of those: browsers fail it with 1006";
	handshake_switch(&x->req, &x->res, x->protocol);
}

static void answer(struct exchange *x)
{
	struct request *req = &x->req;
	struct response *res = &x->res;
	const struct app *app = x->host->app;
	bool asked = app->on_upgrade && handshake_is_asked(req);

	if (req->method == METHOD_UNKNOWN)
		response_error(res, 501, "no such method (RFC 9110 9.1)");
	else if (request_expects_more(req))
		response_error(res, 417,
			"100-continue is all that can be "
			"expected (RFC 9110 10.1.1)");
	else if (req->method > METHOD_HEAD)
		response_allow(res, req->method == METHOD_OPTIONS);
	else if (req->has_body)
		response_error(
			res, 400, "this method has no body (RFC 9110 9.3.1)");
	else if (asked)
		upgrade(x);
	else if (app->on_request)
		app->on_request(app, req, res);
	else
		handshake_require(res, "this server speaks WebSocket only");
	/* RFC 9110 7.6.1: a proxy that knows no WebSocket takes Upgrade away */
	if (!asked && req->method == METHOD_GET &&
		request_header(req, "Sec-WebSocket-Key").p)
		res->why = "a handshake without its Upgrade: a proxy removes "
			   "it (see docs/deploy), or --http-only is set";
}

enum http_next http_refuse(
	struct exchange *x, int status, const char *why, struct buf *out)
{
	size_t before = out->len;

	x->route = NULL;
	response_init(&x->res, out, x->host->date, x->host->app->fields);
	x->res.close = true;
	x->res.head_only = x->req.method == METHOD_HEAD;
	if (status == 503)
		response_add(&x->res, "Retry-After", "5");
	response_error(&x->res, status, why);
	return conclude(x, before);
}

enum http_next http_input(struct http *h, struct exchange *x, const char *p,
	size_t len, struct buf *out)
{
	size_t before = out->len;
	ssize_t n = request_has_news(p, len, h->seen)
			    ? request_parse(p, len, &x->req)
			    : 0;

	h->seen = n ? 0 : (uint16_t)len;
	x->taken = n < 0 ? len : (size_t)n;
	if (n == 0)
		return HTTP_WAIT;
	if (n < 0)
		return http_refuse(x, (int)-n, x->req.fields.why, out);
	x->route = NULL;
	response_init(&x->res, out, x->host->date, x->host->app->fields);
	x->res.head_only = x->req.method == METHOD_HEAD;
	x->res.is_http_1_0 = x->req.minor == 0;
	/* a body is not read, so what follows it cannot be found */
	x->res.close = !x->req.keep_alive || x->req.has_body ||
		       ++h->requests >= x->host->max_requests ||
		       (x->host->stopping && x->taken == len);
	answer(x);
	return conclude(x, before);
}
