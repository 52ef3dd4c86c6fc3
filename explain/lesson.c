/* lesson.c - the commands of a learner's page. */
#include "explain/lesson.h"

#include "explain/exercises.h"
#include "explain/hex.h"
#include "explain/wire.h"
#include "utf8.h"

#include <string.h>

#define WORD_MAX 64 /* bytes of a word that is quoted */
#define SENT_MAX 64 /* bytes that are sent back to be remembered */
#define EXPLAINED_MAX (256 * 1024) /* bytes of JSON */
#define LINK_MAX (32 * 1024)       /* bytes that fit into a link */

/* sandbox.on_piece, wire.on_piece */
static void tell_piece(void *data, const struct piece *piece)
{
	page_tell_piece(data, piece);
}

/* The bytes that a learner has typed. */
struct typed {
	struct buf bytes, sizes;
};

static void typed_free(struct typed *typed)
{
	buf_free(&typed->bytes);
	buf_free(&typed->sizes);
}

static void tell_wrong(struct page *page, struct slice word)
{
	struct json json;
	char text[WORD_MAX + 1];
	size_t n = utf8_cut(word.p, word.len, WORD_MAX);

	memcpy(text, word.p, n);
	text[n] = 0;
	page_begin(&json, "wrong");
	json_put_string(&json, "word", text);
	page_tell(page, &json);
}

/* Reads hex. Returns false when it has told the page what is wrong with it. */
static bool read_typed(
	struct page *page, struct typed *typed, struct slice text)
{
	struct slice wrong;

	*typed = (struct typed){.bytes = {0}};
	if (hex_read_writes(&typed->bytes, &typed->sizes, text, &wrong))
		return true;
	if (wrong.p)
		tell_wrong(page, wrong);
	else
		page_tell_error(page, "no memory for these bytes");
	typed_free(typed);
	return false;
}

/* Says what the chosen exercise lacks. */
static void put_verdict(struct json *json, const struct exercise *chosen,
	const struct attempt *attempt)
{
	struct verdict v;

	if (!chosen || exercises_judge(chosen, attempt, &v))
		return;
	json_put_string(json, "lacks", v.lacks);
	json_open(json, "values", '[');
	for (size_t i = 0; i < v.n; i++)
		json_put_string(json, NULL, v.values[i]);
	json_close(json, ']');
}

/* Writes what was sent, if it is short: "81/80", a part for each write. */
static void put_sent(struct json *json, const struct typed *typed)
{
	const unsigned char *p = typed->bytes.data;
	const size_t *sizes = (const size_t *)(const void *)typed->sizes.data;
	size_t left = typed->sizes.len ? sizes[0] : 0;
	char text[SENT_MAX * 3 + 1] = "", two[3];

	if (typed->bytes.len > SENT_MAX)
		return;
	for (size_t i = 0; i < typed->bytes.len; i++, left--) {
		if (!left)
			strcat(text, "/");
		if (!left)
			left = *++sizes;
		strcat(text, piece_hex(two, p[i]));
	}
	json_put_string(json, "sent", text);
}

static void tell_played(struct page *page, const struct exercise *chosen,
	const struct typed *typed, const struct attempt *attempt)
{
	struct json json;

	page_begin(&json, "played");
	json_put_number(&json, "code", (uint64_t)attempt->code);
	json_open(&json, "solved", '[');
	for (size_t i = 0; i < exercises_count; i++)
		if (exercises_is_solved(&exercises_list[i], attempt))
			json_put_string(&json, NULL, exercises_list[i].id);
	json_close(&json, ']');
	put_sent(&json, typed);
	put_verdict(&json, chosen, attempt);
	page_tell(page, &json);
}

static void write_all(struct sandbox *sandbox, const struct typed *typed)
{
	const unsigned char *p = typed->bytes.data;
	const size_t *sizes = (const size_t *)(const void *)typed->sizes.data;

	for (size_t i = 0; i < typed->sizes.len / sizeof *sizes; i++) {
		sandbox_write(sandbox, p, sizes[i]);
		p += sizes[i];
	}
}

static void play(const struct sandbox_setup *setup, struct page *page,
	struct slice path, const struct exercise *chosen,
	const struct typed *typed)
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
	write_all(sandbox, typed);
	tell_played(page, chosen, typed, sandbox_end(sandbox));
	if (!sandbox_is_open(sandbox))
		page_tell_error(page,
			"the application opens no WebSocket on this path");
	sandbox_free(sandbox);
}

/* Returns NULL when there is no such exercise on this server. */
static const struct exercise *find_exercise(
	const struct sandbox_setup *setup, struct slice id)
{
	const struct exercise *e = exercises_find(id);

	return e && e->offers && !setup->app->extension ? NULL : e;
}

