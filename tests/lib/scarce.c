/* scarce.c - memory that runs out. */
#include "tests/lib/scarce.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

struct scarce scarce;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(int *due)
{
	bool failed = *due == 1;

	*due -= *due > 0;
	if (failed)
		errno = ENOMEM;
	return failed;
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails(&scarce.calloc) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails(&scarce.realloc) ? NULL : __real_realloc(old, size);
}
