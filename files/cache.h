/* cache.h - the bytes of small files, as long as the files stay as they are. */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <sys/stat.h>

#define CACHE_FILES 16
#define CACHE_FILE_MAX 65536 /* bytes */

/* All zero: empty. */
struct cache {
	struct cached {
		struct stat st;
		void *bytes; /* st.st_size of them; NULL: none */
	} files[CACHE_FILES];
};

/* The bytes of the file whose state that is, good until something is kept.
 * NULL: they are not here, or another state's. */
const void *cache_find(const struct cache *, const struct stat *);

/* Copies a file's bytes, all of them. The state is from before they were read,
 * and so old that a change since then, or to come, shows in it. One that has no
 * room, or is too large, is not kept. */
void cache_keep(struct cache *, const struct stat *, const void *bytes);

void cache_free(struct cache *);

#endif
