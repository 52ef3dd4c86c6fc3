/* test_frame.c - RFC 6455 5.2, 5.3 and the examples of 5.7: heads read from
 * every prefix and written in every length, masks at every phase. */
#include "tests/lib/support.h"

#include "ws/frame.h"

static const uint64_t borders[] = {0, 1, 125, 126, 127, 128, 255, 256, 65534,
	65535, 65536, 65537, 1u << 24, UINT32_MAX, 1ull << 32, 1ull << 62,
	INT64_MAX};

/* A head as it might arrive, with its length in a form of 0, 2 or 8 bytes. */
static size_t write_head(unsigned char head[FRAME_HEAD_MAX], int first,
	bool masked, size_t form, uint64_t len)
{
	size_t n = 2;

	head[0] = (unsigned char)first;
	head[1] = form == 0 ? (unsigned char)len : form == 2 ? 126 : 127;
	head[1] |= masked ? 0x80 : 0;
	for (size_t i = form; i > 0; i--)
		head[n++] = (unsigned char)(len >> 8 * (i - 1));
	if (masked)
		memcpy(head + n, "\x37\xfa\x21\x3d", 4);
	return n + (masked ? 4 : 0);
}

static ssize_t parse(const void *bytes, size_t len, struct frame *f)
{
	void *block = exactly(bytes, len);
	ssize_t n = frame_parse(block, len, f);

	free(block);
	return n;
}

/* The fields of a complete head, and the payload under its mask. */
static void expect_frame(const char *bytes, size_t len, bool fin, int opcode,
	bool masked, const char *payload)
{
	unsigned char *block = exactly(bytes, len);
	struct frame f;
	ssize_t n = frame_parse(block, len, &f);

	cr_assert_eq(n, (ssize_t)(masked ? 6 : 2));
	cr_expect_eq(f.fin, fin);
	cr_expect_eq(f.rsv, 0);
	cr_expect_eq(f.opcode, opcode);
	cr_expect_eq(f.masked, masked);
	cr_expect_eq(f.head_len, (size_t)n);
	cr_expect_eq(f.len, strlen(payload));
	cr_expect_eq(f.len, len - (size_t)n);
	cr_expect_null(f.why);
	frame_mask(block + n, f.len, f.key, 0);
	cr_expect(!memcmp(block + n, payload, f.len));
	free(block);
}

Test(frame, 5_7_unmasked_hello)
{
	unsigned char head[FRAME_HEAD_MAX];

	expect_frame("\x81\x05\x48\x65\x6c\x6c\x6f", 7, true, FRAME_TEXT, false,
		"Hello");
	cr_expect_eq(frame_head(head, FRAME_TEXT, true, 5), 2);
	cr_expect(!memcmp(head, "\x81\x05", 2));
}

Test(frame, 5_7_masked_hello)
{
	expect_frame("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11, true,
		FRAME_TEXT, true, "Hello");
}

Test(frame, 5_7_fragmented_hello)
{
	unsigned char head[FRAME_HEAD_MAX];

	expect_frame(
		"\x01\x03\x48\x65\x6c", 5, false, FRAME_TEXT, false, "Hel");
	expect_frame(
		"\x80\x02\x6c\x6f", 4, true, FRAME_CONTINUATION, false, "lo");
	cr_expect_eq(frame_head(head, FRAME_TEXT, false, 3), 2);
	cr_expect(!memcmp(head, "\x01\x03", 2));
	cr_expect_eq(frame_head(head, FRAME_CONTINUATION, true, 2), 2);
	cr_expect(!memcmp(head, "\x80\x02", 2));
}

Test(frame, 5_7_ping_and_pong)
{
	unsigned char head[FRAME_HEAD_MAX];

	expect_frame("\x89\x05\x48\x65\x6c\x6c\x6f", 7, true, FRAME_PING, false,
		"Hello");
	expect_frame("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11, true,
		FRAME_PONG, true, "Hello");
	cr_expect_eq(frame_head(head, FRAME_PING, true, 5), 2);
	cr_expect(!memcmp(head, "\x89\x05", 2));
}

