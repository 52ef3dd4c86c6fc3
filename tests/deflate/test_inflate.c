/* test_inflate.c - RFC 7692's examples, and every way not to be DEFLATE. */
#include "tests/deflate/streams.h"
#include "tests/lib/scarce.h"
#include "tests/lib/support.h"

#include <stdio.h>

static struct inflate fresh(void)
{
	return (struct inflate){.max_output = 1 << 20};
}

/* The message is this text, behind this window. */
static void expect(const char *text, size_t text_len, const void *data,
	size_t len, const char *window)
{
	struct inflate inflate = fresh();
	struct buf *out = &inflate.out;

	cr_expect_eq(stream_inflate(&inflate, 15, data, len, window), 0,
		"%s at bit %zu", inflate.why, inflate.bit);
	cr_expect_eq(out->len, text_len);
	cr_expect(!text_len || !memcmp(out->data, text, text_len), "%.*s",
		(int)out->len, (char *)out->data);
	buf_free(out);
}

#define EXPECT(text, bytes, window) \
	expect(text, sizeof text - 1, bytes, sizeof bytes - 1, window)

Test(inflate, rfc7692_7_2_3_1_a_message)
{
	EXPECT("Hello", "\xf2\x48\xcd\xc9\xc9\x07\x00", "");
}

Test(inflate, rfc7692_7_2_3_2_the_window_of_the_message_before)
{
	EXPECT("Hello", "\xf2\x00\x11\x00\x00", "Hello");
}

Test(inflate, rfc7692_7_2_3_3_a_block_without_compression)
{
	EXPECT("Hello", "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", "");
}

Test(inflate, rfc7692_7_2_3_4_a_final_block)
{
	EXPECT("Hello", "\xf3\x48\xcd\xc9\xc9\x07\x00\x00", "");
	/* and without the byte that the RFC asks for behind it */
	EXPECT("Hello", "\xf3\x48\xcd\xc9\xc9\x07\x00", "");
	/* blocks may follow, and reach into what came before */
	EXPECT("HelloHello", "\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x00\x11\x00\x00",
		"");
	/* the four bytes may be a final block's own */
	EXPECT("", "\x01", "");
}

Test(inflate, rfc7692_7_2_3_5_two_blocks)
{
	EXPECT("Hello", "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
		"");
}

Test(inflate, rfc7692_7_2_3_6_an_empty_message)
{
	EXPECT("", "\x00", "");
	EXPECT("", "\x02\x00", "");
	EXPECT("", "", "");
}

Test(inflate, a_stored_block_may_hold_the_bytes_left_out)
{
	EXPECT(((char[]){'a', 0, 0, (char)0xFF, (char)0xFF, 0}),
		"\x00\x05\x00\xfa\xff\x61", "");
}

/* RFC 1951 3.2.3: "if the last 2 bytes decoded have values X and Y, a string
 * reference with <length = 5, distance = 2> adds X,Y,X,Y,X". */
Test(inflate, rfc1951_3_2_3_a_match_reaches_into_itself)
{
	struct stream s = {0};

	stream_add(&s, "0 10  10001000 10001001  0000011 00001  0000000 000");
	expect("XYXYXYX", 7, s.bytes, (s.bits + 7) / 8, "");
}

/* The longest match, from the farthest byte. */
Test(inflate, rfc1951_3_2_5_the_greatest_length_and_distance)
{
	struct inflate inflate = fresh();
	struct stream s = {0};
	char *window = malloc(32769);

	memset(window, 'b', 32768);
	memset(window, 'a', 258);
	window[32768] = 0;
	stream_add(&s, "0 10  11000101  11101 1111111111111  0000000 000");
	cr_expect_eq(
		stream_inflate(&inflate, 15, s.bytes, (s.bits + 7) / 8, window),
		0);
	cr_expect(inflate.out.len == 258 &&
		  !memcmp(inflate.out.data, window, 258));
	free(window);
	buf_free(&inflate.out);
}

