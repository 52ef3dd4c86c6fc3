/* terminal.h - lines of text for a terminal, in columns. */
#ifndef PEN_H
#define PEN_H

#include "buf.h"

#include <stdint.h>

struct pen {
	/* Yours to set; the rest is zero. */
	struct buf *out;
	bool colour;

	/* Yours to read. */
	size_t column;
	bool failed; /* no memory */
};

/* Columns that a text in UTF-8 takes at most. */
size_t pen_width(const char *text);

void pen_put(struct pen *, const char *text);
void pen_put_number(struct pen *, uint64_t);
void pen_put_hex(struct pen *, const unsigned char *, size_t len);
void pen_end_line(struct pen *);

/* Repeats it up to that column. */
void pen_fill(struct pen *, size_t column, const char *with);

/* Puts what fits between two columns of a text, whole words if one does; the
 * text then begins with the rest. Nothing at all for an empty one. */
void pen_put_column(struct pen *, const char **text, size_t from, size_t end);

/* SGR parameters, where there is colour: "1;31"; "" ends it. */
void pen_paint(struct pen *, const char *how);

#endif
