/* test_exercises.c - the exercises in which the client offers compression: each is
 * solved by what it asks for, and by nothing less. They are played on /deflate,
 * against the real wing. */
#include "tests/deflate/wing.h"
#include "tests/explain/words.h"

#include "explain/exercises.h"

#define SIZE(array) (sizeof(array) / sizeof *(array))
#define KEY "00000000"
#define HELLO "c187" KEY "f248cdc9c90700"
#define AGAIN "c185" KEY "f200110000"
#define BOMB "c2da" KEY "ecc13101000000c2a0f54f6d094fa0"
#define ZEROS "000000000000000000000000000000"

static void ignore(void *data, const struct piece *piece)
{
	(void)data, (void)piece;
}

static struct sandbox *play(const struct loop *loop, const char *words)
{
	struct sandbox_setup setup = {.app = &loop->app,
		.max_message = 16 << 20,
		.offers = true,
		.on_piece = ignore};
	struct sandbox *p = sandbox_open(&setup, (struct slice){"/deflate", 8});

	words_say(p, words);
	return p;
}

/* An application for conn's tests looks for its peer; a sandbox is none. */
static void on_connection(struct ws *ws, const struct request *req)
{
	(void)ws, (void)req;
}

static bool judge(const char *id, const char *words, struct verdict *v)
{
	const struct exercise *e =
		exercises_find((struct slice){id, strlen(id)});
	struct sandbox *p;
	struct loop loop;
	bool solved;

	loop_init(&loop);
	loop.route.on_connection = on_connection;
	wing_start(&loop, NULL);
	p = play(&loop, words);
	cr_assert(e != NULL, "%s", id);
	solved = exercises_judge(e, sandbox_end(p), v);
	sandbox_free(p);
	loop_end(&loop);
	wing_stop();
	return solved;
}

Test(deflate_exercises, what_solves_each)
{
	static const struct {
		const char *id, *words;
		bool solved;
	} rows[] = {
		{"deflate-hello", HELLO, true},
		{"deflate-hello", "c18b" KEY "000500faff48656c6c6f00", true},
		{"deflate-hello", "4183" KEY "f248cd 8084" KEY "c9c90700",
			true},
		{"deflate-hello", "8185" KEY "48656c6c6f", false},
		{"deflate-hello", "c183" KEY "f248cd", false},
		{"deflate-again", HELLO " " AGAIN, true},
		{"deflate-again", HELLO AGAIN, true},
		{"deflate-again", HELLO HELLO, false},
		{"deflate-again", AGAIN, false},
		{"deflate-stored", "c18b" KEY "000500faff48656c6c6f00", true},
		{"deflate-stored", "c28b" KEY "000500faff48656c6c6f00", true},
		{"deflate-stored", HELLO, false},
		{"deflate-stored", "c181" KEY "00", false},
		{"deflate-stored", "c18b" KEY "000500fbff48656c6c6f00", false},
		{"deflate-ping", "c980" KEY, true},
		{"deflate-ping", "c980", true},
		{"deflate-ping", "a980" KEY, false},
		{"deflate-ping", "ca80" KEY, false},
		{"deflate-ping", "8980" KEY, false},
		{"deflate-before", AGAIN, true},
		{"deflate-before", HELLO AGAIN, false},
		{"deflate-before", "c181" KEY "07", false},
		{"deflate-bomb", BOMB ZEROS ZEROS ZEROS ZEROS ZEROS, true},
		{"deflate-bomb", "c2ff0000000000200000" KEY, false},
		{"deflate-bomb", "82ff0000000000010001" KEY, false},
		{"deflate-bomb", HELLO, false},
		{"deflate-bomb", "8882" KEY "03f1", false},
	};

	struct verdict v;

	for (size_t i = 0; i < SIZE(rows); i++)
		cr_expect_eq(judge(rows[i].id, rows[i].words, &v),
			rows[i].solved, "%s by %s", rows[i].id, rows[i].words);
}

