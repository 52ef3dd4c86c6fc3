/* test_pcapng.c - captures: whole blocks, and a sequence that counts the bytes.
 * What tshark makes of them is in tests/pcapng/run.sh. */
#include "tests/lib/support.h"

#include "explain/pcapng.h"

static uint32_t word(const struct buf *b, size_t at)
{
	uint32_t value;

	cr_assert(at + 4 <= b->len);
	memcpy(&value, b->data + at, 4);
	return value;
}

/* Expects nothing but whole blocks, and returns how many there are. */
static size_t count_blocks(const struct buf *b)
{
	size_t n = 0, at = 0;

	for (uint32_t len; at < b->len; at += len, n++) {
		len = word(b, at + 4);
		cr_assert(len >= 12 && len % 4 == 0 && at + len <= b->len);
		cr_assert_eq(word(b, at + len - 4), len);
	}
	return n;
}

Test(pcapng, whole_blocks_whatever_the_sizes)
{
	static char data[100000];
	char comment[] = "12345678";
	struct buf out = {0};
	struct pcapng_flow flow = {.is_v6 = false};

	cr_assert(pcapng_begin(&out) && count_blocks(&out) == 2);
	cr_assert(pcapng_open(&out, &flow, 1));
	for (size_t len = 0; len < 9; len++) {
		comment[len % 8] = 0;
		flow.is_v6 = len % 2;
		cr_assert(pcapng_run(
			&out, &flow, len % 2, data, len, 2, comment));
		comment[len % 8] = 'x';
	}
	cr_assert_eq(count_blocks(&out), 2 + 3 + 9);
	cr_assert(pcapng_run(&out, &flow, true, data, sizeof data, 3, "no"));
	cr_assert_eq(count_blocks(&out), 2 + 3 + 9 + 4);
	cr_assert(pcapng_close(&out, &flow, 4));
	cr_assert_eq(count_blocks(&out), 2 + 3 + 9 + 4 + 3);
	buf_free(&out);
}

Test(pcapng, the_sequence_counts_bytes)
{
	struct buf out = {0};
	struct pcapng_flow flow = {.is_v6 = true};

	cr_assert(pcapng_open(&out, &flow, 1));
	cr_expect(flow.next[0] == 1 && flow.next[1] == 1);
	cr_assert(pcapng_run(&out, &flow, false, "abc", 3, 1, ""));
	pcapng_skip(&flow, true, (1ull << 32) + 5);
	cr_expect(flow.next[0] == 4 && flow.next[1] == 6);
	cr_assert(pcapng_close(&out, &flow, 1));
	cr_expect(flow.next[0] == 5 && flow.next[1] == 7);
	buf_free(&out);
}
