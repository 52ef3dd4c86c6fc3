/* files.c - the files beneath one folder, as answers: RFC 9110, sections 8,
 * 12.5.3, 13, 14, 15.
 *
 *     css/site.css     "css", a folder in the one before it, and in that one
 *                      "site.css", opened by these names one after the other
 *     ... .css.br      the same, coded, for who accepts it
 *
 * Each name is opened beneath a descriptor that is held, never through a
 * symbolic link: so no path leads out, and none that is changed in between. */
#include "files.h"

#include "coding.h"
#include "condition.h"
#include "date.h"
#include "mime.h"
#include "path.h"
#include "range.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Up to here a file is copied behind its head, and both leave in one call: to
 * copy 64 KiB takes about as long as the sendfile it spares. */
#define COPIED_MAX (64 << 10)

/* So that the field fits in RESPONSE_FIELDS_MAX. */
#define LOCATION_MAX 1000

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
/* A FIFO or a device does not keep the loop waiting. */
#define PLAIN (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct file {
	int fd;                /* -1: none */
	const char *coding;    /* NULL: none */
	struct timespec asked; /* when, just before the rest was found out */
	struct stat st;
};

int files_open(const char *dir)
{
	return open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

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

/* A file, or a folder; nothing else. */
static void open_file(struct file *f, int dir, const char *name)
{
	f->coding = NULL;
	clock_gettime(CLOCK_REALTIME, &f->asked);
	f->fd = openat(dir, name, PLAIN);
	if (f->fd < 0)
		return;
	if (!fstat(f->fd, &f->st) &&
		(S_ISREG(f->st.st_mode) || S_ISDIR(f->st.st_mode)))
		return;
	close(f->fd);
	f->fd = -1;
}

/* Takes the file's place, unless it is from before the last edit: that one
 * shows at once, even if nobody thinks of the coded copies. */
static bool open_coded(struct file *f, time_t edited, int dir, const char *name,
	const char *ending)
{
	char coded_name[PATH_NAME_SIZE + 4];
	struct file coded;

	snprintf(coded_name, sizeof coded_name, "%s%s", name, ending);
	open_file(&coded, dir, coded_name);
	if (coded.fd < 0)
		return false;
	if (!S_ISREG(coded.st.st_mode) || coded.st.st_mtime < edited) {
		close(coded.fd);
		return false;
	}
	close(f->fd);
	*f = coded;
	return true;
}

/* RFC 9110 12.5.3: "the acceptable content coding with the highest non-zero
 * qvalue is preferred"; among equals br, then gzip, then none. Who accepts
 * nothing that is there gets the file as it is: 12.4.1 allows it. */
static void choose_coding(struct file *f, int dir, const char *name,
	const struct http_request *req)
{
	static const struct {
		const char *name, *ending;
	} known[] = {{"br", ".br"}, {"gzip", ".gz"}};
	int best = coding_quality(req, "identity");
	time_t edited = f->st.st_mtime;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		int quality = coding_quality(req, known[i].name);

		if (!quality || quality < best + (f->coding != NULL) ||
			!open_coded(f, edited, dir, name, known[i].ending))
			continue;
		f->coding = known[i].name;
		best = quality;
	}
}

/* RFC 9110 14.4, 15.3.7.1, 15.5.17 */
static void add_range(struct response *res, int status,
	const struct range *range, uint64_t size)
{
	unsigned long long first = range->first, all = size;
	char text[80];

	if (status == 206)
		snprintf(text, sizeof text, "bytes %llu-%llu/%llu", first,
			first + range->len - 1, all);
	else
		snprintf(text, sizeof text, "bytes */%llu", all);
	if (status == 206 || status == 416)
		response_add(res, "Content-Range", text);
}

/* For a file that is a page: from here alone it loads, and to here alone it
 * connects. In CSP 3, "'self'" is this host's ws: and wss: too. */
