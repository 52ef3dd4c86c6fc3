/* agree.c - our codec against zlib, both ways.
 *
 *     agree          many messages, for every window and level
 *
 * Built with -DFUZZ it is a fuzzer instead: any bytes are, or are not, a message
 * for both. run.sh does both. */
#undef NDEBUG
#include "deflate/compress.h"
#include "deflate/inflate.h"
#include "tests/lib/dice.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MOST 70000 /* bytes of a message */

static void *copy(const void *data, size_t len)
{
	void *block = malloc(len);

	assert(block);
	if (len)
		memcpy(block, data, len);
	return block;
}

/* zlib's stream after a final block is another one, with the same window. */
static void begin_again(z_stream *z, const unsigned char *out, size_t len)
{
	size_t n = len < 32768 ? len : 32768;

	assert(inflateReset(z) == Z_OK);
	assert(!n || inflateSetDictionary(z, out + len - n, (uInt)n) == Z_OK);
}

/* Is it at the end of a block, and all is used, to the last bit? */
static bool is_done(const z_stream *z)
{
	return !z->avail_in && z->data_type & 128 && !(z->data_type & 7);
}

/* Inflates a message and the four bytes behind the window that begins `out`.
 * Returns the length of all, or 0 if zlib finds that it is no message. */
static size_t z_inflate(const unsigned char *data, size_t len,
	unsigned char *out, size_t window, size_t room)
{
	unsigned char *all = malloc(len + 4);
	size_t at = window, made = 0;
	z_stream z = {0};
	int code;

	assert(all && inflateInit2(&z, -15) == Z_OK);
	if (len)
		memcpy(all, data, len);
	memcpy(all + len, "\0\0\xff\xff", 4);
	z.next_in = all;
	z.avail_in = (uInt)len + 4;
	begin_again(&z, out, window);
	while (!made && len) {
		z.next_out = out + at;
		z.avail_out = (uInt)(room - at);
		code = inflate(&z, Z_BLOCK);
		at = room - z.avail_out;
		if (code != Z_OK && code != Z_STREAM_END)
			break;
		if (code == Z_STREAM_END) {
			if (z.avail_in == 4 || !z.avail_in)
				made = at;
			begin_again(&z, out, at);
		} else if (is_done(&z)) {
			made = at;
		}
	}
	inflateEnd(&z);
	free(all);
	return len ? made : at;
}

/* The farthest match. */
struct far {
	size_t distance, bit;
};

static void on_detail(void *data, const struct ws_detail *e)
{
	struct far *far = data;
	size_t distance;

	assert(e->bit == far->bit);
	far->bit += e->bits;
	if (!strcmp(e->is.name, "match") &&
		sscanf(e->text, "%*u bytes, %zu back", &distance) == 1 &&
		distance > far->distance)
		far->distance = distance;
}

/* Inflates a message behind such a window. The result is in i->out. */
static int inflate_behind(struct inflate *i, int bits, const struct buf *before,
	const void *data, size_t len)
{
	static unsigned char bytes[1 << 15];

	i->window = (struct window){.bytes = bytes, .bits = (uint8_t)bits};
	window_add(&i->window, before->data, before->len);
	i->max_output = MOST;
	return inflate_message(i, data, len);
}

/* With a smaller window, what reaches farther is refused, and no more. */
static void check_windows(const unsigned char *data, size_t len,
	const struct buf *before, int code, const struct far *far)
{
	for (int bits = 8; bits < 15; bits++) {
		struct inflate inflate = {0};
		int here = inflate_behind(&inflate, bits, before, data, len);

		if (!code)
			assert(here ==
				(far->distance > 1u << bits ? -1007 : 0));
		else
			assert(here == code || here == -1007);
		buf_free(&inflate.out);
	}
}

/* Both say the same of these bytes, behind a window. */
static bool agree(const void *message, size_t len, struct buf *window)
{
	static unsigned char theirs[32768 + MOST + 1000];
	unsigned char *data = copy(message, len);
	struct far far = {0};
	struct ws_sink sink = {.on_detail = on_detail, .data = &far};
	struct inflate one = {0}, other = {.sink = &sink};
	size_t made, n;
	int code;

	if (window->len)
		memcpy(theirs, window->data, window->len);
	code = inflate_behind(&one, 15, window, data, len);
	assert(inflate_behind(&other, 15, window, data, len) == code);
	assert(!code || one.bit == other.bit);
	n = one.out.len;
	assert(n == other.out.len);
	assert(!n || !memcmp(one.out.data, other.out.data, n));
	made = z_inflate(data, len, theirs, window->len, sizeof theirs);
	if (code == 0) {
		assert(far.bit == 8 * len || far.bit == 8 * len + 32);
		assert(made == window->len + n && n <= MOST);
		assert(!n || !memcmp(one.out.data, theirs + window->len, n));
	} else {
		assert(code == -1009 || (code == -1007 && !made));
	}
	check_windows(data, len, window, code, &far);
	buf_free(&one.out);
	buf_free(&other.out);
	free(data);
	return code == 0;
}

