/* describe.c - takes a compressed message apart, element by element: RFC 1951,
 * section 3.2; RFC 7692, section 7.2. */
#include "deflate/describe.h"

#include "deflate/inflate.h"
#include "deflate/offer.h"
#include "deflate/window.h"

#include <stdlib.h>
#include <string.h>

/* The messages that one end sends. */
struct watched {
	struct inflate inflate;
	bool forgets;
	struct window *window; /* behind this struct */
	/* The message that is taken apart. */
	const struct ws_sink *sink;
	size_t end;              /* in bits */
	unsigned literals;       /* symbols of the literal and length code */
	struct ws_detail detail; /* of an element, or of many lengths */
	struct buf text;         /* of that; cut when there is no memory */
};

/* What an element is: one of each kind, in the order of enum inflate_kind, and
 * RFC 7692 7.2.1: the four bytes at the end that are not on the wire. */
#define LEFT_OUT (INFLATE_END + 1)
static const struct ws_words kinds[] = {
	{"block", "", "1951 3.2.3"},
	{"padding", "up to the next byte", "1951 3.2.4"},
	{"stored length", "and the same inverted", "1951 3.2.4"},
	{"stored", "", "1951 3.2.4"},
	{"code counts", "literals, distances, lengths", "1951 3.2.7"},
	{"length codes", "symbols with their bits", "1951 3.2.7"},
	{"code lengths", "symbols with their bits", "1951 3.2.7"},
	{"literal", "", "1951 3.2.5"},
	{"match", "", "1951 3.2.5"},
	{"end of block", "", "1951 3.2.5"},
	{"left out", "an empty stored block", "7692 7.2.1"},
};

/* Tells what has been gathered. */
static void tell(struct watched *w)
{
	w->detail.text = w->text.len ? (char *)w->text.data : NULL;
	if (w->detail.bits)
		w->sink->on_detail(w->sink->data, &w->detail);
	w->detail.bits = 0;
	w->text.len = 0;
}

/* Names the symbols that have codes of so many bits, each by its character where
 * it has one, else by its number; a distance or the length of a code has an "@"
 * before it. */
static void put_lengths(struct watched *w, const struct inflate_element *e)
{
	bool is_first = e->kind == INFLATE_CODE_LENGTH;
	unsigned symbol = e->values[0] + (is_first ? w->literals : 0);
	unsigned bits = e->values[1], end = symbol + e->values[2];

	for (; bits && symbol < end; symbol++)
		if (symbol == HUFFMAN_END)
			buf_printf(&w->text, "end:%u ", bits);
		else if (symbol > ' ' && symbol < 0x7F)
			buf_printf(&w->text, "%c:%u ", (int)symbol, bits);
		else if (symbol < w->literals)
			buf_printf(&w->text, "#%u:%u ", symbol, bits);
		else
			buf_printf(&w->text, "@%u:%u ", symbol - w->literals,
				bits);
}

/* Says what the values of an element are, where it has any. */
static void put_values(struct watched *w, const struct inflate_element *e)
{
	static const char *const types[] = {"stored", "fixed", "dynamic"};
	const unsigned *v = e->values;
	const char **means = &w->detail.is.means;

	if (w->detail.is.name == kinds[LEFT_OUT].name) {
		buf_printf(&w->text, "00 00 ff ff");
	} else if (e->kind == INFLATE_BLOCK) {
		buf_printf(&w->text, "%s", types[v[1]]);
		*means = v[0] ? "BFINAL 1: the last block"
			      : "BFINAL 0: more may follow";
	} else if (e->kind == INFLATE_STORED) {
		buf_printf(&w->text, "%u", v[0]);
	} else if (e->kind == INFLATE_COUNTS) {
		w->literals = v[0];
		buf_printf(&w->text, "%u, %u, %u", v[0], v[1], v[2]);
	} else if (e->kind == INFLATE_LITERAL && v[0] == ' ') {
		*means = "a blank";
	} else if (e->kind == INFLATE_MATCH) {
		buf_printf(&w->text, "%u bytes, %u back: ", v[0], v[1]);
		*means = e->at - v[1] < w->window->len
				 ? "from an earlier message"
				 : "from this message";
	}
}

/* inflate.on_element */
static void on_element(void *data, const struct inflate_element *e)
{
	struct watched *w = data;
	struct ws_detail *d = &w->detail;
	bool is_left_out = e->kind == INFLATE_STORED && e->bit == w->end;
	const struct ws_words *is = &kinds[is_left_out ? LEFT_OUT : e->kind];

	if (d->is.name != is->name)
		tell(w);
	if (!d->bits)
		*d = (struct ws_detail){.is = *is, .bit = e->bit};
	d->bits += (unsigned)e->bits;
	if (e->kind == INFLATE_CODE_LENGTH || e->kind == INFLATE_LENGTHS) {
		put_lengths(w, e);
		return;
	}
	put_values(w, e);
	memcpy(d->parts, e->parts, sizeof d->parts);
	d->bytes = e->out + e->at;
	d->len = e->length;
	tell(w);
}

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
	w->inflate.on_element = on_element;
	w->inflate.data = w;
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

	w->sink = sink;
	w->end = 8 * len;
	w->inflate.max_output = sink->max_message;
	*why = "no memory to inflate the message";
	if (buf_append(&out, w->window->bytes, before)) {
		code = -inflate_message(&w->inflate, payload, len, &out);
		*why = w->inflate.why;
	}
	tell(w);
	n = out.len - before;
	if (!code)
		sink->on_message(sink->data, out.data + before, n);
	if (!code && !w->forgets)
		window_add(w->window, w->inflate.window_bits, out.data + before,
			n);
	buf_free(&out);
	buf_free(&w->text);
	return code;
}