Test(frame, 5_7_binary_of_256_bytes)
{
	unsigned char head[FRAME_HEAD_MAX];
	struct frame f;

	cr_expect_eq(parse("\x82\x7E\x01\x00", 4, &f), 4);
	cr_expect(f.fin && !f.masked && f.opcode == FRAME_BINARY);
	cr_expect_eq(f.len, 256);
	cr_expect_eq(frame_head(head, FRAME_BINARY, true, 256), 4);
	cr_expect(!memcmp(head, "\x82\x7E\x01\x00", 4));
}

Test(frame, 5_7_binary_of_64_kib)
{
	static const char bytes[] = "\x82\x7F\0\0\0\0\0\1\0\0";
	unsigned char head[FRAME_HEAD_MAX];
	struct frame f;

	cr_expect_eq(parse(bytes, 10, &f), 10);
	cr_expect(f.fin && !f.masked && f.opcode == FRAME_BINARY);
	cr_expect_eq(f.len, 65536);
	cr_expect_eq(frame_head(head, FRAME_BINARY, true, 65536), 10);
	cr_expect(!memcmp(head, bytes, 10));
}

/* Everything that the first two bytes can be. */
Test(frame, 5_2_every_bit_of_the_first_two_bytes)
{
	for (unsigned i = 0; i < 65536; i++) {
		unsigned char bytes[2] = {i >> 8, i & 255};
		unsigned form = (i & 127) < 126 ? 0 : (i & 127) == 126 ? 2 : 8;
		struct frame f;
		ssize_t n = frame_parse(bytes, 2, &f);

		if (f.fin != i >> 15 || f.rsv != (i >> 12 & 7) ||
			f.opcode != (i >> 8 & 15) || f.masked != (i >> 7 & 1) ||
			f.len != (i & 127) || f.why ||
			f.head_len != 2 + form + (i & 128 ? 4 : 0) ||
			n != (form || i & 128 ? 0 : 2))
			cr_expect(false, "%04X", i);
	}
}

static bool is_shortest(size_t form, uint64_t len)
{
	return form == (len < 126 ? 0 : len < 65536 ? 2 : 8);
}

static bool fits(size_t form, uint64_t len)
{
	return form == 8 || len < (form ? 65536 : 126);
}

/* What a prefix of a head must return; `broken` says that its length breaks a
 * rule. */
static void expect_prefix(const unsigned char *head, size_t size, size_t form,
	size_t have, bool broken, uint64_t len)
{
	bool known = have >= 2 + form;
	struct frame f;
	ssize_t n = parse(head, have, &f);

	if (known && broken)
		cr_expect_eq(n, -1002, "%zu of %zu", have, size);
	else
		cr_expect_eq(n, have < size ? 0 : (ssize_t)size);
	cr_expect_eq(f.why != NULL, known && broken);
	if (have > 0)
		cr_expect(f.fin && f.rsv == 2 && f.opcode == FRAME_TEXT);
	if (have > 1) {
		cr_expect_eq(f.masked, head[1] >> 7);
		cr_expect_eq(f.head_len, size);
		cr_expect_eq(f.len, known ? len : form == 2 ? 126 : 127);
	}
	if (have == size && !broken)
		cr_expect(!memcmp(
			f.key, f.masked ? "\x37\xfa\x21\x3d" : "\0\0\0\0", 4));
}

static void every_prefix(bool masked, size_t form, uint64_t len)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t size = write_head(head, 0xA1, masked, form, len);
	bool broken = !is_shortest(form, len) || len >> 63;

	for (size_t have = 0; have <= size; have++)
		expect_prefix(head, size, form, have, broken, len);
}

Test(frame, 5_2_every_length_in_every_form)
{
	static const size_t forms[] = {0, 2, 8};

	for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
		for (size_t j = 0; j < 3; j++)
			if (fits(forms[j], borders[i])) {
				every_prefix(false, forms[j], borders[i]);
				every_prefix(true, forms[j], borders[i]);
			}
}

