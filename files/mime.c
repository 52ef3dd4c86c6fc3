/* mime.c - the media type of a file, by its name: RFC 9110, section 8.3. */
#include "files/mime.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

const char *mime_type(const char *name)
{
	static const struct {
		char ending[6];
		char type[34];
	} known[] = {
		{"html", "text/html; charset=utf-8"},
		{"css", "text/css; charset=utf-8"},
		{"js", "text/javascript; charset=utf-8"},
		{"mjs", "text/javascript; charset=utf-8"},
		{"json", "application/json; charset=utf-8"},
		{"map", "application/json; charset=utf-8"},
		{"svg", "image/svg+xml; charset=utf-8"},
		{"png", "image/png"},
		{"jpg", "image/jpeg"},
		{"jpeg", "image/jpeg"},
		{"gif", "image/gif"},
		{"webp", "image/webp"},
		{"avif", "image/avif"},
		{"ico", "image/x-icon"},
		{"woff", "font/woff"},
		{"woff2", "font/woff2"},
		{"ttf", "font/ttf"},
		{"txt", "text/plain; charset=utf-8"},
		{"md", "text/markdown; charset=utf-8"},
		{"xml", "application/xml; charset=utf-8"},
		{"pdf", "application/pdf"},
		{"wasm", "application/wasm"},
		{"mp3", "audio/mpeg"},
		{"mp4", "video/mp4"},
		{"webm", "video/webm"},
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof known / sizeof *known; i++)
		if (!strcasecmp(dot + 1, known[i].ending))
			return known[i].type;
	return "application/octet-stream";
}
