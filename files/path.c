/* path.c - names of files in the path of a URI: RFC 3986, sections 2 and 3.
 *
 *     css/site%20one.css    the names "css" and "site one.css" */
#include "files/path.h"

#include <stdio.h>
#include <string.h>

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Decodes the byte at *i and moves *i to its last character. Returns 0 for an
 * escape that is not valid. */
static unsigned char decode_byte(struct slice s, size_t *i)
{
	if (s.p[*i] != '%')
		return (unsigned char)s.p[*i];
	if (!slice_is_escape(s, *i))
		return 0;
	*i += 2;
	return (unsigned char)(hex_value(s.p[*i - 1]) << 4 |
			       hex_value(s.p[*i]));
}

bool path_decode(char name[PATH_NAME_SIZE], struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = decode_byte(s, &i);

		/* RFC 3986 2.2: an encoded slash does not separate names, it
		 * is part of one; but no file has such a name */
		if (!c || c == '/' || c == '\\' || n == PATH_NAME_SIZE - 1)
			return false;
		name[n++] = (char)c;
	}
	name[n] = 0;
	/* RFC 3986 3.3: "." and ".." are not names. Names that begin with a
	 * dot are hidden files here, such as .git and .env, but RFC 8615 3
	 * has one that is there to be asked for */
	return n && (name[0] != '.' || !strcmp(name, ".well-known"));
}

bool path_join(char *out, size_t size, struct slice path)
{
	char name[PATH_NAME_SIZE];
	size_t n = 0;

	while (path.p) {
		struct slice one = slice_cut(path, '/', &path);

		if (!one.len && !path.p)
			strcpy(name, PATH_INDEX);
		else if (!path_decode(name, one))
			return false;
		if (n + strlen(name) + 2 > size)
			return false;
		n += (size_t)sprintf(out + n, "%s%s", n ? "/" : "", name);
	}
	return n;
}

static char *put_escape(char *p, char c)
{
	static const char digits[] = "0123456789ABCDEF";

	*p++ = '%';
	*p++ = digits[(unsigned char)c >> 4];
	*p++ = digits[c & 15];
	return p;
}

/* RFC 3986 2.4: encodes all characters but the unreserved ones. Returns how
 * many bytes it wrote, at most three for one. */
static size_t encode(char *out, const char *name)
{
	char *p = out;

	for (; *name; name++)
		if (slice_in_class(*name, SLICE_UNRESERVED))
			*p++ = *name;
		else
			p = put_escape(p, *name);
	return (size_t)(p - out);
}

bool path_folder(char *out, size_t size, struct slice path)
{
	char name[PATH_NAME_SIZE];
	size_t n = 0;

	while (path.p) {
		struct slice one = slice_cut(path, '/', &path);

		if (!path_decode(name, one) || n + 3 * strlen(name) + 2 > size)
			return false;
		n += encode(out + n, name);
		out[n++] = '/';
	}
	out[n] = 0;
	return n;
}

/* Returns how many bytes at the start of a query RFC 3986 3.4 allows. */
static size_t query_span(struct slice s)
{
	size_t n = slice_span(s, SLICE_HOST);

	return n || !s.len ? n : memchr(":@/?", *s.p, 4) != NULL;
}

bool path_query(struct buf *out, struct slice query)
{
	bool done = !query.p || buf_append(out, "?", 1);

	while (done && query.len) {
		size_t n = query_span(query), used = n ? n : 1;
		char escape[3];

		put_escape(escape, *query.p);
		done = buf_append(out, n ? query.p : escape, n ? n : 3);
		query.p += used;
		query.len -= used;
	}
	return done;
}
