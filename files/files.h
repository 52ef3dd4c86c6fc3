/* files.h - the files beneath one folder, as answers: RFC 9110.
 *
 * The only part that touches the disk. Nothing outside of the folder is ever
 * read, whatever its tree is changed to meanwhile. */
#ifndef FILES_H
#define FILES_H

#include "files/cache.h"
#include "http/request.h"
#include "http/response.h"

#include <stdbool.h>

struct files {
	int root; /* the folder's descriptor */
	struct cache cache;
};

/* False: there is no such folder; errno says why. */
bool files_open(struct files *, const char *dir);
void files_close(struct files *);

/* Answers a GET or HEAD for a file beneath the folder. `path` is what
 * the URI has behind `prefix` ("/public/"), still %-encoded: "css/site.css",
 * "css/" or "" for the index.html in it; "css" is redirected to "css/". False:
 * there is no such file, or none that is served, and nothing is written; one
 * that cannot be opened for lack of descriptors is answered with 503. */
bool files_send(struct files *, const char *prefix, struct slice path,
	const struct request *, struct response *);

#endif
