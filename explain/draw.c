/* draw.c - draws a piece of the bytes on the wire for a terminal.
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
#define LEFT 4 /* the column of the first bit and of the first byte */

/* The columns of the text: beside bits and bytes, or alone in a head of
 * HTTP. */
static const struct layout {
	size_t name, value, means, columns;
} beside = {37, 53, 62, DRAW_COLUMNS}, alone = {4, 30, 59, DRAW_COLUMNS},
  beside_narrow = {37, 53, 57, DRAW_NARROW},
  alone_narrow = {4, 30, 52, DRAW_NARROW};

struct drawing {
	struct terminal on;
	const struct piece *piece;
	const struct layout *layout;
};

static void begin_line(struct drawing *d, const char *mark)
{
	terminal_paint(&d->on, d->piece->sent ? "36" : "32");
	terminal_put(&d->on, d->piece->sent ? "<" : ">");
	terminal_paint(&d->on, "");
	terminal_put(&d->on, " ");
	terminal_put(&d->on, mark);
}

/* Sections of RFC 6455 are shown without its number, which is in the title. */
static const char *section_of(const struct piece_field *f)
{
	return strncmp(f->is.rfc, "6455 ", 5) ? f->is.rfc : f->is.rfc + 5;
}

/* Does the mark of its piece point into this field? */
static bool is_marked(const struct piece *piece, const struct piece_field *f)
{
	uint64_t first = (uint64_t)f->at * 8 + f->bit;

	return piece->marked && !f->derived && piece->mark >= first &&
	       piece->mark - first < f->bits;
}

static bool is_bits(const struct piece_field *f)
{
	return !f->derived && f->bits < 8;
}

/* The column of the line to a field of bits: above the middle of the field. */
static size_t middle(const struct piece_field *f)
{
	return LEFT + 2 * (f->at * 8 + f->bit) + (size_t)f->bits - 1;
}

/* Draws this field's line from its bits to its name, and passes the lines of
 * the fields before it. */
static void put_callout(
	struct drawing *d, const struct piece_field *f, bool first)
{
	const struct piece_field *before = d->piece->fields;

	for (; before < f; before++) {
		terminal_fill(&d->on, middle(before), " ");
		terminal_put(&d->on, "|");
	}
	terminal_fill(&d->on, middle(f), " ");
	terminal_put(&d->on, first ? "." : "|");
	if (first)
		terminal_fill(&d->on, d->layout->name - 1, "-");
}

static uint64_t unseen(const struct piece_field *f)
{
	return f->shown ? f->bits / 8 - f->shown : 0;
}

/* How many lines a field's bytes take. */
static size_t height(const struct piece_field *f)
{
	return (f->shown + BYTES_A_LINE - 1) / BYTES_A_LINE + (unseen(f) > 0);
}

static void put_hex(struct drawing *d, const struct piece_field *f, size_t line)
{
	size_t done = line * BYTES_A_LINE;
	size_t n = done < f->shown ? f->shown - done : 0;

	if (line >= height(f))
		return;
	terminal_fill(&d->on, LEFT, " ");
	if (n) {
		terminal_put_hex(&d->on, f->bytes + done,
			n < BYTES_A_LINE ? n : BYTES_A_LINE);
		return;
	}
	terminal_put(&d->on, "and ");
	terminal_put_number(&d->on, unseen(f));
	terminal_put(&d->on, " more");
}

static void put_section(struct drawing *d, const char *section)
{
	terminal_fill(&d->on, d->layout->columns - strlen(section), " ");
	terminal_paint(&d->on, "2");
	terminal_put(&d->on, section);
	terminal_paint(&d->on, "");
}

/* Draws bits or bytes to the left of a field's name. */
static void put_left(
	struct drawing *d, const struct piece_field *f, size_t line)
{
	if (d->layout->name > LEFT && is_bits(f))
		put_callout(d, f, line == 0);
	else if (d->layout->name > LEFT)
		put_hex(d, f, line);
}

/* Draws a field. Its meaning is beside its value, or below a value that is too
 * long. */
static void put_field(struct drawing *d, const struct piece_field *f)
{
	const char *value = f->value, *means = f->is.means, *name;
	const char *code = f->code;
	const char *section = section_of(f);
	size_t end = d->layout->columns - strlen(section) - (*section ? 1 : 0);
	bool fits = terminal_width(value) < d->layout->means - d->layout->value;

	for (size_t line = 0;
		!line || *value || *means || *code || line < height(f);
		line++) {
		bool below = *value && !fits;

		begin_line(d, f->derived               ? "= "
			      : is_marked(d->piece, f) ? "! "
						       : "  ");
		put_left(d, f, line);
		terminal_put_column(&d->on, &code, LEFT, d->layout->name - 1);
		name = f->is.name;
		if (!line)
			terminal_put_column(
				&d->on, &name, d->layout->name, end);
		terminal_put_column(&d->on, &value, d->layout->value, end);
		if (!below)
			terminal_put_column(
				&d->on, &means, d->layout->means, end);
		if (!line)
			put_section(d, section);
		terminal_end_line(&d->on);
	}
}

static void put_border(struct drawing *d, size_t n)
{
	const struct piece_field *f = d->piece->fields;

	begin_line(d, " +");
	for (size_t i = 0; i < n; i++) {
		terminal_fill(
			&d->on, d->on.column + 2 * (size_t)f[i].bits - 1, "-");
		terminal_put(&d->on, "+");
	}
	terminal_end_line(&d->on);
}

