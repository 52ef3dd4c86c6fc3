/* draw.c - a piece of what crosses the wire, drawn for a terminal.
 *
 *     > #1 +2345 us  text frame, 11 bytes, client to server
 *     >   .------------------------------- FIN             1
 *     >   | .----------------------------- RSV1            0
 *     >   | | .--------------------------- RSV2            0
 *     >   | | | .------------------------- RSV3            0
 *     >   | | | |    .-------------------- opcode          0x1
 *     >   | | | |    |    .--------------- MASK            1
 *     >   | | | |    |    |       .------- payload length  5
 *     >  +-+-+-+-+-------+-+-------------+
 *     >  |1|0|0|0|0 0 0 1|1|0 0 0 0 1 0 1|
 *     >  +-+-+-+-+-------+-+-------------+
 *     >   81              85
 *     >   37 fa 21 3d                      masking key
 *     >   7f 9f 4d 51 58                   payload         5
 *     > = 48 65 6c 6c 6f                   unmasked
 *     > =                                  text            Hello
 *     |   left                             name            value    means
 */
#include "explain/draw.h"

#include "explain/terminal.h"

#include <string.h>

#define BYTES_A_LINE 8
#define LEFT 4 /* where bytes begin, and the first bit */

/* Where the columns begin: beside bits and bytes, or without them. */
static const struct columns {
	size_t name, value, means;
} beside = {37, 53, 62}, alone = {4, 30, 59};

struct tree {
	struct pen pen;
	const struct piece *piece;
	const struct columns *at;
};

static void begin_line(struct tree *t, const char *mark)
{
	pen_paint(&t->pen, t->piece->sent ? "36" : "32");
	pen_put(&t->pen, t->piece->sent ? "<" : ">");
	pen_paint(&t->pen, "");
	pen_put(&t->pen, " ");
	pen_put(&t->pen, mark);
}

/* Sections of RFC 6455 go without its number: the title has it. */
static const char *section_of(const struct field *f)
{
	return strncmp(f->is.rfc, "6455 ", 5) ? f->is.rfc : f->is.rfc + 5;
}

static bool is_bits(const struct field *f)
{
	return !f->derived && f->bits < 8;
}

/* Where the line to a field of bits begins: over its middle. */
static size_t middle(const struct field *f)
{
	return LEFT + 2 * (f->at * 8 + f->bit) + (size_t)f->bits - 1;
}

/* Lines from the bits below to this field's name, and to those before it. */
static void draw_callout(struct tree *t, const struct field *f, bool first)
{
	const struct field *before = t->piece->fields;

	for (; before < f; before++) {
		pen_fill(&t->pen, middle(before), " ");
		pen_put(&t->pen, "|");
	}
	pen_fill(&t->pen, middle(f), " ");
	pen_put(&t->pen, first ? "." : "|");
	if (first)
		pen_fill(&t->pen, t->at->name - 1, "-");
}

static uint64_t unseen(const struct field *f)
{
	return f->shown ? f->bits / 8 - f->shown : 0;
}

/* Lines that a field's bytes take. */
static size_t height(const struct field *f)
{
	return (f->shown + BYTES_A_LINE - 1) / BYTES_A_LINE + (unseen(f) > 0);
}

static void draw_bytes(struct tree *t, const struct field *f, size_t line)
{
	size_t done = line * BYTES_A_LINE;
	size_t n = done < f->shown ? f->shown - done : 0;

	if (line >= height(f))
		return;
	pen_fill(&t->pen, LEFT, " ");
	if (n) {
		pen_put_hex(&t->pen, f->bytes + done,
			n < BYTES_A_LINE ? n : BYTES_A_LINE);
		return;
	}
	pen_put(&t->pen, "and ");
	pen_put_number(&t->pen, unseen(f));
	pen_put(&t->pen, " more");
}

static void draw_section(struct tree *t, const char *section)
{
	pen_fill(&t->pen, TREE_COLUMNS - strlen(section), " ");
	pen_paint(&t->pen, "2");
	pen_put(&t->pen, section);
	pen_paint(&t->pen, "");
}

/* What stands left of a field's name. */
static void draw_left(struct tree *t, const struct field *f, size_t line)
{
	if (t->at == &beside && is_bits(f))
		draw_callout(t, f, line == 0);
	else if (t->at == &beside)
		draw_bytes(t, f, line);
}

