/* describe.h - takes a compressed message apart, for those who look at the
 * wire: ws/extension.h. */
#ifndef DEFLATE_DESCRIBE_H
#define DEFLATE_DESCRIBE_H

#include "ws/extension.h"

/* ws_extension.watch and .describe */
void *describe_watch(
	const struct ws_extension *, const char *agreed, size_t len, bool sent);
int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *, const char **why);

#endif
