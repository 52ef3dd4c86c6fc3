/* file.h - one file beneath a folder: found, opened, read, kept in memory. */
#ifndef FILE_H
#define FILE_H

#include "buf.h"
#include "files/path.h"
#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_KEPT 16        /* files that a cache holds */
#define FILE_KEPT_MAX 65536 /* bytes of the largest of them */

/* The bytes of small files. They are used for at most a second, as long as the
 * file on disk has the same state. NULL is a cache that is empty. */
struct file_cache;

struct file {
	char name[PATH_NAME_SIZE]; /* without the ending of a coded copy */
	const char *coding;        /* "br", "gzip", or NULL */
	int fd;                    /* -1 when the cache had its bytes */
	const void *bytes; /* of a small file, good until the next file_read */
	uint64_t digest;   /* of all these bytes */
	struct timespec asked; /* the time just before `st` was read */
	struct stat st;        /* of a plain file or of a folder */
};

/* Finds "css/site.css" beneath the folder with the descriptor `root`; the path
 * is %-encoded as in a URI. "css/" is the index.html in that folder, "css" is
 * the folder itself. A plain file is replaced by its coded copy when there is
 * one and the request prefers it. Returns false when there is no such file, or
 * it is not served; errno says why. A file that was found must be closed. */
bool file_find(struct file *, int root, const struct file_cache *,
	struct slice path, const struct request *);

/* Reads a plain file of at most FILE_KEPT_MAX bytes into the cache, unless its
 * bytes came from there; they take the place of an older file. Then `st.st_size`
 * says how many there are, which are fewer than before when the file has become
 * shorter. Does nothing for a larger file. Returns false when there is no memory,
 * or the file cannot be read. */
bool file_read(struct file *, struct file_cache **);

/* Appends `len` bytes of the file, from `first` on. Returns false when there is
 * no memory for them, or the file is shorter by now. */
bool file_copy(
	const struct file *, uint64_t first, uint64_t len, struct buf *out);

void file_close(struct file *);

/* Empties the cache. */
void file_forget(struct file_cache **);

#endif
