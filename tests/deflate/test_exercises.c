/* test_exercises.c - the exercises in which the client offers compression: each is
 * solved by what it asks for, and by nothing less. They are played on /deflate,
 * against the real wing. */
#include "tests/deflate/wing.h"

#include "explain/exercises.h"
#include "explain/hex.h"
#include "explain/sandbox.h"

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
	struct slice rest = {words, strlen(words)}, wrong;
	struct buf bytes = {0};

	cr_assert(p != NULL);
	while (rest.p) {
		bytes.len = 0;
		cr_assert(
			hex_read(&bytes, slice_cut(rest, ' ', &rest), &wrong));
		sandbox_write(p, bytes.data, bytes.len);
	}
	buf_free(&bytes);
	return p;
}

/* An application for conn's tests looks for its peer; a sandbox is none. */
static void on_connection(struct ws *ws, const struct request *req)
{
	(void)ws, (void)req;
}

static bool is_solved(const char *id, const char *words)
{
	struct sandbox *p;
	struct loop loop;
	bool solved = false, found = false;

	loop_init(&loop);
	loop.route.on_connection = on_connection;
	wing_start(&loop, NULL);
	p = play(&loop, words);
	for (size_t i = 0; i < exercises_count; i++)
		if (!strcmp(exercises_list[i].id, id)) {
			found = exercises_list[i].offers;
			solved = exercises_is_solved(
				&exercises_list[i], sandbox_end(p));
		}
	cr_expect(found, "%s", id);
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
	};

	for (size_t i = 0; i < SIZE(rows); i++)
		cr_expect_eq(is_solved(rows[i].id, rows[i].words),
			rows[i].solved, "%s by %s", rows[i].id, rows[i].words);
}
