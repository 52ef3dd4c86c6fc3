/* mime.c - the media type of a file, by its name: RFC 9110, section 8.3. */
#include "files/mime.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* What browsers do something with. Since they are told `nosniff`, they download
 * everything else, even Markdown: so what is to be read is plain text. */
static const struct {
	const char *type, *endings; /* with a blank between them */
} known[] = {
	{"text/html; charset=utf-8", "html htm"},
	{"application/xhtml+xml; charset=utf-8", "xhtml xht"},
	{"text/css; charset=utf-8", "css"},
	{"text/javascript; charset=utf-8", "js mjs cjs"},
	{"application/json; charset=utf-8", "json map"},
	{"application/ld+json; charset=utf-8", "jsonld"},
	{"application/geo+json; charset=utf-8", "geojson"},
	{"application/manifest+json; charset=utf-8", "webmanifest manifest"},
	{"application/wasm", "wasm"},
	{"application/xml; charset=utf-8", "xml xsl xslt"},
	{"application/rss+xml; charset=utf-8", "rss"},
	{"application/atom+xml; charset=utf-8", "atom"},
	{"image/svg+xml; charset=utf-8", "svg"},
	{"image/png", "png"},
	{"image/apng", "apng"},
	{"image/jpeg", "jpg jpeg jpe jfif"},
	{"image/gif", "gif"},
	{"image/webp", "webp"},
	{"image/avif", "avif"},
	{"image/jxl", "jxl"},
	{"image/bmp", "bmp"},
	{"image/x-icon", "ico cur"},
	{"image/tiff", "tif tiff"},
	{"image/heic", "heic"},
	{"image/heif", "heif"},
	{"font/woff", "woff"},
	{"font/woff2", "woff2"},
	{"font/ttf", "ttf"},
	{"font/otf", "otf"},
	{"font/collection", "ttc"},
	{"application/vnd.ms-fontobject", "eot"},
	{"audio/mpeg", "mp3 mp2"},
	{"audio/aiff", "aif aiff"},
	{"audio/mp4", "m4a"},
	{"audio/aac", "aac"},
	{"audio/ogg", "ogg oga opus"},
	{"audio/flac", "flac"},
	{"audio/wav", "wav"},
	{"audio/webm", "weba"},
	{"audio/midi", "mid midi"},
	{"video/mp4", "mp4 m4v"},
	{"video/mpeg", "mpg mpeg"},
	{"video/3gpp", "3gp"},
	{"video/webm", "webm"},
	{"video/ogg", "ogv"},
	{"video/quicktime", "mov"},
	{"video/x-matroska", "mkv"},
	{"application/vnd.apple.mpegurl", "m3u8 m3u"},
	{"application/dash+xml; charset=utf-8", "mpd"},
	{"application/pdf", "pdf"},
	{"application/zip", "zip"},
	{"application/gzip", "gz"},
	{"text/csv; charset=utf-8", "csv"},
	{"text/calendar; charset=utf-8", "ics"},
	{"text/vtt; charset=utf-8", "vtt"},
	{"text/tab-separated-values; charset=utf-8", "tsv"},
	{"text/plain; charset=utf-8",
		"txt text md markdown adoc rst log diff patch srt yaml yml "
		"toml ini conf json5 jsonc c h cc cpp hpp cs go java jsx "
		"kt lua pl py rb rs sh sql swift ts tsx"},
};

/* Is it one of the words, in any case? */
static bool has_word(const char *words, const char *word)
{
	size_t n, len = strlen(word);

	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && !strncasecmp(words, word, n))
			return true;
	}
	return false;
}

const char *mime_type(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
		if (has_word(known[i].endings, dot + 1))
			return known[i].type;
	return "application/octet-stream";
}
