/* coded.c - messages that an extension has coded: RFC 6455 9, RFC 7692 6. */
#include "explain/coded.h"

#include "explain/bits.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_SHOWN 24 /* of an element */

void coded_agree(struct coded *c, const struct ws_extension *by,
	struct slice extensions, bool sent)
{
	struct slice one;

	coded_free(c);
	while (by && !c->watched && (one = slice_next(&extensions)).p)
		c->watched = by->watch(one.p, one.len, sent);
	c->by = c->watched ? by : NULL;
}

void coded_free(struct coded *c)
{
	buf_free(&c->payload);
	free(c->watched);
	*c = (struct coded){0};
}

void coded_begin(struct coded *c)
{
	c->payload.len = 0;
}

/* A message that is lost is missing in the context of those that follow, so none
 * of them can be taken apart. */
static void lose(struct coded *c)
{
	free(c->watched);
	c->watched = NULL;
	buf_free(&c->payload);
}

void coded_add(struct coded *c, const struct frame *f, uint64_t from,
	const unsigned char *p, size_t len)
{
	size_t before = c->payload.len;

	if (!c->watched)
		return;
	if (len > CODED_MAX - before || !buf_append(&c->payload, p, len)) {
		lose(c);
		return;
	}
	if (len)
		frame_mask(c->payload.data + before, len, f->key,
			(size_t)(from % 4));
}

/* Where the parts of a message go. */
struct telling {
	struct piece *piece;
	const struct buf *payload;
	size_t end;     /* bytes of the message before the end of the piece */
	size_t n, more; /* details, and those that are not shown */
};

static void put_sense(struct sense *is, const struct ws_detail *d)
{
	*is = (struct sense){0};
	strncpy(is->name, d->is.name, sizeof is->name - 1);
	strncpy(is->means, d->is.means, sizeof is->means - 1);
	strncpy(is->rfc, d->is.rfc, sizeof is->rfc - 1);
}

/* Writes bits in the order in which they are read: from the lowest of each byte
 * upwards, with a blank between their parts. */
static void put_code(char code[PIECE_CODE_SIZE], const struct buf *payload,
	const struct ws_detail *d)
{
	size_t n = 0, part = 0, in_part = 0;
	bool is_bytes = d->len && !d->parts[0];

	if (d->bits > PIECE_CODE_BITS || is_bytes ||
		d->bit + d->bits > (uint64_t)payload->len * 8)
		return;
	for (uint64_t i = d->bit; i < d->bit + d->bits; i++) {
		if (part < 3 && in_part && in_part == d->parts[part]) {
			in_part = 0;
			do
				part++;
			while (part < 3 && !d->parts[part]);
			code[n++] = ' ';
		}
		code[n++] = payload->data[i / 8] >> i % 8 & 1 ? '1' : '0';
		in_part++;
	}
	code[n] = 0;
}

static void add_more(struct telling *t)
{
	static const struct sense is = {"elements", "", ""};
	struct piece_field *f;

	if (!t->more)
		return;
	f = piece_derive(t->piece, 0, 0, &is);
	piece_put_number(f, t->more);
	piece_put(f, " more, which are not shown");
	t->more = 0;
}

/* ws_sink.on_detail */
static void add_detail(void *data, const struct ws_detail *d)
{
	struct telling *t = data;
	size_t byte = (size_t)(d->bit / 8), end = t->piece->len;
	struct piece_field *f;
	struct sense is;

	/* what is left out stands behind all else, and is always shown */
	if (t->n >= PIECE_DETAILS_MAX && byte < t->end) {
		t->more++;
		return;
	}
	t->n++;
	if (byte >= t->end)
		add_more(t);
	put_sense(&is, d);
	/* the message may have begun in a piece before */
	if (byte + end < t->end || byte >= t->end)
		f = piece_derive(t->piece, 0, 0, &is);
	else
		f = piece_derive(t->piece, byte + end - t->end,
			(d->bit % 8 + d->bits + 7) / 8 * 8, &is);
	if (f->at + f->bits / 8 > end)
		f->bits = (end - f->at) * 8;
	put_code(f->code, t->payload, d);
	piece_put(f, d->text ? d->text : "");
	piece_put_bytes(
		f, d->bytes, d->len < BYTES_SHOWN ? d->len : BYTES_SHOWN);
	if (d->len > BYTES_SHOWN)
		piece_put(f, "...");
}

void coded_end(struct coded *c, struct piece *piece, bool is_text, uint64_t max)
{
	struct telling t = {
		.piece = piece, .payload = &c->payload, .end = c->payload.len};
	struct ws_sink sink = {.max_message = CODED_DECODED_MAX,
		.on_detail = add_detail,
		.data = &t};
	static const struct sense lost = {
		"coded", "not taken apart: too long", "6455 9"};
	struct buf message;
	const char *why;
	int code;

	if (!c->watched) {
		piece_derive(piece, 0, 0, &lost);
		return;
	}
	if (max && max < sink.max_message)
		sink.max_message = (uint32_t)max;
	code = c->by->describe(c->watched, c->payload.data, c->payload.len,
		&sink, &message, &why);
	if (!code)
		bits_add_decoded(piece, message.data, message.len, is_text);
	add_more(&t);
	if (code)
		piece_refuse(piece, code, why);
	else if (is_text && !utf8_is_valid(message.data, message.len))
		piece_refuse(piece, 1007, frame_not_utf8);
	buf_free(&message);
	buf_free(&c->payload);
}
