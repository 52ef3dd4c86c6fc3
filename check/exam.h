/* exam.h - the server that is graded, and what a step has found wrong with
 * it. */
#ifndef EXAM_H
#define EXAM_H

#include "check/talk.h"
#include "check/words.h"

#include <stdbool.h>
#include <stdint.h>

#define EXAM_TEXT 400 /* bytes of a sentence */
#define EXAM_HOST 256

struct exam {
	/* Yours to set. */
	struct sockaddr_storage address;
	socklen_t size;
	char host[EXAM_HOST];    /* as it was given: "localhost:3000" */
	const char *page, *echo; /* paths */
	const char *greeting;
	const char *file;
	const char *says; /* the text of the greeting */
	unsigned ms;      /* how long it waits for an answer */
	bool korean;

	/* Yours to read, when a step has failed. */
	char expected[EXAM_TEXT], got[EXAM_TEXT];
	const char *rfc, *rule; /* the sentence that is broken, or NULL: that
				   of the step */
	struct words hint;      /* en is NULL: that of the step */
	struct record record;   /* of the connection where it happened */
	bool marked;
	uint64_t bit; /* the guilty one, among those that the server sent */
};

/* Chooses the language. */
const char *exam_say(const struct exam *, struct words);

/* Says what must come next. The words are a format of printf, the same
 * arguments in the same order in both languages. */
void exam_expect(struct exam *, struct words, ...);

/* Names another sentence than that of the step. */
void exam_cite(struct exam *, const char *rfc, const char *rule);

/* The step has failed: says what came instead, and takes over the record, and
 * so the talk (which may be NULL) tells no more. Both return false. The second
 * one says why nothing more came: `end` of the talk. */
bool exam_fail(struct exam *, struct talk *, struct words, ...);
bool exam_fail_end(struct exam *, struct talk *);

/* Points at a bit: byte `at` of what is in talk.in, or of all that was sent. To
 * be called before exam_fail. */
void exam_mark(struct exam *, const struct talk *, size_t at, unsigned bit);

/* Is what has come TLS? Each record of TLS 1.x begins with its kind (21: alert, 22:
 * handshake) and 3: RFC 8446 5.1. */
bool exam_is_tls(const struct talk *);

/* Connects. Returns false when that fails, and so has the step. */
bool exam_connect(struct exam *, struct talk *);

/* Forgets what was found. */
void exam_clear(struct exam *);

/* Fills bytes with random ones. */
void exam_random(void *, size_t len);

#endif
