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
