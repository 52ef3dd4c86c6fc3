/* files.h - the files beneath one folder, as answers: RFC 9110.
 *
 * Only this wing reads files. Nothing outside of the folder is ever read,
 * however the folders beneath it change meanwhile. */
#ifndef FILES_H
#define FILES_H

#include "http/request.h"
#include "http/response.h"

#include <stdbool.h>

struct file_cache;

/* Private. */
struct files {
	int root;                 /* the folder's descriptor, or -1 */
	struct file_cache *cache; /* of small files; NULL while it is empty */
};

/* Opens a folder. NULL stands for the folder public/ that lies beside the
 * program, or where `make install` puts it. Returns false when there is no such
 * folder; errno says why. */
bool files_open(struct files *, const char *dir);

/* Says in a sentence why files_open has returned false. Returns the program's
 * exit status. */
int files_fail(const char *dir);

void files_close(struct files *);

/* Answers a GET or HEAD for a file beneath the folder. `path` is the part of
 * the URI behind `prefix` ("/public/"), still %-encoded: "css/site.css"; "css/"
 * or "" for the index.html in that folder; "css" is redirected to "css/", with
 * the request's query. Returns false, with nothing written, when there is no
 * such file or it is not served. A file that cannot be opened for lack of
 * descriptors or memory, or that cannot be read, is answered with 503.
 *
 * The ETag of a file of at most 64 KiB covers its bytes, which are read again
 * after a second at the latest. That of a larger file covers its inode, size,
 * mtime and ctime. A program that edits a larger file through mmap may leave
 * these as they are, and then clients keep the old bytes; it should write the
 * file anew, or set its mtime afterwards. */
bool files_send(struct files *, const char *prefix, struct slice path,
	const struct request *, struct response *);

#endif
