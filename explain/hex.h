/* hex.h - bytes written in hex, as they are pasted from anywhere. */
#ifndef HEX_H
#define HEX_H

#include "buf.h"
#include "http/slice.h"

/* Adds the bytes that a text stands for: "81 85", "8185", "0x81, 0x85",
 * "\x81\x85", "81:85", with line ends, quotes and brackets; or the lines of
 * hexdump -C, xxd, od -t x1, tcpdump -X, Wireshark, whose offsets and column
 * of characters are passed over. False: it has a word that is not hex, or
 * that might be meant in two ways; or wrong->p is NULL: no memory. */
bool hex_read(struct buf *, struct slice text, struct slice *wrong);

#endif
