/* test_sha1.c - the vectors of RFC 3174 and FIPS 180, and the lengths at
 * which the padding changes its shape. */
#include "tests/lib/support.h"

#include "sha1.h"

#include <stdio.h>

static void expect(const void *data, size_t len, const char *hex)
{
	unsigned char digest[SHA1_SIZE];
	char text[2 * SHA1_SIZE + 1];
	void *block = exactly(data, len);

	sha1(digest, block, len);
	free(block);
	for (int i = 0; i < SHA1_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	cr_expect_str_eq(text, hex, "%zu bytes", len);
}

Test(sha1, rfc3174_7_3_one_block)
{
	expect("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

Test(sha1, rfc3174_7_3_two_blocks)
{
	expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
		"84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

Test(sha1, rfc3174_7_3_a_million_times_a)
{
	char *text = malloc(1000000);

	memset(text, 'a', 1000000);
	expect(text, 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	free(text);
}

Test(sha1, rfc3174_7_3_ten_times_64)
{
	char text[640];

	for (int i = 0; i < 640; i++)
		text[i] = "01234567"[i % 8];
	expect(text, sizeof text, "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

Test(sha1, empty)
{
	expect("", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

/* 55 bytes are the most that share a block with the bit and the length. */
Test(sha1, padding_at_the_edges_of_a_block)
{
	char text[128];

	memset(text, 'x', sizeof text);
	expect(text, 55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1");
	expect(text, 56, "901305367c259952f4e7af8323f480d59f81335b");
	expect(text, 63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec");
	expect(text, 64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163");
	expect(text, 65, "78c741ddc482e4cdf8c474a0876347a0905b6233");
	expect(text, 119, "4300320394f7ee239bcdce7d3b8bcee173a0cd5c");
	expect(text, 120, "ceb2821639c4b6dcb10bce0e522ca2e608ce056d");
}

Test(sha1, the_handshake_of_rfc6455_1_3)
{
	expect("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
		60, "b37a4f2cc0624f1690f64606cf385945b2bec4ea");
}
