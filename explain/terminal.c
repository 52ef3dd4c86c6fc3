/* terminal.c - lines of text for a terminal, in columns. */
#include "explain/terminal.h"

#include "explain/piece.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool terminal_has_colours(void)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") &&
	       !(no_color && *no_color);
}

/* Counts columns. A character from U+1000 on may be wide: it counts as two. The
 * bytes that continue a character take no column. */
static size_t count_columns(const char *text, size_t len)
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

size_t terminal_width(const char *text)
{
	return count_columns(text, strlen(text));
}

static void put_bytes(struct terminal *t, const char *text, size_t len)
{
	t->column += count_columns(text, len);
	if (!buf_append(t->out, text, len))
		t->failed = true;
}

void terminal_put(struct terminal *t, const char *text)
{
	put_bytes(t, text, strlen(text));
}

void terminal_put_number(struct terminal *t, uint64_t number)
{
	char digits[PIECE_DIGITS];

	terminal_put(t, piece_digits(digits, number));
}

void terminal_put_hex(
	struct terminal *t, const unsigned char *bytes, size_t len)
{
	char two[3];

	for (size_t i = 0; i < len; i++) {
		terminal_put(t, i ? " " : "");
		terminal_put(t, piece_hex(two, bytes[i]));
	}
}

void terminal_end_line(struct terminal *t)
{
	put_bytes(t, "\n", 1);
	t->column = 0;
}

void terminal_fill(struct terminal *t, size_t column, const char *with)
{
	while (t->column < column && !t->failed)
		terminal_put(t, with);
}

/* Returns how many bytes fit: all, or those before the last space that fits, or
 * else as many whole characters as fit. */
static size_t fitting(const char *text, size_t room)
{
	size_t n = 0, space;

	if (terminal_width(text) <= room)
		return strlen(text);
	while (count_columns(text, n + 1) <= room)
		n++;
	for (space = n; space && text[space] != ' '; space--)
		;
	return space ? space : n;
}

void terminal_put_column(
	struct terminal *t, const char **text, size_t from, size_t end)
{
	size_t n = fitting(*text, end - from);

	if (!n)
		return;
	terminal_fill(t, from, " ");
	put_bytes(t, *text, n);
	*text += n + ((*text)[n] == ' ');
}

void terminal_paint(struct terminal *t, const char *parameters)
{
	if (t->colour && !buf_printf(t->out, "\x1b[%sm", parameters))
		t->failed = true;
}
