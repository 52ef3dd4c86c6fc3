/* book.c - serves the book, whose pages all lie in one folder. */
#include "explain/book.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_MAX_SIZE 100

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

void book_find(struct book *book, const char *folder)
{
	static const char *const places[] = {
		"build/book", "../share/hello-socket/book"};
	char *path = book->folder;
	ssize_t n = readlink("/proc/self/exe", path, BOOK_PATH_MAX - 64);

	if (folder) {
		snprintf(path, BOOK_PATH_MAX, "%s", folder);
		return;
	}
	while (n > 0 && path[n - 1] != '/')
		n--;
	for (size_t i = 0; n > 0 && i < 2; i++) {
		strcpy(path + n, places[i]);
		if (is_folder(path))
			return;
	}
	*path = 0;
}

/* Pages have plain names: no folder, and no dot in front. */
static bool is_name(struct slice name)
{
	if (name.len >= NAME_MAX_SIZE || *name.p == '.')
		return false;
	return slice_is_all(name, SLICE_UNRESERVED);
}

static bool ends_in(struct slice name, const char *end)
{
	size_t n = strlen(end);

	return name.len > n && !memcmp(name.p + name.len - n, end, n);
}

/* The book needs nothing but its style sheet. */
static void add_fields(struct response *res)
{
	response_add(res, "Cache-Control", "no-cache");
	response_add(res, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; base-uri 'none'; "
		"form-action 'none'; frame-ancestors 'none'");
	response_add(res, "Referrer-Policy", "no-referrer");
}

/* Returns false when there is no such page. The response owns the file. */
static bool send_page(
	const struct book *book, struct slice name, struct response *res)
{
	char path[BOOK_PATH_MAX + NAME_MAX_SIZE];
	struct stat st;
	int fd;

	snprintf(path, sizeof path, "%s/%.*s", book->folder, (int)name.len,
		name.p);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	add_fields(res);
	response_head(res, 200,
		ends_in(name, ".css") ? "text/css; charset=utf-8"
				      : "text/html; charset=utf-8",
		(uint64_t)st.st_size);
	if (res->head_only || res->failed) {
		close(fd);
		return true;
	}
	res->fd = fd;
	res->offset = 0;
	res->left = (uint64_t)st.st_size;
	return true;
}

/* "protocol.ko.html" leads to "protocol.html". The browser keeps the fragment,
 * which is the same in both. */
static void send_to_english(struct slice name, struct response *res)
{
	char page[NAME_MAX_SIZE];
	size_t n = name.len - strlen(".ko.html");

	snprintf(page, sizeof page, "%.*s.html", (int)n, name.p);
	response_redirect(res, page);
}

bool book_answer(const struct book *book, const struct request *req,
	struct response *res)
{
	struct slice name = slice_after(req->path, "/book/");

	if (!name.p) {
		if (!slice_is(req->path, "/book"))
			return false;
		response_redirect(res, "book/");
		return true;
	}
	if (!name.len)
		name = (struct slice){"index.html", 10};
	if (*book->folder && is_name(name) && send_page(book, name, res))
		return true;
	if (*book->folder && is_name(name) && ends_in(name, ".ko.html"))
		send_to_english(name, res);
	else
		response_error(res, 404,
			*book->folder ? "the book has no such page: see /book/"
				      : "the book is not here: make writes it");
	return true;
}
