/* base64.h - Base64: RFC 4648, section 4. */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>

/* The number of characters that encode `len` bytes, without the final 0. */
#define BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* Encodes `len` bytes to BASE64_LEN(len) characters and a 0. Cannot fail. */
void base64_encode(char *out, const void *data, size_t len);

#endif
