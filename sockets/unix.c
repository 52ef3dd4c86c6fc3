/* unix.c - a socket that listens on a path, and the file it has there.
 *
 *     lock PATH.lock -> is PATH free? -> bind PATH.new, listen -> rename to
 *     PATH -> unlock
 *
 * Clients find either the old socket at PATH or one that already listens. */
#include "sockets/unix.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NEXT ".new"
#define LOCK ".lock"
#define PATH_MAX_BYTES (sizeof(((struct sockaddr_un *)NULL)->sun_path))

static _Noreturn void die(const char *path, int error)
{
	const char *advice = "";

	if (error == EADDRINUSE)
		advice = " Another server listens there.";
	else if (error == EAGAIN)
		advice = " Another server is starting or busy there.";
	else if (error == EEXIST)
		advice = " It is not a socket, so it is not replaced.";
	else if (error == ENAMETOOLONG)
		advice = " Choose a --unix of at most 103 bytes.";
	errx(1, "cannot listen on %s: %s.%s", path, strerror(error), advice);
}

/* Others hold the lock for a moment only. Returns false, with an errno, when
 * one of them still has it after a second. */
static bool is_locked(int lock)
{
	for (int tries = 20; flock(lock, LOCK_EX | LOCK_NB); tries--) {
		if (errno != EWOULDBLOCK || !tries)
			return false;
		poll(NULL, 0, 50);
	}
	return true;
}

static int use_path(int (*call)(int, const struct sockaddr *, socklen_t),
	int fd, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	strcpy(a.sun_path, path);
	return call(fd, (struct sockaddr *)&a, sizeof a);
}

/* Returns 0 when nothing lies at the path, or only a socket that refuses to be
 * connected to, because no server listens on it; otherwise an errno. */
static int why_taken(const char *path)
{
	struct stat st;
	int fd, error;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : errno;
	if (!S_ISSOCK(st.st_mode))
		return EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	error = EADDRINUSE;
	if (fd < 0 || use_path(connect, fd, path))
		error = errno;
	if (fd >= 0)
		close(fd);
	return error == ECONNREFUSED ? 0 : error;
}

/* As with a port, every user may connect: a proxy runs as another one. The mode
 * is right from the first moment on. */
static int bind_for_all(int fd, const char *path)
{
	mode_t before = umask(0111);
	int result = use_path(bind, fd, path);

	umask(before);
	return result;
}

/* The path is locked, and free as why_taken has it. */
static int take_over(struct unix_file *u, const char *path, const char *next)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct stat st;

	if (fd < 0 || bind_for_all(fd, next))
		die(path, errno);
	if (listen(fd, SOMAXCONN) || lstat(next, &st) || rename(next, path)) {
		int error = errno;

		unlink(next);
		die(path, error);
	}
	u->path = path;
	u->device = st.st_dev;
	u->inode = st.st_ino;
	return fd;
}

int unix_open(struct unix_file *u, const char *path)
{
	char next[PATH_MAX_BYTES], lock[PATH_MAX_BYTES + sizeof LOCK];
	int error, fd;

	if (strlen(path) + sizeof NEXT > sizeof next)
		die(path, ENAMETOOLONG);
	snprintf(next, sizeof next, "%s" NEXT, path);
	snprintf(lock, sizeof lock, "%s" LOCK, path);
	u->lock = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (u->lock < 0 || !is_locked(u->lock))
		die(lock, errno);
	error = why_taken(path);
	if (error)
		die(path, error);
	error = why_taken(next);
	if (error)
		die(next, error);
	unlink(next);
	fd = take_over(u, path, next);
	flock(u->lock, LOCK_UN);
	return fd;
}

void unix_remove(struct unix_file *u)
{
	struct stat st;

	if (!u->path)
		return;
	if (is_locked(u->lock) && !lstat(u->path, &st) &&
		st.st_dev == u->device && st.st_ino == u->inode)
		unlink(u->path);
	/* which workers have open too, so that closing it would not unlock it */
	flock(u->lock, LOCK_UN);
	close(u->lock);
	u->path = NULL;
}
