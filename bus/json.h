/* json.h - JSON: RFC 8259. It reads a text where it lies. A text ends with a 0; a
 * value within it needs no end, since its syntax has one. */
#ifndef CHAT_JSON_H
#define CHAT_JSON_H

#include "http/slice.h"

#include <stdint.h>
#include <sys/types.h>

#define JSON_DEPTH_MAX 32 /* arrays and objects within each other */
#define JSON_IS_MAX 32

/* Is it one JSON value in UTF-8, with nothing but blanks around it? RFC 8259 9
 * lets a parser limit the depth. A surrogate without the other half is refused,
 * since it is no character. All others of these functions need a text for which
 * this is true, or a value within it, or NULL: there is none. */
bool json_is_valid(const char *text);

/* Returns the value of the member with that name: of the last one, as JSON.parse
 * does. Its p is NULL when there is none, or when the value is no object. */
struct slice json_member(const char *object, const char *name);

/* Writes the characters of a string, escapes undone, and returns how many bytes
 * they are; -1 when the value is no string, or has more than `size` bytes. */
ssize_t json_string(const char *value, char *to, size_t size);

/* Is the value this string, of less than JSON_IS_MAX bytes? */
bool json_is(const char *value, const char *text);

/* Reads an integer from 0 to 2^53 - 1, which is what JavaScript has exactly. */
bool json_integer(struct slice value, uint64_t *number);

/* Returns UTF-8 as a string on the heap: RFC 8259 7, in quotes and with escapes.
 * NULL: no memory. */
char *json_quote(struct slice text);

#endif