Test(frame, 5_2_lengths_not_in_their_shortest_form)
{
	struct frame f;

	cr_expect_eq(parse("\x81\x7E\0\x7C", 4, &f), -1002);
	cr_expect_eq(parse("\x81\x7E\0\x7D", 4, &f), -1002);
	cr_expect_eq(parse("\x81\x7E\0\x7E", 4, &f), 4);
	cr_expect_eq(parse("\x81\x7F\0\0\0\0\0\0\0\0", 10, &f), -1002);
	cr_expect_eq(parse("\x81\x7F\0\0\0\0\0\0\xFF\xFF", 10, &f), -1002);
	cr_expect_eq(parse("\x81\x7F\0\0\0\0\0\1\0\0", 10, &f), 10);
	cr_assert(parse("\x81\x7E\0\x7C", 4, &f) < 0 && f.why);
	cr_expect(strstr(f.why, "(RFC 6455 5.2)"));
}

Test(frame, 5_2_top_bit_of_a_long_length)
{
	struct frame f;

	every_prefix(true, 8, 1ull << 63);
	every_prefix(true, 8, (1ull << 63) + 5);
	every_prefix(false, 8, UINT64_MAX);
	cr_assert_eq(parse("\x81\x7F\x80\0\0\0\0\0\0\0", 10, &f), -1002);
	cr_expect(strstr(f.why, "(RFC 6455 5.2)"));
}

/* "In each case it sets every member whose bytes have arrived." */
Test(frame, a_refused_head_has_its_key_too)
{
	struct frame f;

	cr_assert_eq(parse("\x81\xFE\0\5\x37\xfa\x21\x3d", 8, &f), -1002);
	cr_expect(!memcmp(f.key, "\x37\xfa\x21\x3d", 4));
}

/* The bytes that frame_head writes, and what frame_parse reads from them. */
static bool is_read_back(int opcode, bool fin, uint64_t len)
{
	unsigned char head[FRAME_HEAD_MAX], same[FRAME_HEAD_MAX];
	size_t form = len < 126 ? 0 : len < 65536 ? 2 : 8;
	size_t n = frame_head(head, opcode, fin, len);
	struct frame f;

	return n == write_head(same, fin << 7 | opcode, false, form, len) &&
	       !memcmp(head, same, n) &&
	       frame_parse(head, n, &f) == (ssize_t)n && f.fin == fin &&
	       !f.rsv && !f.masked && f.opcode == opcode && f.len == len;
}

Test(frame, 5_2_heads_that_we_write)
{
	for (uint64_t len = 0; len < 70000; len++)
		if (!is_read_back(FRAME_BINARY, true, len))
			cr_expect(false, "%u bytes", (unsigned)len);
	for (int bit = 16; bit < 63; bit++)
		for (int less = 0; less < 2; less++)
			cr_expect(is_read_back(FRAME_TEXT, false,
				(1ull << bit) - (unsigned)less));
	for (int opcode = 0; opcode < 16; opcode++)
		cr_expect(is_read_back(opcode, opcode & 1, 300));
}

/* The definition, byte by byte: RFC 6455 5.3. */
static void mask_simply(
	unsigned char *p, size_t len, const unsigned char key[4], size_t phase)
{
	for (size_t i = 0; i < len; i++)
		p[i] ^= key[(phase + i) % 4];
}

/* In a block that begins `shift` bytes before and ends exactly after the
 * bytes. */
static bool masks_well(size_t len, size_t shift, size_t phase)
{
	static const unsigned char key[4] = {0x37, 0xfa, 0x21, 0x3d};
	unsigned char text[128], *block;
	bool same;

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (unsigned char)(i * 41 + 7);
	block = exactly(text, shift + len);
	frame_mask(block + shift, len, key, phase);
	mask_simply(text + shift, len, key, phase);
	same = !memcmp(block, text, shift + len);
	free(block);
	return same;
}

Test(frame, 5_3_every_phase_length_and_alignment)
{
	for (size_t len = 0; len <= 70; len++)
		for (size_t shift = 0; shift < 8; shift++)
			for (size_t phase = 0; phase < 8; phase++)
				if (!masks_well(len, shift, phase))
					cr_expect(false, "%zu %zu %zu", len,
						shift, phase);
	cr_expect(masks_well(33, 1, SIZE_MAX - 40));
}

