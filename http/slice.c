/* slice.c - a run of characters: RFC 9110 5.6, RFC 3986 2 and 3. */
#include "http/slice.h"

#include <arpa/inet.h>
#include <string.h>

/* RFC 5234 B.1, but with HEXDIG in either case */
#define IS_ALPHA(c) (((c) >= 'A' && (c) <= 'Z') || ((c) >= 'a' && (c) <= 'z'))
#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_HEXDIG(c)                                  \
	(IS_DIGIT(c) || ((c) >= 'A' && (c) <= 'F') || \
		((c) >= 'a' && (c) <= 'f'))

/* RFC 4648 4 */
#define IS_BASE64(c) (IS_ALPHA(c) || IS_DIGIT(c) || (c) == '+' || (c) == '/')

/* RFC 3986 2.3, 2.2 */
#define IS_UNRESERVED(c)                                           \
	(IS_ALPHA(c) || IS_DIGIT(c) || (c) == '-' || (c) == '.' || \
		(c) == '_' || (c) == '~')
#define IS_SUB_DELIM(c)                                                 \
	((c) == '!' || (c) == '$' || (c) == '&' || (c) == '\'' ||       \
		(c) == '(' || (c) == ')' || (c) == '*' || (c) == '+' || \
		(c) == ',' || (c) == ';' || (c) == '=')

/* RFC 9110 5.6.2: a token is 1*tchar */
#define IS_TCHAR(c)                                                      \
	(IS_UNRESERVED(c) || (c) == '!' || (c) == '#' || (c) == '$' ||   \
		(c) == '%' || (c) == '&' || (c) == '\'' || (c) == '*' || \
		(c) == '+' || (c) == '^' || (c) == '`' || (c) == '|')

/* RFC 3986 3.2.2, 3.3, 3.4; slice_span takes care of pct-encoded */
#define IS_REG_NAME(c) (IS_UNRESERVED(c) || IS_SUB_DELIM(c))
#define IS_PCHAR(c) (IS_REG_NAME(c) || (c) == ':' || (c) == '@')

/* WHATWG URL 1.3: browsers send the other characters that are in neither the
 * path nor the special-query percent-encode set as they are. ("^" came into the
 * first of these in 2024.) */
#define IS_PATH(c)                                                \
	(IS_PCHAR(c) || (c) == '/' || (c) == '[' || (c) == ']' || \
		(c) == '|' || (c) == '^')
#define IS_QUERY(c)                                               \
	(IS_PATH(c) || (c) == '?' || (c) == '%' || (c) == '\\' || \
		(c) == '`' || (c) == '{' || (c) == '}')

/* All classes of one character. The compiler works out the table, so that a
 * lookup is all that happens at run time. */
#define CLASSES(c)                                                         \
	((IS_TCHAR(c) ? SLICE_TOKEN : 0) | (IS_PATH(c) ? SLICE_PATH : 0) | \
		(IS_QUERY(c) ? SLICE_QUERY : 0) |                          \
		(IS_REG_NAME(c) ? SLICE_HOST : 0) |                        \
		(IS_DIGIT(c) ? SLICE_DIGIT : 0) |                          \
		(IS_HEXDIG(c) ? SLICE_HEX : 0) |                           \
		(IS_UNRESERVED(c) ? SLICE_UNRESERVED : 0) |                \
		(IS_BASE64(c) ? SLICE_BASE64 : 0))
#define FOUR(c) CLASSES(c), CLASSES((c) + 1), CLASSES((c) + 2), CLASSES((c) + 3)
#define ROW(c) FOUR(c), FOUR((c) + 4), FOUR((c) + 8), FOUR((c) + 12)

static const unsigned char classes[256] = {ROW(0x00), ROW(0x10), ROW(0x20),
	ROW(0x30), ROW(0x40), ROW(0x50), ROW(0x60), ROW(0x70)};

const char slice_days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
const char slice_months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool slice_in_class(char c, int any)
{
	return classes[(unsigned char)c] & any;
}

bool slice_is_escape(struct slice s, size_t i)
{
	return s.p[i] == '%' && s.len - i >= 3 &&
	       slice_in_class(s.p[i + 1], SLICE_HEX) &&
	       slice_in_class(s.p[i + 2], SLICE_HEX);
}

size_t slice_span(struct slice s, int any)
{
	bool escapes = any & (SLICE_PATH | SLICE_HOST);
	size_t i;

	for (i = 0; i < s.len; i++)
		if (escapes && slice_is_escape(s, i))
			i += 2;
		else if (!slice_in_class(s.p[i], any))
			break;
	return i;
}

bool slice_is_all(struct slice s, int any)
{
	return s.len && slice_span(s, any) == s.len;
}

struct slice slice_cut(struct slice s, char mark, struct slice *rest)
{
	const char *at = s.len ? memchr(s.p, mark, s.len) : NULL;

	*rest = (struct slice){0};
	if (!at)
		return s;
	*rest = (struct slice){at + 1, (size_t)(s.p + s.len - at - 1)};
	return (struct slice){s.p, (size_t)(at - s.p)};
}

struct slice slice_after(struct slice s, const char *beginning)
{
	size_t n = strlen(beginning);

	if (s.len < n || memcmp(s.p, beginning, n))
		return (struct slice){0};
	return (struct slice){s.p + n, s.len - n};
}

/* RFC 3986 3.2.2: eight groups of 16 bits, or fewer around one "::"; the last two
 * may be an IPv4 address. */
static bool is_ipv6(struct slice s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (s.len >= sizeof text || memchr(s.p, 0, s.len))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = 0;
	return inet_pton(AF_INET6, text, &address) == 1;
}

/* Returns the size of the "[" IPv6address "]" at the start of the slice, or
 * 0. */
static size_t bracketed(struct slice s)
{
	struct slice rest;
	struct slice address = slice_cut(s, ']', &rest);

	address.p++, address.len--;
	return rest.p && is_ipv6(address) ? address.len + 2 : 0;
}

bool slice_is_host(struct slice s)
{
	size_t n = s.len && s.p[0] == '[' ? bracketed(s)
					  : slice_span(s, SLICE_HOST);
	struct slice rest = {s.p + n, s.len - n};
	struct slice port = slice_after(rest, ":");

	/* RFC 3986 3.2.3: a port is *DIGIT, so there may be none */
	return n && (!rest.len || port.p) &&
	       slice_span(port, SLICE_DIGIT) == port.len;
}

bool slice_is(struct slice s, const char *text)
{
	return s.p && strlen(text) == s.len && !memcmp(s.p, text, s.len);
}

bool slice_is_nocase(struct slice s, const char *text)
{
	return s.p && strlen(text) == s.len && !strncasecmp(s.p, text, s.len);
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.p && b.p && a.len == b.len && !memcmp(a.p, b.p, a.len);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
	while (s.len && is_blank(s.p[0]))
		s.p++, s.len--;
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* Returns the size of the first element, without its comma. RFC 9110 5.6.4: a
 * comma in a quoted-string is part of it, and "\" escapes the next character
 * there. */
static size_t element_size(struct slice list)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < list.len && (quoted || list.p[i] != ','); i++) {
		if (list.p[i] == '"')
			quoted = !quoted;
		else if (quoted && list.p[i] == '\\')
			i++;
	}
	return i < list.len ? i : list.len;
}

struct slice slice_next(struct slice *list)
{
	while (list->len) {
		size_t n = element_size(*list), used = n + (n < list->len);
		struct slice one = slice_trim((struct slice){list->p, n});

		list->p += used;
		list->len -= used;
		if (one.len)
			return one;
	}
	return (struct slice){0};
}
