/* describe.c - remembers what each end has sent, as the other one does, so that
 * its next compressed message can be taken apart: RFC 7692, section 7.2. What
 * each bit of it is, inflate.c tells. */
#include "deflate/describe.h"

#include "deflate/inflate.h"
#include "deflate/offer.h"
#include "deflate/window.h"

#include <stdlib.h>

/* The messages that one end sends. */
struct watched {
	struct inflate inflate;
	bool forgets;
	struct window *window; /* behind this struct */
};

void *describe_watch(const struct ws_extension *extension, const char *agreed,
	size_t len, bool sent)
{
	struct agreement is;
	struct watched *w;
	int bits, end = sent ? OFFER_SERVER : OFFER_CLIENT;

	(void)extension;
	if (!offer_read_answer(&is, (struct slice){agreed, len}))
		return NULL;
	bits = is.bits[end];
	w = calloc(1, sizeof *w + WINDOW_SIZE(bits));
	if (!w)
		return NULL;
	w->inflate.window_bits = bits;
	w->forgets = is.forgets[end];
	w->window = (struct window *)(w + 1);
	return w;
}

int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *sink, const char **why)
{
	struct watched *w = watched;
	size_t before = w->window->len, n;
	struct buf out = {0};
	int code = 1013;

	w->inflate.sink = sink;
	w->inflate.max_output = sink->max_message;
	*why = "no memory to inflate the message";
	if (buf_append(&out, w->window->bytes, before)) {
		code = -inflate_message(&w->inflate, payload, len, &out);
		*why = w->inflate.why;
	}
	n = out.len - before;
	if (!code)
		sink->on_message(sink->data, out.data + before, n);
	if (!code && !w->forgets)
		window_add(w->window, w->inflate.window_bits, out.data + before,
			n);
	buf_free(&out);
	return code;
}
