/* file.c - one file beneath a folder: found, opened, read: RFC 9110 12.5.3.
 *
 *     css/site.css     the folder "css" is opened beneath the root, then
 *                      "site.css" beneath "css"
 *     ... .css.br      the same file, coded for clients that accept it
 *
 * Each name is opened beneath a descriptor that is held, and never through a
 * symbolic link. So no path leads out of the root, even if folders are renamed
 * at the same time. Where links are to be followed, beneath.c sees to that. */
#include "files/file.h"

#include "files/beneath.h"
#include "files/coding.h"
#include "files/condition.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* To open a FIFO or a device must not block the loop. */
#define PLAIN (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A call that a signal has interrupted is made again, which happens on network
 * file systems and in FUSE, but not for ever. */
#define TRIES 16

#define PATH_SIZE 4096 /* bytes of a path that the kernel takes, with its 0 */

/* Where a name is looked up: in the folder `dir`, and nowhere else; or, where
 * links are followed, beneath it, and the name is a path. */
struct spot {
	int dir;
	bool follows_links;
	const struct cache *cache;
};

static int open_at(const struct spot *spot, const char *name, int flags)
{
	int tries = TRIES, fd;

	do
		fd = spot->follows_links ? beneath_open(spot->dir, name,
						   flags & ~O_NOFOLLOW)
					 : openat(spot->dir, name, flags);
	while (fd < 0 && errno == EINTR && --tries);
	return fd;
}

static void leave(int dir, int root)
{
	if (dir >= 0 && dir != root)
		close(dir);
}

/* Opens the folder of the path's last component, and leaves that component in
 * *path. Returns -1 when there is no such folder. */
static int enter(int root, struct slice *path)
{
	struct slice rest, one = slice_cut(*path, '/', &rest);
	struct spot spot = {.dir = root};
	char name[PATH_NAME_SIZE];

	while (spot.dir >= 0 && rest.p) {
		int above = spot.dir;

		spot.dir = path_decode(name, one) ? open_at(&spot, name, FOLDER)
						  : -1;
		leave(above, root);
		one = slice_cut(rest, '/', &rest);
	}
	*path = one;
	return spot.dir;
}

/* Reads the state of an open file. Returns false unless it is a plain file or a
 * folder. */
static bool read_state(struct file *f)
{
	int tries = TRIES, failed;

	do
		failed = fstat(f->fd, &f->st);
	while (failed && errno == EINTR && --tries);
	if (failed)
		return false;
	errno = ENOENT;
	return S_ISREG(f->st.st_mode) || S_ISDIR(f->st.st_mode);
}

static void find_cached(struct file *f, const struct cache *cache)
{
	const struct cached *kept = cache_find(cache, &f->st);

	f->bytes = kept ? kept->bytes : NULL;
	f->digest = kept ? kept->digest : 0;
}

/* Finds a plain file or a folder, and nothing else; opens it unless its bytes
 * are in the cache. What a link leads to has no state before it is open. */
static bool open_one(struct file *f, const struct spot *spot, const char *name)
{
	f->fd = -1;
	f->bytes = NULL;
	clock_gettime(CLOCK_REALTIME, &f->asked);
	if (!spot->follows_links &&
		!fstatat(spot->dir, name, &f->st, AT_SYMLINK_NOFOLLOW))
		find_cached(f, spot->cache);
	if (f->bytes)
		return true;
	f->fd = open_at(spot, name, PLAIN);
	if (f->fd >= 0 && !read_state(f))
		file_close(f);
	if (f->fd >= 0 && spot->follows_links)
		find_cached(f, spot->cache);
	return f->fd >= 0;
}

/* Replaces the file by its coded copy, unless that is older than the last edit:
 * an edit shows at once, even if nobody thinks of the coded copies. */
static bool open_coded(struct file *f, const struct spot *spot,
	const char *plain, time_t edited, const char *ending)
{
	char name[PATH_SIZE + 4];
	struct file coded = *f;

	snprintf(name, sizeof name, "%s%s", plain, ending);
	if (!open_one(&coded, spot, name))
		return false;
	if (!S_ISREG(coded.st.st_mode) || coded.st.st_mtime < edited) {
		file_close(&coded);
		return false;
	}
	file_close(f);
	*f = coded;
	return true;
}

