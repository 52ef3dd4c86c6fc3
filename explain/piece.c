/* piece.c - one piece of the bytes on the wire, taken apart into fields. */
#include "explain/piece.h"

#include "utf8.h"

#include <assert.h>
#include <string.h>

void piece_start(struct piece *piece, enum piece_kind kind, const char *title,
	bool sent, const void *bytes, size_t len)
{
	piece->number = 0;
	piece->us = 0;
	piece->marked = false;
	piece->kind = kind;
	piece->title = title;
	piece->sent = sent;
	piece->bytes = bytes;
	piece->len = len;
	piece->why = NULL;
	piece->code = 0;
	piece->at = 0;
	piece->missing = 0;
	piece->at_least = false;
	piece->n = 0;
	piece->explained = 0;
}

struct piece_field *piece_add(
	struct piece *piece, uint64_t bits, const struct sense *is)
{
	struct piece_field *f = &piece->fields[piece->n++];

	assert(piece->n <= PIECE_FIELDS_MAX);
	*f = (struct piece_field){.at = (size_t)(piece->explained / 8),
		.bit = piece->explained % 8,
		.bits = bits};
	strcpy(f->is.name, is->name);
	strcpy(f->is.means, is->means);
	strcpy(f->is.rfc, is->rfc);
	piece->explained += bits;
	return f;
}

void piece_extend(struct piece *piece, uint64_t bits)
{
	piece->fields[piece->n - 1].bits += bits;
	piece->explained += bits;
}

struct piece_field *piece_derive(
	struct piece *piece, size_t at, uint64_t bits, const struct sense *is)
{
	struct piece_field *f = piece_add(piece, 0, is);

	f->at = at;
	f->bit = 0;
	f->bits = bits;
	f->derived = true;
	return f;
}

size_t piece_rest(const struct piece *piece)
{
	return piece->len - (size_t)(piece->explained / 8);
}

/* Adds a text as a whole, or ends the value with "..." when there is no
 * room. */
static void append_text(struct piece_field *f, const char *text, size_t n)
{
	static const char more[] = "...";
	size_t used = strlen(f->value);

	if (!f->cut && used + n + sizeof more <= sizeof f->value) {
		memcpy(f->value + used, text, n);
		f->value[used + n] = 0;
	} else if (!f->cut) {
		memcpy(f->value + used, more, sizeof more);
		f->cut = true;
	}
}

void piece_put(struct piece_field *f, const char *text)
{
	append_text(f, text, strlen(text));
}

const char *piece_digits(char text[PIECE_DIGITS], uint64_t number)
{
	char *p = text + PIECE_DIGITS - 1;

	*p = 0;
	do {
		*--p = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return p;
}

const char *piece_hex(char text[3], unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	text[0] = digits[byte >> 4];
	text[1] = digits[byte & 15];
	text[2] = 0;
	return text;
}

void piece_put_number(struct piece_field *f, uint64_t number)
{
	char digits[PIECE_DIGITS];

	piece_put(f, piece_digits(digits, number));
}

void piece_put_bytes(struct piece_field *f, const void *bytes, size_t len)
{
	const unsigned char *p = bytes, *end = p + len;

	while (p < end && !f->cut) {
		size_t n = utf8_printable(p, (size_t)(end - p));
		char code[] = "\\xHH";

		piece_hex(code + 2, *p);
		if (n)
			append_text(f, (const char *)p, n);
		else
			piece_put(f, *p == '\\' ? "\\\\" : code);
		p += n ? n : 1;
	}
}

void piece_show(struct piece_field *f, const unsigned char *bytes, size_t len)
{
	f->bytes = bytes;
	f->shown = len < PIECE_SHOWN_MAX ? len : PIECE_SHOWN_MAX;
}

void piece_refuse(struct piece *piece, int code, const char *why)
{
	piece->code = code;
	piece->why = why;
	piece->at = piece->len ? piece->len - 1 : 0;
}

void piece_lacks(struct piece *piece, uint64_t missing, bool at_least)
{
	piece->missing = missing;
	piece->at_least = at_least;
}
