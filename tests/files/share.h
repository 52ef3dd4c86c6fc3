/* share.h - a folder of the test's own, the files in it, and what is answered to
 * those who ask for them. */
#ifndef SHARE_H
#define SHARE_H

#include "files/file.h"
#include "files/files.h"
#include "tests/lib/sample.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DATE "Fri, 22 Nov 2024 00:00:00 GMT"
#define COPIED_MAX CACHE_SIZE_MAX /* as in files.c: beyond it res->fd is set */

/* The folder that is served, and one beside it that must never be. */
static char top[] = "/tmp/files-XXXXXX";
static struct files files;

/* Returns a path within `top`; the text is valid for four more calls. */
static inline const char *at(const char *name)
{
	static char texts[4][4200];
	static int turn;
	char *text = texts[turn++ % 4];

	snprintf(text, sizeof texts[0], "%s/%s", top, name);
	return text;
}

static inline void write_bytes(const char *name, const void *data, size_t len)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert_geq(fd, 0, "%s", name);
	cr_assert_eq(write(fd, data, len), (ssize_t)len);
	close(fd);
}

static inline void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static inline void write_sparse(const char *name, off_t size)
{
	write_text(name, "");
	cr_assert_eq(truncate(at(name), size), 0);
}

static inline void set_modified(const char *name, time_t seconds)
{
	struct timespec times[2] = {{seconds, 0}, {seconds, 0}};

	cr_assert_eq(utimensat(AT_FDCWD, at(name), times, 0), 0);
}

static inline void make_dir(const char *name)
{
	cr_assert_eq(mkdir(at(name), 0755), 0, "%s", name);
}

static inline void make_link(const char *to, const char *name)
{
	cr_assert_eq(symlink(to, at(name)), 0, "%s", name);
}

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Waits until a change would show, and tags are strong. */
static inline void let_settle(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 40000000}, NULL);
}

/* Serves the folder that the members name, in the way that they say. */
static inline void open_files(struct files how)
{
	static char path[4200];

	strcpy(path, how.folder.path);
	how.folder.path = path;
	files = how;
	cr_assert(files_open(&files));
}

static inline void setup(void)
{
	cr_assert(mkdtemp(top) != NULL);
	make_dir("public");
	make_dir("public/sub");
	make_dir("outside");
	write_text("outside/secret.txt", "secret");
	write_text("outside/index.html", "secret");
	write_text("public/index.html", "<p>home</p>");
	write_text("public/sub/index.html", "<p>sub</p>");
	write_text("public/plain.txt", "0123456789");
	set_modified("public/plain.txt", 784111777);
	open_files((struct files){.folder.path = at("public")});
	let_settle();
}

static inline int remove_one(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void teardown(void)
{
	files_close(&files);
	nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	cr_assert(dir != NULL);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

struct answer {
	bool found, failed;
	int status;
	char *head; /* with its empty line */
	char *body; /* what follows it, and a 0 */
	size_t len;
	int fd; /* a file to follow, or -1 */
	uint64_t offset, left;
};

static inline void take_output(struct answer *a, const struct buf *out)
{
	const char *end;
	size_t head_len;

	if (!out->len)
		return;
	end = memmem(out->data, out->len, "\r\n\r\n", 4);
	cr_assert(end != NULL);
	head_len = (size_t)(end + 4 - (const char *)out->data);
	a->head = strndup((const char *)out->data, head_len);
	a->len = out->len - head_len;
	a->body = malloc(a->len + 1);
	memcpy(a->body, end + 4, a->len);
	a->body[a->len] = 0;
}

/* Asks for a path beneath /public/, and checks that no descriptor is left open
 * except one that is given away. */
static inline struct answer ask(
	const char *method, const char *path, const char *fields)
{
	const char *prefix = files.is_site ? "/" : "/public/";
	struct sample r = sample_make(method, fields);
	char *block = exactly(path, strlen(path));
	struct slice all = {block, strlen(path)};
	struct slice slice = slice_cut(all, '?', &r.req.query);
	struct response res;
	struct buf out = {0};
	struct answer a = {0};
	int before = count_descriptors() - (files.folder.fd >= 0);

	response_init(&res, &out, DATE, NULL);
	res.head_only = r.req.method == METHOD_HEAD;
	files_send(&files, prefix, slice, &r.req, &res);
	a.found = res.status != 404;
	a.failed = res.failed;
	a.status = res.status;
	a.fd = res.fd;
	a.offset = res.fd < 0 ? 0 : (uint64_t)res.offset;
	a.left = res.fd < 0 ? 0 : res.left;
	before += files.folder.fd >= 0;
	cr_expect_eq(count_descriptors() - before, res.fd >= 0, "%s", path);
	cr_expect(out.len > 0, "%s", path);
	take_output(&a, &out);
	buf_free(&out);
	free(block);
	sample_free(&r);
	return a;
}

static inline struct answer get(const char *path, const char *fields)
{
	return ask("GET", path, fields);
}

static inline void drop(struct answer *a)
{
	if (a->fd >= 0)
		close(a->fd);
	free(a->head);
	free(a->body);
}

/* Returns the value of a field, or NULL; it is valid for four more calls. */
static inline const char *field(const struct answer *a, const char *name)
{
	static char values[4][1024];
	static int turn;
	char *value = values[turn++ % 4], key[64];
	const char *p;

	snprintf(key, sizeof key, "\r\n%s: ", name);
	p = a->head ? strcasestr(a->head, key) : NULL;
	if (!p)
		return NULL;
	p += strlen(key);
	cr_expect(strcasestr(p, key) == NULL, "two of %s", name);
	snprintf(value, sizeof values[0], "%.*s", (int)strcspn(p, "\r"), p);
	return value;
}

static inline void expect_field(
	const struct answer *a, const char *name, const char *want)
{
	const char *got = field(a, name);

	if (!want)
		cr_expect(got == NULL, "%s: %s", name, got);
	else
		cr_expect(got && !strcmp(got, want), "%s: %s, not %s", name,
			got ? got : "none", want);
}

/* Returns a line "<name>: <value of a field of another answer>". */
static inline const char *line(
	const char *name, const struct answer *a, const char *from)
{
	static char texts[4][1200];
	static int turn;
	char *text = texts[turn++ % 4];
	const char *value = field(a, from);

	snprintf(text, sizeof texts[0], "%s: %s\r\n", name,
		value ? value : "none");
	return text;
}

static inline void expect_body(
	const char *path, const char *fields, int status, const char *body)
{
	struct answer a = get(path, fields);
	char length[24];

	cr_expect_eq(a.status, status, "%s %s: %d", path, fields, a.status);
	cr_expect(a.body && !strcmp(a.body, body), "%s %s: %s", path, fields,
		a.body ? a.body : "none");
	snprintf(length, sizeof length, "%zu", strlen(body));
	expect_field(&a, "Content-Length", length);
	drop(&a);
}

static inline void expect_none(const char *path)
{
	struct answer a = get(path, "");

	cr_expect(!a.found, "%s: %d", path, a.status);
	drop(&a);
}

static inline void expect_redirect(const char *path, const char *location)
{
	struct answer a = get(path, "");

	cr_expect_eq(a.status, 302, "%s: %d", path, a.status);
	expect_field(&a, "Location", location);
	expect_field(&a, "Content-Length", "0");
	drop(&a);
}

#endif