/* RFC 9110 12.5.3: "the acceptable content coding with the highest non-zero
 * qvalue is preferred"; of equal ones br, then gzip, then no coding. A client
 * that accepts none of these gets the plain file, as 12.4.1 allows. */
static void choose_coding(struct file *f, const struct spot *spot,
	const char *plain, const struct request *req)
{
	static const struct {
		const char *name, *ending;
	} known[] = {{"br", ".br"}, {"gzip", ".gz"}};
	int best = coding_quality(req, "identity");
	time_t edited = f->st.st_mtime;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		int quality = coding_quality(req, known[i].name);

		if (!quality || quality < best + (f->coding != NULL) ||
			!open_coded(f, spot, plain, edited, known[i].ending))
			continue;
		f->coding = known[i].name;
		best = quality;
	}
}

static bool find(struct file *f, const struct spot *spot, const char *name,
	const struct request *req)
{
	if (!open_one(f, spot, name))
		return false;
	if (S_ISREG(f->st.st_mode))
		choose_coding(f, spot, name, req);
	return true;
}

static bool find_beneath(struct file *f, const struct spot *spot,
	struct slice path, const struct request *req)
{
	char names[PATH_SIZE];
	const char *slash;

	if (!path_join(names, sizeof names, path))
		return false;
	slash = strrchr(names, '/');
	strcpy(f->name, slash ? slash + 1 : names);
	return find(f, spot, names, req);
}

bool file_find(struct file *f, const struct folder *folder,
	const struct cache *cache, struct slice path, const struct request *req)
{
	struct spot spot = {folder->fd, folder->follows_links, cache};
	bool found;

	*f = (struct file){.name = PATH_INDEX, .fd = -1};
	errno = ENOENT;
	if (spot.dir >= 0 && spot.follows_links)
		return find_beneath(f, &spot, path, req);
	spot.dir = enter(folder->fd, &path);
	found = spot.dir >= 0 && (!path.len || path_decode(f->name, path)) &&
		find(f, &spot, f->name, req);
	leave(spot.dir, folder->fd);
	return found;
}

static ssize_t read_at(int fd, void *bytes, size_t size, uint64_t at)
{
	int tries = TRIES;
	ssize_t n;

	do
		n = pread(fd, bytes, size, (off_t)at);
	while (n < 0 && errno == EINTR && --tries);
	return n;
}

/* Returns how many bytes there were, or -1. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < size && n > 0) {
		n = read_at(fd, bytes + done, size - done, done);
		done += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? -1 : (ssize_t)done;
}

bool file_read(struct file *f, struct cache **cache)
{
	off_t size = f->st.st_size;
	struct timespec now;
	struct cached *kept;

	if (f->bytes || size > CACHE_SIZE_MAX)
		return true;
	kept = cache_replace(cache, &f->st);
	if (!kept)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	f->st.st_size = read_all(f->fd, kept->bytes, (size_t)size);
	if (f->st.st_size < 0)
		return false;
	f->bytes = kept->bytes;
	f->digest = kept->digest =
		condition_digest(f->bytes, (size_t)f->st.st_size);
	/* what could change in this moment and keep its stamps is read again */
	if (f->st.st_size == size && !condition_is_recent(&f->st, &f->asked))
		kept->until = (struct timespec){now.tv_sec + 1, now.tv_nsec};
	return true;
}

bool file_copy(
	const struct file *f, uint64_t first, uint64_t len, struct buf *out)
{
	errno = ENOMEM;
	if (f->bytes)
		return buf_append(out, (const char *)f->bytes + first, len);
	if (!buf_reserve(out, len))
		return false;
	while (len) {
		ssize_t n = read_at(f->fd, out->data + out->len, len, first);

		if (n == 0)
			errno = EAGAIN; /* it is shorter by now */
		if (n <= 0)
			return false;
		out->len += (size_t)n;
		first += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return true;
}

void file_close(struct file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->bytes = NULL;
}
