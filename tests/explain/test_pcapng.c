/* test_pcapng.c - captures: whole blocks, and a sequence that counts the bytes.
 * What tshark makes of them is in tests/pcapng/run.sh. */
#include "tests/lib/scarce.h"
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

/* Appends a connection behind what is there. Returns whether all fits in. */
static bool put_connection(struct buf *out)
{
	static const char data[40000];
	struct pcapng_flow flow = {.is_v6 = true};
	bool all = pcapng_begin(out);

	all &= pcapng_open(out, &flow, 1);
	all &= pcapng_run(out, &flow, true, data, sizeof data, 2, "comment");
	all &= pcapng_close(out, &flow, 3);
	cr_expect_eq(flow.next[0], 2);
	cr_expect_eq(flow.next[1], 2 + sizeof data, "what is lost counts");
	return all;
}

/* Memory may be short at any word. */
Test(pcapng, no_memory_leaves_whole_blocks)
{
	size_t filled = 0, n = 0, wanted = 2 + 3 + 2 + 3;

	for (size_t left = 0; n != wanted; left += 4) {
		struct buf out = {0}, blocks;

		cr_assert(buf_reserve(&out, 50000) && left < 50000);
		filled = out.len = out.cap - left;
		scarce.realloc = true;
		cr_expect_eq(put_connection(&out), scarce.realloc);
		blocks = (struct buf){
			.data = out.data + filled, .len = out.len - filled};
		n = count_blocks(&blocks);
		cr_expect(n == wanted || n + 1 == wanted || n + 2 == wanted,
			"%zu", n);
		scarce.realloc = false;
		buf_free(&out);
	}
}