static const struct broken {
	const char *name, *window, *bits; /* the bits are on the wire */
	int window_bits;
	size_t at; /* the bit that is blamed */
	const char *why;
} broken[] = {
	{"a type 3", "", "0 11", 15, 0, "type 3"},
	{"a stored length", "", "0 00 00000  1000000000000000 1111111111111111",
		15, 8, "length is damaged"},
	{"a stored block cut", "",
		"0 00 00000  1010000000000000 0101111111111111", 15, 40,
		"ends in a block"},
	{"only the header of one", "", "0 00 00000 0000000", 15, 8, NULL},
	{"no length of 286", "aaaaa", "0 10 11000110 00000", 15, 3, "286"},
	{"no length of 287", "aaaaa", "0 10 11000111 00000", 15, 3, "286"},
	{"no distance of 30", "aaaaa", "0 10 0000001 11110", 15, 3,
		"no distance"},
	{"no distance of 31", "aaaaa", "0 10 0000001 11111", 15, 3,
		"no distance"},
	{"before the first byte", "", "0 10 10010001 0000001 00001", 15, 11,
		"before the first byte"},
	{"before any byte", "", "0 10 0000001 00000", 15, 3,
		"before the first byte"},
	{"287 literals", "", "0 01 01111 00000 0000", 15, 3, "at most 286"},
	{"31 distances", "", "0 01 00000 01111 0000", 15, 3, "at most 286"},
	{"a tree with too many leaves", "",
		"0 01 00000 00000 0000  100 100 100 000", 15, 26,
		"than a tree has leaves"},
	{"a tree without any", "", "0 01 00000 00000 0000  000 000 000 000", 15,
		26, "lacks leaves"},
	{"a tree with one", "", "0 01 00000 00000 0000  100 000 000 000", 15,
		26, "lacks leaves"},
	{"nothing to repeat", "",
		"0 01 00000 00000 0000  100 000 000 100  1 00", 15, 29,
		"to repeat"},
	{"too many lengths", "",
		"0 01 00000 00000 0000  000 000 100 100  1 1111111 1 1111111",
		15, 37, "more code lengths"},
	{"no end", "",
		"0 01 00000 00000 0000  000 000 100 100  1 1111111 1 1011011",
		15, 37, "no code"},
};

/* Unless said otherwise, the rest of the last byte is ones: bits that trail. */
Test(inflate, rfc1951_what_is_no_deflate)
{
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		const struct broken *b = &broken[i];
		struct inflate inflate = {.max_output = 100};
		struct stream s = {0};
		int code;

		stream_add(&s, b->bits);
		while (b->why && s.bits % 8)
			stream_add(&s, "1");
		code = stream_inflate(&inflate, b->window_bits, s.bytes,
			(s.bits + 7) / 8, b->window);
		cr_expect_eq(code, -1007, "%s: %d", b->name, code);
		if (code && b->why) {
			cr_expect(strstr(inflate.why, b->why) != NULL, "%s: %s",
				b->name, inflate.why);
			cr_expect_eq(inflate.bit, b->at, "%s: bit %zu", b->name,
				inflate.bit);
		}
		buf_free(&inflate.out);
	}
}

/* A dynamic block with these lengths, an end whose code is all zeros, and the
 * end of the message. Returns the error. */
static const char *try_lengths(const unsigned char *literals, int n_literals,
	const unsigned char *distances, int n_distances)
{
	static struct inflate inflate;
	struct stream s = {0};
	int code;

	inflate = fresh();
	stream_dynamic(&s, literals, n_literals, distances, n_distances);
	stream_put(&s, 0, literals[256]);
	stream_add(&s, "000");
	code = stream_inflate(&inflate, 15, s.bytes, (s.bits + 7) / 8, "");
	cr_expect(code == 0 || code == -1007);
	buf_free(&inflate.out);
	return code ? inflate.why : "";
}

