/* files.c - the files beneath one folder, as answers: RFC 9110, sections 8, 13,
 * 14 and 15. */
#include "files/files.h"

#include "files/condition.h"
#include "files/file.h"
#include "files/mime.h"
#include "http/date.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* At most this many bytes are copied behind the head, so that both leave in one
 * call: a copy of 64 KiB takes about as long as the sendfile that it saves. */
#define COPIED_MAX FILE_KEPT_MAX

/* Bytes of a folder's address that is redirected to. */
#define FOLDER_MAX 1000

static int open_folder(const char *path)
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
	int root = -1;

	while (n > 0 && path[n - 1] != '/')
		n--;
	for (size_t i = 0; n >= 0 && root < 0 && i < 2; i++) {
		strcpy(path + n, places[i]);
		root = open_folder(path);
	}
	return root;
}

bool files_open(struct files *files, const char *dir)
{
	*files = (struct files){.root = dir ? open_folder(dir) : open_public()};
	return files->root >= 0;
}

int files_fail(const char *dir)
{
	warnx("no folder %s: %s. See --public.", dir ? dir : "public",
		strerror(errno));
	return 1;
}

void files_close(struct files *files)
{
	file_forget(&files->cache);
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

/* A page may load only from this host, and connect only to it. In CSP 3
 * "'self'" stands for ws: and wss: to this host too. */
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

	/* RFC 9110 15.4.5: a 304 has these fields, and not those below */
	response_add(res, "ETag", v->etag);
	/* RFC 9111 5.2.2.4: a cache must ask before it uses what it stored */
	response_add(res, "Cache-Control", "no-cache");
	/* RFC 9110 12.5.5. A file without a coded copy says so too: it may have
	 * one tomorrow, and to look now would cost more than the field */
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

/* Sends the body. A large file's descriptor goes to the response. */
static void send_body(struct response *res, struct file *f, struct range range)
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
	/* the head has named its length: if bytes are missing, only closing
	 * the connection tells the client */
	if (!file_copy(f, range.first, range.len, res->out))
		res->failed = true;
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

static void send_file(
	struct file *f, const struct request *req, struct response *res)
{
	uint64_t size = (uint64_t)f->st.st_size;
	struct validators v;
	struct range range;
	int status;

	condition_init(&v, &f->st, &f->asked, f->bytes ? &f->digest : NULL);
	status = condition_status(req, &v, size, &range);
	add_fields(res, status, f, &v);
	add_range(res, status, &range, size);
	if (status >= 300) {
		send_no_file(res, status);
		return;
	}
	response_head(res, status, mime_type(f->name), range.len);
	send_body(res, f, range);
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

/* A file that cannot be opened or read now is not missing, and a 404 might be
 * stored by a cache. */
static void refuse(struct response *res, const char *why)
{
	response_add(res, "Retry-After", "1");
	response_error(res, 503, why);
}

static bool refuse_busy(struct response *res)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM)
		return false;
	refuse(res, "too many files are open");
	return true;
}

bool files_send(struct files *files, const char *prefix, struct slice path,
	const struct request *req, struct response *res)
{
	struct file f;
	bool answered = true;

	if (!file_find(&f, files->root, files->cache, path, req))
		return refuse_busy(res);
	if (!S_ISREG(f.st.st_mode))
		answered = redirect(prefix, path, req->query, res);
	else if (file_read(&f, &files->cache))
		send_file(&f, req, res);
	else
		refuse(res, "the file cannot be read now");
	file_close(&f);
	return answered;
}
