/* test_ws_size.c - RFC 6455 10.4: messages of every size, in any number of
 * fragments, at linear cost, and the limit on them. */
#include "tests/lib/pieces.h"

#include <stdio.h>
#include <time.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

/* Seconds of this process, which other processes hardly lengthen. Anything with
 * quadratic cost takes many times as long as is allowed. */
static double cpu(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

#define LONG 10.0

/* Messages that may have `most` bytes: in one frame, and in two. */
static void expect_fits(size_t most, size_t first)
{
	struct talk t = {.acts.echo = true, .max_message = (uint32_t)most};
	char *text = some_text(most);

	says(&t, 0x81, text);
	says_data(&t, 0x01, text, first);
	says(&t, 0x80, text + first);
	for (int i = 0; i < 2; i++) {
		hears(&t, "text", text);
		answers(&t, 0x81, text);
	}
	free(text);
	hold(&t);
}

static void expect_too_big(size_t most, size_t first)
{
	struct talk t = {.acts.echo = true, .max_message = (uint32_t)most};
	char *text = some_text(most + 1);

	if (first)
		says_data(&t, 0x01, text, first);
	says(&t, 0x89, "?");
	answers(&t, 0x8A, "?");
	says(&t, first ? 0x80 : 0x82, text + first);
	refuses(&t, 1009, "7.4.1");
	free(text);
	hold(&t);
}

Test(ws, 10_4_messages_up_to_the_limit)
{
	static const size_t limits[] = {
		1, 2, 125, 126, 127, 1000, 65535, 65536};

	for (size_t i = 0; i < SIZE(limits); i++) {
		expect_fits(limits[i], limits[i] / 2);
		expect_too_big(limits[i], 0);
		expect_too_big(limits[i], limits[i]);
		expect_too_big(limits[i], limits[i] - limits[i] / 3);
	}
}

/* The limit is for messages. The longest control frames still come through in
 * the middle of a message that has no room left. */
Test(ws, 10_4_control_frames_do_not_count)
{
	struct talk t = {.acts.echo = true, .max_message = 10};
	char *text = some_text(125);

	says(&t, 0x01, "ten bytes!");
	says(&t, 0x89, text);
	answers(&t, 0x8A, text);
	says(&t, 0x8A, text);
	says(&t, 0x80, "");
	hears(&t, "text", "ten bytes!");
	answers(&t, 0x81, "ten bytes!");
	says(&t, 0x01, "ten bytes!");
	says_close(&t, 1000, text + 2);
	answers_close(&t, 1000, "");
	closes(&t, 1000, text + 2, true);
	free(text);
	hold(&t);
}

/* A length that is not in its shortest form is not taken for a size, even if
 * the limit is below the sizes that the form is for. */
Test(ws, 5_2_no_size_before_its_last_byte)
{
	struct talk t = {.max_message = 100};

	says_bytes(&t, "\x82\xFE\0\x32\1\2\3\4", 8);
	refuses(&t, 1002, "5.2");
	hold(&t);
	t = (struct talk){.max_message = 100};
	says_bytes(&t, "\x82\xFF\0\0\0\0\0\0\0\x32\1\2\3\4", 14);
	refuses(&t, 1002, "5.2");
	hold(&t);
}

/* The length alone decides: nobody waits for the key and the payload. */
Test(ws, 10_4_too_big_is_refused_from_the_head)
{
	expect_refused_at(
		"7 bits", "\x81\x8B\1\2\3\4hello world", 17, 2, 1009, 10);
	expect_refused_at(
		"16 bits", "\x82\xFE\x03\xE9\1\2\3\4", 8, 4, 1009, 1000);
	expect_refused_at("64 bits", "\x82\xFF\0\0\0\0\1\0\0\1\1\2\3\4", 14, 10,
		1009, 16 << 20);
	expect_refused_at("2^63 - 1",
		"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1\2\3\4", 14, 10,
		1009, 16 << 20);
	expect_refused_at("2^32 and 5", "\x82\xFF\0\0\0\1\0\0\0\5\1\2\3\4", 14,
		10, 1009, 16 << 20);
}

static void expect_message(
	const struct peer *p, const char *kind, const void *data, size_t len)
{
	struct buf line = {0};

	record(&line, kind, data, len);
	cr_expect_eq(p->events.len, line.len);
	cr_expect(!memcmp(p->events.data, line.data, line.len));
	buf_free(&line);
}

/* A frame's head with a key of zeros, so that its payload can be sent as it
 * is. */
static void says_head(struct peer *p, int first, uint64_t len)
{
	unsigned char head[14] = {0};
	size_t n = write_head(head, first, 0x80, len);

	memset(head + n, 0, 4);
	peer_says(p, head, n + 4);
}

static void says_in_steps(struct peer *p, const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += step)
		peer_says(p, text + at, step < len - at ? step : len - at);
}

/* 16 MiB in pieces of one size are echoed, and validated only once. */
static void expect_16_mib(size_t step)
{
	size_t len = 16 << 20;
	char *text = some_text(len);
	double start = cpu();
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.echo = true;
	p = peer_upgraded(&loop);
	says_head(p, 0x81, len);
	says_in_steps(p, text, step);
	cr_expect_lt(cpu() - start, LONG);
	expect_message(p, "text", text, len);
	cr_expect_eq(p->got.len, 10 + len);
	cr_expect(!memcmp(p->got.data, "\x81\x7F\0\0\0\0\1\0\0\0", 10));
	cr_expect(!memcmp(p->got.data + 10, text, len));
	cr_expect(!p->conn.in && !p->conn.out, "it keeps memory");
	peer_free(p);
	loop_end(&loop);
	free(text);
}