static void add_policy(struct response *res)
{
	response_add(res, "Content-Security-Policy",
		"default-src 'self'; connect-src 'self'; object-src 'none'; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	response_add(res, "Referrer-Policy", "no-referrer");
}

static void add_fields(struct response *res, int status, const struct file *f,
	const struct validators *v)
{
	char modified[DATE_SIZE];

	/* RFC 9110 15.4.5: a 304 has these, and the others not */
	response_add(res, "ETag", v->etag);
	/* RFC 9111 5.2.2.4: what is stored is asked for before it is used */
	response_add(res, "Cache-Control", "no-cache");
	/* RFC 9110 12.5.5; and where there is no coded file there may be one
	 * tomorrow, which is cheaper to say than to look up */
	response_add(res, "Vary", "Accept-Encoding");
	if (status >= 300)
		return;
	date_format(modified, v->modified);
	response_add(res, "Last-Modified", modified);
	response_add(res, "Accept-Ranges", "bytes");
	if (f->coding)
		response_add(res, "Content-Encoding", f->coding);
	add_policy(res);
}

/* False: no memory, or the file has become shorter than it said. */
static bool copy(struct buf *out, int fd, struct range range)
{
	if (!buf_reserve(out, range.len))
		return false;
	while (range.len) {
		ssize_t n = pread(fd, out->data + out->len, range.len,
			(off_t)range.first);

		if (n <= 0)
			return false;
		out->len += (size_t)n;
		range.first += (uint64_t)n;
		range.len -= (uint64_t)n;
	}
	return true;
}

/* Behind the head. The descriptor is closed, or given away. */
static void send_bytes(struct response *res, int fd, struct range range)
{
	if (!res->head_only && !res->failed && range.len > COPIED_MAX) {
		res->fd = fd;
		res->offset = (off_t)range.first;
		res->left = range.len;
		return;
	}
	/* once its length is said, a body that lacks can only be cut off */
	if (!res->head_only && !copy(res->out, fd, range))
		res->failed = true;
	close(fd);
}

static void send_no_file(struct response *res, int status)
{
	if (status == 304)
		response_send(res, 304, NULL, "", 0);
	else if (status == 412)
		response_error(
			res, 412, "it is another file by now (RFC 9110 13.1)");
	else
		response_error(res, 416,
			"the file is not that long (RFC 9110 14.1.2)");
}

static void send_file(struct file *f, const char *name,
	const struct http_request *req, struct response *res)
{
	uint64_t size = (uint64_t)f->st.st_size;
	struct range range = {0, size};
	struct validators v;
	int status;

	condition_init(&v, &f->st, &f->asked);
	status = condition_status(req, &v);
	/* RFC 9110 14.2: Range counts "only if the result in absence of the
	 * Range header field would be a 200 (OK) response" */
	if (status == 200 && condition_allows_range(req, &v))
		status = range_status(req, size, &range);
	add_fields(res, status, f, &v);
	add_range(res, status, &range, size);
	if (status >= 300) {
		close(f->fd);
		send_no_file(res, status);
		return;
	}
	response_head(res, status, mime_type(name), range.len);
	send_bytes(res, f->fd, range);
}

/* To the folder's address with a slash, on which relative links in its page
 * rely: made from the names that were opened, with nothing of the request. */
static bool redirect(
	const char *prefix, struct slice path, struct response *res)
{
	char location[LOCATION_MAX];
	size_t n = strlen(prefix);

	memcpy(location, prefix, n);
	if (!path_folder(location + n, sizeof location - n, path))
		return false;
	response_redirect(res, location);
	return true;
}

/* A file that cannot be opened just now is not one that is not found: a 404
 * may be kept by a cache. */
static bool refuse_busy(struct response *res)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM)
		return false;
	response_add(res, "Retry-After", "1");
	response_error(res, 503, "too many files are open");
	return true;
}

bool files_send(int root, const char *prefix, struct slice path,
	const struct http_request *req, struct response *res)
{
	struct slice last = path;
	struct file f = {.fd = -1};
	char name[PATH_NAME_SIZE] = "index.html";
	int dir;

	errno = ENOENT;
	dir = enter(root, &last);
	if (dir >= 0 && (!last.len || path_decode(name, last)))
		open_file(&f, dir, name);
	if (f.fd >= 0 && S_ISREG(f.st.st_mode))
		choose_coding(&f, dir, name, req);
	leave(dir, root);
	if (f.fd < 0)
		return refuse_busy(res);
	if (S_ISREG(f.st.st_mode)) {
		send_file(&f, name, req, res);
		return true;
	}
	close(f.fd);
	return redirect(prefix, path, res);
}
