/* test_files.c - files beneath one folder: RFC 9110, sections 8, 12 to 15. */
#include "files/timestamp.h"
#include "tests/files/share.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

TestSuite(files, .init = setup, .fini = teardown);

Test(files, a_folder_that_is_not_there)
{
	struct files other = {.folder.path = at("none")};

	cr_expect_not(files_open(&other));
	cr_expect_eq(errno, ENOENT);
	other.folder.path = at("public/plain.txt");
	cr_expect_not(files_open(&other));
	cr_expect_eq(errno, ENOTDIR);
	/* there is no public/ beside this program; test_program.c has one that
	 * finds it in both places */
	other.folder.path = NULL;
	cr_expect_not(files_open(&other));
	cr_expect_eq(errno, ENOENT);
}

Test(files, a_plain_file)
{
	struct answer a = get("plain.txt", "");

	cr_assert_eq(a.status, 200);
	cr_expect_str_eq(a.body, "0123456789");
	cr_expect_eq(a.fd, -1);
	expect_field(&a, "Content-Length", "10");
	expect_field(&a, "Content-Type", "text/plain; charset=utf-8");
	expect_field(&a, "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
	expect_field(&a, "Accept-Ranges", "bytes");
	expect_field(&a, "Cache-Control", "no-cache");
	expect_field(&a, "Vary", "Accept-Encoding");
	expect_field(&a, "Content-Encoding", NULL);
	expect_field(&a, "Content-Range", NULL);
	expect_field(&a, "Date", DATE);
	cr_expect_eq(field(&a, "ETag")[0], '"');
	drop(&a);
}

Test(files, 9_3_2_head_is_get_without_the_body)
{
	static const char *const paths[] = {
		"", "plain.txt", "sub", "sub/", "big"};

	write_sparse("public/big", COPIED_MAX + 1);
	set_modified("public/big", 784111777);
	let_settle();
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct answer whole = get(paths[i], "");
		struct answer head = ask("HEAD", paths[i], "");

		cr_expect_str_eq(head.head, whole.head);
		cr_expect_eq(head.len, 0);
		cr_expect_eq(head.fd, -1);
		drop(&whole);
		drop(&head);
	}
	/* 14.2: a range is only for GET */
	struct answer a = ask("HEAD", "plain.txt", "Range: bytes=0-1\r\n");

	cr_expect_eq(a.status, 200);
	expect_field(&a, "Content-Length", "10");
	drop(&a);
}

Test(files, folders_answer_with_their_index)
{
	make_dir("public/empty");
	make_dir("public/odd");
	make_dir("public/odd/index.html");
	expect_body("", "", 200, "<p>home</p>");
	expect_body("index.html", "", 200, "<p>home</p>");
	expect_body("sub/", "", 200, "<p>sub</p>");
	expect_body("sub/index.html", "", 200, "<p>sub</p>");
	expect_body("s%75b/", "", 200, "<p>sub</p>");
	expect_none("empty/");
	expect_none("odd/");
	expect_none("plain.txt/");
	expect_none("index.html/");
}

Test(files, a_folder_without_its_slash_is_redirected)
{
	make_dir("public/a b");
	make_dir("public/100%");
	make_dir("public/sub/한글");
	make_dir("public/x\r\nSet-Cookie: y");
	expect_redirect("sub", "/public/sub/");
	expect_redirect("s%75b", "/public/sub/");
	expect_redirect("a%20b", "/public/a%20b/");
	expect_redirect("100%25", "/public/100%25/");
	expect_redirect(
		"sub/%ed%95%9c%ea%b8%80", "/public/sub/%ED%95%9C%EA%B8%80/");
	expect_redirect("x%0D%0ASet-Cookie%3a%20y",
		"/public/x%0D%0ASet-Cookie%3A%20y/");
}

Test(files, a_redirect_keeps_the_query)
{
	static char query[8000];

	expect_redirect("sub?", "/public/sub/?");
	expect_redirect("sub?x=1", "/public/sub/?x=1");
	expect_redirect("sub?a[]=/?&b=100%&c=%20%zz",
		"/public/sub/?a%5B%5D=/?&b=100%25&c=%20%25zz");
	memset(query, '{', sizeof query - 1);
	memcpy(query, "sub?", 4);
	for (int head = 0; head < 2; head++) {
		struct answer a = ask(head ? "HEAD" : "GET", query, "");

		cr_expect_eq(a.status, 302);
		cr_expect_gt(strlen(a.head), 3 * 7900u);
		cr_expect(strstr(a.head, "%7B%7B\r\n\r\n"));
		drop(&a);
	}
}

Test(files, names_that_browsers_send_raw)
{
	write_text("public/x[1].txt", "x");
	write_text("public/a|b^c.txt", "x");
	make_dir("public/d[]");
	expect_body("x[1].txt", "", 200, "x");
	expect_body("x%5B1%5D.txt", "", 200, "x");
	expect_body("a|b^c.txt", "", 200, "x");
	expect_redirect("d[]", "/public/d%5B%5D/");
}

/* Redirects and failures have no preconditions: RFC 9110 13.2.1. */
Test(files, 13_2_1_no_conditions_on_a_redirect)
{
	struct answer a = get("sub", "If-Match: \"x\"\r\nRange: bytes=0-1\r\n");

	cr_expect_eq(a.status, 302);
	drop(&a);
	a = get("none", "If-Match: \"x\"\r\nIf-None-Match: *\r\n");
	cr_expect_not(a.found);
	drop(&a);
}

