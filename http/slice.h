/* slice.h - a run of characters in somebody else's bytes, and what the
 * grammars of RFC 9110 5.6 and RFC 3986 ask of one.
 *
 * It is not ended by a 0, and is good for as long as those bytes stay. */
#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *p; /* NULL: there is no such thing at all */
	size_t len;
};

/* What a character may be part of; the values can be combined. */
enum slice_class {
	SLICE_TOKEN = 1, /* RFC 9110 5.6.2 */
	SLICE_PATH = 2,  /* RFC 3986 3.3: "/" and pchar, %HH counts as one */
	SLICE_QUERY = 4, /* RFC 3986 3.4: the same and "?" */
	SLICE_HOST = 8,  /* RFC 3986 3.2.2: a registered name, %HH too */
	SLICE_DIGIT = 16,
	SLICE_HEX = 32
};

bool slice_in_class(char, int classes);

/* How many bytes from the start on are in one of the classes. */
size_t slice_span(struct slice, int classes);

/* Not empty, and each of its bytes in one of the classes. */
bool slice_is_all(struct slice, int classes);

/* A host, and perhaps a port: RFC 3986 3.2.2, 3.2.3. */
bool slice_is_host(struct slice);

bool slice_is(struct slice, const char *text);
bool slice_is_nocase(struct slice, const char *text);
bool slice_equal(struct slice, struct slice);

/* Without the spaces and tabs around it. */
struct slice slice_trim(struct slice);

/* What stands before the first `mark`, or all of it; *rest, if there is one,
 * begins behind the mark and else has p NULL. */
struct slice slice_cut(struct slice, char mark, struct slice *rest);

/* Goes through a list (RFC 9110 5.6.1): returns the next element, trimmed,
 * and takes it off *list. Empty elements are passed over; at the end p is
 * NULL. A comma in a quoted string does not separate. */
struct slice slice_next(struct slice *list);

#endif
