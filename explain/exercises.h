/* exercises.h - exercises in the protocol, from easy to hard: each asks a
 * learner to send certain bytes by hand, and this file tells whether they did,
 * and if not, what is missing. */
#ifndef EXERCISES_H
#define EXERCISES_H

#include "explain/piece.h"
#include "explain/verdict.h"
#include "http/slice.h"
#include "ws/frame.h"

#include <stdint.h>

#define EXERCISES_FRAMES_MAX 32
#define EXERCISES_START_MAX 8

/* A frame that the learner has sent. */
struct attempt_frame {
	struct frame head; /* as far as it has arrived */
	size_t at;    /* offset of its first byte among all written bytes */
	size_t write; /* the number of the write that brought its end */
	bool cut;     /* an earlier write brought its beginning */
	uint64_t len; /* bytes of payload that have arrived */
	unsigned char start[EXERCISES_START_MAX]; /* the first, unmasked */
	unsigned char
		raw[FRAME_HEAD_MAX]; /* the frame's first bytes, as sent */
	size_t have;                 /* how many of these */
	bool whole;
	/* Of the message that it ends, where an extension has coded that: how
	 * many bytes come out, the first of them, and what it is made of. */
	uint64_t out_len;
	unsigned char out[EXERCISES_START_MAX];
	bool is_stored, reaches_back;
};

/* What a learner has tried, and the outcome. All zero at the beginning. */
struct attempt {
	/* Yours to read: the close code that ended the connection, 1005 for a
	 * Close without a code, 0 as long as there was no Close. */
	int code;

	/* Private. */
	bool offered;      /* the client has offered an extension */
	size_t write;      /* the number of the current write */
	size_t begin, len; /* its bytes, among all written bytes */
	size_t at;         /* bytes whose pieces have been noted */
	size_t n; /* frames; in a full array a new one replaces the last */
	struct attempt_frame frames[EXERCISES_FRAMES_MAX];
	const char *why;  /* the rule that the last frame breaks, or NULL */
	bool ponged;      /* the server has sent a Pong */
	bool full;        /* there were more frames than fit */
	uint64_t missing; /* bytes that the last frame lacks ... */
	bool at_least;    /* ... or more */
};

/* The page has the texts of the exercises, by their ids. */
struct exercise {
	char id[20];
	char rfc[12];  /* number and section: "6455 5.2" */
	uint8_t level; /* from 1 on; the page has the names of the levels */
	bool offers;   /* the client offers an extension, and only then */

	/* It is solved when all of these conditions hold. */
	uint16_t code;    /* the close code; 0: any */
	const char *rule; /* words of the broken rule; NULL: any or none */
	/* NULL: no condition. When it is false it says what is missing. */
	bool (*is_solved)(const struct attempt *, struct verdict *);
};

extern const struct exercise exercises_list[];
extern const size_t exercises_count;

/* Call this before each write, with its length. */
void exercises_note_write(struct attempt *, size_t len);

/* Call this for each piece that crosses the wire, in either direction. */
void exercises_note_piece(struct attempt *, const struct piece *);

/* Returns NULL when there is no exercise of that id. */
const struct exercise *exercises_find(struct slice id);

bool exercises_is_solved(const struct exercise *, const struct attempt *);

/* The same, and says what is missing when it returns false. */
bool exercises_judge(
	const struct exercise *, const struct attempt *, struct verdict *);

#endif
