/* test_resp.c - RESP2: what is read, refused, and still awaited. */
#include "bus/resp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(text) text, sizeof text - 1

static const struct right {
	const char *bytes;
	size_t len;
	char type;
	uint64_t n;
	const char *text; /* NULL: none */
} right[] = {
	{BYTES("+OK\r\n"), '+', 0, "OK"},
	{BYTES("+\r\n"), '+', 0, ""},
	{BYTES("-ERR unknown command\r\n"), '-', 0, "ERR unknown command"},
	{BYTES("$5\r\nhello\r\n"), '$', 5, "hello"},
	{BYTES("$0\r\n\r\n"), '$', 0, ""},
	{BYTES("$2\r\n\r\n\r\n"), '$', 2, "\r\n"},
	{BYTES("$-1\r\n"), '$', 0, NULL},
	{BYTES("*-1\r\n"), '*', 0, NULL},
	{BYTES("*0\r\n"), '*', 0, NULL},
	{BYTES("*2\r\n"), '*', 2, NULL},
};

/* Bytes in a block of exactly their size. */
static ssize_t read_block(
	const char *bytes, size_t len, struct resp *r, bool whole)
{
	char *block = malloc(len);
	ssize_t n;

	cr_assert(block || !len);
	if (len)
		memcpy(block, bytes, len);
	n = whole ? resp_whole((struct slice){block, len})
		  : resp_read((struct slice){block, len}, r);
	if (n > 0 && !whole && r->text.p)
		r->text.p = bytes + (r->text.p - block);
	free(block);
	return n;
}

Test(resp, reads_each_type_and_awaits_each_beginning)
{
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		const struct right *t = &right[i];
		struct resp r;

		for (size_t len = 0; len < t->len; len++)
			cr_expect_eq(read_block(t->bytes, len, &r, false), 0,
				"%s cut at %zu", t->bytes, len);
		cr_expect_eq(read_block(t->bytes, t->len, &r, false),
			(ssize_t)t->len, "%s", t->bytes);
		cr_expect_eq(r.type, t->type);
		cr_expect_eq(r.n, t->n, "%s", t->bytes);
		cr_expect_eq(!r.text.p, !t->text);
		if (t->text)
			cr_expect(slice_is(r.text, t->text));
	}
}

Test(resp, refuses_what_is_malformed)
{
	static const char *const wrong[] = {"?", "OK\r\n", "\r\n", "+a\n",
		"+a\rb", ":1\r\n", "$-\r\n", "$+1\r\n", "$01\r\n", "$-0\r\n",
		"$1 \r\n", "*1a\r\n", "*1000000000000000000\r\n", "$\r\n",
		"$-2\r\n", "$01\r\n", "$1048577\r\n", "$1\r\nab", "$1\r\na\rb",
		"$1\r\na\n", "$1.5\r\n", "*-2\r\n", "*65537\r\n", "*x\r\n",
		"$99999999999999999999\r\n"};
	struct resp r;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect_eq(read_block(wrong[i], strlen(wrong[i]), &r, false),
			-1, "%s", wrong[i]);
}

Test(resp, a_line_is_bounded)
{
	char line[RESP_LINE_MAX + 4] = "+";
	struct resp r;

	memset(line + 1, 'x', sizeof line - 1);
	cr_expect_eq(resp_read((struct slice){line, RESP_LINE_MAX}, &r), 0);
	cr_expect_eq(
		resp_read((struct slice){line, RESP_LINE_MAX + 1}, &r), -1);
	memcpy(line + RESP_LINE_MAX, "\r\n", 2);
	cr_expect_eq(resp_read((struct slice){line, RESP_LINE_MAX + 2}, &r),
		RESP_LINE_MAX + 2);
}

/* What XREAD answers, with what comes behind it. */
#define ANSWER                                                      \
	"*1\r\n*2\r\n$4\r\nchat\r\n*2\r\n*2\r\n$3\r\n1-0\r\n*2\r\n" \
	"$1\r\nn\r\n$1\r\n1\r\n*2\r\n$3\r\n1-1\r\n*-1\r\n"

Test(resp, a_value_ends_with_its_last_element)
{
	static const char answer[] = ANSWER;
	struct resp r;

	for (size_t len = 0; len < sizeof answer - 1; len++)
		cr_expect_eq(read_block(answer, len, &r, true), 0, "%zu", len);
	cr_expect_eq(read_block(ANSWER "+OK\r\n", sizeof answer + 4, &r, true),
		(ssize_t)sizeof answer - 1);
	cr_expect_eq(read_block("*2\r\n*0\r\n!", 9, &r, true), -1);
}

Test(resp, nesting_and_items_are_bounded_without_a_stack)
{
	struct buf b = {0};

	for (int i = 0; i < RESP_ITEMS_MAX + 1; i++)
		cr_assert(buf_append(&b, "*1\r\n", 4));
	cr_expect_eq(resp_whole((struct slice){(char *)b.data, b.len}), -1);
	buf_free(&b);
	for (int i = 0; i < 100; i++)
		cr_assert(buf_append(&b, "*65536\r\n", 8));
	cr_expect_eq(resp_whole((struct slice){(char *)b.data, b.len}), -1);
	buf_free(&b);
}

Test(resp, the_items_of_a_value_come_one_by_one)
{
	static const char types[] = "**$**$*$$*$*";
	struct slice s = {ANSWER, sizeof ANSWER - 1};

	for (const char *t = types; *t; t++)
		cr_expect_eq(resp_next(&s).type, *t);
	cr_expect_eq(s.len, 0);
	cr_expect_eq(resp_next(&s).type, 0);
}

Test(resp, writes_a_command_of_any_bytes)
{
	static const char text[] =
		"*3\r\n$4\r\nXADD\r\n$0\r\n\r\n$3\r\na\r\n\r\n";
	const char *const words[] = {"XADD", "", "a\r\n"};
	struct buf b = {0};

	cr_assert(resp_command(&b, words, 3));
	cr_expect_eq(b.len, sizeof text - 1);
	cr_expect(!memcmp(b.data, text, b.len));
	cr_expect_eq(resp_whole((struct slice){(char *)b.data, b.len}),
		(ssize_t)b.len);
	buf_free(&b);
}
