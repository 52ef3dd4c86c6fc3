/* echo.h - messages that must come back unchanged. */
#ifndef ECHO_H
#define ECHO_H

#include "bench/crowd.h"

/* Makes the messages: `depth` of them with `size` bytes each (8 at least), sent
 * in one write. `kind` is "text" (all ASCII), "utf8" (mostly characters of three
 * bytes, and some of each other size) or "binary". */
void echo_init(size_t size, const char *kind, uint32_t depth);

/* An operation: send them all, receive them all. */
extern const struct work echo_work;

#endif
