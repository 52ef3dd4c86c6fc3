/* fuzz_inflate.c - any bytes as a compressed message: deflate/inflate.h.
 *
 * The elements that an observer is told cover the bits without a gap, and are
 * all that comes out. Without an observer, and with less room, it is the same
 * message. tests/deflate/zlib compares the verdicts with zlib's.
 *
 *     | size of the window, its bits, room | window ... | message ...
 *     3 bytes */
#include "tests/fuzz/fuzz.h"

#include "deflate/inflate.h"

struct witness {
	size_t bit, at, dynamic;
};

static void on_element(void *data, const struct inflate_element *e)
{
	struct witness *w = data;
	size_t parts = 0;

	assert(e->bit == w->bit && e->bits && e->at == w->at);
	w->bit += e->bits;
	w->at += e->length;
	w->dynamic += e->kind == INFLATE_COUNTS;
	for (int i = 0; i < 4; i++)
		parts += e->parts[i];
	assert(parts == (e->kind == INFLATE_BYTES ? 0 : e->bits));
	assert(e->kind != INFLATE_MATCH ||
		(e->values[0] == e->length && e->length >= 3 &&
			e->length <= 258 && e->values[1] <= e->at));
	for (size_t i = 0; e->kind == INFLATE_MATCH && i < e->length; i++)
		assert(e->out[e->at - e->values[1] + i] == e->out[e->at + i]);
	assert(e->kind != INFLATE_LITERAL ||
		(e->length == 1 && e->out[e->at] == e->values[0]));
}

int fuzz_inflate(const uint8_t *data, size_t len)
{
	size_t window = fuzz_number(&data, &len, 1);
	int bits = 8 + (int)(fuzz_number(&data, &len, 1) % 8);
	size_t room = fuzz_number(&data, &len, 1) * 16;
	struct witness w = {0};
	struct inflate inflate = {.window_bits = bits, .max_output = 1 << 16};
	struct buf out = {0}, again = {0};
	unsigned char *message;
	size_t bit;
	int code;

	window = window < len ? window : len;
	message = fuzz_copy(data + window, len - window);
	assert(buf_append(&out, data, window) &&
		buf_append(&again, data, window));
	len -= window;
	w.at = window;
	inflate.on_element = on_element;
	inflate.data = &w;
	code = inflate_message(&inflate, message, len, &out);
	bit = inflate.bit;
	assert(code == 0 || code == -1007 || code == -1009);
	assert(code ? out.len == window && strlen(inflate.why) < 124 &&
				bit <= 8 * len + 32
		    : w.at == out.len && w.bit >= 8 * len);
	/* work is bounded: each element has a bit, these have twenty bytes */
	assert(w.dynamic <= INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK);
	inflate.on_element = NULL;
	assert(inflate_message(&inflate, message, len, &again) == code);
	assert(!code || inflate.bit == bit);
	assert(again.len == out.len);
	assert(!out.len || !memcmp(again.data, out.data, out.len));
	/* less room */
	inflate.max_output = room;
	again.len = window;
	if (!code)
		assert(inflate_message(&inflate, message, len, &again) ==
			(out.len - window > room ? -1009 : 0));
	buf_free(&out);
	buf_free(&again);
	free(message);
	return 0;
}
