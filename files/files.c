/* files.c - the files beneath one folder, as answers: RFC 9110, sections 8, 13,
 * 14 and 15. */
#include "files/files.h"

#include "files/condition.h"
#include "files/date.h"
#include "files/failure.h"
#include "files/file.h"
#include "files/mime.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* At most this many bytes are copied behind the head, so that both leave in one
 * call: a copy of 64 KiB takes about as long as the sendfile that it saves. */
#define COPIED_MAX CACHE_SIZE_MAX

/* Bytes of a folder's address that is redirected to. */
#define FOLDER_MAX 1000

bool files_open(struct files *files)
{
	return folder_open(&files->folder);
}

int files_fail(const struct files *files)
{
	const char *path = files->folder.path;

	warnx("no folder %s: %s. See --%s.", path ? path : "public",
		strerror(errno), files->is_site ? "site" : "public");
	return 1;
}

void files_close(struct files *files)
{
	cache_forget(&files->cache);
	folder_close(&files->folder);
}

/* RFC 9110 14.4, 15.3.7.1, 15.5.17 */
static void add_range(struct response *res, int status,
	const struct range *range, uint64_t size)
{
	unsigned long long first = range->first, all = size;
	char text[80];

	if (status != 206 && status != 416)
		return;
	if (status == 206)
		snprintf(text, sizeof text, "bytes %llu-%llu/%llu", first,
			first + range->len - 1, all);
	else
		snprintf(text, sizeof text, "bytes */%llu", all);
	response_add(res, "Content-Range", text);
}

/* A page may load only from this host, and connect only to it. In CSP 3
 * "'self'" stands for ws: and wss: to this host too; but a page that was opened
 * at 127.0.0.1 is often asked to try ws://localhost, or the other way round. */
static void add_policy(struct response *res)
{
	response_add(res, "Content-Security-Policy",
		"default-src 'self'; "
		"connect-src 'self' ws://localhost:* ws://127.0.0.1:*; "
		"object-src 'none'; base-uri 'none'; form-action 'none'; "
		"frame-ancestors 'none'");
	response_add(res, "Referrer-Policy", "no-referrer");
}

static void add_fields(struct response *res, int status, const struct file *f,
	const struct validators *v)
{
	char modified[DATE_SIZE];

	/* RFC 9110 15.4.5: a 304 has these fields, and not those below */
	if (status != 404)
		response_add(res, "ETag", v->etag);
	/* RFC 9111 5.2.2.4: a cache must ask before it uses what it stored */
	response_add(res, "Cache-Control", "no-cache");
	/* RFC 9110 12.5.5. A file without a coded copy says so too: it may have
	 * one tomorrow, and to look now would cost more than the field */
	response_add(res, "Vary", "Accept-Encoding");
	if (status < 300) {
		date_format(modified, v->modified);
		response_add(res, "Last-Modified", modified);
		response_add(res, "Accept-Ranges", "bytes");
	}
	if (f->coding && (status < 300 || status == 404))
		response_add(res, "Content-Encoding", f->coding);
}

/* What cannot be opened or read now is not missing, and a 404 might be stored
 * by a cache. */
static void refuse(struct response *res, int error)
{
	int status = failure_status(error);

	if (status == 503)
		response_add(res, "Retry-After", "1");
	response_error(res, status, failure_reason(error));
}

/* Sends the body. A large file's descriptor goes to the response. Returns false
 * when it cannot be read. */
