/* deflate.c - the door of this wing: it owns what sockets remember of their
 * messages, from the first compressed one on; and what those know who look at the
 * wire.
 *
 *     agree --> shared: nothing but the agreement, one for all alike
 *                 | the first compressed message, either way
 *                 v
 *               a socket's own: its counts, and a window for each way */
#include "deflate/deflate.h"

#include "deflate/compress.h"
#include "deflate/inflate.h"
#include "deflate/offer.h"
#include "serve/log.h"
#include "serve/options.h"

#include <err.h>
#include <stdlib.h>

/* A shorter message would hardly become shorter. */
#define WORTH_IT 16

/* What a socket has agreed to, and once it has been sent, or has received, a
 * compressed message, what it remembers. */
struct session {
	struct ws_session base; /* the first member */
	struct window ends[OFFER_ENDS];
};

struct deflate {
	struct ws_extension extension; /* the first member */
	struct app app;
	const struct app *inner;
	bool everywhere;
	int window; /* bits */
	struct inflate inflate;
	struct compress compress;
	/* For each agreement: the bits of both windows, less 8, and whether each
	 * end forgets. */
	struct session shared[8][8][2][2];
};

static struct deflate *wing_of(const struct ws_extension *extension)
{
	return (struct deflate *)(uintptr_t)extension;
}

static struct ws_session *agree(const struct ws_extension *by,
	const struct request *req, const struct route *route, const char *offer,
	size_t len, char answer[WS_ANSWER_SIZE])
{
	struct deflate *d = wing_of(by);
	bool is_spoken = d->everywhere || slice_is(req->path, "/deflate");
	struct session is = {.base = {by}}, *s;
	struct window *out = &is.ends[OFFER_SERVER],
		      *in = &is.ends[OFFER_CLIENT];

	if (route->is_private || !is_spoken ||
		!offer_accept(is.ends, (struct slice){offer, len}, d->window,
			answer, WS_ANSWER_SIZE))
		return NULL;
	/* we may refer to less than the client remembers */
	if (out->bits > d->window)
		out->bits = (uint8_t)d->window;
	s = &d->shared[out->bits - 8][in->bits - 8][out->forgets][in->forgets];
	*s = is;
	return &s->base;
}

/* What a socket holds counts against the budget of all. Returns NULL when there
 * is no memory, or all that is allowed is in use. */
static void *hold(struct ws *ws, size_t size)
{
	bool is_allowed = ws->host->held + size <= ws->host->max_memory;
	void *p = is_allowed ? calloc(1, size) : NULL;

	ws->host->held += p ? size : 0;
	return p;
}

static void let_go(struct ws *ws, void *p, size_t size)
{
	ws->host->held -= p ? size : 0;
	free(p);
}

/* ws_extension.remember: the socket gets what it needs for that. While there is no
 * memory for the window of this server, none of its messages refers to it. */
static bool remember(
	struct ws *ws, bool sent, const void *plain, size_t len, size_t coded)
{
	struct session *s = (struct session *)ws->session;
	struct window *w;

	/* a shared one has counted nothing */
	if (!s->ends[0].coded && !s->ends[1].coded) {
		s = hold(ws, sizeof *s);
		if (!s)
			return false;
		*s = *(struct session *)ws->session;
		ws->session = &s->base;
	}
	w = &s->ends[sent ? OFFER_SERVER : OFFER_CLIENT];
	w->plain += len;
	w->coded += coded;
	if (!w->bytes && !w->forgets)
		w->bytes = hold(ws, WINDOW_SIZE(w));
	window_add(w, plain, len);
	return w->bytes || w->forgets;
}

/* ws_extension.decode */
static int decode(
	struct ws *ws, const unsigned char **p, size_t *len, const char **why)
{
	struct session *s = (struct session *)ws->session;
	struct inflate *inflate = &wing_of(s->base.by)->inflate;
	size_t coded = *len;
	int code;

