/* test_huffman.c - codes from lengths, and lengths from counts. */
#include "deflate/huffman.h"
#include "tests/lib/support.h"

/* RFC 1951 3.2.2: "ABCDEFGH" with the lengths 3, 3, 3, 3, 3, 2, 4, 4. */
Test(huffman, rfc1951_3_2_2_the_example)
{
	static const uint8_t lengths[8] = {3, 3, 3, 3, 3, 2, 4, 4};
	static const char *const codes[8] = {
		"010", "011", "100", "101", "110", "00", "1110", "1111"};
	struct huffman h;

	cr_expect_eq(huffman_make(&h, lengths, 8), 0);
	for (unsigned i = 0; i < 8; i++) {
		for (int k = 0; k < lengths[i]; k++)
			cr_expect_eq(h.codes[i] >> k & 1, codes[i][k] - '0');
		cr_expect_eq(
			huffman_decode(&h, h.codes[i]), i << 4 | lengths[i]);
	}
}

/* Whatever the lengths, each code is found by its bits, those that are longer than
 * a quick look among them. */
Test(huffman, what_is_written_can_be_read)
{
	uint8_t lengths[HUFFMAN_LITERALS];
	struct huffman h;

	for (unsigned n = 2; n <= HUFFMAN_LITERALS; n += 13) {
		for (unsigned i = 0; i < n; i++) /* a comb, then a bush */
			lengths[i] = (uint8_t)(i < 14 ? i + 1 : 0);
		lengths[n - 1] = (uint8_t)(n < 15 ? n - 1 : 14);
		cr_expect_eq(huffman_make(&h, lengths, n), 0);
		for (unsigned i = 0; i < n; i++)
			if (lengths[i])
				cr_expect_eq(huffman_decode(&h, h.codes[i]),
					i << 4 | lengths[i]);
	}
}

/* As Fibonacci's numbers make the deepest tree. */
Test(huffman, no_code_is_too_long)
{
	for (unsigned max = 5; max <= 15; max++) {
		uint32_t occurs[32] = {1, 1};
		struct huffman h;
		unsigned leaves = 0;

		for (int i = 2; i < 32; i++)
			occurs[i] = occurs[i - 1] + occurs[i - 2];
		huffman_choose(&h, occurs, 32, max);
		for (int i = 0; i < 32; i++) {
			cr_expect(h.lengths[i] && h.lengths[i] <= max);
			leaves += 1u << (max - h.lengths[i]);
		}
		cr_expect_eq(leaves, 1u << max);
	}
}

/* Five symbols that occur 1, 2, 4, 8 and 8 times: trees of 3, 7, 15 and 23 are
 * joined, and each joining adds a bit to all that is below. */
Test(huffman, codes_are_as_short_as_can_be)
{
	uint32_t occurs[6] = {8, 0, 1, 4, 8, 2};
	struct huffman h;
	unsigned sum = 0;

	huffman_choose(&h, occurs, 6, 15);
	for (int i = 0; i < 6; i++)
		sum += h.lengths[i] * occurs[i];
	cr_expect_eq(sum, 3 + 7 + 15 + 23);
	cr_expect_eq(h.lengths[1], 0);
}

/* The bits of Huffman's own algorithm: of n trees the lightest two are joined. */
static unsigned long long least_bits(const uint32_t *occurs, int n)
{
	unsigned long long trees[HUFFMAN_LITERALS], bits = 0;
	int left = 0;

	for (int i = 0; i < n; i++)
		if (occurs[i])
			trees[left++] = occurs[i];
	for (; left > 1; left--) {
		for (int k = 0; k < 2; k++) /* to the end of the row */
			for (int i = 0; i < left - 1 - k; i++)
				if (trees[i] < trees[i + 1]) {
					unsigned long long t = trees[i];

					trees[i] = trees[i + 1];
					trees[i + 1] = t;
				}
		trees[left - 2] += trees[left - 1];
		bits += trees[left - 2];
	}
	return bits;
}

/* Messages of all sizes, whose symbols are as unequal as those of texts are: each
 * of them takes at most 7 % more bits than the best code, all together 0.5 %. */
Test(huffman, codes_are_almost_as_short_as_can_be)
{
	unsigned long long all = 0, least = 0;
	uint32_t next = 1;

	for (int round = 0; round < 500; round++) {
		int n = 2 + round * 7 % (HUFFMAN_LITERALS - 2);
		uint32_t occurs[HUFFMAN_LITERALS] = {1, 1};
		unsigned long long bits = 0, best;
		struct huffman h;

		for (int i = 2; i < n; i++) {
			next = next * 1103515245 + 12345;
			occurs[i] = 2000 / (1 + (next >> 16) % 3000);
		}
		huffman_choose(&h, occurs, (size_t)n, 15);
		for (int i = 0; i < n; i++)
			bits += (unsigned long long)h.lengths[i] * occurs[i];
		best = least_bits(occurs, n);
		cr_expect_leq(bits * 100, best * 107, "%llu %llu", bits, best);
		all += bits;
		least += best;
	}
	cr_expect_leq(all * 1000, least * 1005, "%llu %llu", all, least);
}

Test(huffman, one_symbol_or_none)
{
	uint32_t occurs[3] = {0, 9, 0};
	struct huffman h;

	huffman_choose(&h, occurs, 3, 15);
	cr_expect(!h.lengths[0] && h.lengths[1] == 1 && !h.lengths[2]);
	occurs[1] = 0;
	huffman_choose(&h, occurs, 3, 15);
	cr_expect(!h.lengths[0] && !h.lengths[1] && !h.lengths[2]);
}
