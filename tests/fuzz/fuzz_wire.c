/* fuzz_wire.c - any bytes as what crosses a wire: wire.h, tree.h, json.h.
 *
 * The pieces lie end to end, and so do the fields in each. However the bytes
 * come, the same rule is the first to be broken, by the same byte. What is
 * shown of a piece is safe to show.
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
	const char *why; /* of the first piece that breaks a rule */
	size_t at;       /* the byte that breaks it */
};

static void check_fields(const struct piece *piece)
{
	uint64_t bits = 0;

	assert(piece->n <= PIECE_FIELDS_MAX);
	for (size_t i = 0; i < piece->n; i++) {
		const struct field *f = &piece->fields[i];

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

/* No control character but the line's end, and nothing but UTF-8. */
static void check_shown(const struct buf *out)
{
	assert(utf8_is_valid(out->data, out->len));
	for (size_t i = 0; i < out->len; i++)
		assert(out->data[i] == '\n' ||
			(out->data[i] >= ' ' && out->data[i] != 0x7F));
}

static void check_piece(const struct piece *piece)
{
	struct buf out = {0};

	check_fields(piece);
	assert(!piece->why || piece->at < piece->len || !piece->len);
	assert(tree_draw(&out, piece, false));
	check_shown(&out);
	out.len = 0;
	assert(json_write(&out, piece));
	check_shown(&out);
	assert(!memchr(out.data, '\n', out.len));
	buf_free(&out);
}

static void judge(struct verdict *v, const struct piece *piece, size_t begin)
{
	if (v->why || !piece->why)
		return;
	*v = (struct verdict){piece->code, piece->why, begin + piece->at};
}

/* One run: returns how many of its bytes have become pieces. */
static void feed(struct wire *w, bool sent, const uint8_t *data, size_t len,
	size_t *explained, struct verdict *v)
{
	static struct piece piece;

	while (len) {
		size_t n = wire_read(w, sent, data, len, &piece);

		assert(n && n <= len);
		if (piece.len) {
			check_piece(&piece);
			judge(v, &piece, *explained);
		}
		*explained += piece.len;
		data += n;
		len -= n;
	}
}

static struct verdict run(
	int what, const uint8_t *data, size_t len, size_t step)
{
	static struct piece piece;
	struct wire w = {.max_message = 1000};
	struct verdict v = {0};
	size_t explained = 0;
	bool sent = what & 1;

	if (what & 2)
		wire_upgrade(&w);
	for (size_t at = 0, n; at < len; at += n) {
		uint8_t *block;

		n = step < len - at ? step : len - at;
		block = fuzz_copy(data + at, n);
		feed(&w, sent, block, n, &explained, &v);
		free(block);
	}
	if (wire_end(&w, sent, &piece)) {
		check_piece(&piece);
		explained += piece.len;
	}
	assert(explained == len);
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
