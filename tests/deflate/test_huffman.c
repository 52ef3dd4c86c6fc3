/* test_huffman.c - codes from lengths, and lengths from counts. */
#include "deflate/huffman.h"
#include "tests/lib/support.h"

/* RFC 1951 3.2.2: "ABCDEFGH" with the lengths 3, 3, 3, 3, 3, 2, 4, 4. */
Test(huffman, rfc1951_3_2_2_the_example)
{
	static const uint8_t lengths[8] = {3, 3, 3, 3, 3, 2, 4, 4};
	static const char *const codes[8] = {
		"010", "011", "100", "101", "110", "00", "1110", "1111"};
	uint16_t bits[8];
	struct huffman h;

	cr_expect_eq(huffman_make(&h, lengths, 8), 0);
	huffman_assign(bits, lengths, 8);
	for (unsigned i = 0; i < 8; i++) {
		for (int k = 0; k < lengths[i]; k++)
			cr_expect_eq(bits[i] >> k & 1, codes[i][k] - '0');
		cr_expect_eq(huffman_decode(&h, bits[i]), i << 4 | lengths[i]);
	}
}

/* As Fibonacci's numbers make the deepest tree. */
Test(huffman, no_code_is_too_long)
{
	for (unsigned max = 5; max <= 15; max++) {
		uint32_t occurs[32] = {1, 1};
		uint8_t lengths[32];
		struct huffman h;

		for (int i = 2; i < 32; i++)
			occurs[i] = occurs[i - 1] + occurs[i - 2];
		huffman_choose(lengths, occurs, 32, max);
		cr_expect_eq(huffman_make(&h, lengths, 32), 0);
		for (int i = 0; i < 32; i++)
			cr_expect(lengths[i] && lengths[i] <= max);
	}
}

/* Five symbols that occur 1, 2, 4, 8 and 8 times: trees of 3, 7, 15 and 23 are
 * joined, and each joining adds a bit to all that is below. */
Test(huffman, codes_are_as_short_as_can_be)
{
	uint32_t occurs[6] = {8, 0, 1, 4, 8, 2};
	uint8_t lengths[6];
	unsigned sum = 0;

	huffman_choose(lengths, occurs, 6, 15);
	for (int i = 0; i < 6; i++)
		sum += lengths[i] * occurs[i];
	cr_expect_eq(sum, 3 + 7 + 15 + 23);
	cr_expect_eq(lengths[1], 0);
}

Test(huffman, one_symbol_or_none)
{
	uint32_t occurs[3] = {0, 9, 0};
	uint8_t lengths[3];

	huffman_choose(lengths, occurs, 3, 15);
	cr_expect(!lengths[0] && lengths[1] == 1 && !lengths[2]);
	occurs[1] = 0;
	huffman_choose(lengths, occurs, 3, 15);
	cr_expect(!lengths[0] && !lengths[1] && !lengths[2]);
}
