/* test_exercises.c - each exercise is solved by what it asks for, and by
 * nothing less. */
#include "tests/explain/shown.h"
#include "tests/explain/twin.h"
#include "tests/explain/words.h"

#include <stdio.h>

#define KEY "00000000"
#define SIZE(array) (sizeof(array) / sizeof *(array))

static void ignore(void *data, const struct piece *piece)
{
	(void)data, (void)piece;
}

static const struct exercise *find(const char *id)
{
	const struct exercise *e =
		exercises_find((struct slice){id, strlen(id)});

	cr_assert(e != NULL, "no exercise %s", id);
	return e;
}

static struct sandbox *play(const char *path, const char *words)
{
	static struct twin twin;
	struct sandbox_setup setup = {
		.app = &twin.app, .max_message = 16 << 20, .on_piece = ignore};
	struct sandbox *p;

	twin_init(&twin);
	p = sandbox_open(&setup, (struct slice){path, strlen(path)});
	words_say(p, words);
	return p;
}

/* 126 bytes of 0 behind a head. */
static char long_frame[300];

static const struct {
	const char *id, *words;
} canonical[] = {
	{"first-byte", "81"},
	{"second-byte", "8185"},
	{"hello", "818537fa213d7f9f4d5158"},
	{"empty", "818037fa213d"},
	{"ping", "898137fa213d56"},
	{"two-in-one", "8a80" KEY "8a80" KEY},
	{"one-in-two", "8a8100 00000041"},
	{"length-126", long_frame},
	{"fragments", "0181" KEY "61 8980" KEY " 8080" KEY},
	{"close-4000", "8885" KEY "0fa0627965"},
	{"close-empty", "8880" KEY},
	{"unmasked", "810548656c6c6f"},
	{"reserved-bit", "c185" KEY "48656c6c6f"},
	{"nothing-to-continue", "8085" KEY "48656c6c6f"},
	{"long-ping", "89fe007e" KEY},
	{"shortest-form", "81fe0005" KEY "48656c6c6f"},
	{"forbidden-code", "8882" KEY "03ed"},
	{"shortest-text", "8181" KEY "ff"},
	{"early-1007", "8185" KEY "48ff"},
	{"too-big", "82ff0000000001000001"},
};

static void fill_long_frame(void)
{
	strcpy(long_frame, "82fe007e" KEY);
	memset(long_frame + strlen(long_frame), '0', 252);
}

Test(exercises, each_is_solved_by_its_own_bytes_alone)
{
	static const char *const paths[] = {"/", "/echo"};

	fill_long_frame();
	/* those with an extension: tests/deflate/ */
	cr_expect_eq(SIZE(canonical) + 6, exercises_count);
	for (size_t i = 0; i < SIZE(canonical) * 2; i++) {
		const char *id = canonical[i / 2].id;
		struct sandbox *p = play(paths[i % 2], canonical[i / 2].words);
		const struct attempt *a = sandbox_end(p);

		find(id);
		for (size_t j = 0; j < exercises_count; j++) {
			const struct exercise *e = &exercises_list[j];

			cr_expect_eq(exercises_is_solved(e, a),
				!strcmp(e->id, id), "%s by the bytes of %s",
				e->id, id);
		}
		sandbox_free(p);
	}
}

