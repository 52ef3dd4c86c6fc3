/* cache.c - the bytes of small files, kept in memory for a second.
 *
 * A file in the cache costs one call, fstatat, instead of four: a GET of 1 KiB
 * takes 4.9 us instead of 6.0. It is found by its inode number and not by its
 * name, so links and renames need no thought. A program that has mapped the file
 * can edit it without a change of its stamps, so the bytes are read again after
 * a second. */
#include "files/cache.h"

#include <stdbool.h>
#include <stdlib.h>

struct cache {
	struct cached files[CACHE_FILES]; /* `bytes` is NULL in a free place */
};

static size_t place_of(const struct stat *st)
{
	return (size_t)(st->st_ino % CACHE_FILES);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_state(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       is_same_time(&a->st_mtim, &b->st_mtim) &&
	       is_same_time(&a->st_ctim, &b->st_ctim);
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

const struct cached *cache_find(
	const struct cache *cache, const struct stat *st)
{
	const struct cached *kept;
	struct timespec now;

	if (!cache)
		return NULL;
	kept = &cache->files[place_of(st)];
	clock_gettime(CLOCK_MONOTONIC, &now);
	return is_before(&now, &kept->until) && is_same_state(&kept->st, st)
		       ? kept
		       : NULL;
}

struct cached *cache_replace(struct cache **cache, const struct stat *st)
{
	struct cached *kept;

	if (!*cache)
		*cache = calloc(1, sizeof **cache);
	if (!*cache)
		return NULL;
	kept = &(*cache)->files[place_of(st)];
	free(kept->bytes);
	/* one byte more, so that an empty file has an address too */
	*kept = (struct cached){
		.st = *st, .bytes = malloc((size_t)st->st_size + 1)};
	return kept->bytes ? kept : NULL;
}

void cache_forget(struct cache **cache)
{
	for (size_t i = 0; *cache && i < CACHE_FILES; i++)
		free((*cache)->files[i].bytes);
	free(*cache);
	*cache = NULL;
}
