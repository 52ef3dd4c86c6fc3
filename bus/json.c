/* json.c - JSON: RFC 8259. Its functions return where in the text what they have
 * read ends, or NULL when that is not what they read. The 0 at the end of the text
 * is nothing that any of them reads. */
#include "bus/json.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8259 2 */
static const char *skip_blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	return p;
}

/* Reads \uXXXX. Returns -1 when it is none. */
static long read_unit(const char *p)
{
	char hex[5] = "";

	if (p[0] != '\\' || p[1] != 'u' ||
		strspn(p + 2, "0123456789abcdefABCDEF") < 4)
		return -1;
	memcpy(hex, p + 2, 4);
	return strtol(hex, NULL, 16);
}

/* RFC 8259 7: reads an escape. Returns its size, or 0 when it is none. "To escape
 * an extended character that is not in the Basic Multilingual Plane, the
 * character is represented as a 12-character sequence" */
static size_t read_escape(const char *p, uint32_t *c)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *at = memchr(names, p[1], 8);
	long unit = read_unit(p), low;

	*c = at ? (unsigned char)values[at - names] : (uint32_t)unit;
	if (at)
		return 2;
	if (unit < 0xD800 || unit > 0xDFFF)
		return unit < 0 ? 0 : 6;
	low = read_unit(p + 6);
	if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return 0;
	*c = (uint32_t)(0x10000 + ((unit - 0xD800) << 10) + low - 0xDC00);
	return 12;
}

/* RFC 3629 3. Returns how many bytes it has written. */
static size_t encode(uint32_t c, char to[4])
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; --i; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3F));
	to[0] = (char)(n == 1 ? c : (0xF00u >> n & 0xFF) | c);
	return n;
}

/* Returns how many characters of a string stand for themselves. */
static size_t plain(const char *p)
{
	size_t n = 0;

	while ((unsigned char)p[n] >= ' ' && p[n] != '"' && p[n] != '\\')
		n++;
	return n;
}

/* RFC 8259 7: control characters must be escaped. *len is how many bytes all
 * characters are; where they do not fit, what is written is of no use. */
static const char *read_string(
	const char *p, char *to, size_t size, size_t *len)
{
	*len = 0;
	if (*p++ != '"')
		return NULL;
	for (;;) {
		const char *from = p;
		char bytes[4];
		size_t n = plain(p), taken = n;
		uint32_t c;

		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			taken = read_escape(p, &c);
			n = encode(c, bytes);
			from = bytes;
		}
		if (!taken)
			return NULL;
		if (*len + n <= size)
			memcpy(to + *len, from, n);
		*len += n;
		p += taken;
	}
}

static const char *skip_digits(const char *p)
{
	size_t n = strspn(p, "0123456789");

	return n ? p + n : NULL;
}

/* RFC 8259 6: "Leading zeros are not allowed." */
static const char *skip_number(const char *p)
{
	p += *p == '-';
	p = *p == '0' ? p + 1 : skip_digits(p);
	if (p && *p == '.')
		p = skip_digits(p + 1);
	if (!p || (*p != 'e' && *p != 'E'))
		return p;
	p++;
	return skip_digits(p + (*p == '+' || *p == '-'));
}

static const char *skip_value(const char *p, int depth);

/* RFC 8259 4: a name, its colon and its value; or, for an element of an array, the
 * value alone. */
static const char *skip_pair(
	const char *p, bool has_name, int depth, struct slice *value)
{
	size_t len;

	if (has_name) {
		p = read_string(p, NULL, 0, &len);
		p = p ? skip_blanks(p) : "";
		if (*p++ != ':')
			return NULL;
		p = skip_blanks(p);
	}
	value->p = p;
	p = skip_value(p, depth);
	value->len = p ? (size_t)(p - value->p) : 0;
	return p ? skip_blanks(p) : NULL;
}

/* RFC 8259 4, 5: an object or an array. */
static const char *skip_brackets(const char *p, int depth)
{
	bool is_object = *p == '{';
	char closing = is_object ? '}' : ']';
	struct slice value;

	p = skip_blanks(p + 1);
	if (*p == closing)
		return p + 1;
	while ((p = skip_pair(p, is_object, depth, &value)) && *p == ',')
		p = skip_blanks(p + 1);
	return p && *p == closing ? p + 1 : NULL;
}

/* RFC 8259 3. It calls itself for each bracket, no deeper than JSON_DEPTH_MAX. */
static const char *skip_value(const char *p, int depth)
{
	static const char *const names[] = {"true", "false", "null"};
	size_t len;

	if (*p == '"')
		return read_string(p, NULL, 0, &len);
	if (*p == '{' || *p == '[')
		return depth < JSON_DEPTH_MAX ? skip_brackets(p, depth + 1)
					      : NULL;
	for (int i = 0; i < 3; i++)
		if (!strncmp(p, names[i], strlen(names[i])))
			return p + strlen(names[i]);
	return skip_number(p);
}

bool json_is_valid(const char *text)
{
	const char *end = skip_value(skip_blanks(text), 0);

	return end && !*skip_blanks(end) && utf8_is_valid(text, strlen(text));
}

ssize_t json_string(const char *value, char *to, size_t size)
{
	size_t len;

	if (!value || !read_string(value, to, size, &len) || len > size)
		return -1;
	return (ssize_t)len;
}

bool json_is(const char *value, const char *text)
{
	char string[JSON_IS_MAX];
	ssize_t len = json_string(value, string, sizeof string);

	return len >= 0 && slice_is((struct slice){string, (size_t)len}, text);
}

struct slice json_member(const char *object, const char *name)
{
	struct slice found = {NULL, 0}, value;
	const char *p = object ? skip_blanks(object) : "", *key;

	while (*p == '{' || *p == ',') {
		key = skip_blanks(p + 1);
		p = skip_pair(key, true, 0, &value);
		if (!p) /* the object is empty */
			break;
		if (json_is(key, name))
			found = value;
	}
	return found;
}

bool json_integer(struct slice value, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < value.len; i++) {
		unsigned digit = (unsigned char)value.p[i] - '0';

		*number = 10 * *number + digit;
		if (digit > 9 || *number >> 53)
			return false;
	}
	return value.len > 0;
}

char *json_quote(struct slice text)
{
	char *quoted = malloc(6 * text.len + 3), *to = quoted;

	if (!quoted)
		return NULL;
	*to++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ')
			to += sprintf(to, "\\u%04x", c);
		else
			to += sprintf(
				to, c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	strcpy(to, "\"");
	return quoted;
}
