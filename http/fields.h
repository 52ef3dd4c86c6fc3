/* fields.h - the field lines in the head of a request or a response: RFC 9112
 * sections 2.2 and 5, RFC 9110 section 5.
 *
 * The slices point into the bytes that were parsed. */
#ifndef FIELDS_H
#define FIELDS_H

#include "http/slice.h"

#include <sys/types.h>

#define FIELDS_MAX 100

struct field_line {
	struct slice name, value; /* value: without surrounding blanks */
};

/* Before the first line of a head is read, n must be 0 and why NULL. */
struct fields {
	const char *why; /* why the head is refused, or NULL */
	size_t n;
	struct field_line lines[FIELDS_MAX];
};

/* Sets *line to the line at p, without its line ending. Returns its size with
 * the line ending; 0 when that has not arrived yet; minus the HTTP status when
 * the line is refused. Every byte is checked as soon as it arrives, so that a
 * peer that speaks TLS is refused at once. */
ssize_t fields_read_line(
	struct fields *, const char *p, const char *end, struct slice *line);

/* Adds the field that such a line holds. Returns 0, or minus the HTTP status
 * when it is refused. */
int fields_add(struct fields *, struct slice line);

/* Sets `why` and returns minus the status. */
int fields_refuse(struct fields *, int status, const char *why);

/* Returns the value of the first field with that name (in any case). Its p is
 * NULL when there is none. */
struct slice fields_value(const struct fields *, const char *name);

/* Returns how many fields have that name. */
size_t fields_count(const struct fields *, const char *name);

/* Walks through the list that all fields with the same name form together (RFC
 * 9110 5.3, 5.6.1). Set the first two members and leave the rest zero. */
struct fields_list {
	const struct fields *fields;
	const char *name;
	size_t i;
	struct slice rest;
};

/* Returns the next element, trimmed and never empty. At the end its p is
 * NULL. */
struct slice fields_next(struct fields_list *);

/* Does that list contain the token, in any case? */
bool fields_has_token(
	const struct fields *, const char *name, const char *token);

#endif
