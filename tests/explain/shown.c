/* shown.c - checks that hold for every piece. */
#include "tests/explain/shown.h"

#include "explain/draw.h"
#include "explain/json.h"

#include <locale.h>
#include <wchar.h>

/* A minimal reader of RFC 8259. Returns the end of the value, or NULL. */
static const char *json_value(const char *p, const char *end);

static const char *json_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < ' ')
			return NULL;
		if (*p == '\\' && (++p == end || !strchr("\"\\u", *p)))
			return NULL;
	}
	return p < end ? p + 1 : NULL;
}

static const char *json_number(const char *p, const char *end)
{
	const char *first = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p == first || (*first == '0' && p > first + 1) ? NULL : p;
}

/* [value, ...] or {"name": value, ...} */
static const char *json_list(const char *p, const char *end)
{
	char last = *p == '[' ? ']' : '}';

	if (p + 1 < end && p[1] == last)
		return p + 2;
	do {
		p++;
		if (last == '}') {
			p = p < end && *p == '"' ? json_string(p, end) : NULL;
			if (!p || p == end || *p++ != ':')
				return NULL;
		}
		p = json_value(p, end);
	} while (p && p < end && *p == ',');
	return p && p < end && *p == last ? p + 1 : NULL;
}

static const char *json_value(const char *p, const char *end)
{
	if (p == end)
		return NULL;
	if (*p == '[' || *p == '{')
		return json_list(p, end);
	if (*p == '"')
		return json_string(p, end);
	if (end - p >= 4 && !memcmp(p, "true", 4))
		return p + 4;
	return json_number(p, end);
}

bool is_json(const char *text, size_t len)
{
	return json_value(text, text + len) == text + len;
}

/* No gap, no overlap, nothing left. */
static void expect_covered(const struct piece *piece)
{
	uint64_t bit = 0;

	for (size_t i = 0; i < piece->n; i++) {
		const struct piece_field *f = &piece->fields[i];

		cr_assert(*f->is.name);
		cr_assert_leq(f->at * 8 + f->bit + f->bits, piece->len * 8);
		cr_assert_lt(f->bit, 8);
		if (f->derived)
			continue;
		cr_assert_eq(f->at * 8 + f->bit, bit, "%s", f->is.name);
		cr_assert_gt(f->bits, 0);
		bit += f->bits;
	}
	cr_assert_eq(bit, (uint64_t)piece->len * 8, "%s", piece->title);
	cr_assert(!piece->len || piece->at < piece->len);
}

/* Columns, as the C library counts them. */
static int columns(const char *p, size_t len)
{
	mbstate_t state = {0};
	int n = 0;

	while (len) {
		wchar_t c;
		size_t size = mbrtowc(&c, p, len, &state);

		cr_assert_leq(size, len, "not UTF-8");
		cr_assert(c < 0x7f || c > 0x9f, "a control character");
		n += wcwidth(c) >= 0 ? wcwidth(c) : 1;
		p += size;
		len -= size;
	}
	return n;
}

/* Removes the colours. */
static size_t plain(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == 0x1b) {
			cr_assert_eq(text[++i], '[');
			while (text[++i] != 'm')
				cr_assert(strchr("0123456789;", text[i]));
		} else {
			text[n++] = text[i];
		}
	}
	return n;
}

static void expect_lines(const char *p, size_t len, int width)
{
	cr_assert(len && p[len - 1] == '\n');
	while (len) {
		size_t n = (size_t)((char *)memchr(p, '\n', len) - p);

		for (size_t i = 0; i < n; i++)
			cr_assert((unsigned char)p[i] >= ' ' && p[i] != 0x7f,
				"%02x", (unsigned char)p[i]);
		cr_assert_leq(columns(p, n), width, "%.*s", (int)n, p);
		p += n + 1;
		len -= n + 1;
	}
}