Test(inflate, rfc1951_3_2_7_codes_are_complete)
{
	unsigned char literals[286] = {0}, none[30] = {0}, one[30] = {1};
	unsigned char two[30] = {2}, three[30] = {1, 1, 1}, ten[30] = {1, 2};

	cr_expect(strstr(try_lengths(literals, 286, none, 1), "no code"));
	literals[256] = 1; /* half of a tree */
	cr_expect_str_eq(try_lengths(literals, 286, none, 30), "");
	cr_expect_str_eq(try_lengths(literals, 257, none, 1), "");
	cr_expect_str_eq(try_lengths(literals, 257, one, 19), "");
	cr_expect(strstr(try_lengths(literals, 257, two, 1), "lacks"));
	cr_expect(strstr(try_lengths(literals, 257, ten, 2), "lacks"));
	cr_expect(strstr(try_lengths(literals, 257, three, 3), "than a tree"));
	literals[256] = 2;
	cr_expect(strstr(try_lengths(literals, 257, none, 1), "lacks"));
	literals[256] = literals[257] = literals[258] = 1;
	cr_expect(strstr(try_lengths(literals, 259, none, 1), "than a tree"));
}

/* A code of which half of the tree is there, and the bit leads to the other. */
Test(inflate, rfc1951_3_2_7_no_symbol_has_this_code)
{
	unsigned char literals[258] = {0}, one[1] = {1};

	literals[256] = 1;
	for (int far = 0; far < 2; far++) {
		struct inflate inflate = fresh();
		struct stream s = {0};

		literals[257] = (unsigned char)far;
		stream_dynamic(&s, literals, 257 + far, one, 1);
		stream_add(&s, far ? "1 1" : "1"); /* a length, no distance */
		cr_expect_eq(stream_inflate(&inflate, 15, s.bytes,
				     (s.bits + 7) / 8, "abc"),
			-1007);
		cr_expect(strstr(inflate.why, "has this code"));
		cr_expect_eq(inflate.bit, s.bits - (far ? 2 : 1));
		buf_free(&inflate.out);
	}
}

/* Codes of 15 bits are read as short ones are. */
Test(inflate, rfc1951_3_2_7_the_longest_code)
{
	unsigned char literals[257] = {0}, none[1] = {0};
	struct stream s = {0};

	for (int i = 0; i < 14; i++)
		literals['a' + i] = (unsigned char)(i + 1);
	literals['z'] = literals[256] = 15;
	stream_dynamic(&s, literals, 257, none, 1);
	stream_add(
		&s, "0 10 11111111111110 111111111111110 111111111111111 000");
	expect("abnz", 4, s.bytes, (s.bits + 7) / 8, "");
}

/* A match behind one byte, from as far as the window reaches, or a byte more. */
Test(inflate, rfc7692_7_1_2_no_match_reaches_beyond_the_window)
{
	static char window[40000];

	memset(window, 'a', sizeof window - 1);
	for (int bits = 8; bits <= 15; bits++)
		for (int more = 0; more < 2; more++) {
			struct inflate inflate = fresh();
			struct stream s = {0};
			size_t distance = ((size_t)1 << bits) + (size_t)more;
			unsigned symbol = 2 * ((unsigned)bits - 1) + 1u;

			if (bits == 15 && more)
				continue; /* RFC 1951 has none */
			stream_add(&s, "0 10 10010001 0000001");
			symbol +=
				more; /* 2^bits + 1 is the first of the next */
			for (int bit = 4; bit >= 0; bit--)
				stream_put(&s, symbol >> bit & 1, 1);
			stream_put(&s, more ? 0 : ~0u, bits - 2 + more);
			stream_add(&s, "0000000 000");
			cr_expect_eq(stream_inflate(&inflate, bits, s.bytes,
					     (s.bits + 7) / 8, window),
				more ? -1007 : 0, "%zu", distance);
			if (more)
				cr_expect(strstr(inflate.why, "the window"));
			buf_free(&inflate.out);
		}
}

