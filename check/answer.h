/* answer.h - asks in HTTP, and reads the answer: RFC 9112. */
#ifndef ANSWER_H
#define ANSWER_H

#include "check/exam.h"
#include "http/fields.h"

/* All slices point into talk.in, where the answer stays until talk_take(len). */
struct answer {
	int status;
	struct fields fields;
	struct slice body; /* with its chunk heads, if it is in chunks */
	size_t len;        /* bytes of head and body */
};

/* Sends a GET for a path, with further field lines (each with its CR LF), and an
 * empty line. Returns false when the server does not take it. */
bool answer_ask(
	struct exam *, struct talk *, const char *path, const char *fields);

/* Waits until it begins, and that is with "HTTP/1.": the server answers at
 * all. */
bool answer_begins(struct exam *, struct talk *);

/* Reads a head, without what follows: len is its size. */
bool answer_head(struct exam *, struct talk *, struct answer *);

/* Fails the step unless the status is one of these. */
bool answer_has_status(
	struct exam *, struct talk *, const struct answer *, int from, int to);

/* Reads a whole answer. Each returns false when there is none, and so the step
 * has failed. */
bool answer_read(struct exam *, struct talk *, struct answer *);

/* Connects, asks and reads. In each case talk_free must follow. */
bool answer_get(
	struct exam *, struct talk *, const char *path, struct answer *);

#endif
