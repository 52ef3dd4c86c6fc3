/* real.h - the functions behind the wrappers, which the simulation itself
 * uses: what it allocates is not the server's. */
#ifndef REAL_H
#define REAL_H

#include <stddef.h>

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void __real_free(void *);

#endif