static void expect_drawn(const struct piece *piece)
{
	struct buf text = {0}, colours = {0}, narrow = {0};

	cr_assert(draw_piece_narrow(&narrow, piece));
	expect_lines((char *)narrow.data, narrow.len, DRAW_NARROW);
	buf_free(&narrow);
	cr_assert(draw_piece(&text, piece, false));
	cr_assert(draw_piece(&colours, piece, true));
	cr_assert(!memchr(text.data, 0x1b, text.len));
	cr_assert(memchr(colours.data, 0x1b, colours.len));
	expect_lines((char *)text.data, text.len, DRAW_COLUMNS);
	colours.len = plain((char *)colours.data, colours.len);
	cr_assert_eq(colours.len, text.len);
	cr_assert(!memcmp(colours.data, text.data, text.len));
	buf_free(&text);
	buf_free(&colours);
}

static void expect_written(const struct piece *piece)
{
	struct json json = {.failed = false};

	json_put_piece(&json, piece);
	cr_assert(!json.failed);
	cr_assert(utf8_is_valid(json.out.data, json.out.len));
	cr_assert(is_json((char *)json.out.data, json.out.len), "%.*s",
		(int)json.out.len, (char *)json.out.data);
	buf_free(&json.out);
}

void expect_shown(const struct piece *piece)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	expect_covered(piece);
	expect_drawn(piece);
	expect_written(piece);
}

/* Fields that may continue in the next piece, so that a cut may fall inside. */
static bool may_go_on(const struct piece_field *f)
{
	return !strcmp(f->is.name, "payload") || !strcmp(f->is.name, "body") ||
	       !strcmp(f->is.name, "not read");
}

static void note_field(struct shown *w, const struct piece_field *f)
{
	bool sent = w->piece.sent, goes_on = may_go_on(f);
	struct buf *lines = &w->lines[sent];

	if (f->derived && (!strcmp(f->is.name, "unmasked") ||
				  !strcmp(f->is.name, "text")))
		return;
	if (goes_on && w->goes_on[sent])
		return;
	w->goes_on[sent] = goes_on;
	if (goes_on)
		buf_printf(lines, "%zu %s\n", w->at[sent] + f->at, f->is.name);
	else
		buf_printf(lines, "%zu.%u+%zu %s %s %s\n", w->at[sent] + f->at,
			f->bit, (size_t)f->bits, f->is.name, f->value,
			f->is.means);
}

/* wire.on_piece */
static void note(void *data, const struct piece *piece)
{
	struct shown *w = data;
	bool sent = piece->sent;

	expect_shown(piece);
	cr_assert(w->at[sent] + piece->len <= w->fed[sent].len);
	cr_assert(!piece->len ||
		  !memcmp(piece->bytes, w->fed[sent].data + w->at[sent],
			  piece->len));
	w->piece = *piece;
	for (size_t i = 0; i < piece->n; i++)
		note_field(w, &piece->fields[i]);
	if (piece->why)
		buf_printf(&w->lines[sent], "%zu %d %s\n",
			w->at[sent] + piece->at, piece->code, piece->why);
	if (piece->why && !w->why) {
		w->why = piece->why;
		w->code = piece->code;
	}
	w->at[sent] += piece->len;
}

struct shown *shown_new(uint64_t max_message)
{
	struct shown *w = calloc(1, sizeof *w);

	cr_assert(w != NULL);
	w->wire.max_message = max_message;
	w->wire.on_piece = note;
	w->wire.data = w;
	return w;
}

void shown_feed(struct shown *w, bool sent, const void *bytes, size_t len)
{
	void *block = exactly(bytes, len);

	buf_append(&w->fed[sent], bytes, len);
	cr_assert(wire_feed(&w->wire, sent, block, len));
	free(block);
}

void shown_end(struct shown *w)
{
	size_t lines;

	wire_end(&w->wire);
	cr_assert_eq(w->at[0], w->fed[0].len);
	cr_assert_eq(w->at[1], w->fed[1].len);
	lines = w->lines[0].len + w->lines[1].len;
	wire_end(&w->wire); /* shows nothing twice */
	cr_assert_eq(w->lines[0].len + w->lines[1].len, lines);
}

void shown_free(struct shown *w)
{
	wire_free(&w->wire);
	for (int sent = 0; sent < 2; sent++) {
		buf_free(&w->fed[sent]);
		buf_free(&w->lines[sent]);
	}
	free(w);
}
