/* test_ws.c - RFC 6455 5: frames, fragments, pings. What every kind of frame is
 * answered with, and what the handlers are told. Closing, text and sizes have
 * files of their own. */
#include "tests/lib/dice.h"
#include "tests/lib/pieces.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

/* Payload sizes at which the length takes another form. */
static const size_t borders[] = {0, 1, 125, 126, 127, 65535, 65536};

Test(ws, 5_1_frames_that_are_not_masked)
{
	expect_refused("text", "\x81\x02hi", 4, 1002, "5.1");
	expect_refused("empty text", "\x81\x00", 2, 1002, "5.1");
	expect_refused("binary", "\x82\x02hi", 4, 1002, "5.1");
	expect_refused("part of a text", "\x01\x02hi", 4, 1002, "5.1");
	expect_refused("Close", "\x88\x02\x03\xE8", 4, 1002, "5.1");
	expect_refused("empty Close", "\x88\x00", 2, 1002, "5.1");
	expect_refused("Ping", "\x89\x02hi", 4, 1002, "5.1");
	expect_refused("Pong", "\x8A\x00", 2, 1002, "5.1");
	expect_refused("126 bytes", "\x82\x7E\x00\x7E", 4, 1002, "5.1");
	expect_refused_inside("the rest", "\x80\x02hi", 4, 1002, "5.1");
	expect_refused_inside("a Ping inside", "\x89\x00", 2, 1002, "5.1");
	expect_refused_at("fast", "\x81\x02hi", 4, 2, 1002, 1000);
}

Test(ws, 5_1_the_server_does_not_mask)
{
	for (size_t i = 0; i < SIZE(borders); i++) {
		struct talk t = {.acts.echo = true};
		char *text = some_text(borders[i]);

		says(&t, 0x81, text);
		hears(&t, "text", text);
		answers(&t, 0x81, text);
		if (borders[i] <= 125) {
			says(&t, 0x89, text);
			answers(&t, 0x8A, text);
		}
		says(&t, 0x88, "");
		answers(&t, 0x88, "");
		closes(&t, 1005, "", true);
		hold(&t);
		free(text);
	}
}

Test(ws, 5_2_reserved_bits)
{
	static const int opcodes[] = {0x1, 0x2, 0x8, 0x9, 0xA};
	char bytes[] = {0, (char)0x80, 1, 2, 3, 4};

	for (int rsv = 1; rsv < 8; rsv++) {
		for (size_t i = 0; i < SIZE(opcodes); i++) {
			bytes[0] = (char)(0x80 | rsv << 4 | opcodes[i]);
			expect_refused("whole", bytes, 6, 1002, "5.2");
		}
		bytes[0] = (char)(0x80 | rsv << 4);
		expect_refused_inside("rest", bytes, 6, 1002, "5.2");
		bytes[0] = (char)(0x01 | rsv << 4);
		expect_refused("part", bytes, 6, 1002, "5.2");
		expect_refused_at("fast", bytes, 6, 1, 1002, 1000);
	}
}

Test(ws, 5_2_reserved_opcodes)
{
	char bytes[] = {0, (char)0x80, 1, 2, 3, 4};

	for (int opcode = 0; opcode < 16; opcode++) {
		if (opcode < 3 || (opcode >= 8 && opcode < 11))
			continue;
		bytes[0] = (char)(0x80 | opcode);
		expect_refused("final", bytes, 6, 1002, "5.2");
		expect_refused_inside("inside", bytes, 6, 1002, "5.2");
		expect_refused_at("fast", bytes, 6, 1, 1002, 1000);
		bytes[0] = (char)opcode;
		expect_refused("not final", bytes, 6, 1002, "5.2");
	}
}

Test(ws, 5_2_lengths_not_in_their_shortest_form)
{
	expect_refused("0 in 16 bits", "\x81\xFE\0\0\1\2\3\4", 8, 1002, "5.2");
	expect_refused("125 in 16 bits", "\x82\xFE\0\x7D", 4, 1002, "5.2");
	expect_refused(
		"0 in 64 bits", "\x81\xFF\0\0\0\0\0\0\0\0", 10, 1002, "5.2");
	expect_refused("125 in 64 bits", "\x81\xFF\0\0\0\0\0\0\0\x7D", 10, 1002,
		"5.2");
	expect_refused("65535 in 64 bits", "\x82\xFF\0\0\0\0\0\0\xFF\xFF", 10,
		1002, "5.2");
	expect_refused_inside(
		"the rest", "\x80\xFE\0\1\1\2\3\4", 8, 1002, "5.2");
	expect_refused_at(
		"fast, 16 bits", "\x81\xFE\0\1\1\2\3\4x", 9, 4, 1002, 1000);
	expect_refused_at("fast, 64 bits", "\x81\xFF\0\0\0\0\0\0\0\1\1\2\3\4",
		14, 10, 1002, 1000);
}

/* A control frame whose extended length turns out to be short: it is refused
 * after two bytes, with the same words as when all its bytes are there. */
