/* test_buf.c - a buf keeps what is put into it, in order, and is unchanged when
 * there is no room. */
#include "tests/lib/support.h"

#include "buf.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static void holds(const struct buf *b, const char *text)
{
	cr_assert_eq(b->len, strlen(text));
	cr_expect(b->len <= b->cap);
	cr_expect(!b->len || !memcmp(b->data, text, b->len), "%s", text);
}

Test(buf, all_zero_is_empty_and_owns_nothing)
{
	struct buf b = {0};

	cr_expect(buf_reserve(&b, 0));
	cr_expect(buf_append(&b, NULL, 0));
	cr_expect_null(b.data);
	buf_consume(&b, 0);
	holds(&b, "");
	buf_free(&b);
}

Test(buf, reserve_makes_room_but_adds_no_bytes)
{
	struct buf b = {0};

	cr_expect(buf_append(&b, "ab", 2));
	cr_expect(buf_reserve(&b, 1000));
	cr_expect(b.cap - b.len >= 1000);
	memset(b.data + b.len, 'x', 1000);
	holds(&b, "ab");
	buf_free(&b);
}

Test(buf, append_copies)
{
	struct buf b = {0};
	char text[] = "abc";

	cr_expect(buf_append(&b, text, 3));
	text[0] = 'x';
	cr_expect(buf_append(&b, "", 0));
	cr_expect(buf_append(&b, "def", 3));
	holds(&b, "abcdef");
	buf_free(&b);
}

Test(buf, many_appends_keep_every_byte)
{
	struct buf b = {0};

	for (size_t i = 0; i < 100000; i++) {
		unsigned char byte = (unsigned char)(i % 251);

		cr_assert(buf_append(&b, &byte, 1));
	}
	cr_assert_eq(b.len, 100000);
	for (size_t i = 0; i < b.len; i++)
		cr_assert_eq(b.data[i], i % 251, "at %zu", i);
	buf_free(&b);
}

/* So that bytes that come one by one are not all copied for each new one. */
Test(buf, grows_in_few_steps)
{
	struct buf b = {0};
	size_t cap = 0, steps = 0;

	for (size_t i = 0; i < 100000; i++) {
		cr_assert(buf_append(&b, "x", 1));
		steps += b.cap != cap;
		cap = b.cap;
	}
	cr_expect(steps <= 32, "%zu", steps);
	cr_expect(b.cap <= 4 * b.len, "%zu", b.cap);
	buf_free(&b);
}

Test(buf, printf_appends_without_its_0)
{
	struct buf b = {0};
	char *digits = malloc(5001);

	memset(digits, '7', 5000);
	digits[5000] = 0;
	cr_expect(buf_printf(&b, "%s", ""));
	holds(&b, "");
	cr_expect(buf_printf(&b, "%d-%s.", 42, "x"));
	holds(&b, "42-x.");
	cr_expect(buf_append(&b, "\0", 1));
	cr_expect(buf_printf(&b, "%.*s", 2, "abc"));
	cr_assert_eq(b.len, 8);
	cr_expect_arr_eq(b.data, "42-x.\0ab", 8);
	buf_consume(&b, 8);
	cr_expect(buf_printf(&b, "%s", digits));
	holds(&b, digits);
	free(digits);
	buf_free(&b);
}

Test(buf, printf_that_fails_adds_nothing)
{
	struct buf b = {0};

	cr_expect(buf_append(&b, "ab", 2));
	cr_expect(!buf_printf(&b, "cd%s%lcef", "x", (wint_t)0x7FFFFFFF));
	holds(&b, "ab");
	buf_free(&b);
}

