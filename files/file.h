/* file.h - one file beneath a folder: found, opened, read. */
#ifndef FILE_H
#define FILE_H

#include "buf.h"
#include "files/cache.h"
#include "files/path.h"
#include "http/request.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

struct file {
	char name[PATH_NAME_SIZE]; /* the last of its path, without a coding */
	const char *coding;        /* NULL: none */
	int fd;                    /* -1 if its bytes are known */
	const void *bytes;         /* all of them; NULL if they are not known */
	struct timespec asked;     /* when, just before its state was */
	struct stat st;            /* a plain file's, or a folder's */
};

/* Finds "css/site.css" beneath a folder's descriptor, %-encoded as in a URI;
 * "css/" is the index.html in it, "css" the folder. A plain file is the coded
 * copy of it that the request prefers, if there is one. False: there is none,
 * or none that is served; errno says why. */
bool file_find(struct file *, int root, const struct cache *, struct slice path,
	const struct request *);

/* Appends bytes of it. False: no memory, or it is shorter than it said. */
bool file_copy(
	const struct file *, uint64_t first, uint64_t len, struct buf *out);

void file_close(struct file *);

#endif
