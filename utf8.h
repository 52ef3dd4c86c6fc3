/* utf8.h - is this UTF-8? RFC 3629.
 *
 * The text may be cut anywhere, in the middle of a character too: the state
 * carries over. A wrong byte is found when it arrives, not at the end. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: at the start of a text. */
struct utf8 {
	unsigned char need;      /* bytes that the character still lacks */
	unsigned char low, high; /* the range of the next of them */
};

/* Reads on. False: these bytes can never become valid, whatever follows. */
bool utf8_next(struct utf8 *, const void *data, size_t len);

/* May the text end here, or is a character unfinished? */
bool utf8_is_complete(const struct utf8 *);

/* A whole text at once. */
bool utf8_is_valid(const void *data, size_t len);

/* The size of the character at p, of which `left` bytes are there, or 0: it is
 * not UTF-8, a control character, one without width, or one that turns the
 * direction of writing. Nor is it a backslash, with which those are escaped. */
size_t utf8_printable(const unsigned char *p, size_t left);

#endif
