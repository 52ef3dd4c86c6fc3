/* test_describe.c - a compressed message taken apart: every bit of it belongs to
 * one element, in order, and what comes out is what inflate gives. */
#include "deflate/deflate.h"
#include "tests/lib/support.h"

#include "buf.h"
#include "deflate/compress.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))
#define PMD "permessage-deflate"

struct seen {
	struct buf lines, message;
	uint64_t next; /* the bit that the next element begins with */
	bool gap;
	size_t n;
};

static void on_detail(void *data, const struct ws_detail *d)
{
	struct seen *s = data;

	s->gap |= d->bit != s->next;
	s->next = d->bit + d->bits;
	s->n++;
	cr_expect(strlen(d->is.name) < 25);
	cr_expect(strlen(d->is.means) < 36);
	cr_expect(strlen(d->is.rfc) < 12);
	buf_printf(&s->lines, "%u %s", d->bits, d->is.name);
	if (d->text && *d->text)
		buf_printf(&s->lines, " %s", d->text);
	if (d->len)
		buf_printf(&s->lines, "%s%.*s", d->text && *d->text ? "" : " ",
			(int)d->len, (const char *)d->bytes);
	buf_printf(&s->lines, "%s%s\n", *d->is.means ? " / " : "", d->is.means);
}

static int describe(void *watched, const void *payload, size_t len,
	struct seen *s, const char **why)
{
	struct ws_sink sink = {1 << 20, on_detail, s};
	void *exact = exactly(payload, len);
	int code;

	*s = (struct seen){0};
	code = deflate_wing.extension->describe(
		watched, exact, len, &sink, &s->message, why);
	buf_append(&s->lines, "", 1);
	buf_append(&s->message, "", 1);
	free(exact);
	return code;
}

static void forget(struct seen *s)
{
	buf_free(&s->lines);
	buf_free(&s->message);
}

static void *watch(const char *agreed, bool sent)
{
	void *watched =
		deflate_wing.extension->watch(agreed, strlen(agreed), sent);

	cr_assert(watched != NULL, "%s", agreed);
	return watched;
}

static void expect(
	void *watched, const char *payload, size_t len, const char *lines)
{
	struct seen s;
	const char *why;

	cr_expect_eq(describe(watched, payload, len, &s, &why), 0, "%s", why);
	cr_expect_str_eq(
		(char *)s.lines.data, lines, "%s", (char *)s.lines.data);
	cr_expect_str_eq((char *)s.message.data, "Hello");
	cr_expect(!s.gap);
	forget(&s);
}
#define EXPECT(watched, bytes, lines) \
	expect(watched, bytes, sizeof(bytes) - 1, lines)

Test(describe, 7_2_3_the_examples)
{
	void *watched = watch(PMD "; client_max_window_bits=10", false);

	EXPECT(watched, "\xf2\x48\xcd\xc9\xc9\x07\x00",
		"3 block fixed / BFINAL 0: more may follow\n"
		"8 literal H\n8 literal e\n8 literal l\n8 literal l\n"
		"8 literal o\n7 end of block\n"
		"3 block stored / BFINAL 0: more may follow\n"
		"3 padding / up to the next byte\n"
		"32 left out 00 00 ff ff / an empty stored block\n");
	EXPECT(watched, "\xf2\x00\x11\x00\x00",
		"3 block fixed / BFINAL 0: more may follow\n"
		"8 literal H\n"
		"13 match 4 bytes, 5 back: ello / from an earlier message\n"
		"7 end of block\n"
		"3 block stored / BFINAL 0: more may follow\n"
		"6 padding / up to the next byte\n"
		"32 left out 00 00 ff ff / an empty stored block\n");
	EXPECT(watched, "\x00\x05\x00\xfa\xffHello\x00",
		"3 block stored / BFINAL 0: more may follow\n"
		"5 padding / up to the next byte\n"
		"32 stored length 5 / and the same inverted\n"
		"40 stored Hello\n"
		"3 block stored / BFINAL 0: more may follow\n"
		"5 padding / up to the next byte\n"
		"32 left out 00 00 ff ff / an empty stored block\n");
	free(watched);
}

/* The state is that of one end: what it keeps to, and what it has sent. */
Test(describe, 7_1_each_end_by_itself)
{
	static const char hello[] = "\xf2\x48\xcd\xc9\xc9\x07\x00";
	static const char again[] = "\xf2\x00\x11\x00\x00";
	static const struct {
		const char *agreed;
		bool sent;
		int code;
	} rows[] = {
		{PMD, true, 0},
		{PMD, false, 0},
		{PMD "; server_no_context_takeover", true, 1007},
		{PMD "; server_no_context_takeover", false, 0},
		{PMD "; client_no_context_takeover", true, 0},
		{PMD "; client_no_context_takeover", false, 1007},
	};

	for (size_t i = 0; i < SIZE(rows); i++) {
		void *watched = watch(rows[i].agreed, rows[i].sent);
		struct seen s;
		const char *why;

		cr_expect_eq(describe(watched, hello, 7, &s, &why), 0);
		forget(&s);
		cr_expect_eq(describe(watched, again, 5, &s, &why),
			rows[i].code, "row %zu", i);
		cr_expect(!rows[i].code || strstr(why, "bit 11: "), "%s", why);
		forget(&s);
		free(watched);
	}
	cr_expect_null(deflate_wing.extension->watch("x-other", 7, true));
	cr_expect_null(deflate_wing.extension->watch(PMD "; a", 21, true));
}

/* A dynamic block: the codes make two elements, and all of it adds up. */
Test(describe, a_dynamic_block)
{
	static struct compress compress;
	struct window w = {.bits = 15};
	static char text[4000];
	void *watched = watch(PMD, true);
	struct buf *coded = &compress.out;
	struct seen s;
	const char *why;
	size_t n = 0;

	for (int i = 0; n < sizeof text - 40; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"{\"id\":%d,\"name\":\"name %d\"},", i, i * i);
	cr_assert(compress_message(&compress, &w, text, n));
	cr_expect_eq(describe(watched, coded->data, coded->len, &s, &why), 0);
	cr_expect(!s.gap);
	cr_expect_eq(s.next, (uint64_t)coded->len * 8 + 32);
	cr_expect_str_eq((char *)s.message.data, text);
	cr_expect(strstr((char *)s.lines.data, " block dynamic "));
	cr_expect(strstr((char *)s.lines.data, " code lengths "));
	cr_expect(strstr((char *)s.lines.data, " end:"));
	forget(&s);
	buf_free(coded);
	free(watched);
}

/* Whatever comes is told in order, as far as it makes sense. */
Test(describe, garbage)
{
	unsigned next = 1;

	for (int i = 0; i < 20000; i++) {
		void *watched = watch(PMD, i & 1);
		unsigned char bytes[40];
		struct seen s;
		const char *why;
		size_t len = (size_t)i % sizeof bytes;
		int code;

		for (size_t j = 0; j < len; j++)
			bytes[j] = (unsigned char)((next = next * 1103515245 +
							   12345) >>
						   16);
		if (len && i & 2)
			bytes[0] = (unsigned char)((bytes[0] & ~7) | 4);
		code = describe(watched, bytes, len, &s, &why);
		cr_assert(code == 0 || code == 1007 || code == 1009);
		cr_assert(!code || (*why && strlen(why) <= 123));
		cr_assert(!s.gap);
		forget(&s);
		free(watched);
	}
}
