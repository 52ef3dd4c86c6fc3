/* sha1.h - SHA-1: RFC 3174 (FIPS 180-4).
 *
 * A handshake proves with it that the server has read the key; nothing here
 * is kept secret by it, and for secrets it is too weak. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

#define SHA1_SIZE 20 /* bytes of a digest */

/* Writes the digest of the `len` bytes at `data`. Cannot fail. */
void sha1(unsigned char digest[SHA1_SIZE], const void *data, size_t len);

#endif
