/* describe.h - takes a compressed message apart, for those who look at the
 * wire: ws/extension.h. */
#ifndef DEFLATE_DESCRIBE_H
#define DEFLATE_DESCRIBE_H

#include "ws/extension.h"

/* Why a message is refused with 1007: the bit, and inflate's reason. */
#define DESCRIBE_WRONG "bit %zu: %s (RFC 1951)"

/* ws_extension.watch and .describe */
void *describe_watch(
	const struct ws_extension *, const char *agreed, size_t len, bool sent);
int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *, const char **why);

#endif
