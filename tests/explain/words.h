/* words.h - what a client says, as words in hex: "8180 00000000". */
#ifndef WORDS_H
#define WORDS_H

#include "explain/hex.h"
#include "explain/sandbox.h"
#include "tests/lib/support.h"

/* Says each word in a turn of its own. */
static inline void words_say(struct sandbox *p, const char *words)
{
	struct slice rest = {words, strlen(words)}, wrong;
	struct buf bytes = {0};

	cr_assert(p != NULL);
	while (rest.p) {
		bytes.len = 0;
		cr_assert(
			hex_read(&bytes, slice_cut(rest, ' ', &rest), &wrong));
		sandbox_write(p, bytes.data, bytes.len);
	}
	buf_free(&bytes);
}

#endif
