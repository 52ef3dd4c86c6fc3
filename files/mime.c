/* mime.c - the media type of a file, by its name: RFC 9110, section 8.3. */
#include "files/mime.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UTF8 "; charset=utf-8"
#define TEXT "text/plain" UTF8

/* What browsers do something with, in the order of the endings. Since browsers
 * are told `nosniff`, they download everything else, even Markdown: so what is
 * to be read is plain text. */
static const struct known {
	const char *ending, *type;
} known[] = {
	{"3gp", "video/3gpp"},
	{"aac", "audio/aac"},
	{"adoc", TEXT},
	{"aif", "audio/aiff"},
	{"aiff", "audio/aiff"},
	{"apng", "image/apng"},
	{"atom", "application/atom+xml" UTF8},
	{"avif", "image/avif"},
	{"bmp", "image/bmp"},
	{"c", TEXT},
	{"cc", TEXT},
	{"cjs", "text/javascript" UTF8},
	{"conf", TEXT},
	{"cpp", TEXT},
	{"cs", TEXT},
	{"css", "text/css" UTF8},
	{"csv", "text/csv" UTF8},
	{"cur", "image/x-icon"},
	{"diff", TEXT},
	{"eot", "application/vnd.ms-fontobject"},
	{"flac", "audio/flac"},
	{"geojson", "application/geo+json" UTF8},
	{"gif", "image/gif"},
	{"go", TEXT},
	{"gz", "application/gzip"},
	{"h", TEXT},
	{"heic", "image/heic"},
	{"heif", "image/heif"},
	{"hpp", TEXT},
	{"htm", "text/html" UTF8},
	{"html", "text/html" UTF8},
	{"ico", "image/x-icon"},
	{"ics", "text/calendar" UTF8},
	{"ini", TEXT},
	{"java", TEXT},
	{"jfif", "image/jpeg"},
	{"jpe", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"jpg", "image/jpeg"},
	{"js", "text/javascript" UTF8},
	{"json", "application/json" UTF8},
	{"json5", TEXT},
	{"jsonc", TEXT},
	{"jsonld", "application/ld+json" UTF8},
	{"jsx", TEXT},
	{"jxl", "image/jxl"},
	{"kt", TEXT},
	{"log", TEXT},
	{"lua", TEXT},
	{"m3u", "application/vnd.apple.mpegurl"},
	{"m3u8", "application/vnd.apple.mpegurl"},
	{"m4a", "audio/mp4"},
	{"m4v", "video/mp4"},
	{"manifest", "application/manifest+json" UTF8},
	{"map", "application/json" UTF8},
	{"markdown", TEXT},
	{"md", TEXT},
	{"mid", "audio/midi"},
	{"midi", "audio/midi"},
	{"mjs", "text/javascript" UTF8},
	{"mkv", "video/x-matroska"},
	{"mov", "video/quicktime"},
	{"mp2", "audio/mpeg"},
	{"mp3", "audio/mpeg"},
	{"mp4", "video/mp4"},
	{"mpd", "application/dash+xml" UTF8},
	{"mpeg", "video/mpeg"},
	{"mpg", "video/mpeg"},
	{"oga", "audio/ogg"},
	{"ogg", "audio/ogg"},
	{"ogv", "video/ogg"},
	{"opus", "audio/ogg"},
	{"otf", "font/otf"},
	{"patch", TEXT},
	{"pdf", "application/pdf"},
	{"pl", TEXT},
	{"png", "image/png"},
	{"py", TEXT},
	{"rb", TEXT},
	{"rs", TEXT},
	{"rss", "application/rss+xml" UTF8},
	{"rst", TEXT},
	{"sh", TEXT},
	{"sql", TEXT},
	{"srt", TEXT},
	{"svg", "image/svg+xml" UTF8},
	{"swift", TEXT},
	{"text", TEXT},
	{"tif", "image/tiff"},
	{"tiff", "image/tiff"},
	{"toml", TEXT},
	{"ts", TEXT},
	{"tsv", "text/tab-separated-values" UTF8},
	{"tsx", TEXT},
	{"ttc", "font/collection"},
	{"ttf", "font/ttf"},
	{"txt", TEXT},
	{"vtt", "text/vtt" UTF8},
	{"wasm", "application/wasm"},
	{"wav", "audio/wav"},
	{"weba", "audio/webm"},
	{"webm", "video/webm"},
	{"webmanifest", "application/manifest+json" UTF8},
	{"webp", "image/webp"},
	{"woff", "font/woff"},
	{"woff2", "font/woff2"},
	{"xht", "application/xhtml+xml" UTF8},
	{"xhtml", "application/xhtml+xml" UTF8},
	{"xml", "application/xml" UTF8},
	{"xsl", "application/xml" UTF8},
	{"xslt", "application/xml" UTF8},
	{"yaml", TEXT},
	{"yml", TEXT},
	{"zip", "application/zip"},
};

static int compare(const void *ending, const void *row)
{
	return strcasecmp(ending, ((const struct known *)row)->ending);
}

const char *mime_type(const char *name)
{
	const char *dot = strrchr(name, '.');
	const struct known *row = NULL;

	if (dot)
		row = bsearch(dot + 1, known, sizeof known / sizeof *known,
			sizeof *known, compare);
	return row ? row->type : "application/octet-stream";
}