/* An address that is longer than a field can be: the folder is still there. */
Test(files, a_folder_too_deep_to_be_redirected_to)
{
	char real[1400] = "public", coded[4000] = "";

	for (int i = 0; i < 4; i++) {
		strcat(real, "/");
		for (int k = 0; k < 30; k++) {
			strcat(real, "한");
			strcat(coded, "%ED%95%9C");
		}
		make_dir(real);
		if (i < 3)
			expect_none("none");
		if (i == 2) {
			struct answer a = get(coded, "");

			cr_expect_eq(a.status, 302);
			cr_expect_not(a.failed);
			drop(&a);
		}
		strcat(coded, "/");
	}
	strcat(real, "/index.html");
	write_text(real, "deep");
	expect_body(coded, "", 200, "deep");
	coded[strlen(coded) - 1] = 0;
	expect_none(coded);
}

Test(files, names_of_all_kinds)
{
	char longest[256], path[3 * 255 + 1] = "", name[300];

	write_text("public/site one.css", "space");
	write_text("public/100%.txt", "percent");
	write_text("public/%41.txt", "escape");
	write_text("public/한글 파일.txt", "korean");
	write_text("public/\xFF\xFE", "bytes");
	write_text("public/a+b&c=d;e,f.txt", "signs");
	write_text("public/line\nbreak", "line");
	expect_body("site%20one.css", "", 200, "space");
	expect_body("100%25.txt", "", 200, "percent");
	expect_body("%2541.txt", "", 200, "escape");
	expect_body("%ED%95%9C%EA%B8%80%20%ed%8c%8c%ec%9d%bc.txt", "", 200,
		"korean");
	expect_body("%FF%fe", "", 200, "bytes");
	expect_body("a+b&c=d;e,f.txt", "", 200, "signs");
	expect_body("line%0abreak", "", 200, "line");
	expect_body("%70%6c%61%69%6e%2e%74%78%74", "", 200, "0123456789");
	expect_none("%41.txt");
	expect_none("100%2525.txt");
	memset(longest, 'n', 255);
	longest[255] = 0;
	snprintf(name, sizeof name, "public/%s", longest);
	write_text(name, "longest");
	expect_body(longest, "", 200, "longest");
	expect_body(longest, "Accept-Encoding: gzip, br\r\n", 200, "longest");
	for (int i = 0; i < 255; i++)
		strcat(path, "%6e");
	expect_body(path, "", 200, "longest");
}

Test(files, names_that_are_not_served)
{
	static const char *const paths[] = {"none", "none/plain.txt",
		"sub/none", "Plain.txt", ".", "..", "./plain.txt",
		"sub/../plain.txt", "../outside/secret.txt",
		"%2e%2e/outside/secret.txt", "%2E%2E%2Foutside%2Fsecret.txt",
		"..%2foutside%2fsecret.txt", "..%5coutside%5csecret.txt",
		"..\\outside\\secret.txt", "%252e%252e/outside/secret.txt",
		"sub/../../outside/secret.txt", "sub%2findex.html",
		"sub\\index.html", "sub%5Cindex.html", ".hidden", "%2ehidden",
		".git/config", "%2Egit/config", ".git", "sub/.env", "/",
		"/plain.txt", "//plain.txt", "sub//index.html", "sub//",
		"plain.txt/", "plain.txt/x", "plain.txt%00", "plain.txt%00.css",
		"%00", "%", "plain.txt%", "plain.txt%2", "%zz", "sub/%",
		"/etc/passwd", "%2fetc%2fpasswd", "proc/self/environ"};
	char path[8001];

	make_dir("public/.git");
	write_text("public/.git/config", "secret");
	write_text("public/.hidden", "secret");
	write_text("public/sub/.env", "secret");
	write_text("public/back\\slash", "secret");
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		expect_none(paths[i]);
	expect_none("back\\slash");
	expect_none("back%5Cslash");
	memset(path, 'n', 8000);
	path[8000] = 0;
	expect_none(path);
	path[256] = 0;
	expect_none(path);
	for (size_t i = 0; i < 8000; i++)
		path[i] = i % 2 ? '/' : 'n';
	expect_none(path);
}

Test(files, no_symbolic_link_is_followed)
{
	make_link("plain.txt", "public/in.txt");
	make_link("../outside/secret.txt", "public/out.txt");
	make_link("/etc/passwd", "public/absolute");
	make_link("none", "public/dangling");
	make_link("loop", "public/loop");
	make_link("sub", "public/door");
	make_link("../outside", "public/gate");
	make_link("../../outside/secret.txt", "public/sub/up.txt");
	make_link(".", "public/self");
	make_dir("public/lured");
	make_link("../../outside/index.html", "public/lured/index.html");
	make_link("../outside/secret.txt", "public/plain.txt.gz");
	expect_none("in.txt");
	expect_none("out.txt");
	expect_none("absolute");
	expect_none("dangling");
	expect_none("loop");
	expect_none("door");
	expect_none("door/");
	expect_none("door/index.html");
	expect_none("gate");
	expect_none("gate/");
	expect_none("gate/secret.txt");
	expect_none("sub/up.txt");
	expect_none("self/plain.txt");
	expect_none("lured/");
	expect_body(
		"plain.txt", "Accept-Encoding: gzip\r\n", 200, "0123456789");
}

/* The folder itself may be given by a link: its owner chose to do so. */
Test(files, the_root_may_be_a_link)
{
	files_close(&files);
	make_link("public", "served");
	open_files((struct files){.folder.path = at("served")});
	expect_body("plain.txt", "", 200, "0123456789");
	expect_none("../outside/secret.txt");
}

