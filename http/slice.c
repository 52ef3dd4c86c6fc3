/* slice.c - a run of characters: RFC 9110 5.6, RFC 3986 3. */
#include "http/slice.h"

#include <string.h>
#include <strings.h>

/* The printable half of ASCII, a line for 16 characters. */
#define U (SLICE_PATH | SLICE_QUERY | SLICE_HOST)
enum {
	T = SLICE_TOKEN,
	S = U,                        /* sub-delims that are no token */
	B = U | T,                    /* unreserved and sub-delims that are */
	Q = SLICE_QUERY,              /* what a query has more than a path */
	P = SLICE_PATH | SLICE_QUERY, /* what pchar adds, and "/" */
	D = B | SLICE_DIGIT | SLICE_HEX,
	X = B | SLICE_HEX
};
#undef U

/* clang-format off */
static const unsigned char classes[96] = {
	/*  !  "  #  $  %  &  '  (  )  *  +  ,  -  .  / */
	0, B, 0, T, B, T, B, B, S, S, B, B, S, B, B, P,
	D, D, D, D, D, D, D, D, D, D, P, S, 0, S, 0, Q, /* 0-9 : ; < = > ? */
	P, X, X, X, X, X, X, B, B, B, B, B, B, B, B, B, /* @ A-O */
	B, B, B, B, B, B, B, B, B, B, B, 0, 0, 0, T, B, /* P-Z [ \ ] ^ _ */
	T, X, X, X, X, X, X, B, B, B, B, B, B, B, B, B, /* ` a-o */
	B, B, B, B, B, B, B, B, B, B, B, 0, T, 0, B, 0, /* p-z { | } ~ */
};
/* clang-format on */

static int classes_of(unsigned char c)
{
	return c >= 32 && c < 128 ? classes[c - 32] : 0;
}

bool slice_in_class(char c, int any)
{
	return classes_of((unsigned char)c) & any;
}

size_t slice_span(struct slice s, int any)
{
	bool escapes = any & (SLICE_PATH | SLICE_QUERY | SLICE_HOST);
	size_t i = 0;

	while (i < s.len) {
		if (escapes && s.p[i] == '%') {
			if (s.len - i < 3 ||
				!slice_in_class(s.p[i + 1], SLICE_HEX) ||
				!slice_in_class(s.p[i + 2], SLICE_HEX))
				break;
			i += 3;
		} else if (slice_in_class(s.p[i], any)) {
			i++;
		} else {
			break;
		}
	}
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

/* RFC 3986 3.2.2: dec-octet, four of them. */
static bool is_ipv4(struct slice s)
{
	struct slice one;
	int octets = 0;

	for (; s.p; octets++) {
		int value = 0;

		one = slice_cut(s, '.', &s);
		if (one.len > 3 || !slice_is_all(one, SLICE_DIGIT) ||
			(one.len > 1 && one.p[0] == '0'))
			return false;
		for (size_t i = 0; i < one.len; i++)
			value = value * 10 + one.p[i] - '0';
		if (value > 255)
			return false;
	}
	return octets == 4;
}

/* How many of an address's eight groups of 16 bits stand here, separated by
 * colons; an IPv4 address at the very end counts as two. -1: none of that. */
static int groups_of(struct slice s, bool at_end)
{
	int groups = 0;

	if (!s.len)
		return 0;
	while (s.p) {
		struct slice one = slice_cut(s, ':', &s);

		if (at_end && !s.p && is_ipv4(one))
			groups++;
		else if (one.len > 4 || !slice_is_all(one, SLICE_HEX))
			return -1;
		groups++;
	}
	return groups;
}

/* RFC 3986 3.2.2: IPv6address: eight groups, or fewer around one "::". */
static bool is_ipv6(struct slice s)
{
	const char *gap = s.len ? memmem(s.p, s.len, "::", 2) : NULL;
	struct slice left = {s.p, gap ? (size_t)(gap - s.p) : s.len}, right;
	int before = groups_of(left, !gap), after;

	if (!gap)
		return before == 8;
	right = (struct slice){gap + 2, s.len - left.len - 2};
	after = groups_of(right, true);
	return before >= 0 && after >= 0 && before + after < 8;
}

/* "[" IPv6address "]": its size, or 0. */
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
	struct slice port = {s.p + n, s.len - n};

	if (!n || !port.len)
		return n;
	port.p++, port.len--;
	return s.p[n] == ':' && slice_span(port, SLICE_DIGIT) == port.len;
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

/* The size of the first element, up to its comma. */
static size_t element(struct slice list)
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
		size_t n = element(*list), used = n + (n < list->len);
		struct slice one = slice_trim((struct slice){list->p, n});

		list->p += used;
		list->len -= used;
		if (one.len)
			return one;
	}
	return (struct slice){0};
}