/* A message cut anywhere is refused; or, rarely, another one. */
Test(inflate, a_message_cut_anywhere)
{
	static const char message[] =
		"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00";

	for (size_t len = 1; len < sizeof message - 1; len++) {
		struct inflate inflate = fresh();
		int code = stream_inflate(&inflate, 15, message, len, "");

		cr_expect(code == -1007 || (!code && len == 4), "%zu", len);
		cr_expect(code == 0 || strstr(inflate.why, "ends in a block") ||
				  strstr(inflate.why, "damaged"),
			"%zu: %s", len, inflate.why);
		buf_free(&inflate.out);
	}
}

/* zlib finds as many: tests/deflate/zlib. */
Test(inflate, all_messages_of_two_bytes)
{
	unsigned valid = 0;

	for (unsigned i = 0; i < 1 << 16; i++) {
		unsigned char two[2] = {
			(unsigned char)i, (unsigned char)(i >> 8)};
		struct inflate inflate = fresh();
		int code = stream_inflate(&inflate, 15, two, 2, "");

		cr_assert(code == 0 || code == -1007);
		valid += code == 0;
		buf_free(&inflate.out);
	}
	cr_expect_eq(valid, 80, "%u", valid);
}

/* 258 bytes for each 2 bits: the limit is met at every byte near it. */
Test(inflate, a_message_that_is_too_long_takes_no_memory)
{
	struct stream s = {0};

	stream_add(&s, "0 10 10010001");
	for (int i = 0; i < 1000; i++)
		stream_add(&s, "11000101 00000");
	stream_add(&s, "0000000 000");
	for (size_t max = 0; max < 600; max++) {
		struct inflate inflate = {.max_output = max};

		cr_expect_eq(stream_inflate(&inflate, 8, s.bytes,
				     (s.bits + 7) / 8, "window"),
			-1009);
		cr_expect(strstr(inflate.why, "too long"));
		cr_expect(inflate.out.cap < 2 * max + 200, "%zu",
			inflate.out.cap);
		buf_free(&inflate.out);
	}
	struct inflate inflate = {.max_output = 258001};

	cr_expect_eq(
		stream_inflate(&inflate, 8, s.bytes, (s.bits + 7) / 8, ""), 0);
	cr_expect_eq(inflate.out.len, 258001);
	buf_free(&inflate.out);
}