Test(files, special_files_are_not_served_and_do_not_stall)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s",
		at("public/socket"));
	cr_assert_eq(bind(fd, (void *)&address, sizeof address), 0);
	cr_assert_eq(mkfifo(at("public/fifo"), 0644), 0);
	cr_assert_eq(mkfifo(at("public/plain.txt.gz"), 0644), 0);
	make_dir("public/plain.txt.br");
	make_dir("public/pipe");
	cr_assert_eq(mkfifo(at("public/pipe/index.html"), 0644), 0);
	if (mknod(at("public/null"), S_IFCHR | 0644, 1 << 8 | 3) == 0)
		expect_none("null");
	alarm(10);
	expect_none("fifo");
	expect_none("fifo/");
	expect_none("socket");
	expect_none("pipe/");
	expect_body("plain.txt", "Accept-Encoding: br, gzip\r\n", 200,
		"0123456789");
	close(fd);
}

/* The files are asked for as nobody, since root may read everything. */
Test(files, 15_5_4_files_that_may_not_be_read)
{
	struct sample r = sample_make("GET", "");
	struct response res;
	struct buf out = {0};
	uid_t user = geteuid();

	cr_assert_eq(chmod(at("public/plain.txt"), 0), 0);
	cr_assert_eq(chmod(at("public/sub"), 0), 0);
	if (user == 0)
		cr_assert_eq(seteuid(65534), 0);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"plain.txt", 9}, &r.req,
		&res);
	cr_expect_eq(res.status, 403);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"sub/", 4}, &r.req, &res);
	cr_expect_eq(res.status, 403);
	cr_assert_eq(seteuid(user), 0);
	cr_assert_eq(chmod(at("public/sub"), 0755), 0);
	buf_free(&out);
	sample_free(&r);
}

Test(files, changes_in_the_folder_show_at_once)
{
	expect_none("new.txt");
	write_text("public/new.txt", "one");
	expect_body("new.txt", "", 200, "one");
	write_text("public/new.txt", "second");
	expect_body("new.txt", "", 200, "second");
	cr_assert_eq(rename(at("public/new.txt"), at("public/old.txt")), 0);
	expect_none("new.txt");
	expect_body("old.txt", "", 200, "second");
	cr_assert_eq(unlink(at("public/old.txt")), 0);
	expect_none("old.txt");
}

static bool is_kept(const char *name)
{
	struct sample r = sample_make("GET", "");
	struct slice path = {name, strlen(name)};
	struct file f;
	bool kept;

	cr_assert(file_find(&f, &files.folder, files.cache, path, &r.req));
	kept = f.bytes != NULL;
	file_close(&f);
	sample_free(&r);
	return kept;
}

/* The size and the time of modification stay the same. */
Test(files, a_cached_file_is_never_out_of_date)
{
	expect_body("plain.txt", "", 200, "0123456789");
	cr_expect(is_kept("plain.txt"));
	expect_body("plain.txt", "", 200, "0123456789");
	expect_body("plain.txt", "Range: bytes=3-5\r\n", 206, "345");
	write_text("public/plain.txt", "9876543210");
	set_modified("public/plain.txt", 784111777);
	expect_body("plain.txt", "", 200, "9876543210");
	let_settle();
	expect_body("plain.txt", "", 200, "9876543210");
	write_text("public/new.txt", "abcdefghij");
	set_modified("public/new.txt", 784111777);
	cr_assert_eq(rename(at("public/new.txt"), at("public/plain.txt")), 0);
	expect_body("plain.txt", "", 200, "abcdefghij");
	cr_assert_eq(unlink(at("public/plain.txt")), 0);
	expect_none("plain.txt");
}

/* Writes a file and gets it. Returns how many milliseconds that took. */
static long edit_and_get(void)
{
	struct timespec before, now;

	clock_gettime(CLOCK_MONOTONIC, &before);
	write_text("public/plain.txt", "0123456789");
	expect_body("plain.txt", "", 200, "0123456789");
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - before.tv_sec) * 1000 +
	       (now.tv_nsec - before.tv_nsec) / 1000000;
}

/* A change would not show in the timestamps of such a file. */
Test(files, a_file_edited_a_moment_ago_is_not_cached)
{
	/* on a busy machine this may take more than a moment */
	for (int tries = 0; edit_and_get() > 10; tries++)
		if (tries == 50)
			return;
	cr_expect_not(is_kept("plain.txt"));
	let_settle();
	expect_body("plain.txt", "Range: bytes=3-5\r\n", 206, "345");
	cr_expect(is_kept("plain.txt"));
}

/* An edit that leaves size, mtime and ctime as they are, through a map of the
 * file: the page is dirty already when it is made. */
Test(files, an_edit_through_mmap_shows)
{
	int fd = open(at("public/plain.txt"), O_RDWR | O_CLOEXEC);
	char *map = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	double end;
	struct answer before, after;

	cr_assert(map != MAP_FAILED);
	memcpy(map, "abcdefghij", 10);
	let_settle();
	before = get("plain.txt", "");
	cr_expect_str_eq(before.body, "abcdefghij");
	memcpy(map, "ABCDEFGHIJ", 10);
	end = seconds() + 10;
	after = get("plain.txt", line("If-None-Match", &before, "ETag"));
	while (after.status == 304 && seconds() < end) {
		drop(&after);
		after = get(
			"plain.txt", line("If-None-Match", &before, "ETag"));
	}
	cr_expect_eq(after.status, 200);
	cr_expect(after.body && !strcmp(after.body, "ABCDEFGHIJ"));
	cr_expect_str_neq(field(&after, "ETag"), field(&before, "ETag"));
	cr_expect_eq(field(&after, "ETag")[0], '"');
	drop(&before);
	drop(&after);
	munmap(map, 10);
	close(fd);
}

