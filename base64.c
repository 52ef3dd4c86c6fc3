/* base64.c - Base64: RFC 4648, section 4.
 *
 *     bytes       |  M: 01001101  |  a: 01100001  |  n: 01101110  |
 *     characters  | 010011: T | 010110: W | 000101: F | 101110: u | */
#include "base64.h"

#include <stdint.h>

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(char *out, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i += 3, out += 4) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = 0;

		/* n bytes take n + 1 characters */
		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			out[k] = k <= n ? alphabet[bits >> (18 - 6 * k) & 63]
					: '=';
	}
	*out = 0;
}

/* The six bits that a character stands for, or -1. */
static int value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return 26 + c - 'a';
	if (c >= '0' && c <= '9')
		return 52 + c - '0';
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

ssize_t base64_decode(unsigned char *out, const char *text, size_t len)
{
	uint32_t bits = 0;
	size_t n = 0, padding = 0;

	if (len % 4)
		return -1;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < len - padding; i++) {
		int six = value(text[i]);

		if (six < 0)
			return -1;
		bits = bits << 6 | (uint32_t)six;
		/* after 6, 12, 18 and 24 bits: each but the first completes a
		 * byte */
		if (i % 4)
			out[n++] = (unsigned char)(bits >> (6 - i % 4 * 2));
	}
	return (ssize_t)n;
}
