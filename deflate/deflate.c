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

/* What a socket has agreed to, and once it has been sent, or has received, a
 * compressed message, what it remembers. */
struct session {
	struct ws_session base; /* the first member */
	struct agreement is;
	bool is_own; /* of a socket: no other one has it */
	struct way {
		struct window *window;           /* NULL: empty */
		unsigned long long plain, coded; /* bytes */
	} from[OFFER_ENDS];
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
	struct session shared[8 * 8 * 4];
};

static struct deflate *wing_of(const struct ws_extension *extension)
{
	return (struct deflate *)(uintptr_t)extension;
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
	s = &d->shared[(is.bits[0] - 8) << 5 | (is.bits[1] - 8) << 2 |
		       is.forgets[0] << 1 | is.forgets[1]];
	/* we may refer to less than the client remembers */
	if (is.bits[OFFER_SERVER] > d->window)
		is.bits[OFFER_SERVER] = (unsigned char)d->window;
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

/* Both ends know this message of one of them from now on. The socket gets what it
 * needs for that. Returns false when there is no memory for it. */
static bool remember(
	struct ws *ws, int end, const void *plain, size_t len, size_t coded)
{
	struct session *s = (struct session *)ws->session;
	int bits = s->is.bits[end];

	if (!s->is_own) {
		s = hold(ws, sizeof *s);
		if (!s)
			return false;
		*s = *(struct session *)ws->session;
		s->is_own = true;
		ws->session = &s->base;
	}
	s->from[end].plain += len;
	s->from[end].coded += coded;
	if (s->is.forgets[end])
		return true;
	if (!s->from[end].window)
		s->from[end].window = hold(ws, WINDOW_SIZE(bits));
	if (s->from[end].window)
		window_add(s->from[end].window, bits, plain, len);
	return s->from[end].window;
}

/* ws_extension.decode: the client's window comes before its message. */
static int decode(
	struct ws *ws, const unsigned char **p, size_t *len, const char **why)
{
	struct deflate *d = wing_of(ws->session->by);
	const struct session *s = (struct session *)ws->session;
	const struct window *window = s->from[OFFER_CLIENT].window;
	size_t begin = window ? window->len : 0, coded = *len;
	int code = 1013;

	buf_free(&d->plain);
	d->inflate.window_bits = s->is.bits[OFFER_CLIENT];
	d->inflate.max_output = ws->host->max_message;
	if (!window || buf_append(&d->plain, window->bytes, begin))
		code = -inflate_message(&d->inflate, *p, coded, &d->plain);
	if (!code) {
		*p = d->plain.data + begin;
		*len = d->plain.len - begin;
		if (!remember(ws, OFFER_CLIENT, *p, *len, coded))
			code = 1013;
	}
	if (code)
		*why = code == 1013 ? ws_out_of_memory : d->inflate.why;
	return code;
}

/* ws_extension.sends: while there is no memory for the window, nothing can refer
 * to it, and all is well. */
static void sends(struct ws *ws, const void *plain, size_t len, size_t coded)
{
	remember(ws, OFFER_SERVER, plain, len, coded);
}

/* ws_extension.encode: for all sockets in the smallest window that there is. */
static bool encode(const struct ws_extension *extension, struct ws *ws,
	const void **p, size_t *len)
{
	struct deflate *d = wing_of(extension);
	const struct session *s = ws ? (struct session *)ws->session : NULL;
	const void *plain = *p;
	size_t n = *len;

	buf_free(&d->coded);
	d->compress.window_bits = s ? s->is.bits[OFFER_SERVER] : 8;
	if (n < WORTH_IT ||
		!compress_message(&d->compress,
			s ? s->from[OFFER_SERVER].window : NULL, plain, n,
			&d->coded) ||
		d->coded.len >= n)
		return false;
	*p = d->coded.data;
	*len = d->coded.len;
	if (ws)
		sends(ws, plain, n, *len);
	return true;
}

/* ws_extension.end: it is never called inside a message handler, so nobody reads
 * what has been decoded or encoded last. */
static void end(struct ws *ws)
{
	struct session *s = (struct session *)ws->session;
	const struct way *in = &s->from[OFFER_CLIENT];
	const struct way *out = &s->from[OFFER_SERVER];
	unsigned long long plain = in->plain + out->plain;

	/* a large message may have made them large */
	buf_free(&wing_of(s->base.by)->plain);
	buf_free(&wing_of(s->base.by)->coded);
	if (!s->is_own)
		return;
	log_line("Compression saved %lld of %llu bytes #%u: received %llu as "
		 "%llu, sent %llu as %llu",
		(long long)(plain - in->coded - out->coded), plain,
		(unsigned)ws->number, in->plain, in->coded, out->plain,
		out->coded);
	for (int i = 0; i < OFFER_ENDS; i++)
		let_go(ws, s->from[i].window, WINDOW_SIZE(s->is.bits[i]));
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
