/* base64.h - Base64: RFC 4648, section 4. */
#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>
#include <sys/types.h>

/* The number of characters that encode `len` bytes, without the final 0. */
#define BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* Encodes `len` bytes to BASE64_LEN(len) characters and a 0. Cannot fail. */
void base64_encode(char *out, const void *data, size_t len);

/* Decodes `len` characters to at most len / 4 * 3 bytes. Returns how many bytes
 * it wrote, or -1 when the text is not padded Base64. Bits that the padding
 * leaves unused may have any value: RFC 4648 3.5 lets a decoder choose, and in
 * the key that RFC 6455 4.1 prints they are set. */
ssize_t base64_decode(unsigned char *out, const char *text, size_t len);

#endif
