/* shown.h - what every piece must be, whatever it was made of. */
#ifndef SHOWN_H
#define SHOWN_H

#include "tests/lib/support.h"

#include "explain/piece.h"
#include "explain/wire.h"

/* Its fields cover each bit once; drawn, it has lines of at most 100 columns
 * without a control character; written, it is JSON in UTF-8. */
void expect_shown(const struct piece *);

/* Is it one value of RFC 8259, with nothing behind it? */
bool is_json(const char *, size_t len);

/* One end of a wire: bytes go in, and what must hold is asked of each piece
 * that comes out. */
struct watched {
	struct wire wire;
	struct piece piece;  /* the last one */
	struct buf lines[2]; /* a line for each field that does not depend on
				how the bytes were cut, and each refusal */
	size_t at[2];        /* bytes explained */
	size_t fed[2];
	bool goes_on[2]; /* the last line is of payload */
	const char *why; /* of the first refusal */
	int code;
};

void watch(struct watched *, bool sent, const void *, size_t len);
void watch_end(struct watched *);
void watch_free(struct watched *);

#endif
