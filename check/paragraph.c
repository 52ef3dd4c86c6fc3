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

/* Returns how many columns a text takes; with `prints`, also prints it. What does
 * not show takes four: \xHH. A backslash is printed as it is. */
static size_t put(const char *p, size_t len, bool prints)
{
	size_t n, columns = 0;

	for (; len; p += n, len -= n) {
		n = *p == '\\' ? 1
			       : utf8_printable((const unsigned char *)p, len);
		if (n && prints)
			fwrite(p, 1, n, stdout);
		else if (prints)
			printf("\\x%02x", (unsigned char)*p);
		columns += n ? columns_of(p) : 4;
		n += !n;
	}
	return columns;
}

size_t paragraph(
	const char *before, size_t indent, size_t end, const char *text)
{
	size_t column = put(before, strlen(before), true);
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");
		size_t wide = put(text, len, false);

		if (!first && column + 1 + wide > end) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			putchar(' ');
			column++;
		}
		put(text, len, true);
		column += wide;
		first = false;
		text += len + (text[len] == ' ');
	}
	return column;
}
