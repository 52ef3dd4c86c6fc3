/* files.h - the files beneath one folder, as answers: RFC 9110.
 *
 * Only this wing reads files. Nothing outside of the folder is ever read,
 * however the folders beneath it change meanwhile. */
#ifndef FILES_H
#define FILES_H

#include "app.h"
#include "files/folder.h"

#include <stdbool.h>

struct cache;

struct files {
	/* Yours to set, before files_open; files_options does so. The server's
	 * own folder (folder.path is NULL) has the page, which gets a policy:
	 * it may load only from this server. */
	struct folder folder;
	bool is_site; /* 404.html answers for what is missing */
	bool is_spa;  /* and index.html where the missing name has no dot */

	/* Private. */
	struct cache *cache; /* of small files; NULL while it is empty */
};

/* Its options; and --header, which it puts on the responses of the application
 * (app.fields). */
extern const struct wing files_wing;

/* Sets the members from the command line. Ends the program with a sentence when
 * its options can never do what was meant. */
void files_options(struct files *, const struct options *);

/* Returns false when there is no such folder; errno says why. */
bool files_open(struct files *);

/* Says in a sentence why files_open has returned false. Returns the program's
 * exit status. */
int files_fail(const struct files *);

void files_close(struct files *);

/* Answers a GET or HEAD for a file beneath the folder. `path` is the part of
 * the URI behind `prefix` ("/public/"), still %-encoded: "css/site.css"; "css/"
 * or "" for the index.html in that folder; "css" is redirected to "css/", with
 * the request's query.
 *
 *     404    there is no such file, or it is never served
 *     403    this process must not read it
 *     503    it cannot be read now: no descriptor or memory is left, or another
 *            program holds it, or its file system may come back
 *     500    it cannot be read
 *
 * The ETag of a file of at most 64 KiB covers its bytes, which are read again
 * after a second at the latest. That of a larger file covers its inode, size,
 * mtime and ctime. A program that edits a larger file through mmap may leave
 * these as they are, and then clients keep the old bytes; it should write the
 * file anew, or set its mtime afterwards. */
void files_send(struct files *, const char *prefix, struct slice path,
	const struct request *, struct response *);

#endif