static bool send_body(struct response *res, struct file *f, struct range range)
{
	if (res->head_only || res->failed)
		return true;
	if (range.len <= COPIED_MAX)
		return file_copy(f, range.first, range.len, res->out);
	res->fd = f->fd;
	res->offset = (off_t)range.first;
	res->left = range.len;
	f->fd = -1;
	return true;
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

/* The head has named the length of the body, so it is taken back where the body
 * is not to be had. */
static void send_range(
	struct response *res, int status, struct file *f, struct range range)
{
	size_t before = res->out->len;

	response_head(res, status, mime_type(f->name), range.len);
	if (send_body(res, f, range))
		return;
	res->out->len = before;
	res->len = 0;
	refuse(res, errno);
}

/* The page that says that something is missing is sent whole, whatever the
 * request asks for: RFC 9110 13.2.1, 14.2. */
static void send_missing(struct response *res, struct file *f)
{
	add_fields(res, 404, f, NULL);
	res->why = failure_reason(ENOENT);
	send_range(res, 404, f, (struct range){0, (uint64_t)f->st.st_size});
}

static void send_file(struct file *f, bool has_policy,
	const struct request *req, struct response *res)
{
	uint64_t size = (uint64_t)f->st.st_size;
	struct validators v;
	struct range range;
	int status;

	condition_init(&v, &f->st, &f->asked, f->bytes ? &f->digest : NULL);
	status = condition_status(req, &v, size, &range);
	add_fields(res, status, f, &v);
	if (has_policy && status < 300)
		add_policy(res);
	add_range(res, status, &range, size);
	if (status >= 300)
		send_no_file(res, status);
	else
		send_range(res, status, f, range);
}

/* Redirects to the folder's address with a slash at the end, on which relative
 * links in its page rely. The address is written anew from the names that were
 * opened. The query, which the page may read, is kept. */
static bool redirect(const char *prefix, struct slice path, struct slice query,
	struct response *res)
{
	struct buf location = {0};
	char folder[FOLDER_MAX];

	if (!path_folder(folder, sizeof folder, path))
		return false;
	if (buf_printf(&location, "%s%s", prefix, folder) &&
		path_query(&location, query) && buf_append(&location, "", 1))
		response_redirect(res, (const char *)location.data);
	else
		res->failed = true;
	buf_free(&location);
	return true;
}

/* Answers with a file, or with a redirect to its folder. Returns 0, or with
 * nothing written why there is no such file. */
static int answer(struct files *files, const char *prefix, struct slice path,
	const struct request *req, struct response *res)
{
	struct file f;
	int error = 0;

	if (!file_find(&f, &files->folder, files->cache, path, req))
		return errno;
	if (!S_ISREG(f.st.st_mode)) {
		error = redirect(prefix, path, req->query, res) ? 0 : ENOENT;
	} else if (!file_read(&f, &files->cache)) {
		error = errno;
	} else {
		send_file(&f, !files->folder.path && !path.len, req, res);
	}
	file_close(&f);
	return error;
}

/* Answers with the site's own page for what is missing, if it has one. */
static bool answer_missing(
	struct files *files, const struct request *req, struct response *res)
{
	static const struct slice page = {"404.html", 8};
	struct file f;
	bool has_page =
		file_find(&f, &files->folder, files->cache, page, req) &&
		S_ISREG(f.st.st_mode) && file_read(&f, &files->cache);

	if (has_page)
		send_missing(res, &f);
	file_close(&f);
	return has_page;
}

/* In an application of one page, the addresses whose last name has no dot are
 * its own, and not those of files. */
static bool is_spa_address(struct slice path)
{
	char name[PATH_NAME_SIZE];
	size_t from = path.len;

	while (from && path.p[from - 1] != '/')
		from--;
	path = (struct slice){path.p + from, path.len - from};
	return !path.len || (path_decode(name, path) && !strchr(name, '.'));
}

void files_send(struct files *files, const char *prefix, struct slice path,
	const struct request *req, struct response *res)
{
	static const struct slice home = {"", 0};
	int error;

	if (folder_renew(&files->folder))
		cache_forget(&files->cache);
	error = answer(files, prefix, path, req, res);
	if (error && failure_status(error) == 404 && files->is_spa &&
		is_spa_address(path))
		error = answer(files, prefix, home, req, res);
	if (!error)
		return;
	if (failure_status(error) != 404 || !files->is_site ||
		!answer_missing(files, req, res))
		refuse(res, error);
}
