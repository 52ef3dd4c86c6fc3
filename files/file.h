/* file.h - one file beneath a folder: found, opened, read. */
#ifndef FILE_H
#define FILE_H

#include "buf.h"
#include "files/cache.h"
#include "files/folder.h"
#include "files/path.h"
#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct file {
	char name[PATH_NAME_SIZE]; /* without the ending of a coded copy */
	const char *coding;        /* "br", "gzip", or NULL */
	int fd;                    /* may be -1 when the cache had its bytes */
	const void *bytes; /* of a small file, good until the next file_read */
	uint64_t digest;   /* of all these bytes */
	struct timespec asked; /* the time just before `st` was read */
	struct stat st;        /* of a plain file or of a folder */
};

/* Finds "css/site.css" beneath the folder; the path is %-encoded as in a URI.
 * "css/" is the index.html in that folder, "css" is the folder itself. A plain
 * file is replaced by its coded copy when there is one and the request prefers
 * it. Returns false when there is no such file, or it is not served; errno says
 * why. A file that was found must be closed. */
bool file_find(struct file *, const struct folder *, const struct cache *,
	struct slice path, const struct request *);

/* Reads a plain file of at most CACHE_SIZE_MAX bytes into the cache, unless its
 * bytes came from there; they take the place of an older file. Then `st.st_size`
 * says how many there are, which are fewer than before when the file has become
 * shorter. Does nothing for a larger file. Returns false when there is no memory,
 * or the file cannot be read; errno says why. */
bool file_read(struct file *, struct cache **);

/* Appends `len` bytes of the file, from `first` on. Returns false when there is
 * no memory for them, they cannot be read, or the file is shorter by now; errno
 * says why. */
bool file_copy(
	const struct file *, uint64_t first, uint64_t len, struct buf *out);

void file_close(struct file *);

#endif
