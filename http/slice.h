/* slice.h - a run of characters within bytes that somebody else owns, and the
 * grammar of RFC 9110 5.6 and RFC 3986 3.
 *
 * A slice does not end with a 0. It is valid for as long as those bytes are. */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *p; /* NULL: there is no text, not even an empty one */
	size_t len;
};

/* RFC 9110 5.6.7: the names in a date, of the days from Sunday on and of the
 * months. */
extern const char slice_days[7][4], slice_months[12][4];

/* Classes of characters; they can be combined. A path and a query also have
 * what browsers send in them as it is, though RFC 3986 wants it encoded. */
enum slice_class {
	SLICE_TOKEN = 1, /* RFC 9110 5.6.2 */
	SLICE_PATH = 2,  /* RFC 3986 3.3: pchar and "/"; [ ] | ^ */
	SLICE_QUERY = 4, /* RFC 3986 3.4: the same and "?"; { } \ ` % */
	SLICE_HOST = 8,  /* RFC 3986 3.2.2: a registered name */
	SLICE_DIGIT = 16,
	SLICE_HEX = 32,
	SLICE_UNRESERVED = 64, /* RFC 3986 2.3 */
	SLICE_BASE64 = 128     /* RFC 4648 4: without "=" */
};

bool slice_in_class(char, int classes);

/* RFC 3986 2.1: is there "%" and two hexadecimal digits at index i? */
bool slice_is_escape(struct slice, size_t i);

/* Returns how many bytes from the start on are in one of the classes. In a
 * path and a host, "%" counts with two hexadecimal digits behind it. */
size_t slice_span(struct slice, int classes);

/* Is the slice not empty, and does slice_span return all of it? */
bool slice_is_all(struct slice, int classes);

/* Is it a host, with or without a port? RFC 3986 3.2.2, 3.2.3. */
bool slice_is_host(struct slice);

bool slice_is(struct slice, const char *text);
bool slice_is_nocase(struct slice, const char *text);
bool slice_equal(struct slice, struct slice);

/* Returns the slice without the spaces and tabs at both ends. */
struct slice slice_trim(struct slice);

/* Returns the part before the first `mark` and sets *rest to the part after it.
 * When there is no mark, it returns the whole slice and rest->p is NULL. */
struct slice slice_cut(struct slice, char mark, struct slice *rest);

/* Returns what follows this beginning. Its p is NULL when the slice begins with
 * something else. */
struct slice slice_after(struct slice, const char *beginning);

/* Takes the next element off a list (RFC 9110 5.6.1) and returns it, trimmed.
 * Empty elements are skipped; at the end its p is NULL. A comma in a quoted
 * string does not separate elements. */
struct slice slice_next(struct slice *list);

#endif