Test(files, an_empty_file)
{
	struct answer a;

	write_text("public/empty.css", "");
	let_settle();
	a = get("empty.css", "");
	cr_expect_eq(a.status, 200);
	cr_expect_eq(a.len, 0);
	expect_field(&a, "Content-Length", "0");
	expect_field(&a, "Content-Type", "text/css; charset=utf-8");
	drop(&a);
	a = get("empty.css", "Range: bytes=0-\r\n");
	cr_expect_eq(a.status, 416);
	expect_field(&a, "Content-Range", "bytes */0");
	drop(&a);
	expect_body("empty.css", "Range: bytes=-5\r\n", 200, "");
}

Test(files, every_byte_and_sizes_around_the_copy_limit)
{
	static const size_t sizes[] = {1, 255, 256, 4095, 4096, 4097,
		COPIED_MAX - 1, COPIED_MAX, COPIED_MAX + 1, 3 * COPIED_MAX};
	unsigned char *bytes = malloc(3 * COPIED_MAX);
	char length[24];

	for (size_t i = 0; i < 3 * COPIED_MAX; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct answer a;

		write_bytes("public/bytes", bytes, sizes[i]);
		a = get("bytes", "");
		snprintf(length, sizeof length, "%zu", sizes[i]);
		expect_field(&a, "Content-Length", length);
		expect_field(&a, "Content-Type", "application/octet-stream");
		if (sizes[i] > COPIED_MAX) {
			cr_expect_geq(a.fd, 0);
			cr_expect(a.offset == 0 && a.left == sizes[i] && !a.len,
				"%zu", sizes[i]);
		} else {
			cr_expect_eq(a.fd, -1);
			cr_expect(a.len == sizes[i] &&
				  !memcmp(a.body, bytes, sizes[i]));
		}
		drop(&a);
	}
	free(bytes);
}

Test(files, a_file_of_1_gib)
{
	const uint64_t size = 1 << 30;
	struct answer a;

	write_sparse("public/film.mp4", (off_t)size);
	let_settle();
	a = get("film.mp4", "");
	cr_expect_eq(a.status, 200);
	expect_field(&a, "Content-Length", "1073741824");
	expect_field(&a, "Content-Type", "video/mp4");
	cr_expect(a.fd >= 0 && a.offset == 0 && a.left == size && a.len == 0);
	cr_expect(fcntl(a.fd, F_GETFD) & FD_CLOEXEC);
	drop(&a);
	a = ask("HEAD", "film.mp4", "");
	expect_field(&a, "Content-Length", "1073741824");
	cr_expect_eq(a.fd, -1);
	drop(&a);
	a = get("film.mp4", "Range: bytes=1000000000-\r\n");
	cr_expect_eq(a.status, 206);
	expect_field(
		&a, "Content-Range", "bytes 1000000000-1073741823/1073741824");
	expect_field(&a, "Content-Length", "73741824");
	cr_expect(a.fd >= 0 && a.offset == 1000000000 && a.left == 73741824);
	drop(&a);
	a = get("film.mp4", "Range: bytes=-65537\r\n");
	cr_expect(a.fd >= 0 && a.offset == size - 65537 && a.left == 65537);
	drop(&a);
	a = get("film.mp4", "Range: bytes=-65536\r\n");
	cr_expect(a.fd == -1 && a.len == 65536);
	drop(&a);
	a = get("film.mp4", "Range: bytes=1073741824-\r\n");
	cr_expect_eq(a.status, 416);
	expect_field(&a, "Content-Range", "bytes */1073741824");
	drop(&a);
}

Test(files, 15_3_7_a_range)
{
	struct answer a = get("plain.txt", "Range: bytes=2-4\r\n");

	cr_expect_eq(a.status, 206);
	cr_expect_str_eq(a.body, "234");
	expect_field(&a, "Content-Range", "bytes 2-4/10");
	expect_field(&a, "Content-Length", "3");
	expect_field(&a, "Content-Type", "text/plain; charset=utf-8");
	/* 15.3.7: the fields that a 200 would have had */
	expect_field(&a, "Date", DATE);
	expect_field(&a, "Cache-Control", "no-cache");
	expect_field(&a, "Vary", "Accept-Encoding");
	cr_expect(field(&a, "ETag") != NULL);
	drop(&a);
	expect_body("plain.txt", "Range: bytes=-3\r\n", 206, "789");
	expect_body("plain.txt", "Range: bytes=7-\r\n", 206, "789");
	expect_body("plain.txt", "Range: bytes=0-\r\n", 206, "0123456789");
	expect_body("plain.txt", "Range: bytes=0-0,2-3\r\n", 200, "0123456789");
	expect_body("plain.txt", "Range: bytes=4-3\r\n", 200, "0123456789");
	expect_body("", "Range: bytes=3-6\r\n", 206, "home");
}

Test(files, 15_5_17_no_such_range)
{
	struct answer a = get("plain.txt", "Range: bytes=10-\r\n");

	cr_expect_eq(a.status, 416);
	expect_field(&a, "Content-Range", "bytes */10");
	expect_field(&a, "Content-Type", "text/plain; charset=utf-8");
	expect_field(&a, "Last-Modified", NULL);
	cr_expect(a.len > 0 && !strncmp(a.body, "416 ", 4));
	drop(&a);
}

