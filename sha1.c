/* sha1.c - SHA-1: RFC 3174, sections 4 to 6.1 (FIPS 180-4, 6.1).
 *
 *     message | 0x80 | zeros | length in bits, 8 bytes, big-endian
 *     `------------- a multiple of 64 bytes -------------------´
 *
 * Each block of 64 bytes changes five words. Their values after the last block
 * are the digest. */
#include "sha1.h"

#include <stdint.h>
#include <string.h>

#define BLOCK 64

static uint32_t rotate(uint32_t word, int bits)
{
	return word << bits | word >> (32 - bits);
}

/* RFC 3174 6.1 b: the 16 words of the block become 80. */
static void expand(uint32_t w[80], const unsigned char block[BLOCK])
{
	for (int t = 0; t < 16; t++, block += 4)
		w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		       (uint32_t)block[2] << 8 | block[3];
	for (int t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
}

/* RFC 3174 5: the function f(t;B,C,D) plus the constant K(t). */
static uint32_t f_plus_k(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5A827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ED9EBA1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
	return (b ^ c ^ d) + 0xCA62C1D6;
}

/* RFC 3174 6.1 c to e. */
static void add_block(uint32_t h[5], const unsigned char block[BLOCK])
{
	uint32_t w[80];
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	expand(w, block);
	for (int t = 0; t < 80; t++) {
		uint32_t sum = rotate(a, 5) + f_plus_k(t, b, c, d) + e + w[t];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = sum;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* RFC 3174 4: the bytes that fill no block, a 1 bit, zeros, and the length. */
static void add_last(uint32_t h[5], const unsigned char *rest, size_t total)
{
	unsigned char last[2 * BLOCK] = {0};
	size_t n = total % BLOCK;
	size_t size = n < BLOCK - 8 ? BLOCK : 2 * BLOCK;
	uint64_t bits = (uint64_t)total * 8;

	if (n)
		memcpy(last, rest, n);
	last[n] = 0x80;
	for (size_t i = size; bits; bits >>= 8)
		last[--i] = (unsigned char)bits;
	for (size_t i = 0; i < size; i += BLOCK)
		add_block(h, last + i);
}

void sha1(unsigned char digest[SHA1_SIZE], const void *data, size_t len)
{
	uint32_t h[5] = {
		0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
	const unsigned char *p = data;

	for (size_t left = len; left >= BLOCK; left -= BLOCK, p += BLOCK)
		add_block(h, p);
	add_last(h, p, len);
	for (int i = 0; i < SHA1_SIZE; i++)
		digest[i] = (unsigned char)(h[i / 4] >> (24 - i % 4 * 8));
}
