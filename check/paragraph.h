/* paragraph.h - text in lines, for a terminal. */
#ifndef PARAGRAPH_H
#define PARAGRAPH_H

#include <stddef.h>

/* Prints what comes `before`, and then a text in UTF-8, in lines that end before
 * the column `end`; later lines begin at the column `indent`. What a terminal
 * would obey or not show is printed as \xHH. Returns the column it ends at,
 * without a line end. */
size_t paragraph(
	const char *before, size_t indent, size_t end, const char *text);

#endif
