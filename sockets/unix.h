/* unix.h - a socket that listens on a path, and the file it has there.
 *
 * Whoever changes what lies at PATH first locks PATH.lock, a file that stays.
 * So of two servers that start at once one finds that the other listens. */
#ifndef UNIX_H
#define UNIX_H

#include <sys/types.h>

/* Private. */
struct unix_file {
	const char *path; /* NULL: no file is ours to remove */
	int lock;
	dev_t device;
	ino_t inode;
};

/* Listens on the path, where every user may connect, and returns the socket,
 * which is non-blocking. A socket on which no server listens any more is
 * replaced. When anything else lies there, or the socket cannot be opened, ends
 * the program with a sentence and status 1. The path must outlive the struct.
 * The socket is bound to PATH.new first, so tools like ss show that name. */
int unix_open(struct unix_file *, const char *path);

/* Removes the file, unless another one lies at the path by now. Is to be called
 * while the socket is open: then no other file can have its inode number. */
void unix_remove(struct unix_file *);

#endif
