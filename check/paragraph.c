/* paragraph.c - text in lines, for a terminal. */
#include "check/paragraph.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

/* Columns of a character by its first byte: those from U+1000 on, as Hangul is,
 * may be two wide. */
static size_t columns(unsigned char c)
{
	return c >= 0xE1 ? 2 : c < 0x80 || c >= 0xC0;
}

static size_t width(const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += utf8_printable((const unsigned char *)p, len)
			     ? columns((unsigned char)p[i])
			     : 4;
	return n;
}

static void put_word(const char *p, size_t len)
{
	while (len) {
		size_t n = utf8_printable((const unsigned char *)p, len);

		if (n)
			fwrite(p, 1, n, stdout);
		else if (*p == '\\')
			putchar('\\');
		else
			printf("\\x%02x", (unsigned char)*p);
		n += !n;
		p += n;
		len -= n;
	}
}

size_t paragraph(
	const char *before, size_t indent, size_t end, const char *text)
{
	size_t column = width(before, strlen(before));
	bool first = true;

	fputs(before, stdout);
	while (*text) {
		size_t len = strcspn(text, " ");
		size_t wide = width(text, len);

		if (!first && column + 1 + wide > end) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			putchar(' ');
			column++;
		}
		put_word(text, len);
		column += wide;
		first = false;
		text += len + (text[len] == ' ');
	}
	return column;
}
