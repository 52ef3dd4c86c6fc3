/* test_mime.c - RFC 9110, section 8.3. */
#include "files/mime.h"
#include "tests/lib/support.h"

static void expect(const char *name, const char *type)
{
	char *copy = exactly(name, strlen(name) + 1);

	cr_expect_str_eq(mime_type(copy), type, "%s", name);
	free(copy);
}

static void expect_all(const char *const *names, const char *type)
{
	for (; *names; names++)
		expect(*names, type);
}

#define ALL(...)                  \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

Test(mime, texts_are_utf_8)
{
	expect_all(ALL("index.html", "index.htm"), "text/html; charset=utf-8");
	expect("page.xhtml", "application/xhtml+xml; charset=utf-8");
	expect("style.css", "text/css; charset=utf-8");
	expect_all(ALL("app.js", "app.mjs", "app.cjs"),
		"text/javascript; charset=utf-8"); /* RFC 9239 */
	expect_all(ALL("data.json", "app.js.map"),
		"application/json; charset=utf-8");
	expect("data.jsonld", "application/ld+json; charset=utf-8");
	expect_all(ALL("app.webmanifest", "site.manifest"),
		"application/manifest+json; charset=utf-8");
	expect("icon.svg", "image/svg+xml; charset=utf-8");
	expect("feed.xml", "application/xml; charset=utf-8"); /* RFC 7303 */
	expect("feed.rss", "application/rss+xml; charset=utf-8");
	expect("feed.atom", "application/atom+xml; charset=utf-8");
	expect("table.csv", "text/csv; charset=utf-8");      /* RFC 4180 */
	expect("dates.ics", "text/calendar; charset=utf-8"); /* RFC 5545 */
	expect("film.vtt", "text/vtt; charset=utf-8");
}

/* With nosniff, a text/markdown would be downloaded. */
Test(mime, what_is_to_be_read_is_plain_text)
{
	expect_all(ALL("robots.txt", "README.md", "notes.markdown", "a.log",
			   "a.text", "a.yaml", "a.yml", "a.toml", "hello.c",
			   "hello.h"),
		"text/plain; charset=utf-8");
}

Test(mime, other_files_of_a_page)
{
	expect("a.png", "image/png");
	expect("a.apng", "image/apng");
	expect_all(ALL("a.jpg", "a.jpeg"), "image/jpeg");
	expect("a.gif", "image/gif");
	expect("a.webp", "image/webp");
	expect("a.avif", "image/avif");
	expect("a.jxl", "image/jxl");
	expect("a.bmp", "image/bmp");
	expect("favicon.ico", "image/x-icon");
	expect("a.woff", "font/woff");
	expect("a.woff2", "font/woff2");
	expect("a.ttf", "font/ttf");
	expect("a.otf", "font/otf");
	expect("a.eot", "application/vnd.ms-fontobject");
	expect("a.pdf", "application/pdf");
	expect("a.wasm", "application/wasm");
	expect("a.zip", "application/zip");
	expect("a.tar.gz", "application/gzip");
	expect("a.mp3", "audio/mpeg");
	expect("a.m4a", "audio/mp4");
	expect("a.aac", "audio/aac");
	expect_all(ALL("a.ogg", "a.oga", "a.opus"), "audio/ogg"); /* RFC 7845 */
	expect("a.flac", "audio/flac");
	expect("a.wav", "audio/wav");
	expect_all(ALL("a.mp4", "a.m4v"), "video/mp4");
	expect("a.webm", "video/webm");
	expect("a.ogv", "video/ogg");
	expect("a.mov", "video/quicktime");
}

Test(mime, the_last_extension_counts_in_any_case)
{
	expect("PHOTO.JPG", "image/jpeg");
	expect("A.WebManifest", "application/manifest+json; charset=utf-8");
	expect("Index.Html", "text/html; charset=utf-8");
	expect("jquery.min.js", "text/javascript; charset=utf-8");
	expect("page.html.txt", "text/plain; charset=utf-8");
	expect("..html", "text/html; charset=utf-8");
}

Test(mime, unknown_types_are_octet_streams)
{
	static const char *const names[] = {"", ".", "html", "a.", "a.ht",
		"a.html ", "a.htmlx", "a. html", "a.html htm", "a.htm ",
		"a.css.br", "a.php", "a.html.", "Makefile", "a html", "a.한글"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expect(names[i], "application/octet-stream");
}
