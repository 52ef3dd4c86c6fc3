/* test_book.c - the book: which pages are served, and what leads elsewhere. */
#include "tests/lib/peer.h"

#include "explain/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/hello-book-XXXXXX";

static void write_page(const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void set_up(void)
{
	char path[200];

	cr_assert(mkdtemp(folder) != NULL);
	write_page("index.html", "contents");
	write_page("protocol.html", "chapters");
	write_page("book.css", "");
	write_page(".secret", "no page");
	snprintf(path, sizeof path, "%s/link.html", folder);
	cr_assert_eq(symlink("/etc/hostname", path), 0);
}

static void tear_down(void)
{
	static const char *const names[] = {"index.html", "protocol.html",
		"book.css", ".secret", "link.html"};
	char path[200];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

TestSuite(book, .init = set_up, .fini = tear_down);

/* Expects that status with that text in the head, and a file or none. */
static void expect_answer(const char *where, const char *path, bool head_only,
	int status, const char *text, long long size)
{
	struct request req = {.path = {path, strlen(path)}};
	struct buf out = {0};
	struct response res;
	struct book book;

	book_find(&book, where);
	response_init(&res, &out, "Tue, 13 Dec 2011 00:00:00 GMT", NULL);
	res.head_only = head_only;
	res.offset = 7; /* as a response before it may have left it */
	cr_assert(book_answer(&book, &req, &res), "%s", path);
	cr_expect_eq(res.status, status, "%s: %d", path, res.status);
	cr_expect(has_text(&out, text), "%s lacks %s", path, text);
	cr_expect_eq(res.fd >= 0, size >= 0, "%s", path);
	if (res.fd >= 0) {
		cr_expect(res.left == (uint64_t)size && res.offset == 0);
		close(res.fd);
	}
	buf_free(&out);
}

Test(book, its_pages)
{
	expect_answer(folder, "/book", false, 302, "Location: book/\r\n", -1);
	expect_answer(folder, "/book/", false, 200, "text/html", 8);
	expect_answer(folder, "/book/protocol.html", false, 200,
		"Content-Length: 8\r\n", 8);
	expect_answer(folder, "/book/protocol.html", true, 200,
		"Content-Length: 8\r\n", -1);
	expect_answer(folder, "/book/book.css", false, 200,
		"text/css; charset=utf-8\r\nContent-Length: 0\r\n", 0);
	expect_answer(folder, "/book/protocol.ko.html", false, 302,
		"Location: protocol.html\r\n", -1);
}

Test(book, nothing_else)
{
	static const char *const paths[] = {"/book/.secret", "/book/link.html",
		"/book/..", "/book/.", "/book/a/b", "/book//", "/book/%2e%2e",
		"/book/none.html", "/book/%00", "/book/.ko.html"};
	char long_name[200] = "/book/";

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		expect_answer(folder, paths[i], false, 404, "no such page", -1);
	memset(long_name + 6, 'a', 150);
	expect_answer(folder, long_name, false, 404, "no such page", -1);
}

Test(book, other_paths_are_not_its_own)
{
	static const char *const paths[] = {
		"/", "/books", "/bookish/", "/Book/", "/x/book/"};
	struct response res;
	struct buf out = {0};
	struct book book;

	book_find(&book, folder);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct request req = {.path = {paths[i], strlen(paths[i])}};

		response_init(&res, &out, "", NULL);
		cr_expect(!book_answer(&book, &req, &res));
		cr_expect(res.status == 0 && !out.len);
	}
}

Test(book, where_there_is_none)
{
	expect_answer("/nowhere", "/book/", false, 404, "no such page", -1);
	expect_answer("", "/book/", false, 404, "make writes it", -1);
}
