/* test_site.c - a folder that is the whole site. */
#include "tests/files/share.h"

#include <errno.h>

static void site_setup(void)
{
	setup();
	files.is_site = true;
}

TestSuite(site, .init = site_setup, .fini = teardown);

static void expect_page(const char *path, const char *fields, int status,
	const char *type, const char *body)
{
	struct answer a = get(path, fields);

	cr_expect_eq(a.status, status, "%s: %d", path, a.status);
	expect_field(&a, "Content-Type", type);
	expect_field(&a, "Content-Security-Policy", NULL);
	cr_expect(a.body && !strcmp(a.body, body), "%s: %s", path, a.body);
	drop(&a);
}

#define HTML "text/html; charset=utf-8"
#define TEXT "text/plain; charset=utf-8"
#define MISSING "404 Not Found: no such file (RFC 9110 15.5.5)\n"

Test(site, files_are_at_the_root)
{
	expect_page("", "", 200, HTML, "<p>home</p>");
	expect_page("index.html", "", 200, HTML, "<p>home</p>");
	expect_page("sub/", "", 200, HTML, "<p>sub</p>");
	expect_page("plain.txt", "", 200, TEXT, "0123456789");
	expect_page("plain.txt", "Range: bytes=1-2\r\n", 206, TEXT, "12");
	expect_redirect("sub", "/sub/");
	expect_page("none", "", 404, TEXT, MISSING);
	expect_page("none/", "", 404, TEXT, MISSING);
	expect_page("/plain.txt", "", 404, TEXT, MISSING);
	expect_page(".git/config", "", 404, TEXT, MISSING);
}

Test(site, no_folder_is_listed)
{
	make_dir("public/empty");
	expect_page("empty/", "", 404, TEXT, MISSING);
	expect_redirect("empty", "/empty/");
}

/* The page for what is missing is sent whole, whatever is asked for, and is not
 * to be taken for the file. */
Test(site, 15_5_5_its_own_page_for_what_is_missing)
{
	static const char *const fields[] = {"", "Range: bytes=0-1\r\n",
		"If-None-Match: *\r\n", "If-Match: \"x\"\r\n",
		"If-Modified-Since: Fri, 22 Nov 2030 00:00:00 GMT\r\n"};
	static const char *const paths[] = {
		"none", "sub/none", "none/", "..", ".git/config", "a%00b"};
	struct answer a;

	write_text("public/404.html", "<p>lost</p>");
	for (size_t i = 0; i < 6; i++)
		for (size_t k = 0; k < 5; k++)
			expect_page(
				paths[i], fields[k], 404, HTML, "<p>lost</p>");
	a = get("none", "");
	expect_field(&a, "ETag", NULL);
	expect_field(&a, "Last-Modified", NULL);
	expect_field(&a, "Accept-Ranges", NULL);
	expect_field(&a, "Cache-Control", "no-cache");
	expect_field(&a, "Content-Length", "11");
	drop(&a);
	a = ask("HEAD", "none", "");
	cr_expect_eq(a.status, 404);
	cr_expect_eq(a.len, 0);
	expect_field(&a, "Content-Length", "11");
	drop(&a);
	expect_page("404.html", "", 200, HTML, "<p>lost</p>");
	expect_page("plain.txt", "", 200, TEXT, "0123456789");
}

Test(site, its_own_page_may_be_coded_large_or_no_file)
{
	struct answer a;

	write_text("public/404.html", "<p>lost</p>");
	write_text("public/404.html.gz", "coded");
	a = get("none", "Accept-Encoding: gzip\r\n");
	cr_expect(a.status == 404 && !strcmp(a.body, "coded"));
	expect_field(&a, "Content-Encoding", "gzip");
	expect_field(&a, "Vary", "Accept-Encoding");
	drop(&a);
	write_sparse("public/404.html", COPIED_MAX + 1);
	a = get("none", "");
	cr_expect_eq(a.status, 404);
	cr_expect(a.fd >= 0 && a.left == COPIED_MAX + 1);
	drop(&a);
	cr_assert_eq(unlink(at("public/404.html")), 0);
	make_dir("public/404.html");
	expect_page("none", "", 404, TEXT, MISSING);
}

/* Beneath /public/, a page is not a whole site. */
Test(site, only_a_site_has_its_own_page)
{
	write_text("public/404.html", "<p>lost</p>");
	files.is_site = false;
	expect_page("none", "", 404, TEXT, MISSING);
}

Test(site, an_application_of_one_page)
{
	static const char *const routes[] = {"user", "user/", "user/7", "a.b/c",
		"user%20name", "user/%ED%95%9C", "empty/", ".git/x"};
	static const char *const others[] = {"app.js", "user/app.js", "a.",
		"user/.env", ".git", "app%2Ejs", "%2e%2e", "a%2fb", "a%00", "%",
		"sub/..", "favicon.ico"};
	struct answer a, home;

	files.is_spa = true;
	make_dir("public/empty");
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		expect_page(routes[i], "", 200, HTML, "<p>home</p>");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		expect_page(others[i], "", 404, TEXT, MISSING);
	write_text("public/404.html", "<p>lost</p>");
	expect_page("user", "", 200, HTML, "<p>home</p>");
	expect_page("app.js", "", 404, HTML, "<p>lost</p>");
	/* what is there is what it was */
	expect_page("plain.txt", "", 200, TEXT, "0123456789");
	expect_page("sub/", "", 200, HTML, "<p>sub</p>");
	expect_redirect("sub", "/sub/");
	home = get("", "");
	a = get("user", line("If-None-Match", &home, "ETag"));
	cr_expect_eq(a.status, 304);
	drop(&a);
	drop(&home);
	expect_page("user", "Range: bytes=3-6\r\n", 206, HTML, "home");
}

/* Without an index.html there is nothing to send instead. */
Test(site, an_application_without_its_page)
{
	files.is_spa = true;
	cr_assert_eq(unlink(at("public/index.html")), 0);
	expect_page("user", "", 404, TEXT, MISSING);
	expect_page("", "", 404, TEXT, MISSING);
}
