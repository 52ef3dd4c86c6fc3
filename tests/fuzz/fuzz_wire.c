/* fuzz_wire.c - any bytes on a wire: wire.h, draw.h, json.h.
 *
 * The pieces lie end to end, and so do the fields in each. However the bytes
 * arrive, the first rule that is broken is the same, and so is the byte that
 * breaks it. What is shown of a piece is safe to show.
 *
 *     | what it is, who sends it | bytes ...
 *     1 byte */
#include "tests/fuzz/fuzz.h"

#include "explain/draw.h"
#include "explain/json.h"
#include "explain/wire.h"
#include "utf8.h"

struct verdict {
	int code;
	const char *why;  /* of the first piece that breaks a rule */
	size_t at;        /* the byte that breaks it */
	size_t explained; /* bytes that belong to pieces */
	bool ended;
};

static void check_fields(const struct piece *piece)
{
	uint64_t bits = 0;

	assert(piece->n <= PIECE_FIELDS_MAX);
	for (size_t i = 0; i < piece->n; i++) {
		const struct piece_field *f = &piece->fields[i];

		assert(utf8_is_valid(f->value, strlen(f->value)));
		if (f->derived) {
			assert(f->at * 8 + f->bits <= piece->len * 8);
			continue;
		}
		assert(f->at * 8 + f->bit == bits);
		bits += f->bits;
	}
	assert(bits == piece->len * 8);
}

/* Only UTF-8, and no control character except the end of a line. */
static void check_shown(const struct buf *out)
{
	assert(utf8_is_valid(out->data, out->len));
	for (size_t i = 0; i < out->len; i++)
		assert(out->data[i] == '\n' ||
			(out->data[i] >= ' ' && out->data[i] != 0x7F));
}

static void check_piece(const struct piece *piece)
{
	struct json json = {.failed = false};
	struct piece marked = *piece;
	struct buf out = {0};

	marked.marked = true;
	marked.mark = piece->len; /* any bit, or none */
	check_fields(piece);
	assert(!piece->why || piece->at < piece->len || !piece->len);
	assert(draw_piece(&out, piece, false));
	assert(draw_piece_narrow(&out, &marked));
	check_shown(&out);
	json_put_piece(&json, piece);
	assert(!json.failed);
	check_shown(&json.out);
	assert(!memchr(json.out.data, '\n', json.out.len));
	buf_free(&json.out);
	buf_free(&out);
}

/* wire.on_piece */
static void judge(void *data, const struct piece *piece)
{
	struct verdict *v = data;

	check_piece(piece);
	if (!v->why && piece->why && !v->ended) {
		v->code = piece->code;
		v->why = piece->why;
		v->at = v->explained + piece->at;
	}
	v->explained += piece->len;
}

static struct verdict run(
	int what, const uint8_t *data, size_t len, size_t step)
{
	struct verdict v = {0};
	struct wire w = {.max_message = 1000, .on_piece = judge, .data = &v};

	if (what & 2)
		wire_upgrade(&w);
	for (size_t at = 0, n; at < len; at += n) {
		uint8_t *block;

		n = step < len - at ? step : len - at;
		block = fuzz_copy(data + at, n);
		assert(wire_feed(&w, what & 1, block, n));
		free(block);
	}
	v.ended = true;
	wire_end(&w);
	assert(v.explained == len);
	wire_free(&w);
	return v;
}

int fuzz_wire(const uint8_t *data, size_t len)
{
	int what = (int)fuzz_number(&data, &len, 1);
	struct verdict whole = run(what, data, len, len + 1);
	struct verdict parts = run(what, data, len, 1 + (what >> 2));

	assert(parts.why == whole.why && parts.code == whole.code);
	assert(parts.at == whole.at);
	return 0;
}