#ifdef FUZZ
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	struct buf window = {0};
	size_t n = len ? data[0] : 0;

	/* the first byte says how many of the others are the window */
	if (len) {
		n = n < len ? n : len - 1;
		assert(buf_append(&window, data + 1, n));
		agree(data + 1 + n, len - 1 - n, &window);
	}
	buf_free(&window);
	return 0;
}
#else
/* Our messages, and changed ones, as zlib reads them. */
static unsigned ours(int bits, bool kept)
{
	static unsigned char data[MOST], bytes[1 << 15];
	struct window w = {
		.bytes = bytes, .bits = (uint8_t)bits, .forgets = !kept};
	struct compress *c = calloc(1, sizeof *c);
	struct buf window = {0};
	unsigned wrong = 0;

	assert(c);
	for (int i = 0; i < 60; i++) {
		size_t len = dice(dice(4) ? 400 : MOST);

		dice_fill(data, len, 35000);
		assert(compress_message(c, &w, data, len));
		window_add(&w, data, len);
		assert(agree(c->out.data, c->out.len, &window));
		if (kept)
			assert(buf_append(&window, data, len));
		if (window.len > 1u << bits)
			buf_consume(&window, window.len - (1u << bits));
		for (int k = 0; k < 10; k++) {
			unsigned n = (unsigned)c->out.len;

			c->out.data[dice(n)] ^= 1 << dice(8);
			wrong += !agree(c->out.data, dice(n + 1), &window);
		}
	}
	buf_free(&window);
	buf_free(&c->out);
	free(c);
	return wrong;
}

/* zlib's messages, as we read them: it cannot do a window of 8 bits. */
static void theirs(int bits, int level, bool kept)
{
	static unsigned char data[MOST], bytes[2 * MOST];
	static const int strategies[] = {
		Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED};
	struct buf window = {0};
	z_stream z = {0};

	assert(deflateInit2(&z, level, Z_DEFLATED, -bits, 1 + (int)dice(9),
		       strategies[dice(5)]) == Z_OK);
	for (int i = 0; i < 12; i++) {
		struct inflate inflate = {0};
		size_t len = 1 + dice(dice(4) ? 400 : MOST - 1);

		dice_fill(data, len, 35000);
		z.next_in = data;
		z.avail_in = (uInt)len;
		z.next_out = bytes;
		z.avail_out = sizeof bytes;
		assert(deflate(&z, Z_SYNC_FLUSH) == Z_OK);
		if (inflate_behind(&inflate, bits, &window, bytes,
			    sizeof bytes - z.avail_out - 4)) {
			printf("FAIL  zlib's message: %s at bit %zu of %zu\n",
				inflate.why, inflate.bit,
				8 * (sizeof bytes - z.avail_out));
			exit(1);
		}
		assert(inflate.out.len == len);
		assert(!memcmp(inflate.out.data, data, len));
		assert(buf_append(&window, data, len));
		buf_free(&inflate.out);
		if (!kept)
			deflateReset(&z);
		if (!kept || window.len > 1u << bits)
			buf_consume(
				&window, window.len - (kept ? 1u << bits : 0));
	}
	deflateEnd(&z);
	buf_free(&window);
}

int main(void)
{
	unsigned valid = 0, wrong = 0;
	struct buf none = {0};

	for (unsigned i = 0; i < 1 << 16; i++)
		valid += agree((unsigned char[]){(unsigned char)i,
				       (unsigned char)(i >> 8)},
			2, &none);
	printf("ok    %u of all messages of two bytes are valid\n", valid);
	for (int bits = 8; bits <= 15; bits++)
		wrong += ours(bits, true) + ours(bits, false);
	printf("ok    ours with every window; %u changed ones are wrong\n",
		wrong);
	for (int bits = 9; bits <= 15; bits++)
		for (int level = 0; level <= 9; level++)
			theirs(bits, level, true), theirs(bits, level, false);
	printf("ok    zlib's with every window and level\n");
	printf("3 passed, 0 failed\n");
	return 0;
}
#endif
