/* files.h - the files beneath one folder, as answers: RFC 9110.
 *
 * The only part that touches the disk. Nothing outside of the folder is ever
 * read, whatever its tree is changed to meanwhile. */
#ifndef FILES_H
#define FILES_H

#include "http.h"
#include "response.h"

#include <stdbool.h>

/* The folder's descriptor, or -1 and errno. */
int files_open(const char *dir);

/* Answers a GET or HEAD for a file beneath the folder `root`. `path` is what
 * the URI has behind `prefix` ("/public/"), still %-encoded: "css/site.css",
 * "css/" or "" for the index.html in it; "css" is redirected to "css/". False:
 * there is no such file, or none that is served, and nothing is written; one
 * that cannot be opened for lack of descriptors is answered with 503. */
bool files_send(int root, const char *prefix, struct slice path,
	const struct http_request *, struct response *);

#endif
