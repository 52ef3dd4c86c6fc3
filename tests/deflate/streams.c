/* streams.c - DEFLATE by hand. */
#include "tests/deflate/streams.h"

#include "tests/lib/support.h"

static void add_bit(struct stream *s, unsigned bit)
{
	cr_assert(s->bits / 8 < sizeof s->bytes);
	s->bytes[s->bits / 8] |= (unsigned char)(bit << s->bits % 8);
	s->bits++;
}

void stream_add(struct stream *s, const char *bits)
{
	for (; *bits; bits++)
		if (*bits != ' ')
			add_bit(s, *bits == '1');
}

void stream_put(struct stream *s, unsigned value, int n)
{
	for (; n; n--, value >>= 1)
		add_bit(s, value & 1);
}

static void add_lengths(struct stream *s, const unsigned char *lengths, int n)
{
	for (int i = 0; i < n; i++)
		for (int bit = 3; bit >= 0; bit--)
			add_bit(s, lengths[i] >> bit & 1);
}

void stream_dynamic(struct stream *s, const unsigned char *literals,
	int n_literals, const unsigned char *distances, int n_distances)
{
	stream_add(s, "0 01");
	stream_put(s, (unsigned)n_literals - 257, 5);
	stream_put(s, (unsigned)n_distances - 1, 5);
	stream_put(s, 19 - 4, 4);
	for (int i = 0; i < 19; i++) /* 16, 17 and 18 come first */
		stream_put(s, i < 3 ? 0 : 4, 3);
	add_lengths(s, literals, n_literals);
	add_lengths(s, distances, n_distances);
}

int stream_inflate(struct inflate *inflate, int bits, const void *data,
	size_t len, const char *window)
{
	static unsigned char bytes[1 << 15];
	unsigned char *block = exactly(data, len);
	int code;

	inflate->window =
		(struct window){.bytes = bytes, .bits = (uint8_t)bits};
	window_add(&inflate->window, window, strlen(window));
	code = inflate_message(inflate, block, len);
	free(block);
	return code;
}
