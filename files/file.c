/* file.c - one file beneath a folder: found, opened, read, kept in memory:
 * RFC 9110 12.5.3.
 *
 *     css/site.css     the folder "css" is opened beneath the root, then
 *                      "site.css" beneath "css"
 *     ... .css.br      the same file, coded for clients that accept it
 *
 * Each name is opened beneath a descriptor that is held, and never through a
 * symbolic link. So no path leads out of the root, even if folders are renamed
 * at the same time. */
#include "files/file.h"

#include "files/coding.h"
#include "files/condition.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* To open a FIFO or a device must not block the loop. */
#define PLAIN (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A file in the cache costs one call, fstatat, instead of four: a GET of 1 KiB
 * takes 4.9 us instead of 6.0. It is found by its inode number and not by its
 * name, so links and renames need no thought. A program that has mapped the file
 * can edit it without a change of its stamps, so the bytes are read again after
 * a second. The cache owns them. */
struct file_cache {
	struct kept {
		struct stat st;
		struct timespec until; /* CLOCK_MONOTONIC; 0: read again */
		void *bytes;           /* NULL in a place that is free */
		uint64_t digest;
	} files[FILE_KEPT];
};

static size_t place_of(const struct stat *st)
{
	return (size_t)(st->st_ino % FILE_KEPT);
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_state(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       is_same_time(&a->st_mtim, &b->st_mtim) &&
	       is_same_time(&a->st_ctim, &b->st_ctim);
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Takes the bytes of a file in this state from the cache, if it has them. */
static void find_kept(struct file *f, const struct file_cache *cache)
{
	const struct kept *kept;
	struct timespec now;

	if (!cache)
		return;
	kept = &cache->files[place_of(&f->st)];
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!is_before(&now, &kept->until) || !is_same_state(&kept->st, &f->st))
		return;
	f->bytes = kept->bytes;
	f->digest = kept->digest;
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
	char name[PATH_NAME_SIZE];
	int dir = root;

	while (dir >= 0 && rest.p) {
		int above = dir;

		dir = path_decode(name, one) ? openat(above, name, FOLDER) : -1;
		leave(above, root);
		one = slice_cut(rest, '/', &rest);
	}
	*path = one;
	return dir;
}

static bool is_found(const struct file *f)
{
	return f->fd >= 0 || f->bytes;
}

/* Finds a plain file or a folder, and nothing else; opens it unless its bytes
 * are in the cache. */
static bool open_one(struct file *f, const struct file_cache *cache, int dir,
	const char *name)
{
	f->fd = -1;
	f->bytes = NULL;
	clock_gettime(CLOCK_REALTIME, &f->asked);
	if (!fstatat(dir, name, &f->st, AT_SYMLINK_NOFOLLOW))
		find_kept(f, cache);
	if (!f->bytes)
		f->fd = openat(dir, name, PLAIN);
	if (f->fd >= 0 &&
		(fstat(f->fd, &f->st) ||
			!(S_ISREG(f->st.st_mode) || S_ISDIR(f->st.st_mode))))
		file_close(f);
	return is_found(f);
}

/* Replaces the file by its coded copy, unless that is older than the last edit:
 * an edit shows at once, even if nobody thinks of the coded copies. */
static bool open_coded(struct file *f, const struct file_cache *cache, int dir,
	time_t edited, const char *ending)
{
	char name[PATH_NAME_SIZE + 4];
	struct file coded = *f;

	snprintf(name, sizeof name, "%s%s", f->name, ending);
	if (!open_one(&coded, cache, dir, name))
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
static void choose_coding(struct file *f, const struct file_cache *cache,
	int dir, const struct request *req)
{
	static const struct {
		const char *name, *ending;
	} known[] = {{"br", ".br"}, {"gzip", ".gz"}};
	int best = coding_quality(req, "identity");
	time_t edited = f->st.st_mtime;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		int quality = coding_quality(req, known[i].name);

		if (!quality || quality < best + (f->coding != NULL) ||
			!open_coded(f, cache, dir, edited, known[i].ending))
			continue;
		f->coding = known[i].name;
		best = quality;
	}
}

bool file_find(struct file *f, int root, const struct file_cache *cache,
	struct slice path, const struct request *req)
{
	int dir;

	*f = (struct file){.name = "index.html", .fd = -1};
	errno = ENOENT;
	dir = enter(root, &path);
	if (dir >= 0 && (!path.len || path_decode(f->name, path)) &&
		open_one(f, cache, dir, f->name) && S_ISREG(f->st.st_mode))
		choose_coding(f, cache, dir, req);
	leave(dir, root);
	return is_found(f);
}

/* Returns how many bytes there were, or -1. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < size && n > 0) {
		n = pread(fd, bytes + done, size - done, (off_t)done);
		done += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? -1 : (ssize_t)done;
}

/* Makes room for the file's bytes in its place. */
static struct kept *replace(struct file_cache **cache, const struct stat *st)
{
	struct kept *kept;

	if (!*cache)
		*cache = calloc(1, sizeof **cache);
	if (!*cache)
		return NULL;
	kept = &(*cache)->files[place_of(st)];
	free(kept->bytes);
	/* one byte more, so that an empty file has an address too */
	*kept = (struct kept){
		.st = *st, .bytes = malloc((size_t)st->st_size + 1)};
	return kept->bytes ? kept : NULL;
}

bool file_read(struct file *f, struct file_cache **cache)
{
	off_t size = f->st.st_size;
	struct timespec now;
	struct kept *kept;

	if (f->bytes || size > FILE_KEPT_MAX)
		return true;
	kept = replace(cache, &f->st);
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
	if (f->bytes)
		return buf_append(out, (const char *)f->bytes + first, len);
	if (!buf_reserve(out, len))
		return false;
	while (len) {
		ssize_t n =
			pread(f->fd, out->data + out->len, len, (off_t)first);

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

void file_forget(struct file_cache **cache)
{
	for (size_t i = 0; *cache && i < FILE_KEPT; i++)
		free((*cache)->files[i].bytes);
	free(*cache);
	*cache = NULL;
}
