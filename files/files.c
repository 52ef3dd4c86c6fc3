/* files.c - the files beneath one folder, as answers: RFC 9110, sections 8,
 * 13, 14, 15. */
#include "files/files.h"

#include "files/condition.h"
#include "files/file.h"
#include "files/mime.h"
#include "http/date.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Up to here a file is copied behind its head, and both leave in one call: to
 * copy 64 KiB takes about as long as the sendfile it spares. */
#define COPIED_MAX CACHE_FILE_MAX

/* So that the field fits in RESPONSE_FIELDS_MAX. */
#define LOCATION_MAX 1000

bool files_open(struct files *files, const char *dir)
{
	*files = (struct files){
		.root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	return files->root >= 0;
}

void files_close(struct files *files)
{
	cache_free(&files->cache);
	close(files->root);
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

/* Behind the head. The descriptor may be given away. */
static void send_bytes(struct response *res, struct file *f, struct range range)
{
	if (res->head_only)
		return;
	if (!res->failed && range.len > COPIED_MAX) {
		res->fd = f->fd;
		res->offset = (off_t)range.first;
		res->left = range.len;
		f->fd = -1;
		return;
	}
	/* once its length is said, a body that lacks can only be cut off */
	if (!file_copy(f, range.first, range.len, res->out))
		res->failed = true;
}

/* What was read is kept, but while its tag is weak: it may change now and keep
 * its stamps. */
static void keep(struct cache *cache, const struct file *f,
	const struct validators *v, const struct response *res, size_t len)
{
	if (f->fd >= 0 && !res->failed && len == (size_t)f->st.st_size &&
		!res->head_only && v->etag[0] != 'W')
		cache_keep(cache, &f->st, res->out->data + res->out->len - len);
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

static void send_file(struct file *f, struct cache *cache,
	const struct request *req, struct response *res)
{
	uint64_t size = (uint64_t)f->st.st_size;
	struct validators v;
	struct range range;
	int status;

	condition_init(&v, &f->st, &f->asked);
	status = condition_status(req, &v, size, &range);
	add_fields(res, status, f, &v);
	add_range(res, status, &range, size);
	if (status >= 300) {
		send_no_file(res, status);
		return;
	}
	response_head(res, status, mime_type(f->name), range.len);
	send_bytes(res, f, range);
	keep(cache, f, &v, res, range.len);
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

bool files_send(struct files *files, const char *prefix, struct slice path,
	const struct request *req, struct response *res)
{
	struct file f;
	bool answered = true;

	if (!file_find(&f, files->root, &files->cache, path, req))
		return refuse_busy(res);
	if (S_ISREG(f.st.st_mode))
		send_file(&f, &files->cache, req, res);
	else
		answered = redirect(prefix, path, res);
	file_close(&f);
	return answered;
}