/* What the C library says, in the same way, however much room there is. */
#define EXPECT_AS_SNPRINTF(...)                                             \
	do {                                                                \
		char want[200], got[200];                                   \
		int len = snprintf(NULL, 0, __VA_ARGS__);                   \
                                                                            \
		cr_assert_lt(len, 200);                                     \
		cr_expect_eq(buf_format(NULL, 0, __VA_ARGS__), len);        \
		for (size_t size = 1; size <= sizeof got; size++) {         \
			char *exact = malloc(size);                         \
                                                                            \
			snprintf(want, size, __VA_ARGS__);                  \
			cr_expect_eq(                                       \
				buf_format(exact, size, __VA_ARGS__), len); \
			cr_expect_str_eq(exact, want);                      \
			free(exact);                                        \
		}                                                           \
	} while (0)

Test(buf, formats_as_snprintf_does)
{
	EXPECT_AS_SNPRINTF("%s", "");
	EXPECT_AS_SNPRINTF("plain");
	EXPECT_AS_SNPRINTF("%s%s", "a", "b and more");
	EXPECT_AS_SNPRINTF("#%u %s.", 0u, "x");
	EXPECT_AS_SNPRINTF("%u%u", UINT_MAX, 10u);
	EXPECT_AS_SNPRINTF("<%llu.%llu>", 0ull, ULLONG_MAX);
	EXPECT_AS_SNPRINTF(
		"%.*s|%.*s|%.*s|%.*s", 2, "abc", 5, "abc", 0, "abc", -1, "abc");
	EXPECT_AS_SNPRINTF("%d %d,%d", INT_MIN, 0, INT_MAX);
	EXPECT_AS_SNPRINTF("%s: 100%% of %d, %s", "so", -7, "on");
	EXPECT_AS_SNPRINTF("%s %02x %5u %c %zu %lu %.2s", "rest", 10u, 3u, 'c',
		(size_t)9, 8ul, "abc");
}

/* As snprintf does, though the C standard does not say so. */
Test(buf, formats_no_bytes_of_no_text)
{
	/* so that the compiler, which warns of it, does not know */
	const char *volatile none = NULL;
	char text[8];

	cr_expect_eq(buf_format(text, sizeof text, "[%.*s]", 0, none), 2);
	cr_expect_str_eq(text, "[]");
}

/* The sum of the lengths would not fit into its type. */
Test(buf, too_much_is_refused_and_nothing_changes)
{
	struct buf b = {0}, before;

	cr_expect(!buf_reserve(&b, SIZE_MAX));
	cr_expect(!buf_reserve(&b, (size_t)PTRDIFF_MAX + 1));
	cr_expect_null(b.data);
	cr_expect(buf_append(&b, "abc", 3));
	before = b;
	cr_expect(!buf_reserve(&b, SIZE_MAX));
	cr_expect(!buf_reserve(&b, SIZE_MAX - 2));
	cr_expect(!buf_reserve(&b, (size_t)PTRDIFF_MAX - 2));
	cr_expect(!buf_append(&b, "", SIZE_MAX));
	cr_expect_eq(b.data, before.data);
	cr_expect_eq(b.cap, before.cap);
	holds(&b, "abc");
	buf_free(&b);
}

Test(buf, consume_moves_the_rest_to_the_front)
{
	struct buf b = {0};

	cr_expect(buf_append(&b, "abcdef", 6));
	buf_consume(&b, 0);
	holds(&b, "abcdef");
	buf_consume(&b, 1);
	holds(&b, "bcdef");
	buf_consume(&b, 4);
	holds(&b, "f");
	cr_expect(buf_append(&b, "gh", 2));
	holds(&b, "fgh");
	buf_consume(&b, 3);
	holds(&b, "");
	cr_expect(buf_append(&b, "i", 1));
	holds(&b, "i");
	buf_free(&b);
}

Test(buf, free_leaves_one_that_may_be_used_again)
{
	struct buf b = {0};

	cr_expect(buf_append(&b, "abc", 3));
	buf_free(&b);
	cr_expect_null(b.data);
	cr_expect_eq(b.len + b.cap, 0);
	cr_expect(buf_append(&b, "d", 1));
	holds(&b, "d");
	buf_free(&b);
	buf_free(&b);
}

Test(buf, none_takes_nothing)
{
	cr_expect(!buf_append(NULL, "abc", 3));
}
