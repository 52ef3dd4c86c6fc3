/* paragraph.c - text in lines, for a terminal. */
#include "check/paragraph.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Columns of a character by its first byte: those from U+1000 on, as Hangul is,
 * may be two wide. What is joined to it takes no more. */
static size_t columns_of(const char *p)
{
	return (unsigned char)*p >= 0xE1 ? 2 : 1;
}

/* Prints a character, which takes n bytes, or none that shows (n is 0): \xHH. A
 * backslash is printed as it is. */
static void put(const char *p, size_t n)
{
	if (n)
		fwrite(p, 1, n, stdout);
	else
		printf("\\x%02x", (unsigned char)*p);
}

/* Returns the bytes of a character, 0 when it does not show, and its columns. */
static size_t measure(const char *p, size_t left, size_t *columns)
{
	size_t n =
		*p == '\\' ? 1 : utf8_printable((const unsigned char *)p, left);

	*columns = n ? columns_of(p) : 4;
	return n;
}

static size_t columns_of_word(const char *p, size_t len)
{
	size_t columns = 0;

	for (size_t n, wide; len; p += n + !n, len -= n + !n) {
		n = measure(p, len, &wide);
		columns += wide;
	}
	return columns;
}

static size_t new_line(size_t indent)
{
	printf("\n%*s", (int)indent, "");
	return indent;
}

/* Prints a word, in several lines where it is longer than one. Returns the
 * column it ends at. */
static size_t put_word(
	const char *p, size_t len, size_t column, size_t indent, size_t end)
{
	for (size_t n, wide; len; p += n + !n, len -= n + !n) {
		n = measure(p, len, &wide);
		if (column + wide > end)
			column = new_line(indent);
		put(p, n);
		column += wide;
	}
	return column;
}

size_t paragraph(
	const char *before, size_t indent, size_t end, const char *text)
{
	size_t column = put_word(before, strlen(before), 0, indent, end);
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (!first && column + 1 + columns_of_word(text, len) > end)
			column = new_line(indent);
		else if (!first) {
			putchar(' ');
			column++;
		}
		column = put_word(text, len, column, indent, end);
		first = false;
		text += len + (text[len] == ' ');
	}
	return column;
}