Test(files, 13_1_5_if_range)
{
	struct answer whole = get("plain.txt", "");
	char fields[1500];

	snprintf(fields, sizeof fields, "Range: bytes=0-1\r\n%s",
		line("If-Range", &whole, "ETag"));
	expect_body("plain.txt", fields, 206, "01");
	snprintf(fields, sizeof fields, "Range: bytes=0-1\r\n%s",
		line("If-Range", &whole, "Last-Modified"));
	expect_body("plain.txt", fields, 206, "01");
	expect_body("plain.txt", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n", 200,
		"0123456789");
	expect_body("plain.txt", "Range: bytes=10-\r\nIf-Range: \"x\"\r\n", 200,
		"0123456789");
	expect_body("plain.txt", "If-Range: \"x\"\r\n", 200, "0123456789");
	drop(&whole);
}

Test(files, 15_4_5_not_modified)
{
	struct answer whole = get("plain.txt", "");
	struct answer a =
		get("plain.txt", line("If-None-Match", &whole, "ETag"));

	cr_expect_eq(a.status, 304);
	cr_expect_eq(a.len, 0);
	expect_field(&a, "ETag", field(&whole, "ETag"));
	expect_field(&a, "Cache-Control", field(&whole, "Cache-Control"));
	expect_field(&a, "Vary", field(&whole, "Vary"));
	expect_field(&a, "Date", DATE);
	/* "SHOULD NOT generate representation metadata other than the above
	 * listed fields" */
	expect_field(&a, "Last-Modified", NULL);
	expect_field(&a, "Content-Type", NULL);
	expect_field(&a, "Content-Length", NULL);
	expect_field(&a, "Content-Encoding", NULL);
	drop(&a);
	a = get("plain.txt",
		line("If-Modified-Since", &whole, "Last-Modified"));
	cr_expect_eq(a.status, 304);
	drop(&a);
	a = ask("HEAD", "plain.txt", line("If-None-Match", &whole, "ETag"));
	cr_expect_eq(a.status, 304);
	drop(&a);
	a = get("plain.txt", "If-None-Match: *\r\n");
	cr_expect_eq(a.status, 304);
	drop(&a);
	drop(&whole);
	expect_body("plain.txt", "If-None-Match: \"x\"\r\n", 200, "0123456789");
}

/* RFC 9110 13.2.2, 14.2: conditions come before ranges. */
Test(files, 13_2_2_conditions_come_before_ranges)
{
	struct answer whole = get("plain.txt", ""), a;
	char fields[1500];

	snprintf(fields, sizeof fields, "Range: bytes=0-1\r\n%s",
		line("If-None-Match", &whole, "ETag"));
	a = get("plain.txt", fields);
	cr_expect_eq(a.status, 304);
	drop(&a);
	a = get("plain.txt", "Range: bytes=99-\r\nIf-Match: \"x\"\r\n");
	cr_expect_eq(a.status, 412);
	expect_field(&a, "Content-Range", NULL);
	drop(&a);
	snprintf(fields, sizeof fields, "Range: bytes=0-1\r\n%s",
		line("If-Match", &whole, "ETag"));
	expect_body("plain.txt", fields, 206, "01");
	drop(&whole);
}

Test(files, 15_5_13_precondition_failed)
{
	struct answer a = get("plain.txt", "If-Match: \"x\"\r\n");

	cr_expect_eq(a.status, 412);
	cr_expect(a.len > 0 && !strncmp(a.body, "412 ", 4));
	expect_field(&a, "Content-Type", "text/plain; charset=utf-8");
	drop(&a);
	a = get("plain.txt",
		"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n");
	cr_expect_eq(a.status, 412);
	drop(&a);
	expect_body("plain.txt", "If-Match: *\r\n", 200, "0123456789");
}

/* The size is the same and the old date is put back, but the tag still
 * changes. */
Test(files, an_edit_changes_the_tag)
{
	struct answer before = get("plain.txt", ""), after;

	write_text("public/plain.txt", "9876543210");
	set_modified("public/plain.txt", 784111777);
	let_settle();
	after = get("plain.txt", line("If-None-Match", &before, "ETag"));
	cr_expect_eq(after.status, 200);
	cr_expect_str_eq(after.body, "9876543210");
	expect_field(&after, "Last-Modified", field(&before, "Last-Modified"));
	cr_expect_str_neq(field(&after, "ETag"), field(&before, "ETag"));
	drop(&before);
	drop(&after);
}

/* While a file changes, a tag must not vouch for the next state. There are ten
 * edits, one right after the other, and each is followed by a request with the
 * tag of the last. */
Test(files, edits_without_a_pause_all_show)
{
	char text[2] = "0", tag[1200] = "";

	for (int i = 0; i < 10; i++, text[0]++) {
		struct answer a;

		write_text("public/quick.txt", text);
		a = get("quick.txt", tag);
		cr_expect_eq(a.status, 200);
		cr_expect(a.body && !strcmp(a.body, text));
		snprintf(tag, sizeof tag, "%s",
			line("If-None-Match", &a, "ETag"));
		drop(&a);
	}
}

/* The tag of a small file covers its bytes, so it is strong at once. */
Test(files, 8_8_1_a_large_files_tag_is_weak_for_two_seconds)
{
	struct answer a;

	write_text("public/small.txt", "fresh");
	a = get("small.txt", "");
	cr_expect_eq(field(&a, "ETag")[0], '"');
	drop(&a);
	write_sparse("public/large.bin", COPIED_MAX + 1);
	set_modified("public/large.bin", time(NULL) + 1000);
	a = get("large.bin", "");
	cr_expect(!strncmp(field(&a, "ETag"), "W/\"", 3));
	drop(&a);
	set_modified("public/large.bin", time(NULL) - 4);
	let_settle();
	a = get("large.bin", "");
	cr_expect_eq(field(&a, "ETag")[0], '"');
	drop(&a);
}