/* Draws the bits in boxes, as in RFC 6455 5.2. */
static void put_bits(struct drawing *d, size_t n)
{
	const struct piece_field *f = d->piece->fields;

	begin_line(d, " |");
	for (size_t i = 0; i < n; i++)
		for (size_t bit = 0; bit < f[i].bits; bit++) {
			unsigned char byte = d->piece->bytes[f[i].at];
			bool set = byte >> (7 - f[i].bit - bit) & 1;

			terminal_put(&d->on, set ? "1" : "0");
			terminal_put(&d->on, bit + 1 < f[i].bits ? " " : "|");
		}
	terminal_end_line(&d->on);
}

/* Points at a bit of the box from below. */
static void put_mark(struct drawing *d)
{
	const struct piece *piece = d->piece;

	if (!piece->marked || piece->mark >= 16)
		return;
	begin_line(d, "");
	terminal_fill(&d->on, LEFT + 2 * (size_t)piece->mark, " ");
	terminal_put(&d->on, "^");
	terminal_end_line(&d->on);
}

/* Draws the fields of bits, the bits below them, and the bytes below those.
 * Returns how many fields there are. */
static size_t put_box(struct drawing *d)
{
	const struct piece *piece = d->piece;
	size_t n = 0;

	while (n < piece->n && is_bits(&piece->fields[n]))
		put_field(d, &piece->fields[n++]);
	if (!n)
		return 0;
	put_border(d, n);
	put_bits(d, n);
	put_border(d, n);
	put_mark(d);
	begin_line(d, "");
	for (size_t i = 0; i <= piece->fields[n - 1].at; i++) {
		terminal_fill(&d->on, LEFT + 16 * i, " ");
		terminal_put_hex(&d->on, piece->bytes + i, 1);
	}
	terminal_end_line(&d->on);
	return n;
}

/* "... not whole yet: 3 bytes are missing" */
static void put_missing(struct drawing *d)
{
	const struct piece *piece = d->piece;
	bool one = piece->missing == 1;

	begin_line(d, "... ");
	terminal_paint(&d->on, "1;33");
	terminal_put(&d->on, "not whole yet: ");
	terminal_put(&d->on, piece->at_least ? "at least " : "");
	terminal_put_number(&d->on, piece->missing);
	terminal_put(&d->on, one ? " byte is missing" : " bytes are missing");
	terminal_paint(&d->on, "");
	terminal_end_line(&d->on);
}

static void put_title(struct drawing *d)
{
	const struct piece *piece = d->piece;

	begin_line(d, "");
	terminal_paint(&d->on, "1");
	if (piece->number) {
		terminal_put(&d->on, "#");
		terminal_put_number(&d->on, piece->number);
		terminal_put(&d->on, " +");
		terminal_put_number(&d->on, piece->us);
		terminal_put(&d->on, " us  ");
	}
	terminal_put(&d->on, piece->title);
	if (piece->len) {
		terminal_put(&d->on, ", ");
		terminal_put_number(&d->on, piece->len);
		terminal_put(&d->on, piece->len == 1 ? " byte, " : " bytes, ");
		terminal_put(&d->on,
			piece->sent ? "server to client" : "client to server");
	}
	terminal_paint(&d->on, "");
	if (piece->n)
		put_section(d, "RFC 6455");
	terminal_end_line(&d->on);
}

/* "!! byte 0: a reserved bit is set (RFC 6455 5.2): refused with 1002" */
static void put_refusal(struct drawing *d)
{
	const struct piece *piece = d->piece;
	const char *why = piece->why;

	begin_line(d, "!! ");
	terminal_paint(&d->on, "1;31");
	if (piece->len) {
		terminal_put(&d->on, "byte ");
		terminal_put_number(&d->on, piece->at);
		terminal_put(&d->on, ": ");
	}
	terminal_put_column(
		&d->on, &why, d->on.column, d->layout->columns - 20);
	while (*why) {
		terminal_end_line(&d->on);
		begin_line(d, "   ");
		terminal_put_column(
			&d->on, &why, d->on.column, d->layout->columns - 20);
	}
	if (piece->code) {
		terminal_put(&d->on, ": refused with ");
		terminal_put_number(&d->on, (uint64_t)piece->code);
	}
	terminal_paint(&d->on, "");
	terminal_end_line(&d->on);
}

static bool draw(struct drawing *d)
{
	const struct piece *piece = d->piece;

	put_title(d);
	for (size_t i = put_box(d); i < piece->n; i++)
		put_field(d, &piece->fields[i]);
	if (piece->why)
		put_refusal(d);
	if (piece->missing)
		put_missing(d);
	terminal_end_line(&d->on);
	return !d->on.failed;
}

static bool is_head(const struct piece *piece)
{
	return piece->kind == PIECE_REQUEST || piece->kind == PIECE_RESPONSE;
}

bool draw_piece(struct buf *out, const struct piece *piece, bool colour)
{
	struct drawing d = {.on = {.out = out, .colour = colour},
		.piece = piece,
		.layout = is_head(piece) ? &alone : &beside};

	return draw(&d);
}

bool draw_piece_narrow(struct buf *out, const struct piece *piece)
{
	struct drawing d = {.on = {.out = out},
		.piece = piece,
		.layout = is_head(piece) ? &alone_narrow : &beside_narrow};

	return draw(&d);
}
