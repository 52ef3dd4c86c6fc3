/* base64.c - Base64: RFC 4648, section 4.
 *
 *     bytes       |  M: 01001101  |  a: 01100001  |  n: 01101110  |
 *     characters  | 010011: T | 010110: W | 000101: F | 101110: u | */
#include "base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(char *out, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i += 3, out += 4) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)p[i] << 16;

		if (n > 1)
			bits |= (uint32_t)p[i + 1] << 8;
		if (n > 2)
			bits |= p[i + 2];
		out[0] = alphabet[bits >> 18];
		out[1] = alphabet[bits >> 12 & 63];
		out[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
		out[3] = n > 2 ? alphabet[bits & 63] : '=';
	}
	*out = 0;
}

/* The six bits that a character stands for, or -1. */
static int value(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
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
		/* of 6, 12, 18, 24 bits, all but the first complete a byte */
		if (i % 4)
			out[n++] = (unsigned char)(bits >> (6 - i % 4 * 2));
	}
	return (ssize_t)n;
}