Test(ws, 5_2_control_frames_with_a_length_not_in_its_shortest_form)
{
	expect_refused("16 bits", "\x89\xFE\0\1\1\2\3\4x", 9, 1002, "5.5");
	expect_refused(
		"64 bits", "\x8A\xFF\0\0\0\0\0\0\0\0\1\2\3\4", 14, 1002, "5.5");
}

Test(ws, 5_2_top_bit_of_a_long_length)
{
	expect_refused("top bit", "\x82\xFF\x80\0\0\0\0\0\0\0\1\2\3\4", 14,
		1002, "5.2");
	expect_refused("all bits", "\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
		10, 1002, "5.2");
	expect_refused_at("fast", "\x82\xFF\x80\0\0\0\0\0\0\0\1\2\3\4", 14, 10,
		1002, 1000);
}

Test(ws, 5_2_lengths_at_the_borders)
{
	for (size_t i = 0; i < SIZE(borders); i++) {
		struct talk t = {.acts.echo = true};
		char *text = some_text(borders[i]);

		says(&t, 0x82, text);
		hears(&t, "binary", text);
		answers(&t, 0x82, text);
		says(&t, 0x81, text);
		hears(&t, "text", text);
		answers(&t, 0x81, text);
		hold(&t);
		free(text);
	}
}

/* Every byte, at every phase of a key. */
Test(ws, 6_2_unmasking)
{
	struct talk t = {.acts.echo = true};
	unsigned char all[256 + 3];

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (unsigned char)i;
	for (size_t less = 0; less < 4; less++) {
		says_data(&t, 0x82, all, sizeof all - less);
		record(&t.events, "binary", all, sizeof all - less);
		answers_data(&t, 0x82, all, sizeof all - less);
	}
	says_bytes(&t, "\x81\x85\0\0\0\0Hello", 11);
	hears(&t, "text", "Hello");
	answers(&t, 0x81, "Hello");
	hold(&t);
}

/* The masked frame that the RFC prints: 5.7. */
Test(ws, 5_7_masked_hello)
{
	struct talk t = {.acts.echo = true, .with_request = true};

	says_bytes(&t, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	hears(&t, "text", "Hello");
	says_bytes(&t, "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	answers_data(&t, 0x81, "Hello", 5);
	hold(&t);
}

/* All ways to cut seven bytes into fragments. */
Test(ws, 5_4_every_fragmentation_of_a_message)
{
	static const char text[] = "7 bytes";

	for (unsigned cuts = 0; cuts < 1 << 6; cuts++) {
		struct talk t = {.acts.echo = true};
		size_t from = 0;

		for (size_t i = 1; i <= 7; i++) {
			if (i < 7 && !(cuts >> (i - 1) & 1))
				continue;
			says_data(&t, (i == 7 ? 0x80 : 0) | (from ? 0 : 1),
				text + from, i - from);
			from = i;
		}
		hears(&t, "text", text);
		answers(&t, 0x81, text);
		hold(&t);
	}
}

Test(ws, 5_4_empty_fragments)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x01, "");
	says(&t, 0x00, "");
	says(&t, 0x80, "");
	hears(&t, "text", "");
	answers(&t, 0x81, "");
	says(&t, 0x02, "");
	says(&t, 0x00, "ab");
	says(&t, 0x00, "");
	says(&t, 0x00, "");
	says(&t, 0x00, "c");
	says(&t, 0x80, "");
	hears(&t, "binary", "abc");
	answers(&t, 0x82, "abc");
	hold(&t);
}

Test(ws, 5_4_control_frames_between_fragments)
{
	struct talk t = {.acts.echo = true, .with_request = true};

	says(&t, 0x01, "Hel");
	says(&t, 0x89, "are you there");
	says(&t, 0x00, "");
	says(&t, 0x8A, "so am I");
	says(&t, 0x89, "");
	says(&t, 0x80, "lo");
	says(&t, 0x89, "still?");
	hears(&t, "text", "Hello");
	answers(&t, 0x8A, "are you there");
	answers(&t, 0x8A, "");
	answers(&t, 0x81, "Hello");
	answers(&t, 0x8A, "still?");
	hold(&t);
}

Test(ws, 5_4_a_close_between_fragments)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x01, "never");
	says_close(&t, 1001, "");
	says(&t, 0x80, " told");
	answers_close(&t, 1001, "");
	closes(&t, 1001, "", true);
	hold(&t);
}

/* The type of a message is the type of its first frame. */
Test(ws, 5_4_fragments_have_the_type_of_the_first)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x02, "\xFF");
	says(&t, 0x80, "\xFE");
	hears(&t, "binary", "\xFF\xFE");
	answers(&t, 0x82, "\xFF\xFE");
	says(&t, 0x01, "a");
	says(&t, 0x80, "b");
	hears(&t, "text", "ab");
	answers(&t, 0x81, "ab");
	hold(&t);
}

Test(ws, 5_4_nothing_to_continue)
{
	expect_refused("final", "\x80\x80\1\2\3\4", 6, 1002, "5.4");
	expect_refused("not final", "\x00\x80\1\2\3\4", 6, 1002, "5.4");
	expect_refused_at("fast", "\x80\x80\1\2\3\4", 6, 1, 1002, 1000);
}

