/* file.c - one file beneath a folder: found, opened, read. RFC 9110 12.5.3.
 *
 *     css/site.css     "css", a folder in the one before it, and in that one
 *                      "site.css", opened by these names one after the other
 *     ... .css.br      the same, coded, for who accepts it
 *
 * Each name is opened beneath a descriptor that is held, never through a
 * symbolic link: so no path leads out, and none that is changed in between. */
#include "files/file.h"

#include "files/coding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* A FIFO or a device does not keep the loop waiting. */
#define PLAIN (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static void leave(int dir, int root)
{
	if (dir >= 0 && dir != root)
		close(dir);
}

/* The folder that the path's last component is in, and that component. */
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

static bool is_there(const struct file *f)
{
	return f->fd >= 0 || f->bytes;
}

void file_close(struct file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	f->bytes = NULL;
}

/* A file, or a folder; nothing else. One whose bytes are known is not opened.
 */
static bool open_one(
	struct file *f, const struct cache *cache, int dir, const char *name)
{
	f->fd = -1;
	clock_gettime(CLOCK_REALTIME, &f->asked);
	f->bytes = fstatat(dir, name, &f->st, AT_SYMLINK_NOFOLLOW)
			   ? NULL
			   : cache_find(cache, &f->st);
	if (!f->bytes)
		f->fd = openat(dir, name, PLAIN);
	if (f->fd >= 0 &&
		(fstat(f->fd, &f->st) ||
			!(S_ISREG(f->st.st_mode) || S_ISDIR(f->st.st_mode))))
		file_close(f);
	return is_there(f);
}

/* Takes the file's place, unless it is from before the last edit: that one
 * shows at once, even if nobody thinks of the coded copies. */
static bool open_coded(struct file *f, const struct cache *cache, int dir,
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
 * qvalue is preferred"; among equals br, then gzip, then none. Who accepts
 * nothing that is there gets the file as it is: 12.4.1 allows it. */
static void choose_coding(struct file *f, const struct cache *cache, int dir,
	const struct request *req)
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

bool file_find(struct file *f, int root, const struct cache *cache,
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
	return is_there(f);
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
