/* shown.h - checks that hold for every piece. */
#ifndef SHOWN_H
#define SHOWN_H

#include "tests/lib/support.h"

#include "explain/piece.h"
#include "explain/wire.h"

/* Checks that its fields cover each bit once, that it is drawn in lines of at
 * most 100 columns without control characters, and that it is written as JSON
 * in UTF-8. */
void expect_shown(const struct piece *);

/* Returns whether the text is exactly one value of RFC 8259. */
bool is_json(const char *, size_t len);

/* A wire: bytes go in, and each piece that comes out is checked with
 * expect_shown. */
struct shown {
	struct wire wire;
	struct piece piece;  /* the last one; its bytes are gone */
	struct buf fed[2];   /* what each side has sent */
	size_t at[2];        /* bytes of it that are pieces */
	struct buf lines[2]; /* a line for each field that does not depend on
				how the bytes were cut, and each refusal */
	bool goes_on[2];     /* the last line is of payload */
	const char *why;     /* of the first refusal */
	int code;
};

struct shown *shown_new(uint64_t max_message);
void shown_feed(struct shown *, bool sent, const void *, size_t len);
void shown_end(struct shown *);
void shown_free(struct shown *);

#endif
