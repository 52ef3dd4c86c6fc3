/* utf8.h - is this UTF-8, and may it be printed? RFC 3629. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Where a text has been read up to, which may be inside a character. All zero
 * at the start of a text. */
struct utf8 {
	unsigned char need;      /* bytes that the character still lacks */
	unsigned char low, high; /* the range of the next of them */
};

/* Reads the next piece of a text; it may be cut anywhere. Returns false as soon
 * as the text is not UTF-8, whatever may follow. */
bool utf8_next(struct utf8 *, const void *data, size_t len);

/* May the text end here? It may not inside a character. */
bool utf8_is_complete(const struct utf8 *);

/* Is it a whole text in UTF-8? */
bool utf8_is_valid(const void *data, size_t len);

/* The longest beginning of valid text that has at most `max` bytes and does not
 * end inside a character. */
size_t utf8_cut(const char *text, size_t len, size_t max);

/* Returns how many of the `left` bytes at p may be printed together as they are:
 * those of one character, or of an emoji with the invisible characters that
 * belong to it, at most 46 bytes. Returns 0 where the bytes are not UTF-8; at a
 * backslash, because others are escaped with it; and at a character that a
 * terminal obeys or does not show, by its property in Unicode. */
size_t utf8_printable(const unsigned char *p, size_t left);

#endif
