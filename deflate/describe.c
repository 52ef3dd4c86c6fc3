/* describe.c - takes a compressed message apart, element by element: RFC 1951,
 * section 3.2; RFC 7692, section 7.2. */
#include "deflate/describe.h"

#include "deflate/inflate.h"
#include "deflate/offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The messages that one end sends. */
struct watched {
	int bits; /* of its window */
	bool forgets;
	char why[124];
	size_t len;
	unsigned char window[];
};

void *describe_watch(const struct ws_extension *extension, const char *agreed,
	size_t len, bool sent)
{
	struct watched *w;
	struct agreement is;
	int bits;

	(void)extension;
	if (!offer_read_answer(&is, (struct slice){agreed, len}))
		return NULL;
	bits = sent ? is.server_bits : is.client_bits;
	w = malloc(sizeof *w + ((size_t)1 << bits));
	if (w) {
		w->bits = bits;
		w->forgets = sent ? is.server_forgets : is.client_forgets;
		w->len = 0;
	}
	return w;
}

struct view {
	struct inflate_observer observer; /* the first member */
	const struct ws_sink *sink;
	size_t window;            /* bytes before the message */
	unsigned n;               /* literal and length symbols */
	struct ws_detail lengths; /* of codes, many elements in one detail */
	char text[512];           /* "a:3 end:2 #257:4 @0:1" */
};

/* Tells what has been gathered. */
static void tell_lengths(struct view *v)
{
	if (v->lengths.bits)
		v->sink->on_detail(v->sink->data, &v->lengths);
	v->lengths.bits = 0;
	*v->text = 0;
}

/* A byte that has no code of its own here is shown by its number, as a length
 * is; a distance symbol has an "@" before it. */
static void put_length(struct view *v, unsigned symbol, unsigned bits)
{
	size_t n = strlen(v->text);
	char *p = v->text + n;

	if (symbol == HUFFMAN_END)
		snprintf(p, sizeof v->text - n, "end:%u ", bits);
	else if (symbol > ' ' && symbol < 0x7F)
		snprintf(p, sizeof v->text - n, "%c:%u ", (int)symbol, bits);
	else if (symbol < v->n)
		snprintf(p, sizeof v->text - n, "#%u:%u ", symbol, bits);
	else
		snprintf(p, sizeof v->text - n, "@%u:%u ", symbol - v->n, bits);
}

static void add_lengths(struct view *v, const struct inflate_element *e)
{
	static const struct ws_detail is[] = {
		{.name = "length codes",
			.means = "symbols with their bits",
			.rfc = "1951 3.2.7"},
		{.name = "code lengths",
			.means = "symbols with their bits",
			.rfc = "1951 3.2.7"},
	};
	bool first = e->kind == INFLATE_CODE_LENGTH;
	unsigned bits = v->lengths.bits;

	if (bits && v->lengths.name != is[!first].name)
		tell_lengths(v);
	if (!v->lengths.bits) {
		v->lengths = is[!first];
		v->lengths.bit = e->bit;
		v->lengths.text = v->text;
	}
	v->lengths.bits += (unsigned)e->bits;
	for (unsigned i = 0; e->value && i < (first ? 1 : e->repeat); i++)
		put_length(v, e->subject + i + (first ? v->n : 0), e->value);
}

static const struct ws_detail kinds[] = {
	[INFLATE_BLOCK] = {.name = "block", .rfc = "1951 3.2.3"},
	[INFLATE_PADDING] = {.name = "padding",
		.means = "up to the next byte",
		.rfc = "1951 3.2.4"},
	[INFLATE_STORED] = {.name = "stored length",
		.means = "and the same inverted",
		.rfc = "1951 3.2.4"},
	[INFLATE_BYTES] = {.name = "stored", .rfc = "1951 3.2.4"},
	[INFLATE_COUNTS] = {.name = "code counts",
		.means = "literals, distances, lengths",
		.rfc = "1951 3.2.7"},
	[INFLATE_LITERAL] = {.name = "literal", .rfc = "1951 3.2.5"},
	[INFLATE_MATCH] = {.name = "match", .rfc = "1951 3.2.5"},
	[INFLATE_END] = {.name = "end of block", .rfc = "1951 3.2.5"},
};

/* Says the values of an element in words, where it has any. */
static void put_values(char *text, size_t size, const struct inflate_element *e)
{
	static const char *const types[] = {"stored", "fixed", "dynamic", "type 3"};

	*text = 0;
	if (e->kind == INFLATE_BLOCK)
		snprintf(text, size, "%s", types[e->value]);
	else if (e->kind == INFLATE_STORED)
		snprintf(text, size, "%u", e->value);
	else if (e->kind == INFLATE_COUNTS)
		snprintf(text, size, "%u, %u, %u", e->counts[0], e->counts[1],
			e->counts[2]);
	else if (e->kind == INFLATE_MATCH)
		snprintf(text, size, "%zu bytes, %zu back: ", e->length,
			e->distance);
}

/* inflate_observer.on_element */
static void on_element(
	struct inflate_observer *observer, const struct inflate_element *e)
{
	struct view *v = (struct view *)observer;
	struct ws_detail d = kinds[e->kind];
	char text[64];

	if (e->kind == INFLATE_COUNTS)
		v->n = e->counts[0];
	if (e->kind == INFLATE_CODE_LENGTH || e->kind == INFLATE_LENGTHS) {
		add_lengths(v, e);
		return;
	}
	tell_lengths(v);
	put_values(text, sizeof text, e);
	d.text = text;
	d.bit = e->bit;
	d.bits = (unsigned)e->bits;
	memcpy(d.parts, e->parts, sizeof d.parts);
	d.bytes = e->out + e->at;
	d.len = e->length;
	if (e->kind == INFLATE_BLOCK)
		d.means = e->final ? "BFINAL 1: the last block"
				   : "BFINAL 0: more may follow";
	else if (e->kind == INFLATE_LITERAL && e->symbol == ' ')
		d.means = "a blank";
	else if (e->kind == INFLATE_MATCH)
		d.means = e->from < v->window ? "from an earlier message"
					      : "from this message";
	v->sink->on_detail(v->sink->data, &d);
}

/* What is left behind by a message, for the next one. */
static void keep(struct watched *w, const struct buf *out)
{
	size_t most = (size_t)1 << w->bits;

	w->len = w->forgets ? 0 : out->len < most ? out->len : most;
	memcpy(w->window, out->data + out->len - w->len, w->len);
}

int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *sink, const char **why)
{
	static const struct ws_detail left_out = {.name = "left out",
		.text = "00 00 ff ff",
		.means = "an empty stored block",
		.rfc = "7692 7.2.1"};
	struct watched *w = watched;
	struct view v = {.observer.on_element = on_element,
		.sink = sink,
		.window = w->len};
	struct inflate inflate = {.window_bits = w->bits,
		.max_output = sink->max_message,
		.observer = &v.observer};
	struct buf out = {0};
	int code = 1011;

	if (buf_append(&out, w->window, w->len))
		code = -inflate_message(&inflate, payload, len, &out);
	tell_lengths(&v);
	if (code == 1007)
		snprintf(w->why, sizeof w->why, DESCRIBE_WRONG, inflate.bit,
			inflate.why);
	*why = code == 1007 ? w->why : inflate.why;
	if (!code) {
		struct ws_detail d = left_out;

		d.bit = (uint64_t)len * 8;
		sink->on_detail(sink->data, &d);
		sink->on_message(
			sink->data, out.data + v.window, out.len - v.window);
		keep(w, &out);
	}
	buf_free(&out);
	return code;
}
