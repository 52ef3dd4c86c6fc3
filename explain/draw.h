/* draw.h - a piece of what crosses the wire, drawn for a terminal. */
#ifndef TREE_H
#define TREE_H

#include "buf.h"
#include "explain/piece.h"

#define TREE_COLUMNS 100

/* Adds its lines, each of at most TREE_COLUMNS, and an empty one. They begin
 * with ">" when a client has sent it, with "<" when a server has. What a
 * frame's first two bytes are is drawn bit by bit, as in RFC 6455 5.2; what is
 * worked out of other fields has "=" before it. No byte of a peer's reaches a
 * terminal raw. False: no memory; a part may be there. */
bool tree_draw(struct buf *, const struct piece *, bool colour);

#endif
