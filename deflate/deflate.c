/* deflate.c - the door of this wing: it owns what sockets remember of their
 * messages, from the first compressed one on.
 *
 *     agree --> shared: nothing but the agreement, one for all alike
 *                 | the first compressed message, either way
 *                 v
 *               a socket's own: its counts, and a window for each way */
#include "deflate/deflate.h"

#include "deflate/compress.h"
#include "deflate/describe.h"
#include "deflate/inflate.h"
#include "deflate/offer.h"
#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* A shorter message would hardly become shorter. */
#define WORTH_IT 16

/* A larger buffer is not kept for the next message. */
#define KEPT_MAX (256 * 1024)

struct session {
	struct ws_session base; /* the first member */
	struct agreement is;
	bool is_own;         /* of a socket; if not, the rest is missing */
	uint16_t n_received; /* bytes, at most 2^15 */
};

/* A socket that has been sent, or has received, a compressed message. */
struct socket {
	struct session session; /* the first member */
	struct compress_window *sent;
	unsigned char *received; /* the end of what the client has sent */
	struct counts {
		unsigned long long plain, coded; /* bytes */
	} in, out;
};

struct deflate {
	struct ws_extension extension; /* the first member */
	struct app app;
	const struct app *inner;
	bool everywhere;
	int window; /* bits */
	struct route echo;
	struct inflate inflate;
	struct compress compress;
	struct buf plain, coded;
	char why[DESCRIBE_WRONG_SIZE];
	struct session shared[8 * 8 * 4];
};

static struct deflate *wing_of(const struct ws_extension *extension)
{
	return (struct deflate *)(uintptr_t)extension;
}

static struct deflate *deflate_of(const struct ws *ws)
{
	return wing_of(ws->session->by);
}

static struct ws_session *agree(const struct ws_extension *extension,
	const struct route *route, const char *offer, size_t len,
	char answer[WS_ANSWER_SIZE])
{
	struct deflate *d = wing_of(extension);
	struct agreement is;
	struct session *s;

	if (route->is_private || (!d->everywhere && route != &d->echo) ||
		!offer_accept(&is, (struct slice){offer, len}, d->window,
			answer, WS_ANSWER_SIZE))
		return NULL;
	s = &d->shared[(is.server_bits - 8) << 5 | (is.client_bits - 8) << 2 |
		       is.server_forgets << 1 | is.client_forgets];
	*s = (struct session){.base.by = extension, .is = is};
	return &s->base;
}

/* What a socket holds counts against the budget of all. Returns NULL when there
 * is no memory, or all that is allowed is in use. */
static void *hold(struct ws *ws, size_t size)
{
	struct ws_host *host = ws->host;
	void *p =
		host->held + size <= host->max_memory ? calloc(1, size) : NULL;

	host->held += p ? size : 0;
	return p;
}

static void let_go(struct ws *ws, void *p, size_t size)
{
	ws->host->held -= p ? size : 0;
	free(p);
}

static int sent_bits(const struct ws *ws)
{
	int agreed = ((struct session *)ws->session)->is.server_bits;
	int window = deflate_of(ws)->window;

	return agreed < window ? agreed : window;
}

/* Returns the socket's own session, or NULL when there is no memory for it. */
static struct socket *own(struct ws *ws)
{
	struct session *s = (struct session *)ws->session;
	struct socket *socket = (struct socket *)s;

	if (s->is_own)
		return socket;
	socket = hold(ws, sizeof *socket);
	if (!socket)
		return NULL;
	socket->session = *s;
	socket->session.is_own = true;
	ws->session = &socket->session.base;
	return socket;
}

static void remember(struct socket *s, const struct buf *plain)
{
	size_t most = (size_t)1 << s->session.is.client_bits;
	size_t n = plain->len < most ? plain->len : most;

	if (!s->received || !n)
		return;
	memcpy(s->received, plain->data + plain->len - n, n);
	s->session.n_received = (uint16_t)n;
}

static void empty(struct buf *b)
{
	if (b->cap > KEPT_MAX)
		buf_free(b);
	b->len = 0;
}

/* The client's window comes before its message. */
static int inflate(struct deflate *d, struct ws *ws, struct socket *s,
	const void *data, size_t len)
{
	int code;

	if (!s->received && !s->session.is.client_forgets)
		s->received = hold(ws, (size_t)1 << s->session.is.client_bits);
	if ((!s->received && !s->session.is.client_forgets) ||
		!buf_append(&d->plain, s->received, s->session.n_received))
		return 1013;
	d->inflate.window_bits = s->session.is.client_bits;
	d->inflate.max_output = ws->host->max_message;
	code = -inflate_message(&d->inflate, data, len, &d->plain);
	if (code == 1007)
		d->inflate.why = describe_wrong(d->why, &d->inflate);
	return code == 1011 ? 1013 : code;
}

/* ws_extension.decode */
static int decode(
	struct ws *ws, const unsigned char **p, size_t *len, const char **why)
{
	struct deflate *d = deflate_of(ws);
	struct socket *s = own(ws);
	int code;

