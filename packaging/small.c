/* small.c - two functions of the C library, for a static program that has to be
 * small: musl's own, which are made to be fast, take ten times as much. They are
 * called for a few bytes in a head, or a word in a sentence. */
#include <string.h>

void *memmem(const void *p, size_t len, const void *what, size_t n)
{
	const char *at = p;

	for (; len >= n; len--, at++)
		if (!memcmp(at, what, n))
			return (void *)at;
	return NULL;
}

char *strstr(const char *text, const char *what)
{
	return memmem(text, strlen(text), what, strlen(what));
}
