/* page.c - a page that watches its own connections over a WebSocket. */
#include "explain/page.h"

#include "conn.h"
#include "explain/exercises.h"
#include "explain/hex.h"
#include "explain/json.h"
#include "explain/sandbox.h"
#include "explain/wire.h"

#include <string.h>

#define EXPLAINED_MAX (256 * 1024) /* bytes of JSON */

static size_t backlog(const struct viewer *v)
{
	const struct conn *c = conn_of(v->ws);

	return c->out ? c->out->len - c->sent : 0;
}

/* Pieces leave room for answers. */
static bool has_room(const struct viewer *v)
{
	return backlog(v) <= v->ws->host->max_backlog / 2;
}

/* Sends what is written, unless memory for a part of it was refused, or so
 * much waits that ws_send would give the socket up. Frees it. */
static void say(struct viewer *v, struct buf *json, bool written)
{
	if (written && backlog(v) <= v->ws->host->max_backlog)
		ws_send_data(v->ws, (char *)json->data, json->len, false);
	else
		v->lost++;
	buf_free(json);
}

void viewer_tell_lost(struct viewer *v)
{
	struct buf json = {0};
	uint64_t lost = v->lost;

	if (!lost || !has_room(v))
		return;
	v->lost = 0; /* sending it leads here again */
	if (buf_printf(&json, "{\"kind\":\"lost\",\"count\":%llu}",
		    (unsigned long long)lost))
		say(v, &json, true);
	else
		v->lost = lost;
}

void viewer_show(struct viewer *v, const struct piece *piece)
{
	struct buf json = {0};

	viewer_tell_lost(v);
	if (has_room(v))
		say(v, &json, json_write(&json, piece));
	else
		v->lost++;
}

void viewer_error(struct viewer *v, const char *why)
{
	struct buf json = {0};

	say(v, &json,
		buf_printf(&json, "{\"kind\":\"error\",\"why\":\"%s\"}", why));
}

static void show_played(void *data, const struct piece *piece)
{
	viewer_show(data, piece);
}

/* The next word, which may only be bytes in hex; false when it is not. */
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

static bool write_played(struct buf *json, const struct attempt *a)
{
	const char *comma = "";
	bool written = buf_printf(
		json, "{\"kind\":\"played\",\"code\":%d,\"solved\":[", a->code);

	for (size_t i = 0; i < exercise_count; i++) {
		const struct exercise *e = &exercise_list[i];

		if (!exercise_is_solved(e, a))
			continue;
		written &= buf_printf(json, "%s\"%s\"", comma, e->id);
		comma = ",";
	}
	return buf_append(json, "]}", 2) && written;
}

static void play(struct viewer *v, struct slice path, struct slice words)
{
	struct buf json = {0}, bytes = {0};
	struct play *play;

	say(v, &json, buf_printf(&json, "{\"kind\":\"play\"}"));
	play = play_open(path, v->ws->host->max_message, show_played, v);
	if (!play) {
		viewer_error(v, "no memory for a play");
		return;
	}
	while (words.p) {
		if (read_word(&words, &bytes) && bytes.len)
			play_write(play, bytes.data, bytes.len);
	}
	say(v, &json, write_played(&json, play_end(play)));
	play_free(play);
	buf_free(&bytes);
}

static void command_play(struct viewer *v, struct slice rest)
{
	struct slice words, path = slice_cut(rest, ' ', &words);

	if (!play_is_path(path))
		viewer_error(v, "play needs a path, such as /echo");
	else if (!are_bytes(words))
		viewer_error(v, "play takes words of hex, two digits a byte");
	else
		play(v, path, words);
}

struct explanation {
	struct wire wire;
	struct piece piece;
	struct buf json;
	size_t n, left_out;
	bool written;
};

static void explain_piece(struct explanation *e)
{
	if (e->json.len > EXPLAINED_MAX) {
		e->left_out++;
		return;
	}
	if (e->n++)
		e->written &= buf_append(&e->json, ",", 1);
	e->written &= json_write(&e->json, &e->piece);
}

static void explain_bytes(struct explanation *e, const struct buf *bytes)
{
	size_t n, at = 0;

	wire_upgrade(&e->wire);
	for (; at < bytes->len; at += n) {
		n = wire_read(&e->wire, false, bytes->data + at,
			bytes->len - at, &e->piece);
		e->written &= n > 0;
		if (!n)
			return;
		if (e->piece.len)
			explain_piece(e);
	}
	if (wire_end(&e->wire, false, &e->piece))
		explain_piece(e);
}

static void command_explain(struct viewer *v, struct slice rest)
{
	struct explanation e = {.written = true};
	struct buf bytes = {0};
	struct slice wrong;

	e.wire.max_message = v->ws->host->max_message;
	if (!hex_read(&bytes, rest, &wrong) || !bytes.len) {
		viewer_error(v, "explain takes bytes in hex");
		buf_free(&bytes);
		return;
	}
	e.written &=
		buf_printf(&e.json, "{\"kind\":\"explained\",\"pieces\":[");
	explain_bytes(&e, &bytes);
	e.written &= buf_append(&e.json, "]}", 2);
	say(v, &e.json, e.written);
	v->lost += e.left_out;
	wire_free(&e.wire);
	buf_free(&bytes);
}

static void command_exercises(struct viewer *v, struct slice rest)
{
	struct buf json = {0};
	bool written = buf_printf(&json, "{\"kind\":\"exercises\",\"list\":[");

	(void)rest;
	for (size_t i = 0; i < exercise_count; i++) {
		const struct exercise *e = &exercise_list[i];

		written &= buf_printf(&json,
			"%s{\"id\":\"%s\",\"rfc\":\"%s\",\"level\":%d}",
			i ? "," : "", e->id, e->rfc, e->level);
	}
	say(v, &json, buf_append(&json, "]}", 2) && written);
}

void viewer_command(struct viewer *v, struct slice command)
{
	static const struct {
		const char *name;
		void (*act)(struct viewer *, struct slice rest);
	} table[] = {{"play", command_play}, {"explain", command_explain},
		{"exercises", command_exercises}};
	struct slice rest, name = slice_cut(command, ' ', &rest);

	viewer_tell_lost(v);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (slice_is(name, table[i].name)) {
			table[i].act(v, rest);
			return;
		}
	viewer_error(v, "the commands are ping, play, explain, exercises");
}