/* A text of that length whose byte at `at`, if there is one, is not ASCII. */
static bool is_ascii(size_t len, size_t at)
{
	static const unsigned char key[4] = {0xB7, 0xfa, 0x21, 0x3d};
	unsigned char text[700], *block;
	bool ascii;

	memset(text, 'a', sizeof text);
	if (at < len)
		text[at] = 0x80;
	mask_simply(text, len, key, 1);
	block = exactly(text, len);
	ascii = frame_mask(block, len, key, 1);
	cr_expect_eq(block[len / 2], len / 2 == at ? 0x80 : 'a');
	free(block);
	return ascii;
}

Test(frame, says_whether_what_was_masked_is_ascii)
{
	for (size_t len = 1; len <= 600; len += len < 70 ? 1 : 53) {
		cr_expect(is_ascii(len, len), "%zu", len);
		for (size_t at = 0; at < len; at++)
			cr_expect(!is_ascii(len, at), "%zu %zu", len, at);
	}
}

Test(frame, 5_3_in_pieces)
{
	static const unsigned char key[4] = {1, 2, 4, 128};
	unsigned char whole[61] = {0}, parts[61] = {0};

	frame_mask(whole, sizeof whole, key, 0);
	for (size_t at = 0, n = 0; at < sizeof parts; at += n) {
		n = (n + 1) % 9;
		n = n < sizeof parts - at ? n : sizeof parts - at;
		frame_mask(parts + at, n, key, at);
	}
	cr_expect(!memcmp(whole, parts, sizeof whole));
}

/* What has not arrived yet is not looked at: the members it would set are 0. */
Test(frame, reads_no_byte_behind_the_last)
{
	static const unsigned char bytes[] = {0xF1, 0xFF};
	struct frame f;

	cr_expect_eq(frame_parse(bytes, 0, &f), 0);
	cr_expect(!f.fin && !f.rsv && !f.opcode);
	cr_expect_eq(frame_parse(bytes, 1, &f), 0);
	cr_expect(f.fin && f.rsv == 7 && f.opcode == 1);
	cr_expect(!f.masked && !f.len && !f.head_len);
}

/* RFC 6455 5.2: an extension may have agreed to a meaning of RSV1, and of no
 * other bit; RFC 7692 6: it is set in the first frame of a message. */
Test(frame, 5_2_only_rsv1_of_a_message_is_an_extensions)
{
	for (int opcode = 0; opcode < 16; opcode++)
		for (unsigned rsv = 0; rsv < 8; rsv++) {
			struct frame f = {.opcode = (unsigned char)opcode,
				.rsv = (unsigned char)rsv};
			bool is_its =
				rsv == 4 && (opcode == FRAME_TEXT ||
						    opcode == FRAME_BINARY);

			cr_expect_eq(frame_extend(&f), is_its);
			cr_expect_eq(f.rsv, is_its ? 0 : rsv);
		}
}

/* RFC 6455 5.5: a control frame has at most 125 bytes, 2 of them the code. */
Test(frame, 5_5_a_long_reason_is_cut)
{
	unsigned char payload[FRAME_CONTROL_MAX + 8];
	char reason[FRAME_CONTROL_MAX + 4];

	for (size_t len = 0; len < sizeof reason; len++) {
		size_t n = len + 2 < FRAME_CONTROL_MAX ? len + 2
						       : FRAME_CONTROL_MAX;

		memset(reason, 'r', len);
		reason[len] = 0;
		memset(payload, '!', sizeof payload);
		cr_expect_eq(frame_close(payload, 1000, reason), n);
		cr_expect(!len || payload[n - 1] == 'r');
		cr_expect_eq(payload[n], '!');
	}
}

Test(frame, 5_5_1_a_reason_is_what_is_behind_the_code)
{
	char reason[FRAME_CONTROL_MAX];

	memset(reason, '!', sizeof reason);
	cr_expect_eq(frame_close_parse((const unsigned char *)"\x03\xE8"
							      "byebye",
			     5, reason),
		1000);
	cr_expect(!memcmp(reason, "bye\0!", 5));
}
