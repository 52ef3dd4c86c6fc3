/* hex.h - reads bytes that are written in hex, in any common form. */
#ifndef HEX_H
#define HEX_H

#include "buf.h"
#include "http/slice.h"

/* Adds the bytes that a text stands for: "81 85", "8185", "0x81, 0x85",
 * "\x81\x85" or "81:85", also with line ends, quotes and brackets; or the
 * output of hexdump -C, xxd, od -t x1, tcpdump -X or Wireshark, whose offsets
 * and column of characters are skipped. Returns false when a word is not hex or
 * is ambiguous, and sets *wrong to it. Also returns false when there is no
 * memory, with wrong->p NULL. */
bool hex_read(struct buf *, struct slice text, struct slice *wrong);

/* The same, and adds the size of each write to `sizes`, as a size_t. Each line
 * is one write; but the lines of a dump are one together, and a line that ends
 * in a comma or a backslash goes on in the next. */
bool hex_read_writes(struct buf *, struct buf *sizes, struct slice text,
	struct slice *wrong);

#endif
