/* support.h - what several tests share. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Returns a copy in a heap block of exactly `len` bytes, so that the address
 * sanitizer sees a read past its end. The caller frees it. */
static inline void *exactly(const void *data, size_t len)
{
	void *block = malloc(len);

	cr_assert(block != NULL);
	if (len)
		memcpy(block, data, len);
	return block;
}

/* Returns how often the text has this part. */
static inline int text_count(const char *text, const char *part)
{
	int n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

#endif
