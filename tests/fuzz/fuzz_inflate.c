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
	unsigned char *window;
	size_t window_len;
};

/* The byte so far back from the i-th of the message: it may lie in the window. */
static unsigned char byte_back(
	const struct witness *w, size_t i, size_t distance)
{
	assert(distance <= i + w->window_len);
	return distance <= i ? w->out->data[i - distance]
			     : w->window[w->window_len + i - distance];
}

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
		for (size_t i = 0; i < length; i++)
			assert(e->bytes[i] ==
				byte_back(w, w->at - length + i, distance));
	}
	assert(strcmp(e->is.name, "literal") || e->len == 1);
}

int fuzz_inflate(const uint8_t *data, size_t len)
{
	size_t window = fuzz_number(&data, &len, 1);
	int bits = 8 + (int)(fuzz_number(&data, &len, 1) % 8);
	size_t room = fuzz_number(&data, &len, 1) * 16;
	static unsigned char bytes[1 << 15];
	struct window before = {.bytes = bytes, .bits = (uint8_t)bits};
	struct inflate one = {.max_output = 1 << 16}, other = one;
	struct witness w = {.out = &one.out};
	struct ws_sink sink = {.on_detail = on_detail, .data = &w};
	unsigned char *message;
	int code;

	window = window < len ? window : len;
	message = fuzz_copy(data + window, len - window);
	window_add(&before, data, window);
	len -= window;
	w.window = fuzz_copy(bytes, before.len);
	w.window_len = before.len;
	one.window = other.window = before;
	one.sink = &sink;
	code = inflate_message(&one, message, len);
	assert(code == 0 || code == -1007 || code == -1009);
	assert(code ? strlen(one.why) < 124 && one.bit <= 8 * len + 32
		    : w.at == one.out.len && w.bit >= 8 * len);
	/* work is bounded: each element has a bit, these have twenty bytes */
	assert(w.dynamic <= INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK);
	assert(inflate_message(&other, message, len) == code);
	assert(!code || one.bit == other.bit);
	assert(one.out.len == other.out.len);
	assert(!one.out.len ||
		!memcmp(one.out.data, other.out.data, one.out.len));
	/* less room */
	other.max_output = room;
	if (!code)
		assert(inflate_message(&other, message, len) ==
			(one.out.len > room ? -1009 : 0));
	buf_free(&one.out);
	buf_free(&other.out);
	free(w.window);
	free(message);
	return 0;
}