	empty(&d->plain);
	code = s ? inflate(d, ws, s, *p, *len) : 1013;
	if (code) {
		*why = code == 1013 ? ws_out_of_memory : d->inflate.why;
		return code;
	}
	s->in.coded += *len;
	*p = d->plain.data + s->session.n_received;
	*len = d->plain.len - s->session.n_received;
	s->in.plain += *len;
	remember(s, &d->plain);
	return 0;
}

static bool compress(struct deflate *d, struct compress_window *window,
	int bits, const void **p, size_t *len)
{
	empty(&d->coded);
	d->compress.window_bits = bits;
	if (*len < WORTH_IT ||
		compress_message(&d->compress, window, *p, *len, &d->coded) < 1)
		return false;
	*p = d->coded.data;
	*len = d->coded.len;
	return true;
}

/* ws_extension.sends: the peer's window has the message from now on, and so has
 * ours. While there is no memory for it, nothing can refer to it, and all is
 * well. */
static void sends(struct ws *ws, const void *plain, size_t len, size_t coded)
{
	struct deflate *d = deflate_of(ws);
	struct socket *s = own(ws);

	if (!s)
		return;
	d->compress.window_bits = sent_bits(ws);
	if (!s->sent && !s->session.is.server_forgets)
		s->sent = hold(ws, COMPRESS_SIZE(d->compress.window_bits));
	if (s->sent)
		compress_remember(&d->compress, s->sent, plain, len);
	s->out.plain += len;
	s->out.coded += coded;
}

/* ws_extension.encode */
static bool encode(struct ws *ws, const void **p, size_t *len)
{
	struct socket *s = (struct socket *)ws->session;
	struct compress_window *window = s->session.is_own ? s->sent : NULL;
	const void *plain = *p;
	size_t n = *len;

	if (!compress(deflate_of(ws), window, sent_bits(ws), p, len))
		return false;
	if (!window) {
		sends(ws, plain, n, *len);
	} else {
		s->out.plain += n;
		s->out.coded += *len;
	}
	return true;
}

/* ws_extension.encode_for_all: in the smallest window that there is */
static bool encode_for_all(
	const struct ws_extension *extension, const void **p, size_t *len)
{
	return compress(wing_of(extension), NULL, 8, p, len);
}

/* ws_extension.end */
static void end(struct ws *ws)
{
	struct socket *s = (struct socket *)ws->session;
	unsigned long long plain, coded;

	if (!s->session.is_own)
		return;
	plain = s->in.plain + s->out.plain;
	coded = s->in.coded + s->out.coded;
	log_line("Compression saved %lld of %llu bytes #%u: received %llu as "
		 "%llu, sent %llu as %llu",
		(long long)(plain - coded), plain, (unsigned)ws->number,
		s->in.plain, s->in.coded, s->out.plain, s->out.coded);
	let_go(ws, s->sent, COMPRESS_SIZE(sent_bits(ws)));
	let_go(ws, s->received, (size_t)1 << s->session.is.client_bits);
	ws->session = NULL;
	let_go(ws, s, sizeof *s);
}

/* /deflate is what the application has at /echo, but for its name. */
static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	struct deflate *d = wing_of(app->extension);
	const struct route *route;
	struct request echo;

	if (!slice_is(req->path, "/deflate"))
		return d->inner->on_upgrade(d->inner, req, res);
	echo = *req;
	echo.path = (struct slice){"/echo", 5};
	route = d->inner->on_upgrade(d->inner, &echo, res);
	if (!route)
		return NULL;
	d->echo = *route;
	return &d->echo;
}

static const struct ws_extension extension = {
	.offer = "permessage-deflate; client_max_window_bits=10",
	.agree = agree,
	.decode = decode,
	.encode = encode,
	.encode_for_all = encode_for_all,
	.sends = sends,
	.end = end,
	.watch = describe_watch,
	.describe = describe_message};

/* wing.start */
static const struct app *start(const struct options *o, const struct app *inner)
{
	struct deflate *d = calloc(1, sizeof *d);

	if (!d)
		errx(1, "no memory");
	d->extension = extension;
	d->extension.max_coded =
		(uint32_t)options_value(o, "max-compressed").size;
	d->everywhere = options_value(o, "deflate").flag;
	d->window = (int)options_value(o, "deflate-window").number;
	d->inner = inner;
	d->app = *inner;
	d->app.extension = &d->extension;
	d->app.on_upgrade = inner->on_upgrade ? on_upgrade : NULL;
	return &d->app;
}

/* wing.stop */
static void stop(const struct app *app)
{
	struct deflate *d = wing_of(app->extension);

	buf_free(&d->plain);
	buf_free(&d->coded);
	free(d);
}

static const struct option options[] = {
	{0, "deflate", "", OPTION_FLAG, "", 0, 0,
		"compress messages on every path, where the client offers it"},
	{0, "deflate-window", "BITS", OPTION_NUMBER, "10", 8, 15,
		"compress with windows of 2^BITS bytes, two for each socket"},
	{0, "max-compressed", "BYTES", OPTION_SIZE, "1M", 1, WS_MESSAGE_MAX,
		"longest message as it comes compressed"},
	{.name = ""},
};

const struct wing deflate_wing = {.options = options,
	.extension = &extension,
	.start = start,
	.stop = stop};