/* Its meaning stands beside its value, or below one that is too long. */
static void draw_field(struct tree *t, const struct field *f)
{
	const char *value = f->value, *means = f->is.means, *name;
	const char *section = section_of(f);
	size_t end = TREE_COLUMNS - strlen(section) - (*section ? 1 : 0);
	bool fits = pen_width(value) < t->at->means - t->at->value;

	for (size_t line = 0; !line || *value || *means || line < height(f);
		line++) {
		bool below = *value && !fits;

		begin_line(t, f->derived ? "= " : "  ");
		draw_left(t, f, line);
		name = f->is.name;
		if (!line)
			pen_put_column(&t->pen, &name, t->at->name, end);
		pen_put_column(&t->pen, &value, t->at->value, end);
		if (!below)
			pen_put_column(&t->pen, &means, t->at->means, end);
		if (!line)
			draw_section(t, section);
		pen_end_line(&t->pen);
	}
}

static void draw_border(struct tree *t, size_t n)
{
	const struct field *f = t->piece->fields;

	begin_line(t, " +");
	for (size_t i = 0; i < n; i++) {
		pen_fill(&t->pen, t->pen.column + 2 * (size_t)f[i].bits - 1,
			"-");
		pen_put(&t->pen, "+");
	}
	pen_end_line(&t->pen);
}

/* The bits themselves, in the boxes of RFC 6455 5.2. */
static void draw_bits(struct tree *t, size_t n)
{
	const struct field *f = t->piece->fields;

	begin_line(t, " |");
	for (size_t i = 0; i < n; i++)
		for (size_t bit = 0; bit < f[i].bits; bit++) {
			unsigned char byte = t->piece->bytes[f[i].at];
			bool set = byte >> (7 - f[i].bit - bit) & 1;

			pen_put(&t->pen, set ? "1" : "0");
			pen_put(&t->pen, bit + 1 < f[i].bits ? " " : "|");
		}
	pen_end_line(&t->pen);
}

/* Fields of bits, and below them what they point at. Returns how many. */
static size_t draw_box(struct tree *t)
{
	const struct piece *piece = t->piece;
	size_t n = 0;

	while (n < piece->n && is_bits(&piece->fields[n]))
		draw_field(t, &piece->fields[n++]);
	if (!n)
		return 0;
	draw_border(t, n);
	draw_bits(t, n);
	draw_border(t, n);
	begin_line(t, "");
	for (size_t i = 0; i <= piece->fields[n - 1].at; i++) {
		pen_fill(&t->pen, LEFT + 16 * i, " ");
		pen_put_hex(&t->pen, piece->bytes + i, 1);
	}
	pen_end_line(&t->pen);
	return n;
}

static void draw_title(struct tree *t)
{
	const struct piece *piece = t->piece;

	begin_line(t, "");
	pen_paint(&t->pen, "1");
	if (piece->number) {
		pen_put(&t->pen, "#");
		pen_put_number(&t->pen, piece->number);
		pen_put(&t->pen, " +");
		pen_put_number(&t->pen, piece->us);
		pen_put(&t->pen, " us  ");
	}
	pen_put(&t->pen, piece->title);
	if (piece->len) {
		pen_put(&t->pen, ", ");
		pen_put_number(&t->pen, piece->len);
		pen_put(&t->pen, piece->len == 1 ? " byte, " : " bytes, ");
		pen_put(&t->pen,
			piece->sent ? "server to client" : "client to server");
	}
	pen_paint(&t->pen, "");
	if (piece->n)
		draw_section(t, "RFC 6455");
	pen_end_line(&t->pen);
}

/* "!! byte 0: a reserved bit is set (RFC 6455 5.2): refused with 1002" */
static void draw_refusal(struct tree *t)
{
	const struct piece *piece = t->piece;
	const char *why = piece->why;

	begin_line(t, "!! ");
	pen_paint(&t->pen, "1;31");
	if (piece->len) {
		pen_put(&t->pen, "byte ");
		pen_put_number(&t->pen, piece->at);
		pen_put(&t->pen, ": ");
	}
	pen_put_column(&t->pen, &why, t->pen.column, TREE_COLUMNS - 20);
	while (*why) {
		pen_end_line(&t->pen);
		begin_line(t, "   ");
		pen_put_column(&t->pen, &why, t->pen.column, TREE_COLUMNS - 20);
	}
	if (piece->code) {
		pen_put(&t->pen, ": refused with ");
		pen_put_number(&t->pen, (uint64_t)piece->code);
	}
	pen_paint(&t->pen, "");
	pen_end_line(&t->pen);
}

bool tree_draw(struct buf *out, const struct piece *piece, bool colour)
{
	bool is_head =
		piece->kind == PIECE_REQUEST || piece->kind == PIECE_RESPONSE;
	struct tree t = {.pen = {.out = out, .colour = colour},
		.piece = piece,
		.at = is_head ? &alone : &beside};

	draw_title(&t);
	for (size_t i = draw_box(&t); i < piece->n; i++)
		draw_field(&t, &piece->fields[i]);
	if (piece->why)
		draw_refusal(&t);
	pen_end_line(&t.pen);
	return !t.pen.failed;
}
