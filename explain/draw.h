/* draw.h - draws a piece of the bytes on the wire for a terminal. */
#ifndef DRAW_H
#define DRAW_H

#include "buf.h"
#include "explain/piece.h"

#define DRAW_COLUMNS 100

/* Adds the lines of a piece, each at most DRAW_COLUMNS wide, and an empty line.
 * A line begins with ">" when a client sent the piece and with "<" when a
 * server did. The first two bytes of a frame are drawn bit by bit, as in RFC
 * 6455 5.2. "=" marks a field that is computed from others. No byte from a peer
 * reaches the terminal unescaped. Returns false when there is no memory; some
 * lines may then have been added. */
bool draw_piece(struct buf *, const struct piece *, bool colour);

/* The same without colours, DRAW_NARROW columns wide: the texts beside a field take
 * more lines. "!" stands before the field with the piece's mark, and "^" below the
 * bit. */
#define DRAW_NARROW 80
bool draw_piece_narrow(struct buf *, const struct piece *);

#endif
