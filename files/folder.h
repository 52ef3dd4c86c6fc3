/* folder.h - the folder that is served, which may be another one tomorrow. */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdbool.h>
#include <time.h>

struct folder {
	/* Yours to set. */
	/* NULL stands for the folder public/ that lies beside the program, or
	 * where `make install` puts it. */
	const char *path;
	/* Links are followed that lead to a place beneath the folder. */
	bool follows_links;

	/* Yours to read. */
	int fd; /* -1 while there is no such folder */

	/* Private. */
	time_t looked_at;
};

/* Returns false when there is no such folder; errno says why. */
bool folder_open(struct folder *);

/* Looks the folder up again, at most once a second while there is one. Returns
 * true when it is another one now, or there is none any more. When it cannot be
 * looked up for another reason, the one that is open stays. */
bool folder_renew(struct folder *);

void folder_close(struct folder *);

#endif
