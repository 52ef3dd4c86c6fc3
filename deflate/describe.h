/* describe.h - takes a compressed message apart, for those who look at the
 * wire: ws/extension.h. */
#ifndef DEFLATE_DESCRIBE_H
#define DEFLATE_DESCRIBE_H

#include "deflate/inflate.h"
#include "ws/extension.h"

#define DESCRIBE_WRONG_SIZE 124

/* Writes why a message is refused with 1007: which bit is wrong, and how. Returns
 * the text, for the reason of a Close. */
const char *describe_wrong(
	char text[DESCRIBE_WRONG_SIZE], const struct inflate *);

/* ws_extension.watch and .describe */
void *describe_watch(
	const struct ws_extension *, const char *agreed, size_t len, bool sent);
int describe_message(void *watched, const void *payload, size_t len,
	const struct ws_sink *, const char **why);

#endif
