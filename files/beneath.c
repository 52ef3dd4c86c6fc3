/* beneath.c - opens a path without leaving a folder: openat2(2), symlink(7).
 *
 *     index.html                ..data/index.html, since it is a link to that
 *     ..data/index.html         release-1/index.html, since ..data is a link
 *     release-1/index.html      opened, name by name
 *
 * The walk never opens ".." and never lets the kernel follow a link. What a
 * link says takes the link's place in the path, and then the walk begins anew at
 * the root: each name that it opens lies in a folder that it has reached from
 * there. */
#include "files/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2 /* headers from before 2020 */
#define SYS_openat2 437
#endif

/* As <linux/openat2.h> has them, which not every libc brings along. */
#define NO_MAGIC_LINKS 0x02
#define BENEATH 0x08

#define TRIES 16
#define LINKS_MAX 40 /* as many as the kernel follows: path_resolution(7) */

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

int beneath_open(int root, const char *path, int flags)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = {(uint64_t)flags | O_LARGEFILE, 0, NO_MAGIC_LINKS | BENEATH};
	int tries = TRIES, fd;

	/* openat2(2): EAGAIN means that something was renamed meanwhile */
	do
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd < 0 && errno == EAGAIN && --tries);
	/* a filter of system calls that is older than the call says EPERM */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = beneath_walk(root, path, flags);
	return fd;
}

struct walk {
	int root, dir;
	char path[PATH_MAX]; /* from the root on */
	size_t at; /* the name that is next; `dir` is the folder it lies in */
	int links; /* followed so far */
};

static void go_to(struct walk *w, int dir, size_t at)
{
	if (w->dir != w->root)
		close(w->dir);
	w->dir = dir;
	w->at = at;
}

/* Puts text in the place of the bytes of the path from `from` up to `to`. */
static bool replace(
	struct walk *w, size_t from, size_t to, const char *text, size_t len)
{
	size_t rest = strlen(w->path + to) + 1;

	errno = ENAMETOOLONG;
	if (from + len + rest > sizeof w->path)
		return false;
	memmove(w->path + from + len, w->path + to, rest);
	memcpy(w->path + from, text, len);
	return true;
}

/* Takes ".." and the name before it out of the path. All names up to here are
 * folders and no links, so nothing is lost. */
static bool climb(struct walk *w)
{
	size_t from = w->at, to = w->at + 2;

	errno = EXDEV;
	if (!from)
		return false;
	for (from--; from && w->path[from - 1] != '/';)
		from--;
	to += w->path[to] == '/';
	go_to(w, w->root, 0);
	return replace(w, from, to, "", 0);
}

/* Follows the next name, if it is a link. Otherwise errno stays what it is. */
static bool follow(struct walk *w, const char *name, size_t len)
{
	char text[PATH_MAX];
	int error = errno;
	ssize_t n = readlinkat(w->dir, name, text, sizeof text);
	size_t at = w->at;

	errno = error;
	if (n < 0)
		return false;
	errno = *text == '/' ? EXDEV : ELOOP;
	if (n == 0 || *text == '/' || ++w->links > LINKS_MAX)
		return false;
	go_to(w, w->root, 0);
	return replace(w, at, at + len, text, (size_t)n);
}

/* Goes on by one name. Returns false at the end: then *fd is the file, or
 * -1. */
static bool step(struct walk *w, int flags, int *fd)
{
	char name[NAME_MAX + 1];
	const char *next = w->path + w->at;
	size_t len = strcspn(next, "/");
	bool is_last = !next[len];

	*fd = -1;
	errno = ENAMETOOLONG;
	if (len > NAME_MAX)
		return false;
	memcpy(name, next, len);
	name[len] = 0;
	if (!strcmp(name, ".."))
		return climb(w);
	if (!is_last && (!len || !strcmp(name, ".")))
		return replace(w, w->at, w->at + len + 1, "", 0);
	*fd = openat(w->dir, len ? name : ".",
		is_last ? flags | O_NOFOLLOW : FOLDER);
	if (*fd < 0)
		return follow(w, name, len);
	if (!is_last)
		go_to(w, *fd, w->at + len + 1);
	return !is_last;
}

int beneath_walk(int root, const char *path, int flags)
{
	struct walk w = {.root = root, .dir = root};
	int fd = -1;

	if (!replace(&w, 0, 0, path, strlen(path)))
		return -1;
	while (step(&w, flags, &fd))
		;
	go_to(&w, root, 0);
	return fd;
}