Test(exercises, near_misses)
{
	static const struct {
		const char *id, *words;
	} table[] = {
		{"first-byte", ""},
		{"first-byte", "18"},
		{"first-byte", "8185"},
		{"second-byte", "8105"},
		{"second-byte", "81"},
		{"second-byte", "8185" KEY},
		{"hello", ""},
		{"hello", "0183" KEY "48656c 8083" KEY "6c6f21"},
		{"hello", "0283" KEY "48656c 8082" KEY "6c6f"},
		{"hello", "8185" KEY "68656c6c6f"},
		{"hello", "8285" KEY "48656c6c6f"},
		{"hello", "810548656c6c6f"},
		{"hello", "8185" KEY "48656c6c"},
		{"hello", "0185" KEY "48656c6c6f"},
		{"hello", "8186" KEY "48656c6c6f21"},
		{"hello", "8880" KEY " 8185" KEY "48656c6c6f"},
		{"empty", "8980" KEY},
		{"empty", "0180" KEY},
		{"empty", "8180"},
		{"ping", "8980" KEY},
		{"ping", "8a8137fa213d56"},
		{"ping", "898137fa213d"},
		{"two-in-one", "8a80" KEY " 8a80" KEY},
		{"two-in-one", "8a80" KEY "8a80"},
		{"two-in-one", "8a80" KEY "ca80" KEY},
		{"one-in-two", "8a81" KEY "41"},
		{"one-in-two", "8a8100 000000"},
		{"one-in-two", "8a80" KEY " 8a80" KEY},
		{"length-126", "82fe007d" KEY},
		{"length-126", "82fe007e" KEY "00"},
		{"fragments", "0180" KEY "8080" KEY "8980" KEY},
		{"fragments", "8980" KEY "0180" KEY "8080" KEY},
		{"fragments", "0180" KEY "8980" KEY},
		{"fragments", "0180" KEY "8a80" KEY "8080" KEY},
		{"close-4000", "8882" KEY "0fa0"},
		{"close-4000", "8885" KEY "0fa1627965"},
		{"close-4000", "8885" KEY "0fa0ff7965"},
		{"close-empty", "8882" KEY "03e8"},
		{"close-empty", "8880"},
		{"unmasked", "c105"},
		{"reserved-bit", "6161"},
		{"reserved-bit", "c305"},
		{"nothing-to-continue", "0005"},
		{"long-ping", "897e"},
		{"long-ping", "8aff0000000000000100" KEY},
		{"forbidden-code", "8882" KEY "0000"},
		{"forbidden-code", "8882" KEY "ffff"},
		{"unmasked", "81"},
		{"reserved-bit", "8385" KEY},
		{"nothing-to-continue", "0180" KEY "8080" KEY},
		{"nothing-to-continue", "0180" KEY "8180" KEY},
		{"long-ping", "89fd" KEY},
		{"long-ping", "0980" KEY},
		{"shortest-form", "81fe"},
		{"forbidden-code", "8881" KEY "03"},
		{"forbidden-code", "8882" KEY "0bb8"},
		{"shortest-text", "8182" KEY "ff41"},
		{"shortest-text", "8883" KEY "03e8ff"},
		{"shortest-text", "8281" KEY "ff"},
		{"shortest-text", "8181" KEY "41"},
		{"early-1007", "8182" KEY "ff41"},
		{"early-1007", "8185" KEY "ff41414141"},
		{"early-1007", "8182" KEY "c3"},
		{"early-1007", "8883" KEY "03e8ff"},
		{"too-big", "82ff0000000001000000"},
		{"too-big", "89ff0000000001000001"},
		{"too-big", "8882" KEY "03f1"},
		{"unmasked", "8882" KEY "03ea"},
		{"deflate-ping", "c980" KEY},
	};

	for (size_t i = 0; i < SIZE(table); i++) {
		struct sandbox *p = play("/echo", table[i].words);

		cr_expect(
			!exercises_is_solved(find(table[i].id), sandbox_end(p)),
			"%s by %s", table[i].id, table[i].words);
		sandbox_free(p);
	}
}

