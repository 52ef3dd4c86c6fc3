/* cache.h - the bytes of small files, kept in memory for a second. */
#ifndef CACHE_H
#define CACHE_H

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#define CACHE_FILES 16       /* at most */
#define CACHE_SIZE_MAX 65536 /* bytes of the largest of them */

/* NULL is a cache that is empty. */
struct cache;

struct cached {
	struct stat st;
	struct timespec until; /* CLOCK_MONOTONIC; 0: not to be used again */
	void *bytes;           /* `st.st_size` of them; the cache owns them */
	uint64_t digest;       /* of all of them */
};

/* Returns the file that is in this state, unless its time is over; or NULL. */
const struct cached *cache_find(const struct cache *, const struct stat *);

/* Makes room for the bytes of a file in this state, which takes the place of an
 * older one. The caller fills it, and says until when it may be used. Returns
 * NULL when there is no memory. */
struct cached *cache_replace(struct cache **, const struct stat *);

/* Empties the cache. */
void cache_forget(struct cache **);

#endif