Test(inflate, a_stored_block_that_is_too_long)
{
	struct inflate inflate = {.max_output = 4};

	cr_expect_eq(
		stream_inflate(&inflate, 8,
			"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11, ""),
		-1009);
	buf_free(&inflate.out);
}

/* Empty dynamic blocks are work for nothing. */
Test(inflate, too_many_blocks_for_so_few_bytes)
{
	for (int blocks = INFLATE_BLOCKS; blocks < 200; blocks++) {
		struct inflate inflate = fresh();
		struct stream s = {0};
		size_t len, most;

		for (int i = 0; i < blocks && s.bits < 32000; i++)
			/* the end has the code 0; 18 stands for 138 zeros */
			stream_add(&s, "0 01 00000 00000 0111"
				       " 000 000 100 000 000 000 000 000 000"
				       " 000 000 000 000 000 000 000 000 100"
				       " 1 1111111 1 1101011 0 0 0");
		stream_add(&s, "000");
		len = (s.bits + 7) / 8;
		most = INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK;
		cr_expect_eq(stream_inflate(&inflate, 15, s.bytes, len, ""),
			(size_t)blocks > most ? -1009 : 0, "%d: %s", blocks,
			inflate.why);
		buf_free(&inflate.out);
	}
}

/* For literals, a match and a stored block: there is no memory for the
 * input, and then for each growth of the output. */
Test(inflate, no_memory)
{
	static const struct {
		const char *data;
		size_t len, length;
	} rows[] = {
		{"\xf2\x48\xcd\xc9\xc9\x07", 7, 5},
		{"\x4a\x4c\x84\x01\x00", 6, 10}, /* ten times an a */
		{"\x00\x05\x00\xfa\xffHello", 11, 5},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct inflate inflate = {0};
		int code = -1013, calls = 0;

		while (code && calls < 20) {
			buf_free(&inflate.out);
			inflate = fresh();
			scarce.realloc = ++calls;
			code = stream_inflate(
				&inflate, 15, rows[i].data, rows[i].len, "");
			cr_expect(!code || code == -1013);
			cr_expect(!code || strstr(inflate.why, "memory"),
				"%zu: %d %s", i, code, inflate.why);
		}
		scarce.realloc = 0;
		cr_expect_eq(code, 0);
		cr_expect(inflate.out.len == rows[i].length, "%zu",
			inflate.out.len);
		/* two for the input, and one at least for the output */
		cr_expect(calls > 3, "%zu: %d", i, calls);
		buf_free(&inflate.out);
	}
}

/* Writes what it is told. */
struct teller {
	char text[2000];
	size_t next; /* bit */
};

static void on_detail(void *data, const struct ws_detail *e)
{
	struct teller *t = data;
	char *p = t->text + strlen(t->text);
	size_t room = sizeof t->text - strlen(t->text);

	cr_expect_eq(e->bit, t->next);
	t->next += e->bits;
	snprintf(p, room, "%s %u '%s%.*s' (%u %u %u %u), ", e->is.name, e->bits,
		e->text ? e->text : "", (int)e->len, (const char *)e->bytes,
		e->parts[0], e->parts[1], e->parts[2], e->parts[3]);
}

static void expect_told(
	const void *data, size_t len, const char *window, const char *text)
{
	struct teller t = {0};
	struct ws_sink sink = {.on_detail = on_detail, .data = &t};
	struct inflate inflate = fresh();

	inflate.sink = &sink;
	cr_expect_eq(stream_inflate(&inflate, 15, data, len, window), 0);
	cr_expect_str_eq(t.text, text);
	cr_expect_eq(t.next, 8 * len + 32);
	buf_free(&inflate.out);
}

Test(inflate, an_observer_is_told_each_element)
{
	expect_told("\xf2\x00\x11\x00\x00", 5, "Hello",
		"block 3 'fixed' (1 2 0 0), literal 8 'H' (8 0 0 0), "
		"match 13 '4 bytes, 5 back: ello' (7 0 5 1), "
		"end of block 7 '' (7 0 0 0), "
		"block 3 'stored' (1 2 0 0), padding 6 '' (6 0 0 0), "
		"left out 32 '00 00 ff ff' (16 16 0 0), ");
	expect_told("\x01\x01\x00\xfe\xff\x61\x00", 7, "",
		"block 3 'stored' (1 2 0 0), padding 5 '' (5 0 0 0), "
		"stored length 32 '1' (16 16 0 0), stored 8 'a' (0 0 0 0), "
		"block 3 'stored' (1 2 0 0), padding 5 '' (5 0 0 0), "
		"left out 32 '00 00 ff ff' (16 16 0 0), ");
}

/* Lengths of codes are told as they are sent: 16, 17 and 18 stand for several. */
Test(inflate, rfc1951_3_2_7_an_observer_is_told_the_codes)
{
	struct stream s = {0};

	/* these three and 2 have two bits each: 01, 10, 11 and 00 */
	stream_add(&s, "0 01 00000 01000 0011  010 010 010");
	for (int i = 0; i < 12; i++)
		stream_add(&s, "000");
	/* 138 and 115 have none, four have two bits; no distance has any */
	stream_add(&s, "010  11 1111111 11 0001011 00 01 00 10 000");
	stream_add(&s, "11 000"); /* 256 */
	expect_told(s.bytes, (s.bits + 7) / 8, "",
		"block 3 'dynamic' (1 2 0 0), "
		"code counts 14 '257, 3, 16' (5 5 4 0), "
		"length codes 48 '@2:2 @16:2 @17:2 @18:2 ' (0 0 0 0), "
		"code lengths 29 '#253:2 #254:2 #255:2 end:2 ' (0 0 0 0), "
		"end of block 2 '' (2 0 0 0), "
		"block 3 'stored' (1 2 0 0), padding 5 '' (5 0 0 0), "
		"left out 32 '00 00 ff ff' (16 16 0 0), ");
}