/* Other bytes that solve the exercises. */
Test(exercises, other_ways)
{
	static const struct {
		const char *id, *words;
	} table[] = {
		{"hello", "81 85 37 fa213d7f 9f4d 51 58"},
		{"hello", "8180" KEY "8185" KEY "48656c6c6f8880" KEY},
		{"hello", "0182" KEY "4865 8080" KEY " 8185" KEY "48656c6c6f"},
		{"hello", "0182" KEY "4865 8980" KEY "0082" KEY "6c6c8081" KEY
			  "6f"},
		{"empty", "0180" KEY "8080" KEY},
		{"empty", "8280" KEY},
		{"one-in-two", "8a 8100000000 41"},
		{"one-in-two", "8285" KEY "41 42434445"},
		{"two-in-one", "8a 80" KEY " 8a80" KEY "8a80" KEY},
		{"fragments", "0281" KEY "418982" KEY "41428080" KEY},
		{"fragments", "0180" KEY "8980" KEY "0080" KEY "8080" KEY},
		{"close-4000", "8885" KEY "0fa0 627965"},
		{"long-ping", "89ff0000000000010000" KEY},
		{"reserved-bit", "9185" KEY "48656c6c6f"},
		{"reserved-bit", "0180" KEY "b080" KEY},
		{"forbidden-code", "8882" KEY "03f7"},
		{"shortest-text", "0180" KEY "8081" KEY "ff"},
		{"long-ping", "89fe"},
		{"shortest-form", "81ff0000000000000005"},
		{"shortest-form", "81fe0005"},
		{"unmasked", "8900"},
		{"shortest-text", "8181" KEY "c3"},
		{"early-1007", "01ff0000000000fffff0" KEY "41c0"},
		{"early-1007", "8185" KEY "41 42 ff"},
		{"too-big", "82ff7fffffffffffffff"},
	};

	for (size_t i = 0; i < SIZE(table); i++) {
		struct sandbox *p = play("/echo", table[i].words);

		cr_expect(
			exercises_is_solved(find(table[i].id), sandbox_end(p)),
			"%s by %s", table[i].id, table[i].words);
		sandbox_free(p);
	}
}

/* What an attempt is told that it lacks. */
Test(exercises, verdicts)
{
	static const struct {
		const char *id, *words, *lacks;
		const char *values[VERDICT_VALUES_MAX];
	} table[] = {
		{"first-byte", "18", "byte",
			{"0", "18 = 0001 1000", "81 = 1000 0001"}},
		{"first-byte", "8185", "bytes", {"2", "1"}},
		{"second-byte", "8105", "byte",
			{"1", "05 = 0000 0101", "85 = 1000 0101"}},
		{"hello", "8185" KEY "68656c6c6f", "payload",
			{"hello", "Hello", "0", "68 = 0110 1000",
				"48 = 0100 1000"}},
		{"hello", "8184" KEY "48656c6c", "payload-end",
			{"Hell", "Hello"}},
		{"hello", "8189" KEY "48656c6c6f20796f75", "payload-end",
			{"Hello yo...", "Hello"}},
		{"hello", "8285" KEY "48656c6c6f", "opcode", {"0010", "0001"}},
		{"hello", "8185" KEY "4865", "more", {"3"}},
		{"hello", "81", "more-least", {"5"}},
		{"hello", "810548656c6c6f", "rule",
			{"1002", "a client must mask its frames (RFC 6455 "
				 "5.1)"}},
		{"hello", "8980" KEY, "message", {NULL}},
		{"hello", "0185" KEY "48656c6c6f", "fin", {NULL}},
		{"empty", "8181" KEY "61", "length", {"1", "0"}},
		{"ping", "8980" KEY, "payload-none", {NULL}},
		{"ping", "8a81" KEY "61", "opcode", {"1010", "1001"}},
		{"length-126", "82fd" KEY, "more", {"125"}},
		{"two-in-one", "8980" KEY " 8980" KEY, "join", {NULL}},
		{"two-in-one", "8980" KEY, "second-frame", {NULL}},
		{"one-in-two", "8980" KEY, "cut", {NULL}},
		{"fragments", "8180" KEY, "fragments", {NULL}},
		{"fragments", "0180" KEY "8080" KEY, "between", {NULL}},
		{"fragments", "0180" KEY, "between-open", {NULL}},
		{"fragments", "0180" KEY "8980" KEY, "fin", {NULL}},
		{"close-4000", "8880" KEY, "closed", {"1005", "4000"}},
		{"close-4000", "8882" KEY "0fa0", "reason", {NULL}},
		{"close-empty", "8180" KEY, "no-close", {"1005"}},
		{"unmasked", "8180" KEY, "no-close", {"1002"}},
		{"unmasked", "c180" KEY, "other-rule",
			{"1002", "a reserved bit is set (RFC 6455 5.2)"}},
		{"reserved-bit", "6161", "also",
			{"1002", "a client must mask its frames (RFC 6455 "
				 "5.1)"}},
		{"forbidden-code", "8882" KEY "0000", "code", {"00 00", "0"}},
		{"shortest-text", "8182" KEY "ff41", "length", {"2", "1"}},
		{"shortest-text", "8580" KEY, "closed", {"1002", "1007"}},
		{"early-1007", "8185" KEY "41", "more", {"4"}},
		{"early-1007", "8181" KEY "ff", "early", {"1"}},
		{"too-big", "82fe", "more-least", {"132"}},
		{"too-big", "8882" KEY "03f1", "own-close", {"1009"}},
		{"deflate-ping", "c980" KEY, "offer", {NULL}},
	};

	for (size_t i = 0; i < SIZE(table); i++) {
		struct sandbox *p = play("/echo", table[i].words);
		const struct exercise *e = find(table[i].id);
		struct verdict v;

		cr_expect(!exercises_judge(e, sandbox_end(p), &v));
		cr_expect_str_eq(v.lacks, table[i].lacks, "%s by %s: %s",
			table[i].id, table[i].words, v.lacks);
		for (size_t j = 0; j < v.n; j++) {
			const char *want = table[i].values[j];

			cr_expect_str_eq(v.values[j], want ? want : "",
				"%s by %s: %s", table[i].id, table[i].words,
				v.values[j]);
		}
		sandbox_free(p);
	}
}

