/* terminal.c - lines of text for a terminal, in columns. */
#include "explain/terminal.h"

#include "explain/piece.h"

#include <string.h>

/* From U+1100 on a character may be wide. The bytes that continue one take
 * nothing. */
static size_t columns(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0xE1)
			n += 2;
		else if (c < 0x80 || c >= 0xC0)
			n++;
	}
	return n;
}

size_t pen_width(const char *text)
{
	return columns(text, strlen(text));
}

static void put(struct pen *p, const char *text, size_t len)
{
	p->column += columns(text, len);
	if (!buf_append(p->out, text, len))
		p->failed = true;
}

void pen_put(struct pen *p, const char *text)
{
	put(p, text, strlen(text));
}

void pen_put_number(struct pen *p, uint64_t number)
{
	char digits[PIECE_DIGITS];

	pen_put(p, piece_digits(digits, number));
}

void pen_put_hex(struct pen *p, const unsigned char *bytes, size_t len)
{
	char two[3];

	for (size_t i = 0; i < len; i++) {
		pen_put(p, i ? " " : "");
		pen_put(p, piece_hex(two, bytes[i]));
	}
}

void pen_end_line(struct pen *p)
{
	put(p, "\n", 1);
	p->column = 0;
}

void pen_fill(struct pen *p, size_t column, const char *with)
{
	while (p->column < column && !p->failed)
		pen_put(p, with);
}

/* How many bytes to put: all, or up to the last space, or what there is room
 * for, but no part of a character. */
static size_t fitting(const char *text, size_t room)
{
	size_t n = 0, space;

	if (pen_width(text) <= room)
		return strlen(text);
	while (columns(text, n + 1) <= room)
		n++;
	for (space = n; space && text[space] != ' '; space--)
		;
	return space ? space : n;
}

void pen_put_column(struct pen *p, const char **text, size_t from, size_t end)
{
	size_t n = fitting(*text, end - from);

	if (!n)
		return;
	pen_fill(p, from, " ");
	put(p, *text, n);
	*text += n + ((*text)[n] == ' ');
}

void pen_paint(struct pen *p, const char *how)
{
	if (p->colour && !buf_printf(p->out, "\x1b[%sm", how))
		p->failed = true;
}
