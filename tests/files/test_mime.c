/* test_mime.c - RFC 9110, section 8.3. */
#include "files/mime.h"
#include "tests/lib/support.h"

static void expect(const char *name, const char *type)
{
	char *copy = exactly(name, strlen(name) + 1);

	cr_expect_str_eq(mime_type(copy), type, "%s", name);
	free(copy);
}

Test(mime, texts_are_utf_8)
{
	expect("index.html", "text/html; charset=utf-8");
	expect("style.css", "text/css; charset=utf-8");
	expect("app.js", "text/javascript; charset=utf-8"); /* RFC 9239 */
	expect("app.mjs", "text/javascript; charset=utf-8");
	expect("data.json", "application/json; charset=utf-8");
	expect("app.js.map", "application/json; charset=utf-8");
	expect("icon.svg", "image/svg+xml; charset=utf-8");
	expect("robots.txt", "text/plain; charset=utf-8");
	expect("README.md", "text/markdown; charset=utf-8");  /* RFC 7763 */
	expect("feed.xml", "application/xml; charset=utf-8"); /* RFC 7303 */
}

Test(mime, other_files_of_a_page)
{
	expect("a.png", "image/png");
	expect("a.jpg", "image/jpeg");
	expect("a.jpeg", "image/jpeg");
	expect("a.gif", "image/gif");
	expect("a.webp", "image/webp");
	expect("a.avif", "image/avif");
	expect("favicon.ico", "image/x-icon");
	expect("a.woff", "font/woff");
	expect("a.woff2", "font/woff2");
	expect("a.ttf", "font/ttf");
	expect("a.pdf", "application/pdf");
	expect("a.wasm", "application/wasm");
	expect("a.mp3", "audio/mpeg");
	expect("a.mp4", "video/mp4");
	expect("a.webm", "video/webm");
}

Test(mime, the_last_extension_counts_in_any_case)
{
	expect("PHOTO.JPG", "image/jpeg");
	expect("Index.Html", "text/html; charset=utf-8");
	expect("jquery.min.js", "text/javascript; charset=utf-8");
	expect("page.html.txt", "text/plain; charset=utf-8");
	expect("..html", "text/html; charset=utf-8");
}

Test(mime, unknown_types_are_octet_streams)
{
	static const char *const names[] = {"", ".", "html", "a.", "a.htm",
		"a.html ", "a.htmlx", "a.xhtml", "a.js.gz", "a.css.br", "a.php",
		"a.html.", "Makefile", "a html", "a.한글"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expect(names[i], "application/octet-stream");
}