/* A character, again and again, is asked for by no exercise. (01 and 02 begin a
 * frame without a mask, and break no other rule.) */
Test(exercises, a_flood_of_one_character_solves_nothing)
{
	static unsigned char flood[30000];

	for (int byte = 3; byte < 128; byte++) {
		struct sandbox *p = play("/echo", "");

		memset(flood, byte, sizeof flood);
		sandbox_write(p, flood, sizeof flood);
		for (size_t j = 0; j < exercises_count; j++)
			cr_expect(!exercises_is_solved(
					  &exercises_list[j], sandbox_end(p)),
				"%02x: %s", (unsigned)byte,
				exercises_list[j].id);
		sandbox_free(p);
	}
}

/* More frames than are remembered. */
Test(exercises, many_frames)
{
	char words[100 * 12 + 1] = "";
	struct sandbox *p;

	for (int i = 0; i < 99; i++)
		strcat(words, "8a80" KEY);
	strcat(words, "c180" KEY);
	p = play("/", words);
	cr_expect(exercises_is_solved(find("two-in-one"), sandbox_end(p)));
	cr_expect(exercises_is_solved(find("reserved-bit"), sandbox_end(p)));
	sandbox_free(p);
}

/* The ids need no escaping in JSON, and are in order of their levels. */
Test(exercises, texts)
{
	for (size_t i = 0; i < exercises_count; i++) {
		const struct exercise *e = &exercises_list[i];

		for (const char *c = e->id; *c; c++)
			cr_expect(
				strchr("abcdefghijklmnopqrstuvwxyz-0123456789",
					*c),
				"%s", e->id);
		cr_expect(e->offers || !strncmp(e->rfc, "6455 ", 5));
		cr_expect(e->level >= 1 && e->level <= 7);
		cr_expect(!i || e->level >= exercises_list[i - 1].level);
		cr_expect(find(e->id) == e);
	}
}