static void command_play(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct slice hex, line = slice_cut(rest, '\n', &hex), id;
	struct slice path = slice_cut(line, ' ', &id);
	const struct exercise *chosen = id.p ? find_exercise(setup, id) : NULL;
	struct sandbox_setup offering = *setup;
	struct typed typed;

	offering.offers |= chosen && chosen->offers;
	if (!sandbox_is_path(path)) {
		page_tell_error(page, "play needs a path, such as /echo");
	} else if (id.p && !chosen) {
		page_tell_error(page, "there is no exercise of that name");
	} else if (read_typed(page, &typed, hex)) {
		play(&offering, page, path, chosen, &typed);
		typed_free(&typed);
	}
}

/* sandbox.on_piece */
static void ignore_piece(void *data, const struct piece *piece)
{
	(void)data, (void)piece;
}

static void tell_judged(struct page *page, const struct exercise *e,
	const struct attempt *attempt)
{
	struct json json;

	page_begin(&json, "judged");
	json_put_string(&json, "id", e->id);
	if (exercises_is_solved(e, attempt))
		json_put_true(&json, "solved");
	page_tell(page, &json);
}

static void judge(const struct sandbox_setup *setup, struct page *page,
	const struct exercise *e, const struct typed *typed)
{
	struct sandbox_setup quiet = *setup;
	const char *path = e->offers ? "/deflate" : "/echo";
	struct sandbox *sandbox;

	quiet.offers = e->offers;
	quiet.on_piece = ignore_piece;
	sandbox = sandbox_open(&quiet, (struct slice){path, strlen(path)});
	if (!sandbox) {
		page_tell_error(page, "no memory for a sandbox");
		return;
	}
	write_all(sandbox, typed);
	tell_judged(page, e, sandbox_end(sandbox));
	sandbox_free(sandbox);
}

static void command_judge(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct slice hex, id = slice_cut(rest, '\n', &hex);
	const struct exercise *e = find_exercise(setup, id);
	struct typed typed;

	if (!e) {
		page_tell_error(page, "there is no exercise of that name");
	} else if (read_typed(page, &typed, hex)) {
		judge(setup, page, e, &typed);
		typed_free(&typed);
	}
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

/* Tells the page what the bytes mean: as those of a client who has shaken hands,
 * or as ./server explain takes them. */
static void explain(const struct sandbox_setup *setup, struct page *page,
	const struct typed *typed, bool both)
{
	struct explanation e = {.left_out = 0};
	struct wire wire = {.max_message = sandbox_max_message(setup),
		.extension = setup->app->extension,
		.on_piece = add_explained,
		.data = &e};

	page_begin(&e.json, both ? "shown" : "explained");
	json_put_number(&e.json, "bytes", typed->bytes.len);
	json_put_number(&e.json, "writes", typed->sizes.len / sizeof(size_t));
	if (typed->bytes.len <= LINK_MAX)
		json_put_hex(
			&e.json, "hex", typed->bytes.data, typed->bytes.len);
	json_open(&e.json, "pieces", '[');
	if (!both)
		wire_upgrade(&wire);
	if (setup->offers && wire.extension)
		wire_agree(&wire, (struct slice){wire.extension->offer,
					  strlen(wire.extension->offer)});
	if (both)
		wire_feed_both(&wire, typed->bytes.data, typed->bytes.len);
	else
		wire_feed(&wire, false, typed->bytes.data, typed->bytes.len);
	e.json.failed |= wire.failed;
	wire_end(&wire);
	wire_free(&wire);
	json_close(&e.json, ']');
	page_tell(page, &e.json);
	page->lost += e.left_out;
}

static void explain_typed(const struct sandbox_setup *setup, struct page *page,
	struct slice rest, bool both)
{
	struct typed typed;

	if (!read_typed(page, &typed, rest))
		return;
	explain(setup, page, &typed, both);
	typed_free(&typed);
}

static void command_explain(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	explain_typed(setup, page, rest, false);
}

static void command_show(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	explain_typed(setup, page, rest, true);
}

static void command_exercises(
	const struct sandbox_setup *setup, struct page *page, struct slice rest)
{
	struct json json;

	(void)rest;
	page_begin(&json, "exercises");
	json_open(&json, "list", '[');
	for (size_t i = 0; i < exercises_count; i++) {
		if (exercises_list[i].offers && !setup->app->extension)
			continue;
		json_open(&json, NULL, '{');
		json_put_string(&json, "id", exercises_list[i].id);
		json_put_string(&json, "rfc", exercises_list[i].rfc);
		json_put_number(
			&json, "level", (uint64_t)exercises_list[i].level);
		if (exercises_list[i].offers)
			json_put_true(&json, "offers");
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
		{"show", command_show}, {"judge", command_judge},
		{"exercises", command_exercises}};
	struct slice rest, name = slice_cut(command, ' ', &rest);
	struct sandbox_setup offering = *setup;

	page_tell_lost(page);
	offering.offers = slice_is(name, "offering");
	if (offering.offers)
		name = slice_cut(rest, ' ', &rest);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (slice_is(name, table[i].name)) {
			table[i].act(&offering, page, rest);
			return;
		}
	page_tell_error(page,
		"the commands are ping, play, explain, show, judge, "
		"exercises");
}
