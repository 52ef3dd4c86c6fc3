/* echo.h - messages that have to come back as they went. */
#ifndef ECHO_H
#define ECHO_H

#include "bench/crowd.h"

/* Makes the messages: `depth` of `size` bytes (8 at least), sent in one write.
 * `kind` is "text" (all ASCII), "utf8" (a quarter of it is not) or "binary". */
void echo_init(size_t size, const char *kind, uint32_t depth);

/* An operation: write them all, receive them all. */
extern const struct work echo_work;

#endif
