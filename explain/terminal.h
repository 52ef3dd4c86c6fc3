/* terminal.h - lines of text for a terminal, in columns. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "buf.h"

#include <stdint.h>

struct terminal {
	/* Yours to set; the rest is zero. */
	struct buf *out;
	bool colour;

	/* Yours to read. */
	size_t column;
	bool failed; /* memory ran out: a part of the text is missing */
};

/* Is standard output a terminal that can show colours, and whose user wants
 * them? Not where TERM is "dumb" or not set, or NO_COLOR is. */
bool terminal_has_colours(void);

/* Returns how many columns a text in UTF-8 takes at most. */
size_t terminal_width(const char *text);

void terminal_put(struct terminal *, const char *text);
void terminal_put_number(struct terminal *, uint64_t);
void terminal_put_hex(struct terminal *, const unsigned char *, size_t len);
void terminal_end_line(struct terminal *);

/* Repeats a text that is one column wide, up to that column. */
void terminal_fill(struct terminal *, size_t column, const char *with);

/* Puts the beginning of a text between two columns: whole words if at least one
 * fits, else as many characters as fit. Sets *text to the rest. An empty text
 * changes nothing. */
void terminal_put_column(
	struct terminal *, const char **text, size_t from, size_t end);

/* Selects a colour by the parameters of SGR, such as "1;31"; "" ends it. Does
 * nothing without `colour`. */
void terminal_paint(struct terminal *, const char *parameters);

#endif
