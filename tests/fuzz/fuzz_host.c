/* fuzz_host.c - any bytes as a host and port: slice_is_host, against the C
 * library's reader of addresses and a plain reading of RFC 3986 3.2.2. */
#include "tests/fuzz/fuzz.h"

#include "http/slice.h"

#include <arpa/inet.h>
#include <ctype.h>

/* "[" IPv6address "]": its size, or 0. */
static size_t bracketed(const char *s)
{
	const char *end = strchr(s, ']');
	char address[64];
	struct in6_addr a;

	if (!end || end - s > 60)
		return 0;
	memcpy(address, s + 1, (size_t)(end - s - 1));
	address[end - s - 1] = 0;
	return inet_pton(AF_INET6, address, &a) == 1 ? (size_t)(end + 1 - s)
						     : 0;
}

/* Is it a registered name? What looks like an IPv4 address is one as well. */
static size_t named(const char *s)
{
	size_t i = 0;

	while (s[i]) {
		unsigned char c = (unsigned char)s[i];

		if (c == '%' && isxdigit((unsigned char)s[i + 1]) &&
			isxdigit((unsigned char)s[i + 2]))
			i += 3;
		else if (c < 128 &&
			 (isalnum(c) || strchr("-._~!$&'()*+,;=", c)))
			i++;
		else
			break;
	}
	return i;
}

static bool is_host(const char *s)
{
	size_t n = *s == '[' ? bracketed(s) : named(s);

	if (!n)
		return false;
	s += n;
	return !*s || (*s == ':' && !s[1 + strspn(s + 1, "0123456789")]);
}

int fuzz_host(const uint8_t *data, size_t len)
{
	char *text = calloc(1, len + 1), *block = fuzz_copy(data, len);
	bool verdict = slice_is_host((struct slice){block, len});

	assert(text);
	memcpy(text, block, len);
	assert(verdict == (strlen(text) == len && is_host(text)));
	free(text);
	free(block);
	return 0;
}