	inflate->max_output = ws->host->max_message;
	inflate->window = s->ends[OFFER_CLIENT];
	code = -inflate_message(inflate, *p, coded);
	/* an empty one may have no memory, and stays where it is */
	*p = inflate->out.len ? inflate->out.data : *p;
	*len = inflate->out.len;
	/* a message without any byte was empty */
	if (!code && coded && !remember(ws, false, *p, *len, coded))
		code = 1013;
	if (code)
		*why = code == 1013 ? ws_out_of_memory : inflate->why;
	return code;
}

/* ws_extension.encode: for all sockets in the smallest window that there is. */
static bool encode(const struct ws_extension *by, struct ws *ws, const void **p,
	size_t *len)
{
	struct compress *c = &wing_of(by)->compress;
	struct window all = {.bits = 8}, *w = &all;

	if (ws)
		w = &((struct session *)ws->session)->ends[OFFER_SERVER];
	if (*len < WORTH_IT || !compress_message(c, w, *p, *len) ||
		c->out.len >= *len)
		return false;
	if (ws)
		remember(ws, true, *p, *len, c->out.len);
	*p = c->out.data;
	*len = c->out.len;
	return true;
}

/* ws_extension.end: it is never called inside a message handler, so nobody reads
 * what has been decoded or encoded last. */
static void end(struct ws *ws)
{
	struct session *s = (struct session *)ws->session;
	struct window *out = &s->ends[OFFER_SERVER],
		      *in = &s->ends[OFFER_CLIENT];
	unsigned long long plain = in->plain + out->plain;
	unsigned long long coded = in->coded + out->coded;

	/* a large message may have made them large */
	buf_free(&wing_of(s->base.by)->inflate.out);
	buf_free(&wing_of(s->base.by)->compress.out);
	if (!coded)
		return;
	log_line("Compression saved %lld of %llu bytes #%u: received %llu as "
		 "%llu, sent %llu as %llu",
		(long long)(plain - coded), plain, (unsigned)ws->number,
		in->plain, in->coded, out->plain, out->coded);
	let_go(ws, in->bytes, WINDOW_SIZE(in));
	let_go(ws, out->bytes, WINDOW_SIZE(out));
	ws->session = NULL;
	let_go(ws, s, sizeof *s);
}

/* ws_extension.watch: what those who look at the wire know of the messages of one
 * end is what is needed to inflate them, with the bytes of its window behind it. */
static void *watch(const char *agreed, size_t len, bool sent)
{
	struct window ends[OFFER_ENDS];
	struct window *w = &ends[sent ? OFFER_SERVER : OFFER_CLIENT];
	struct inflate *inflate;

	if (!offer_read_answer(ends, (struct slice){agreed, len}))
		return NULL;
	inflate = calloc(1, sizeof *inflate + WINDOW_SIZE(w));
	if (inflate) {
		inflate->window = *w;
		inflate->window.bytes = (unsigned char *)(inflate + 1);
	}
	return inflate;
}

/* ws_extension.describe: RFC 7692, section 7.2. What each bit is, inflate.c
 * tells. */
static int describe(void *watched, const void *payload, size_t len,
	const struct ws_sink *sink, struct buf *message, const char **why)
{
	struct inflate *inflate = watched;
	int code;

	inflate->max_output = sink->max_message;
	inflate->sink = sink;
	code = -inflate_message(inflate, payload, len);
	*why = inflate->why;
	*message = inflate->out;
	inflate->out = (struct buf){0};
	if (!code)
		window_add(&inflate->window, message->data, message->len);
	return code;
}

/* /deflate is what the application has at /echo, but for its name. */
static const struct route *on_upgrade(
	const struct app *app, const struct request *req, struct response *res)
{
	const struct app *inner = wing_of(app->extension)->inner;
	struct request echo;

	if (slice_is(req->path, "/deflate")) {
		echo = *req;
		echo.path = (struct slice){"/echo", 5};
		req = &echo;
	}
	return inner->on_upgrade(inner, req, res);
}

static const struct ws_extension extension = {
	.offer = "permessage-deflate; client_max_window_bits=10",
	.agree = agree,
	.decode = decode,
	.encode = encode,
	.remember = remember,
	.end = end,
	.watch = watch,
	.describe = describe};

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

/* wing.stop: what was coded last was freed with the last socket. */
static void stop(const struct app *app)
{
	free(wing_of(app->extension));
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
