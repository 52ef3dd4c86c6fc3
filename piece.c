/* piece.c - one piece of what crosses the wire, taken apart into fields. */
#include "piece.h"

#include "utf8.h"

#include <assert.h>
#include <string.h>

void piece_start(struct piece *piece, enum piece_kind kind, const char *title,
	bool sent, const void *bytes, size_t len)
{
	piece->number = 0;
	piece->us = 0;
	piece->kind = kind;
	piece->title = title;
	piece->sent = sent;
	piece->bytes = bytes;
	piece->len = len;
	piece->why = NULL;
	piece->code = 0;
	piece->at = 0;
	piece->n = 0;
	piece->explained = 0;
}

struct field *piece_add(
	struct piece *piece, uint64_t bits, const struct sense *is)
{
	struct field *f = &piece->fields[piece->n++];

	assert(piece->n <= PIECE_FIELDS_MAX);
	*f = (struct field){.is = *is,
		.at = (size_t)(piece->explained / 8),
		.bit = piece->explained % 8,
		.bits = bits};
	piece->explained += bits;
	return f;
}

void piece_extend(struct piece *piece, uint64_t bits)
{
	piece->fields[piece->n - 1].bits += bits;
	piece->explained += bits;
}

struct field *piece_derive(
	struct piece *piece, size_t at, uint64_t bits, const struct sense *is)
{
	struct field *f = piece_add(piece, 0, is);

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

/* What has no room is cut. */
static void append(struct field *f, const char *text, size_t n)
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

void piece_put(struct field *f, const char *text)
{
	append(f, text, strlen(text));
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

void piece_put_number(struct field *f, uint64_t number)
{
	char digits[PIECE_DIGITS];

	piece_put(f, piece_digits(digits, number));
}

/* Characters that a terminal obeys or hides, in UTF-8: C1 controls, those
 * without width, line separators, those that turn the writing's direction. */
static bool is_harmful(const unsigned char *p, size_t n)
{
	static const uint32_t ranges[][2] = {{0xC280, 0xC29F},
		{0xE2808B, 0xE2808F}, {0xE280A8, 0xE280AE},
		{0xE281A0, 0xE281AF}, {0xEFBBBF, 0xEFBBBF}};
	uint32_t c = 0;

	while (n--)
		c = c << 8 | *p++;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

/* The size of the character at p if it may be shown as it is, or 0. */
static size_t printable(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

	if (n > left || p[0] < ' ' || p[0] == 0x7F || p[0] == '\\')
		return 0;
	return utf8_is_valid(p, n) && !is_harmful(p, n) ? n : 0;
}

void piece_put_bytes(struct field *f, const void *bytes, size_t len)
{
	const unsigned char *p = bytes, *end = p + len;

	while (p < end && !f->cut) {
		size_t n = printable(p, (size_t)(end - p));
		char code[] = "\\xHH";

		piece_hex(code + 2, *p);
		if (n)
			append(f, (const char *)p, n);
		else
			piece_put(f, *p == '\\' ? "\\\\" : code);
		p += n ? n : 1;
	}
}

void piece_show(struct field *f, const unsigned char *bytes, size_t len)
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