/* RFC 9110 14.4: so that a download resumes where it was cut off. */
Test(files, 13_1_5_a_large_download_resumes)
{
	struct answer a, rest;
	char fields[1300];

	write_sparse("public/large.bin", 1 << 20);
	set_modified("public/large.bin", 784111777);
	let_settle();
	a = get("large.bin", "");
	snprintf(fields, sizeof fields, "Range: bytes=1000-\r\n%s",
		line("If-Range", &a, "ETag"));
	rest = get("large.bin", fields);
	cr_expect_eq(rest.status, 206);
	cr_expect_eq(rest.offset, 1000);
	cr_expect_eq(rest.left, (1 << 20) - 1000);
	drop(&rest);
	set_modified("public/large.bin", 784111778);
	let_settle();
	rest = get("large.bin", fields);
	cr_expect_eq(rest.status, 200);
	drop(&rest);
	drop(&a);
}

Test(files, 8_8_2_1_a_date_in_the_future)
{
	int64_t modified = 0, before = time(NULL);
	const char *value;
	struct answer a;

	set_modified("public/plain.txt", before + 1000000);
	a = get("plain.txt", "");
	value = field(&a, "Last-Modified");
	cr_assert(timestamp_parse(
		(struct slice){value, strlen(value)}, before, &modified));
	cr_expect(modified >= before && modified <= time(NULL));
	drop(&a);
	set_modified("public/plain.txt", -5);
	a = get("plain.txt", "");
	expect_field(&a, "Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT");
	drop(&a);
}

/* Returns the coding that is sent for `accept`: "br", "gzip" or NULL. */
static void expect_coding(const char *accept, const char *coding)
{
	struct answer a = get("app.js", accept);
	const char *body = coding ? coding : "plain";

	cr_expect_eq(a.status, 200);
	cr_expect(a.body && !strcmp(a.body, body), "%s: %s", accept, a.body);
	expect_field(&a, "Content-Encoding", coding);
	expect_field(&a, "Content-Type", "text/javascript; charset=utf-8");
	expect_field(&a, "Vary", "Accept-Encoding");
	drop(&a);
}

/* The bodies say which coding it is; nobody here decompresses them. */
static void make_codings(void)
{
	write_text("public/app.js", "plain");
	write_text("public/app.js.br", "br");
	write_text("public/app.js.gz", "gzip");
	let_settle();
}

Test(files, 12_5_3_codings_by_preference)
{
	make_codings();
	expect_coding("", NULL);
	expect_coding("Accept-Encoding:\r\n", NULL);
	expect_coding("Accept-Encoding: gzip\r\n", "gzip");
	expect_coding("Accept-Encoding: x-gzip\r\n", "gzip");
	expect_coding("Accept-Encoding: br\r\n", "br");
	expect_coding("Accept-Encoding: gzip, deflate, br, zstd\r\n", "br");
	expect_coding("Accept-Encoding: deflate, zstd\r\n", NULL);
	expect_coding("Accept-Encoding: *\r\n", "br");
	expect_coding("Accept-Encoding: gzip;q=0.8, br;q=0.7\r\n", "gzip");
	expect_coding("Accept-Encoding: gzip;q=0.7, br;q=0.8\r\n", "br");
	expect_coding("Accept-Encoding: gzip;q=0.001\r\n", "gzip");
	expect_coding("Accept-Encoding: gzip;q=0\r\n", NULL);
	expect_coding("Accept-Encoding: gzip;q=0, br;q=0\r\n", NULL);
	expect_coding("Accept-Encoding: br;q=0, *\r\n", "gzip");
	expect_coding("Accept-Encoding: gzip;q=0.5, identity\r\n", NULL);
	expect_coding(
		"Accept-Encoding: gzip;q=0.5, identity;q=0.4\r\n", "gzip");
	expect_coding("Accept-Encoding: gzip, identity\r\n", "gzip");
	expect_coding("Accept-Encoding: gzip;q=1.0, identity; q=0.5, *;q=0\r\n",
		"gzip");
	expect_coding("Accept-Encoding: identity;q=0\r\n", NULL);
	expect_coding("Accept-Encoding: identity;q=0, gzip;q=0.1\r\n", "gzip");
	expect_coding("Accept-Encoding: *;q=0, br;q=0.1\r\n", "br");
	/* none of these exists: 12.4.1 lets a server disregard the field */
	expect_coding("Accept-Encoding: *;q=0\r\n", NULL);
	expect_coding("Accept-Encoding: zstd, identity;q=0\r\n", NULL);
}

Test(files, 12_5_3_only_codings_that_exist)
{
	make_codings();
	cr_assert_eq(unlink(at("public/app.js.br")), 0);
	expect_coding("Accept-Encoding: br, gzip\r\n", "gzip");
	expect_coding("Accept-Encoding: br, gzip;q=0.1\r\n", "gzip");
	expect_coding("Accept-Encoding: br\r\n", NULL);
	expect_coding(
		"Accept-Encoding: br, gzip;q=0.1, identity;q=0.2\r\n", NULL);
	/* a coded file without its plain file is not served for it */
	cr_assert_eq(unlink(at("public/app.js")), 0);
	expect_none("app.js");
	struct answer a = get("app.js", "Accept-Encoding: gzip\r\n");

	cr_expect_not(a.found);
	drop(&a);
	/* under its own name it is a file like any other */
	a = get("app.js.gz", "Accept-Encoding: gzip\r\n");
	cr_expect_eq(a.status, 200);
	expect_field(&a, "Content-Type", "application/gzip");
	expect_field(&a, "Content-Encoding", NULL);
	drop(&a);
}

