/* folder.c - the folder that is served, which may be another one tomorrow.
 *
 *     rm -r site && make site         a new folder under the old name
 *     ln -sfn release-2 current       a link that leads to another folder now
 *
 * A descriptor stays with the folder that it was opened for, and that is what
 * keeps requests beneath it. So the name is looked up again now and then. */
#include "files/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_path(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The folder public/ beside the program, or where `make install` puts it. */
static int open_public(void)
{
	static const char *const places[] = {
		"public", "../share/hello-socket/public"};
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);
	int fd = -1;

	while (n > 0 && path[n - 1] != '/')
		n--;
	for (size_t i = 0; n >= 0 && fd < 0 && i < 2; i++) {
		strcpy(path + n, places[i]);
		fd = open_path(path);
	}
	return fd;
}

static int look_up(const struct folder *folder)
{
	return folder->path ? open_path(folder->path) : open_public();
}

static bool is_same(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

bool folder_open(struct folder *folder)
{
	folder->fd = look_up(folder);
	return folder->fd >= 0;
}

bool folder_renew(struct folder *folder)
{
	struct timespec now;
	int fd;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (folder->fd >= 0 && now.tv_sec == folder->looked_at)
		return false;
	folder->looked_at = now.tv_sec;
	fd = look_up(folder);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return false;
	/* the one that is open keeps its inode, so no other has its number */
	if (fd >= 0 && folder->fd >= 0 && is_same(fd, folder->fd)) {
		close(fd);
		return false;
	}
	folder_close(folder);
	folder->fd = fd;
	return true;
}

void folder_close(struct folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
	folder->fd = -1;
}