Test(ws, 5_4_no_continuation_behind_the_end)
{
	struct talk t = {0};

	says(&t, 0x01, "one");
	says(&t, 0x80, " message");
	hears(&t, "text", "one message");
	says(&t, 0x80, "and?");
	refuses(&t, 1002, "5.4");
	hold(&t);
}

Test(ws, 5_4_a_message_inside_a_message)
{
	expect_refused_inside("text", "\x81\x80\1\2\3\4", 6, 1002, "5.4");
	expect_refused_inside("binary", "\x82\x80\1\2\3\4", 6, 1002, "5.4");
	expect_refused_inside(
		"part of a text", "\x01\x80\1\2\3\4", 6, 1002, "5.4");
}

Test(ws, 5_5_control_frames_in_fragments)
{
	expect_refused("Close", "\x08\x82\0\0\0\0\3\xE8", 8, 1002, "5.5");
	expect_refused("Ping", "\x09\x80\1\2\3\4", 6, 1002, "5.5");
	expect_refused("Pong", "\x0A\x80\1\2\3\4", 6, 1002, "5.5");
	expect_refused_inside("inside", "\x09\x80\1\2\3\4", 6, 1002, "5.5");
	expect_refused_at("fast", "\x09\x80\1\2\3\4", 6, 1, 1002, 1000);
}

Test(ws, 5_5_long_control_frames)
{
	expect_refused("Close", "\x88\xFE\0\x7E", 4, 1002, "5.5");
	expect_refused("Ping", "\x89\xFE\0\x7E", 4, 1002, "5.5");
	expect_refused("Pong", "\x8A\xFF\0\0\0\0\0\1\0\0", 10, 1002, "5.5");
	expect_refused_at("fast", "\x89\xFE\0\x7E", 4, 2, 1002, 1000);
}

Test(ws, 5_5_3_a_pong_has_the_payload_of_its_ping)
{
	static const size_t sizes[] = {0, 1, 2, 124, 125};
	struct talk t = {0};

	for (size_t i = 0; i < SIZE(sizes); i++) {
		char *text = some_text(sizes[i]);

		says(&t, 0x89, text);
		answers(&t, 0x8A, text);
		free(text);
	}
	/* it is not text: any byte is valid */
	says_data(&t, 0x89, "\xFF\0\xFE", 3);
	answers_data(&t, 0x8A, "\xFF\0\xFE", 3);
	hold(&t);
}

/* The server does not wait for the rest of the message. */
Test(ws, 5_5_2_a_ping_is_answered_at_once)
{
	struct talk t = {0};

	says(&t, 0x01, "this message never ends");
	says(&t, 0x89, "ping");
	says_bytes(&t, "\x80\xFE\x03", 3);
	answers(&t, 0x8A, "ping");
	hold(&t);
}

Test(ws, 5_5_2_every_ping_in_order)
{
	struct talk t = {.acts.echo = true};
	char text[16];

	for (int i = 0; i < 40; i++) {
		snprintf(text, sizeof text, "%d", i);
		says(&t, 0x89, text);
		answers(&t, 0x8A, text);
		if (i % 8)
			continue;
		says(&t, 0x82, text);
		hears(&t, "binary", text);
		answers(&t, 0x82, text);
	}
	hold(&t);
}

Test(ws, 5_5_3_unsolicited_pongs)
{
	struct talk t = {.acts.echo = true};

	says(&t, 0x8A, "");
	says(&t, 0x8A, "here I am");
	says(&t, 0x01, "a");
	says(&t, 0x8A, "here I am");
	says(&t, 0x80, "b");
	hears(&t, "text", "ab");
	answers(&t, 0x81, "ab");
	hold(&t);
}

/* A frame that is valid, or has one thing wrong with it. */
static void says_anything(struct talk *t)
{
	static const int firsts[] = {0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89,
		0x8A, 0x81, 0x82, 0x80, 0x89};
	static const char *const texts[] = {"", "a", "\xC3", "\xA9", "\xE2\x82",
		"\xAC", "some more of it", "\x03\xE8"};
	static const int oddities[] = {0x88, 0x83, 0x8B, 0xC1, 0x09, 0x08};
	int first = firsts[dice(SIZE(firsts))];

	if (dice(12) == 0)
		first = oddities[dice(SIZE(oddities))];
	if (dice(40) == 0)
		says_bytes(t, "\x81\x01x", 3);
	else if (dice(40) == 0)
		says_bytes(t, "\x89\xFE\0\1\1\2\3\4x", 9);
	else
		says(t, first, texts[dice(SIZE(texts))]);
}

/* Whatever the right answer is, it is the same however the bytes are cut. */
Test(ws, 10_7_random_frames)
{
	for (int i = 0; i < 400; i++) {
		struct talk t = {.acts.echo = true,
			.unforeseen = true,
			.max_message = 20,
			.max_unsent = i % 3 ? 0 : 30};

		for (unsigned n = 1 + dice(12); n > 0; n--)
			says_anything(&t);
		hold(&t);
	}
}
