/* fields.h - the field lines of a head, a request's or a response's: RFC 9112
 * sections 2.2 and 5, RFC 9110 section 5.
 *
 * The slices point into the bytes that were parsed. */
#ifndef FIELDS_H
#define FIELDS_H

#include "http/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FIELDS_MAX 100

struct field_line {
	struct slice name, value; /* value: without the blanks around it */
};

/* n is 0 and why NULL at the beginning of a head. */
struct fields {
	const char *why; /* the sentence, when the head is refused */
	size_t n;
	struct field_line lines[FIELDS_MAX];
};

/* The line at p, without its end. Returns its size with the end; 0 when that
 * is not there yet; minus the status to refuse it with. It is judged up to its
 * last byte, so that a peer that speaks TLS is told at once. */
ssize_t fields_read_line(
	struct fields *, const char *p, const char *end, struct slice *line);

/* Adds what such a line says. Returns 0, or minus the status to refuse it
 * with. */
int fields_add(struct fields *, struct slice line);

/* Sets the sentence; returns minus the status. */
int fields_refuse(struct fields *, int status, const char *why);

/* The value of the first field of that name (in any case), or p NULL. */
struct slice fields_value(const struct fields *, const char *name);

/* How many fields have that name. */
size_t fields_count(const struct fields *, const char *name);

/* Goes through the list that all fields of one name make together (RFC 9110
 * 5.3, 5.6.1). Set the first two, leave the rest zero. */
struct fields_list {
	const struct fields *fields;
	const char *name;
	size_t i;
	struct slice rest;
};

/* Its next element, trimmed and not empty; at the end p is NULL. */
struct slice fields_next(struct fields_list *);

/* Is the token in that list, in any case? */
bool fields_has_token(
	const struct fields *, const char *name, const char *token);

#endif