/* What an attempt is told that it lacks. */
Test(deflate_exercises, verdicts)
{
	static const struct {
		const char *id, *words, *lacks;
		const char *values[VERDICT_VALUES_MAX];
	} rows[] = {
		{"deflate-hello", "8185" KEY "48656c6c6f", "rsv1",
			{"81 = 1000 0001", "c1 = 1100 0001"}},
		{"deflate-hello", "0185" KEY "48656c6c6f 8080" KEY, "rsv1",
			{"01 = 0000 0001", "41 = 0100 0001"}},
		{"deflate-hello", "c287" KEY "f248cdc9c90700", "opcode",
			{"0010", "0001"}},
		{"deflate-hello", "c187" KEY "cb48cdc9c90700", "decoded",
			{"hello", "Hello", "0", "68 = 0110 1000",
				"48 = 0100 1000"}},
		{"deflate-hello", "c181" KEY "00", "decoded-end",
			{"", "Hello"}},
		{"deflate-hello", "4183" KEY "f248cd", "fin", {NULL}},
		{"deflate-hello", "c187" KEY "f248", "more", {"5"}},
		{"deflate-hello", "c181" KEY "07", "rule",
			{"1007", "bit 0: there are no blocks of type 3 (RFC "
				 "1951)"}},
		{"deflate-again", HELLO, "again", {NULL}},
		{"deflate-again", HELLO HELLO, "back", {NULL}},
		{"deflate-again", HELLO " 8185" KEY "48656c6c6f", "rsv1",
			{"81 = 1000 0001", "c1 = 1100 0001"}},
		{"deflate-stored", HELLO, "stored", {"f2 = 1111 0010", "01"}},
		{"deflate-stored", "c181" KEY "00", "stored-bytes", {NULL}},
		{"deflate-stored", "8181" KEY "00", "rsv1",
			{"81 = 1000 0001", "c1 = 1100 0001"}},
		{"deflate-ping", "8980" KEY, "no-close", {"1002"}},
		{"deflate-ping", "a980" KEY, "rsv1-alone",
			{"a9 = 1010 1001", "c9 = 1100 1001"}},
		{"deflate-ping", "ca80" KEY, "opcode", {"1010", "1001"}},
		{"deflate-before", HELLO AGAIN, "no-close", {"1007"}},
		{"deflate-before", "8181" KEY "ff", "other-rule",
			{"1007", "the text is not UTF-8 (RFC 6455 8.1)"}},
		{"deflate-bomb", "82ff0000000000010001" KEY, "other-rule",
			{"1009", "the message is too big (RFC 6455 7.4.1)"}},
		{"deflate-bomb", "8882" KEY "03f1", "own-close", {"1009"}},
		{"too-big", "8882" KEY "03f1", "no-offer", {NULL}},
	};
	struct verdict v;

	for (size_t i = 0; i < SIZE(rows); i++) {
		cr_expect(!judge(rows[i].id, rows[i].words, &v));
		cr_expect_str_eq(v.lacks, rows[i].lacks, "%s by %s: %s",
			rows[i].id, rows[i].words, v.lacks);
		for (size_t j = 0; j < VERDICT_VALUES_MAX; j++) {
			const char *is = j < v.n ? v.values[j] : NULL;
			const char *want = rows[i].values[j];

			cr_expect_str_eq(is ? is : "", want ? want : "",
				"%s by %s: %s", rows[i].id, rows[i].words,
				is ? is : "");
		}
	}
}

/* What compression solves is no solution where it is not asked for. */
Test(deflate_exercises, no_other_exercise_is_solved)
{
	static const char *const words[] = {HELLO, HELLO AGAIN, AGAIN,
		"c980" KEY, "c181" KEY "07", "8181" KEY "ff",
		BOMB ZEROS ZEROS ZEROS ZEROS ZEROS};
	struct verdict v;

	for (size_t i = 0; i < SIZE(words); i++)
		for (size_t j = 0; j < exercises_count; j++)
			cr_expect(exercises_list[j].offers ||
				  !judge(exercises_list[j].id, words[i], &v));
}
