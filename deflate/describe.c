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
	char why[DESCRIBE_WRONG_SIZE];
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
	size_t window, end;       /* bytes before the message; bits in it */
	unsigned literals;        /* symbols of the literal and length code */
	struct ws_detail lengths; /* of codes: many elements, one detail */
	char text[512];
};

static const struct ws_words kinds[] = {
	[INFLATE_BLOCK] = {"block", "", "1951 3.2.3"},
	[INFLATE_PADDING] = {"padding", "up to the next byte", "1951 3.2.4"},
	[INFLATE_STORED] = {"stored length", "and the same inverted",
		"1951 3.2.4"},
	[INFLATE_BYTES] = {"stored", "", "1951 3.2.4"},
	[INFLATE_COUNTS] = {"code counts", "literals, distances, lengths",
		"1951 3.2.7"},
	[INFLATE_CODE_LENGTH] = {"length codes", "symbols with their bits",
		"1951 3.2.7"},
	[INFLATE_LENGTHS] = {"code lengths", "symbols with their bits",
		"1951 3.2.7"},
	[INFLATE_LITERAL] = {"literal", "", "1951 3.2.5"},
	[INFLATE_MATCH] = {"match", "", "1951 3.2.5"},
	[INFLATE_END] = {"end of block", "", "1951 3.2.5"},
};

/* RFC 7692 7.2.1: the four bytes at the end that are not on the wire. */
static const struct ws_words left_out = {
	"left out", "an empty stored block", "7692 7.2.1"};

/* Tells the lengths of codes that have been gathered. */
static void tell_lengths(struct view *v)
{
	if (v->lengths.bits)
		v->sink->on_detail(v->sink->data, &v->lengths);
	v->lengths.bits = 0;
}

/* Names a symbol by its character where it has one, else by its number; a
 * distance or the length of a code has an "@" before it. */
static void put_length(struct view *v, unsigned symbol, unsigned bits)
{
	char *p = v->text + strlen(v->text);
	size_t room = sizeof v->text - strlen(v->text);

	if (symbol == HUFFMAN_END)
		snprintf(p, room, "end:%u ", bits);
	else if (symbol > ' ' && symbol < 0x7F)
		snprintf(p, room, "%c:%u ", (int)symbol, bits);
	else if (symbol < v->literals)
		snprintf(p, room, "#%u:%u ", symbol, bits);
	else
		snprintf(p, room, "@%u:%u ", symbol - v->literals, bits);
}

static void add_lengths(struct view *v, const struct inflate_element *e)
{
	bool is_first = e->kind == INFLATE_CODE_LENGTH;

	if (v->lengths.is.name != kinds[e->kind].name)
		tell_lengths(v);
	if (!v->lengths.bits) {
		v->lengths.is = kinds[e->kind];
		v->lengths.bit = e->bit;
		v->lengths.text = v->text;
		*v->text = 0;
	}
	v->lengths.bits += (unsigned)e->bits;
	if (is_first && e->value)
		put_length(v, v->literals + e->subject, e->value);
	for (unsigned i = 0; e->value && i < e->repeat; i++)
		put_length(v, e->subject + i, e->value);
}

/* Says what the values of an element are, where it has any. */
static void put_values(
	struct view *v, struct ws_detail *d, const struct inflate_element *e)
{
	static const char *const types[] = {
		"stored", "fixed", "dynamic", "type 3"};
	bool is_old = e->from < v->window;

	*v->text = 0;
	d->text = v->text;
	if (e->kind == INFLATE_BLOCK) {
		d->text = types[e->value];
		d->is.means = e->final ? "BFINAL 1: the last block"
				       : "BFINAL 0: more may follow";
	} else if (e->kind == INFLATE_STORED) {
		sprintf(v->text, "%u", e->value);
	} else if (e->kind == INFLATE_COUNTS) {
		v->literals = e->counts[0];
		sprintf(v->text, "%u, %u, %u", e->counts[0], e->counts[1],
			e->counts[2]);
	} else if (e->kind == INFLATE_LITERAL && e->symbol == ' ') {
		d->is.means = "a blank";
	} else if (e->kind == INFLATE_MATCH) {
		sprintf(v->text, "%zu bytes, %zu back: ", e->length,
			e->distance);
		d->is.means = is_old ? "from an earlier message"
				     : "from this message";
	}
}

/* inflate_observer.on_element */
static void on_element(
	struct inflate_observer *observer, const struct inflate_element *e)
{
	struct view *v = (struct view *)observer;
	struct ws_detail d = {.is = kinds[e->kind]};

	if (e->kind == INFLATE_CODE_LENGTH || e->kind == INFLATE_LENGTHS) {
		add_lengths(v, e);
		return;
	}
	tell_lengths(v);
	if (e->kind == INFLATE_STORED && e->bit == v->end)
		d.is = left_out, d.text = "00 00 ff ff";
	else
		put_values(v, &d, e);
	d.bit = e->bit;
	d.bits = (unsigned)e->bits;
	memcpy(d.parts, e->parts, sizeof d.parts);
	d.bytes = e->out + e->at;
	d.len = e->length;
	v->sink->on_detail(v->sink->data, &d);
}

const char *describe_wrong(
	char text[DESCRIBE_WRONG_SIZE], const struct inflate *inflate)
{
	snprintf(text, DESCRIBE_WRONG_SIZE, "bit %zu: %s (RFC 1951)",
		inflate->bit, inflate->why);
	return text;
}

/* What a message leaves behind for the next one. */
static void keep(struct watched *w, const struct buf *out)
{
	size_t most = (size_t)1 << w->bits;

	w->len = w->forgets ? 0 : out->len < most ? out->len : most;
	if (w->len)
		memcpy(w->window, out->data + out->len - w->len, w->len);
}

int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *sink, const char **why)
{
	struct watched *w = watched;
	struct view v = {.observer.on_element = on_element,
		.sink = sink,
		.window = w->len,
		.end = len * 8};
	struct inflate inflate = {.window_bits = w->bits,
		.max_output = sink->max_message,
		.observer = &v.observer};
	struct buf out = {0};
	int code = 1011;

	if (buf_append(&out, w->window, w->len))
		code = -inflate_message(&inflate, payload, len, &out);
	tell_lengths(&v);
	*why = code == 1007 ? describe_wrong(w->why, &inflate) : inflate.why;
	if (!code) {
		sink->on_message(
			sink->data, out.data + v.window, out.len - v.window);
		keep(w, &out);
	}
	buf_free(&out);
	return code;
}
