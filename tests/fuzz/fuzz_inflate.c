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

#include <stdio.h>

struct witness {
	size_t bit, at, dynamic;
	const struct buf *out;
};

static void on_detail(void *data, const struct ws_detail *e)
{
	struct witness *w = data;
	unsigned parts = 0, length, distance;

	assert(e->bit == w->bit && e->bits);
	assert(!e->len || e->bytes == w->out->data + w->at);
	w->bit += e->bits;
	w->at += e->len;
	w->dynamic += !strcmp(e->is.name, "code counts");
	for (int i = 0; i < 4; i++)
		parts += e->parts[i];
	assert(!parts || parts == e->bits);
	if (!strcmp(e->is.name, "match")) {
		assert(sscanf(e->text, "%u bytes, %u back", &length,
			       &distance) == 2);
		assert(length == e->len && length >= 3 && length <= 258);
		assert(distance <= w->at - length);
		for (size_t i = 0; i < length; i++)
			assert(e->bytes[i] == *(e->bytes + i - distance));
	}
	assert(strcmp(e->is.name, "literal") || e->len == 1);
}

int fuzz_inflate(const uint8_t *data, size_t len)
{
	size_t window = fuzz_number(&data, &len, 1);
	int bits = 8 + (int)(fuzz_number(&data, &len, 1) % 8);
	size_t room = fuzz_number(&data, &len, 1) * 16;
	struct witness w = {0};
	struct inflate inflate = {.window_bits = bits, .max_output = 1 << 16};
	struct buf out = {0}, again = {0};
	struct ws_sink sink = {.on_detail = on_detail, .data = &w};
	unsigned char *message;
	size_t bit;
	int code;

	window = window < len ? window : len;
	message = fuzz_copy(data + window, len - window);
	assert(buf_append(&out, data, window) &&
		buf_append(&again, data, window));
	len -= window;
	w.at = window;
	w.out = &out;
	inflate.sink = &sink;
	code = inflate_message(&inflate, message, len, &out);
	bit = inflate.bit;
	assert(code == 0 || code == -1007 || code == -1009);
	assert(code ? out.len == window && strlen(inflate.why) < 124 &&
				bit <= 8 * len + 32
		    : w.at == out.len && w.bit >= 8 * len);
	/* work is bounded: each element has a bit, these have twenty bytes */
	assert(w.dynamic <= INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK);
	inflate.sink = NULL;
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