Test(ws, 10_4_16_mib_at_once)
{
	expect_16_mib(16 << 20);
}

Test(ws, 10_4_16_mib_in_pieces_of_64_kib)
{
	expect_16_mib(65536);
}

Test(ws, 10_4_16_mib_in_pieces_of_64_bytes)
{
	expect_16_mib(64);
}

/* The last byte is one too many, and the length of its frame says so. */
Test(ws, 10_4_16_mib_and_a_byte_in_fragments)
{
	size_t len = 16 << 20;
	char *text = some_text(len);
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	says_head(p, 0x02, len);
	says_in_steps(p, text, 1 << 20);
	cr_expect_eq(p->closed, 0);
	peer_says(p, "\x80\x81", 2);
	cr_expect_eq(p->closed, 1);
	cr_expect_eq(p->code, 1009);
	cr_expect(!p->conn.in, "it keeps what it has refused");
	peer_free(p);
	loop_end(&loop);
	free(text);
}

/* A length is only a promise: memory is taken only for bytes that have
 * arrived. */
Test(ws, 10_4_announced_lengths_cost_nothing)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	says_head(p, 0x82, 16 << 20);
	cr_assert(p->conn.in);
	cr_expect_leq(p->conn.in->cap, 64);
	peer_says(p, "0123456789", 10);
	cr_expect_leq(p->conn.in->cap, 64);
	cr_expect_leq(loop.shared.pool.in.cap, 4096);
	peer_free(p);
	loop_end(&loop);
}

Test(ws, 10_4_a_message_that_is_too_big_takes_no_memory)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	says_head(p, 0x82, (16 << 20) + 1);
	cr_expect_eq(p->code, 1009);
	cr_expect_null(p->conn.in);
	cr_expect_leq(loop.shared.pool.in.cap, 4096);
	peer_free(p);
	loop_end(&loop);
}

#define MANY 65536

/* A frame of n bytes, masked with a key of zeros, at the end of a buf. */
static void add_frame(struct buf *b, int first, const char *data, size_t n)
{
	unsigned char head[14] = {0};
	size_t size = write_head(head, first, 0x80, n);

	memset(head + size, 0, 4);
	buf_append(b, head, size + 4);
	buf_append(b, data, n);
}

static int first_byte_of(int i)
{
	return (i == MANY - 1 ? 0x80 : 0) | (i ? 0 : 1);
}

/* 65,536 fragments of `size` bytes each, a number of them in each wake-up: they
 * take linear time, and no memory for each fragment. */
static void expect_many(size_t size, int at_once)
{
	char *text = some_text(MANY * size);
	double start = cpu();
	struct buf b = {0};
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	for (int i = 0; i < MANY; i++) {
		add_frame(&b, first_byte_of(i), text + (size_t)i * size, size);
		if ((i + 1) % at_once)
			continue;
		peer_says(p, b.data, b.len);
		b.len = 0;
		cr_assert(!p->conn.in ||
			  p->conn.in->len <= (size_t)(i + 1) * size + 32);
	}
	cr_expect_lt(cpu() - start, LONG);
	expect_message(p, "text", text, MANY * size);
	cr_expect_null(p->conn.in);
	peer_free(p);
	loop_end(&loop);
	buf_free(&b);
	free(text);
}

Test(ws, 5_4_many_fragments_at_once)
{
	expect_many(1, MANY);
	expect_many(0, MANY);
}

/* As many as anybody cares to send, in one message without a byte. */
Test(ws, 5_4_a_million_empty_fragments)
{
	double start = cpu();
	struct buf b = {0};
	struct loop loop;
	struct peer *p;

	for (int i = 0; i < 10000; i++)
		add_frame(&b, 0x00, "", 0);
	loop_init(&loop);
	p = peer_upgraded(&loop);
	says_head(p, 0x01, 0);
	for (int i = 0; i < 100; i++)
		peer_says(p, b.data, b.len);
	cr_expect(!p->conn.in || p->conn.in->len <= 32);
	says_head(p, 0x80, 0);
	cr_expect_lt(cpu() - start, LONG);
	expect_message(p, "text", "", 0);
	cr_expect_null(p->conn.in);
	peer_free(p);
	loop_end(&loop);
	buf_free(&b);
}

Test(ws, 5_4_many_fragments_one_by_one)
{
	expect_many(1, 1);
	expect_many(0, 1);
}

Test(ws, 5_4_many_fragments_of_a_big_message)
{
	expect_many(256, 16);
}

/* 1000 messages that arrive at once are echoed in order, each unchanged. */
Test(ws, 6_2_a_thousand_messages_at_once)
{
	struct talk t = {.acts.echo = true};
	char text[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "message %d", i);
		says(&t, i % 2 ? 0x81 : 0x82, text);
		hears(&t, i % 2 ? "text" : "binary", text);
		answers(&t, i % 2 ? 0x81 : 0x82, text);
	}
	hold(&t);
}

/* The same, when so little may wait to be sent that input has to stop. */
Test(ws, 6_2_many_messages_with_little_room)
{
	struct talk t = {.acts.echo = true, .max_unsent = 100};
	char text[32];

	for (int i = 0; i < 40; i++) {
		snprintf(text, sizeof text, "message %d", i);
		says(&t, 0x81, text);
		says(&t, 0x89, text);
		hears(&t, "text", text);
		answers(&t, 0x81, text);
		answers(&t, 0x8A, text);
	}
	says(&t, 0x88, "");
	answers(&t, 0x88, "");
	closes(&t, 1005, "", true);
	hold(&t);
}
