/* lesson.c - the commands of a learner's page. */
#include "explain/lesson.h"

#include "explain/exercises.h"
#include "explain/hex.h"
#include "explain/wire.h"

#define EXPLAINED_MAX (256 * 1024) /* bytes of JSON */

/* sandbox.on_piece, wire.on_piece */
static void tell_piece(void *data, const struct piece *piece)
{
	page_tell_piece(data, piece);
}

/* Reads the next word. Returns false when it is not bytes in hex. */
static bool read_word(struct slice *words, struct buf *bytes)
{
	struct slice word = slice_cut(*words, ' ', words), wrong;

	bytes->len = 0;
	return !word.len ||
	       (word.len % 2 == 0 && slice_is_all(word, SLICE_HEX) &&
		       hex_read(bytes, word, &wrong));
}

static bool are_bytes(struct slice words)
{
	struct buf bytes = {0};
	bool right = true;

	while (right && words.p)
		right = read_word(&words, &bytes);
	buf_free(&bytes);
	return right;
}

static void tell_played(struct page *page, const struct attempt *attempt)
{
	struct json json;

	page_begin(&json, "played");
	json_put_number(&json, "code", (uint64_t)attempt->code);
	json_open(&json, "solved", '[');
	for (size_t i = 0; i < exercises_count; i++)
		if (exercises_is_solved(&exercises_list[i], attempt))
			json_put_string(&json, NULL, exercises_list[i].id);
	json_close(&json, ']');
	page_tell(page, &json);
}

static void write_words(struct sandbox *sandbox, struct slice words)
{
	struct buf bytes = {0};

	while (words.p)
		if (read_word(&words, &bytes))
			sandbox_write(sandbox, bytes.data, bytes.len);
	buf_free(&bytes);
}

static void play(const struct sandbox_setup *setup, struct page *page,
	struct slice path, struct slice words)
{
	struct sandbox_setup told = *setup;
	struct sandbox *sandbox;
	struct json json;

	told.on_piece = tell_piece;
	told.data = page;
	page_begin(&json, "play");
	page_tell(page, &json);
	sandbox = sandbox_open(&told, path);
	if (!sandbox) {
		page_tell_error(page, "no memory for a sandbox");
		return;
	}
	write_words(sandbox, words);
	tell_played(page, sandbox_end(sandbox));
	if (!sandbox_is_open(sandbox))
		page_tell_error(page,
			"the application opens no WebSocket on this path");
	sandbox_free(sandbox);
}

static void command_play(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct slice words, path = slice_cut(rest, ' ', &words);

	if (!sandbox_is_path(path))
		page_tell_error(page, "play needs a path, such as /echo");
	else if (!are_bytes(words))
		page_tell_error(
			page, "play takes bytes in hex, two digits each");
	else
		play(setup, page, path, words);
}

struct explanation {
	struct json json;
	size_t left_out;
};

/* wire.on_piece */
static void add_explained(void *data, const struct piece *piece)
{
	struct explanation *e = data;

	if (e->json.out.len > EXPLAINED_MAX)
		e->left_out++;
	else
		json_put_piece(&e->json, piece);
}

static void explain(const struct sandbox_setup *setup, struct page *page,
	const struct buf *bytes)
{
	struct explanation e = {.left_out = 0};
	struct wire wire = {.max_message = setup->max_message,
		.on_piece = add_explained,
		.data = &e};

	page_begin(&e.json, "explained");
	json_open(&e.json, "pieces", '[');
	wire_upgrade(&wire);
	if (!wire_feed(&wire, false, bytes->data, bytes->len))
		e.json.failed = true;
	wire_end(&wire);
	wire_free(&wire);
	json_close(&e.json, ']');
	page_tell(page, &e.json);
	page->lost += e.left_out;
}

static void command_explain(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct buf bytes = {0};
	struct slice wrong;

	if (hex_read(&bytes, rest, &wrong) && bytes.len)
		explain(setup, page, &bytes);
	else
		page_tell_error(page, "explain takes bytes in hex");
	buf_free(&bytes);
}

static void command_exercises(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct json json;

	(void)setup, (void)rest;
	page_begin(&json, "exercises");
	json_open(&json, "list", '[');
	for (size_t i = 0; i < exercises_count; i++) {
		json_open(&json, NULL, '{');
		json_put_string(&json, "id", exercises_list[i].id);
		json_put_string(&json, "rfc", exercises_list[i].rfc);
		json_put_number(
			&json, "level", (uint64_t)exercises_list[i].level);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	page_tell(page, &json);
}

void lesson_command(const struct sandbox_setup *setup, struct page *page,
	struct slice command)
{
	static const struct {
		const char *name;
		void (*act)(const struct sandbox_setup *, struct page *,
			struct slice rest);
	} table[] = {{"play", command_play}, {"explain", command_explain},
		{"exercises", command_exercises}};
	struct slice rest, name = slice_cut(command, ' ', &rest);

	page_tell_lost(page);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (slice_is(name, table[i].name)) {
			table[i].act(setup, page, rest);
			return;
		}
	page_tell_error(
		page, "the commands are ping, play, explain, exercises");
}