Test(files, the_index_of_a_folder_may_be_coded)
{
	struct answer a;

	write_text("public/sub/index.html.br", "coded");
	a = get("sub/", "Accept-Encoding: br\r\n");
	cr_expect_str_eq(a.body, "coded");
	expect_field(&a, "Content-Encoding", "br");
	expect_field(&a, "Content-Type", "text/html; charset=utf-8");
	drop(&a);
}

/* RFC 9110 8.8.3.3: "a strong entity tag for a content-encoded representation
 * has to be distinct from the entity tag of an unencoded representation" */
Test(files, 8_8_3_3_each_coding_has_its_validator)
{
	static const char *const accept[] = {
		"", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n"};
	char fields[1500];

	make_codings();
	for (int i = 0; i < 9; i++) {
		struct answer whole = get("app.js", accept[i / 3]), a;

		snprintf(fields, sizeof fields, "%s%s", accept[i % 3],
			line("If-None-Match", &whole, "ETag"));
		a = get("app.js", fields);
		cr_expect_eq(a.status, i / 3 == i % 3 ? 304 : 200, "%d", i);
		drop(&a);
		drop(&whole);
	}
}

/* RFC 9110 14.1.2: "If the representation data has a content coding applied,
 * each byte range is calculated with respect to the encoded sequence of
 * bytes" */
Test(files, 14_1_2_a_range_of_coded_bytes)
{
	struct answer a;

	make_codings();
	a = get("app.js", "Accept-Encoding: gzip\r\nRange: bytes=1-2\r\n");
	cr_expect_eq(a.status, 206);
	cr_expect_str_eq(a.body, "zi");
	expect_field(&a, "Content-Range", "bytes 1-2/4");
	expect_field(&a, "Content-Encoding", "gzip");
	drop(&a);
}

/* An edit shows, even when there are older coded files beside the file. */
Test(files, a_coded_file_from_before_the_edit_is_not_sent)
{
	make_codings();
	set_modified("public/app.js", 1000);
	set_modified("public/app.js.br", 999);
	set_modified("public/app.js.gz", 1000);
	expect_coding("Accept-Encoding: br, gzip\r\n", "gzip");
	set_modified("public/app.js.br", 1001);
	expect_coding("Accept-Encoding: br;q=0.9, gzip\r\n", "gzip");
	set_modified("public/app.js", 1002);
	expect_coding("Accept-Encoding: br, gzip\r\n", NULL);
}

/* Asks as if the folder were the one that the server has found by itself. It
 * must not look for that one meanwhile, once a second. */
static struct answer get_own(const char *path)
{
	const char *named = files.folder.path;
	struct timespec before, now;
	struct answer a = {.fd = -1};

	do {
		drop(&a);
		files_close(&files);
		cr_assert(files_open(&files));
		clock_gettime(CLOCK_MONOTONIC_COARSE, &before);
		files.folder.looked_at = before.tv_sec;
		files.folder.path = NULL;
		a = get(path, "");
		files.folder.path = named;
		clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	} while (now.tv_sec != before.tv_sec);
	return a;
}

static void expect_no_policy(struct answer a)
{
	expect_field(&a, "Content-Security-Policy", NULL);
	expect_field(&a, "Referrer-Policy", NULL);
	expect_field(&a, "X-Content-Type-Options", "nosniff");
	drop(&a);
}

/* The page is what the server's own folder has, under the folder's own address.
 * The other pages there are somebody else's, and so is a folder that is
 * named. */
Test(files, the_page_may_load_and_connect_only_here)
{
	static const char *const others[] = {
		"index.html", "sub/", "plain.txt", "sub", "none", "sub/none"};
	struct answer a = get_own("");
	const char *policy = field(&a, "Content-Security-Policy");

	cr_assert(policy != NULL);
	cr_expect(!strncmp(
		policy, "default-src 'self'; connect-src 'self' ", 39));
	/* the same server, by its other name */
	cr_expect(strstr(policy, " ws://localhost:* ws://127.0.0.1:*;"));
	cr_expect(strstr(policy, "frame-ancestors 'none'") != NULL);
	cr_expect(strstr(policy, "base-uri 'none'") != NULL);
	cr_expect(strstr(policy, "form-action 'none'") != NULL);
	cr_expect(strstr(policy, "object-src 'none'") != NULL);
	cr_expect(strstr(policy, "unsafe") == NULL);
	expect_field(&a, "Referrer-Policy", "no-referrer");
	expect_field(&a, "X-Content-Type-Options", "nosniff");
	expect_field(&a, "Server", NULL);
	drop(&a);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		expect_no_policy(get_own(others[i]));
		expect_no_policy(get(others[i], ""));
	}
	expect_no_policy(get("", ""));
}

Test(files, 8615_3_well_known_names)
{
	make_dir("public/.well-known");
	make_dir("public/.well-known/acme-challenge");
	make_dir("public/.well-known/.git");
	make_dir("public/.well-knowns");
	write_text("public/.well-known/acme-challenge/token", "proof");
	write_text("public/.well-known/security.txt", "Contact:");
	write_text("public/.well-known/.env", "secret");
	write_text("public/.well-known/.git/config", "secret");
	write_text("public/.well-knowns/x", "secret");
	expect_body(".well-known/acme-challenge/token", "", 200, "proof");
	expect_body("%2Ewell-known/security.txt", "", 200, "Contact:");
	expect_redirect(".well-known", "/public/.well-known/");
	expect_none(".well-known/");
	expect_none(".well-known/.env");
	expect_none(".well-known/.git/config");
	expect_none(".well-known/../.hidden");
	expect_none(".well-knowns/x");
	expect_none(".Well-Known/security.txt");
}

