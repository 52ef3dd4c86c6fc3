/* wing.h - the application that the tests of this wing run: that of
 * tests/lib/peer.h, behind the wing. */
#ifndef TESTS_DEFLATE_WING_H
#define TESTS_DEFLATE_WING_H

#include "tests/lib/pieces.h"

/* Starts the wing with such options, at most 8, and NULL at their end, and gives
 * it to the loop, which has been initialised. */
void wing_start(struct loop *, const char *const *options);
void wing_stop(void);

/* What it speaks. */
const struct ws_extension *wing_extension(void);

/* Returns a peer that has shaken hands on that path with this offer; NULL: with
 * none. What it has received begins after the handshake; `answer` is what that
 * says of extensions, or "". */
struct peer *wing_peer(struct loop *, const char *path, const char *offer);
extern char wing_answer[200];

#endif
