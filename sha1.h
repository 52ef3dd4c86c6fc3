/* sha1.h - SHA-1: RFC 3174 (FIPS 180-4).
 *
 * In the handshake it proves that the server has read the client's key. That
 * key is no secret, and SHA-1 is too weak to protect one. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

#define SHA1_SIZE 20 /* bytes of a digest */

/* Writes the digest of `len` bytes. Cannot fail. */
void sha1(unsigned char digest[SHA1_SIZE], const void *data, size_t len);

#endif
