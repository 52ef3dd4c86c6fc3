/* visible.h - which characters of a peer's may be shown as they are. */
#ifndef VISIBLE_H
#define VISIBLE_H

#include <stddef.h>

/* The size of the character at p, of which `left` bytes are there, or 0: it is
 * not UTF-8, a control character, one without width, or one that turns the
 * direction of writing. Nor is it a backslash, with which those are escaped. */
size_t visible_size(const unsigned char *p, size_t left);

#endif
