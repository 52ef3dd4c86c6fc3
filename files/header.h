/* header.h - the fields that a site adds to its responses: RFC 9110 5. */
#ifndef HEADER_H
#define HEADER_H

/* Ends the program with a sentence when one of the values of --header (NULL at
 * the end) may not be added to a response. */
void header_check(const char *const *fields);

/* Returns all of them as lines, each with its CR LF; NULL when there is no
 * memory. The caller frees it. */
char *header_lines(const char *const *fields);

#endif