Test(files, nothing_of_a_request_is_echoed)
{
	static const char *const fields[] = {"Range: bytes=evil\r\n",
		"If-None-Match: \"evil\"\r\n", "If-Match: \"evil\"\r\n",
		"Accept-Encoding: evil\r\n", "Origin: http://evil\r\n",
		"Range: evil=0-1\r\n", "If-Modified-Since: evil\r\n"};
	static const char *const paths[] = {"", "sub", "plain.txt"};

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		for (size_t k = 0; k < 3; k++) {
			struct answer a = get(paths[k], fields[i]);

			cr_expect(a.head && !strstr(a.head, "evil"));
			cr_expect(a.body && !strstr(a.body, "evil"));
			drop(&a);
		}
}

/* RFC 9110 8.6: fewer bytes than Content-Length says would make the next
 * response a part of this one. Files of sysfs say 4096 and have less: they are
 * read before the head is written. */
Test(files, a_file_shorter_than_it_says)
{
	struct files sysfs = {
		.folder.path = "/sys/kernel/mm/transparent_hugepage"};
	struct answer a;

	if (!files_open(&sysfs))
		return;
	files_close(&files);
	files = sysfs;
	a = get("enabled", "");
	cr_expect(a.found && !a.failed);
	cr_expect_eq(a.len, strtoull(field(&a, "Content-Length"), NULL, 10));
	drop(&a);
	a = get("enabled", "Range: bytes=0-3\r\n");
	cr_expect(a.status == 206 && !a.failed && a.len == 4);
	drop(&a);
}

/* A client that can come back later is not told that the file does not
 * exist. */
Test(files, no_descriptor_left)
{
	struct rlimit all, now;
	struct response res;
	struct buf out = {0};
	struct sample r = sample_make("GET", "");
	int lowest = dup(files.folder.fd);

	close(lowest);
	getrlimit(RLIMIT_NOFILE, &all);
	now = (struct rlimit){(rlim_t)lowest, all.rlim_max};
	setrlimit(RLIMIT_NOFILE, &now);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"plain.txt", 9}, &r.req,
		&res);
	cr_expect_eq(res.status, 503);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"sub/none", 8}, &r.req,
		&res);
	cr_expect_eq(res.status, 503);
	/* one descriptor is enough for a file, but not for one in a folder */
	now.rlim_cur++;
	setrlimit(RLIMIT_NOFILE, &now);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"plain.txt", 9}, &r.req,
		&res);
	cr_expect_eq(res.status, 200);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){"sub/", 4}, &r.req, &res);
	cr_expect_eq(res.status, 503);
	response_init(&res, &out, DATE, NULL);
	files_send(&files, "/public/", (struct slice){".", 1}, &r.req, &res);
	cr_expect_eq(res.status, 404);
	setrlimit(RLIMIT_NOFILE, &all);
	expect_body("sub/", "", 200, "<p>sub</p>");
	buf_free(&out);
	sample_free(&r);
}

static pid_t start(void (*work)(void))
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0)
		for (;;)
			work();
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

static void must(int result)
{
	if (result)
		_exit(1);
}

/* Puts links to the outside in place of a file and a folder, and puts these
 * back. */
static void swap(void)
{
	must(rename(at("public/door"), at("door.file")));
	must(rename(at("door.link"), at("public/door")));
	must(rename(at("public/gate"), at("gate.dir")));
	must(rename(at("gate.link"), at("public/gate")));
	must(rename(at("public/door"), at("door.link")));
	must(rename(at("door.file"), at("public/door")));
	must(rename(at("public/gate"), at("gate.link")));
	must(rename(at("gate.dir"), at("public/gate")));
}

static void expect_inside(const char *path, int *found)
{
	struct answer a = get(path, "Accept-Encoding: gzip\r\n");

	cr_expect(!a.found || (a.status == 200 && !a.failed &&
				      !strcmp(a.body, "inside")),
		"%s: %s", path, a.body);
	*found += a.found;
	drop(&a);
}

Test(files, names_that_change_while_they_are_opened)
{
	int found = 0, asked = 0;
	double end = seconds() + 1;
	pid_t pid;

	write_text("public/door", "inside");
	make_link(at("outside/secret.txt"), "door.link");
	make_dir("public/gate");
	write_text("public/gate/secret.txt", "inside");
	write_text("public/gate/index.html", "inside");
	make_link(at("outside"), "gate.link");
	pid = start(swap);
	for (; seconds() < end; asked += 3) {
		expect_inside("door", &found);
		expect_inside("gate/", &found);
		expect_inside("gate/secret.txt", &found);
	}
	stop(pid);
	cr_expect(found > 0 && found < asked, "%d of %d", found, asked);
}

/* Lengths between 0 and more than is copied. */
static void resize(void)
{
	static unsigned n;

	must(truncate(at("public/moving"), (off_t)(n = n * 7919 % 70001)));
	n++;
}

/* RFC 9112 6.3: whatever happens to the file, the head and the body agree, or
 * the connection is given up. */
Test(files, sizes_that_change_while_they_are_read)
{
	double end = seconds() + 0.5;
	pid_t pid;

	write_text("public/moving", "");
	pid = start(resize);
	while (seconds() < end) {
		struct answer a = get("moving", "");
		uint64_t length =
			strtoull(field(&a, "Content-Length"), NULL, 10);

		cr_assert_eq(a.status, 200);
		if (a.fd >= 0)
			cr_expect_eq(a.left, length);
		else if (!a.failed)
			cr_expect_eq(a.len, length);
		drop(&a);
	}
	stop(pid);
}
