/* inflate.c - decompresses a message: RFC 1951, sections 3.2.3 to 3.2.7.
 *
 * A message is a row of blocks. Their bits are taken from the lowest of a byte
 * to its highest:
 *
 *     1 bit    1 in the final block of a stream (RFC 7692 7.2.3.4)
 *     2 bits   0 stored   | up to the next byte | length, ~length | bytes ...
 *              1 fixed    | symbols ... end
 *              2 dynamic  | lengths of the codes | symbols ... end
 *
 * Each element is read between `begin` and `finish`. The first error is kept, and
 * nothing is read or written after it. */
#include "deflate/inflate.h"

#include <string.h>

struct message {
	struct inflate *inflate;
	const unsigned char *data;
	size_t len, at; /* the next byte of data to be read */
	uint64_t bits;  /* read and not taken yet; the next is the lowest */
	int n_bits;     /* how many; less than 0: some were not there */
	int error;      /* minus a close code */
	struct inflate_element e; /* the one that is read */
	struct buf *out;
	size_t begin, room; /* of `out`: here the message begins, and there it
			       ends at the latest, until it has more room */
};

/* RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the
 * payload of the message." */
static const unsigned char tail[4] = {0x00, 0x00, 0xFF, 0xFF};

static uint64_t next_byte(struct message *m)
{
	size_t at = m->at++;

	return at < m->len ? m->data[at] : tail[at - m->len];
}

static size_t bytes_left(const struct message *m)
{
	return m->len + sizeof tail - m->at;
}

static size_t position(const struct message *m)
{
	return m->at * 8 - (size_t)m->n_bits;
}

/* An element begins, and its bits are read: 56, as many as none has, or all that
 * are left. */
static inline void begin(struct message *m)
{
	m->e.bit = position(m);
	for (; m->n_bits < 56 && bytes_left(m); m->n_bits += 8)
		m->bits |= next_byte(m) << m->n_bits;
}

static inline unsigned take(struct message *m, unsigned n)
{
	unsigned value = (unsigned)m->bits & ((1u << n) - 1);

	m->bits >>= n;
	m->n_bits -= (int)n;
	return value;
}

/* Takes a code and returns its symbol. *length is 0 if there is no such code. */
static inline unsigned take_code(
	struct message *m, const struct huffman *h, unsigned char *length)
{
	unsigned found = huffman_decode(h, (unsigned)m->bits);

	*length = found % 16;
	take(m, *length);
	return found >> 4;
}

static void refuse(struct message *m, int code, const char *why)
{
	if (m->error)
		return;
	m->error = -code;
	m->inflate->why = why;
	m->inflate->bit = m->e.bit;
}

/* The element is not what it should be; or the message is cut. */
static void wrong(struct message *m, const char *why)
{
	if (m->n_bits < 0)
		why = "the compressed message ends inside a block";
	refuse(m, 1007, why);
}

/* The element ends, with `length` bytes of output. Errors that follow, and are
 * about it, still have its bit. */
static inline void finish(
	struct message *m, enum inflate_kind kind, size_t length)
{
	struct inflate_observer *observer = m->inflate->observer;
	size_t bit = m->e.bit;

	if (m->n_bits < 0)
		wrong(m, NULL);
	if (m->error || !observer)
		return;
	m->e.kind = kind;
	m->e.bits = position(m) - bit;
	m->e.out = m->out->data;
	m->e.at = m->out->len - length;
	m->e.length = length;
	m->e.from = m->e.at - m->e.distance;
	if (m->e.bits)
		observer->on_element(observer, &m->e);
	memset(&m->e, 0, sizeof m->e);
	m->e.bit = bit;
}

/* Makes room for n bytes of output. Returns false when there is none, or after
 * an error. */
static inline bool make_room(struct message *m, size_t n)
{
	size_t left = m->begin + m->inflate->max_output - m->out->len;

	if (m->n_bits < 0)
		wrong(m, NULL);
	else if (n <= m->room - m->out->len)
		return !m->error;
	else if (n > left)
		refuse(m, 1009, "the message is too long when inflated");
	else if (!buf_reserve(m->out, n + 64)) /* few steps */
		refuse(m, 1011, "no memory to inflate the message");
	m->room = m->out->cap - m->out->len < left ? m->out->cap
						   : m->out->len + left;
	return !m->error;
}

/* The rest of a byte is skipped, and bytes that were read ahead are not. */
static void align(struct message *m)
{
	m->e.bit = position(m);
	m->at -= (size_t)m->n_bits / 8;
	m->bits = 0;
	m->n_bits = 0;
	finish(m, INFLATE_PADDING, 0);
	m->e.bit = position(m);
}

/* RFC 1951 3.2.4: the length comes twice, the second time with all bits inverted.
 */
static void read_stored(struct message *m)
{
	unsigned n;

	align(m);
	begin(m);
	m->e.value = n = take(m, 16);
	if (take(m, 16) != (~n & 0xFFFF))
		wrong(m, "a stored block's length is damaged");
	finish(m, INFLATE_STORED, 0);
	if (m->error)
		return;
	align(m);
	if (n > bytes_left(m))
		m->n_bits = -1;
	if (make_room(m, n))
		for (unsigned i = 0; i < n; i++)
			m->out->data[m->out->len++] =
				(unsigned char)next_byte(m);
	finish(m, INFLATE_BYTES, n);
}

/* A match may reach into itself: 5 bytes from 2 before repeat these two. */
static void copy_match(struct message *m, size_t length)
{
	unsigned char *to = m->out->data + m->out->len;
	const unsigned char *from = to - m->e.distance;

	m->out->len += length;
	while (length--)
		*to++ = *from++;
}

/* RFC 1951 3.2.5: behind the code of a length. */
static void read_match(struct message *m, const struct huffman *distances)
{
	struct inflate_element *e = &m->e;
	unsigned n = e->symbol - HUFFMAN_LENGTH;
	size_t length = HUFFMAN_MAX_MATCH;

	e->parts[1] = n == 28 ? 0 : huffman_extra_bits(n, 2);
	if (n != 28)
		length = HUFFMAN_MIN_MATCH + huffman_base(n, 2) +
			 take(m, e->parts[1]);
	e->distance_symbol = take_code(m, distances, &e->parts[2]);
	e->parts[3] = huffman_extra_bits(e->distance_symbol, 1);
	e->distance =
		1 + huffman_base(e->distance_symbol, 1) + take(m, e->parts[3]);
	if (n > 28)
		wrong(m, "no length has the symbol 286 or 287");
	else if (!e->parts[2] || e->distance_symbol > 29)
		wrong(m, "no distance has this code");
	else if (e->distance > m->out->len)
		wrong(m, "a match begins before the first byte");
	else if (e->distance > 1u << m->inflate->window_bits)
		wrong(m, "a match begins before the window");
	else if (make_room(m, length))
		copy_match(m, length);
	finish(m, INFLATE_MATCH, length);
}

static void read_literal(struct message *m)
{
	if (!m->e.parts[0])
		wrong(m, "no literal and no length has this code");
	if (make_room(m, 1))
		m->out->data[m->out->len++] = (unsigned char)m->e.symbol;
	finish(m, INFLATE_LITERAL, 1);
}

static void read_symbols(struct message *m, const struct huffman codes[2])
{
	unsigned symbol;

	do {
		begin(m);
		m->e.symbol = symbol = take_code(m, &codes[0], &m->e.parts[0]);
		if (symbol < HUFFMAN_END)
			read_literal(m);
		else if (symbol > HUFFMAN_END)
			read_match(m, &codes[1]);
		else
			finish(m, INFLATE_END, 0);
	} while (symbol != HUFFMAN_END && !m->error);
}

/* RFC 1951 3.2.6. */
static const struct huffman *fixed_codes(struct inflate *inflate)
{
	uint8_t lengths[HUFFMAN_SYMBOLS];

	if (!inflate->has_fixed) {
		huffman_fixed(lengths);
		huffman_make(&inflate->fixed[0], lengths, HUFFMAN_LITERALS);
		huffman_make(&inflate->fixed[1], lengths + HUFFMAN_LITERALS,
			HUFFMAN_SYMBOLS - HUFFMAN_LITERALS);
		inflate->has_fixed = true;
	}
	return inflate->fixed;
}

/* A code must be complete. But of literals or of distances there may be a single
 * one, which has one bit and is half of a tree, or none (RFC 1951 3.2.7). */
static void make_code(struct message *m, struct huffman *h,
	const uint8_t *lengths, unsigned n, bool may_be_half)
{
	int left = m->error ? 0 : huffman_make(h, lengths, n);

	if (left < 0)
		wrong(m, "there are more codes than a tree has leaves");
	if (left > 0 && !(may_be_half && h->count[0] + h->count[1] == n))
		wrong(m, "a code is incomplete: its tree lacks leaves");
}

/* The code in which the lengths of the other two are sent. */
static void read_first_code(struct message *m, struct huffman *code, unsigned n)
{
	uint8_t lengths[HUFFMAN_ORDER] = {0};

	for (unsigned i = 0; i < n; i++) {
		begin(m);
		m->e.subject = huffman_order[i];
		lengths[huffman_order[i]] = (uint8_t)take(m, 3);
		m->e.value = lengths[huffman_order[i]];
		finish(m, INFLATE_CODE_LENGTH, 0);
	}
	make_code(m, code, lengths, HUFFMAN_ORDER, false);
}

/* Reads the length of a code, or of several: the one before (symbol 16), or 0 (17
 * and 18). Returns how many it has set. */
static unsigned read_length(struct message *m, const struct huffman *code,
	uint8_t *lengths, unsigned at, unsigned end)
{
	static const uint8_t bits[] = {2, 3, 7}, least[] = {3, 3, 11};
	struct inflate_element *e = &m->e;
	unsigned n = 1;

	begin(m);
	e->subject = at;
	e->value = e->symbol = take_code(m, code, &e->parts[0]);
	e->parts[1] = 0;
	if (e->symbol >= 16) {
		e->parts[1] = bits[e->symbol - 16];
		n = least[e->symbol - 16] + take(m, e->parts[1]);
		e->value = e->symbol == 16 && at ? lengths[at - 1] : 0;
	}
	if (e->symbol == 16 && !at)
		wrong(m, "there is no code length yet to repeat");
	else if (n > end - at)
		wrong(m, "there are more code lengths than symbols");
	else
		memset(lengths + at, (int)e->value, n);
	e->repeat = n;
	finish(m, INFLATE_LENGTHS, 0);
	return n;
}

/* RFC 1951 3.2.7: what stands before the symbols of a dynamic block. */
static void read_codes(struct message *m, struct huffman codes[2])
{
	uint8_t lengths[HUFFMAN_SYMBOLS];
	unsigned counts[3], end;

	begin(m);
	counts[0] = 257 + take(m, 5);
	counts[1] = 1 + take(m, 5);
	counts[2] = 4 + take(m, 4);
	end = counts[0] + counts[1];
	if (counts[0] > 286 || counts[1] > 30)
		wrong(m, "there are at most 286 literals, 30 distances");
	memcpy(m->e.counts, counts, sizeof counts);
	finish(m, INFLATE_COUNTS, 0);
	read_first_code(m, &codes[0], counts[2]);
	for (unsigned at = 0; !m->error && at < end;)
		at += read_length(m, &codes[0], lengths, at, end);
	if (!m->error && !lengths[HUFFMAN_END])
		wrong(m, "the end of the block has no code");
	make_code(m, &codes[0], lengths, counts[0], true);
	make_code(m, &codes[1], lengths + counts[0], counts[1], true);
}

/* Reads a block. Returns whether it was the final one. */
static bool read_block(struct message *m, size_t *dynamic)
{
	struct huffman *codes = m->inflate->dynamic;
	unsigned type;
	bool final;

	begin(m);
	final = m->e.final = take(m, 1);
	m->e.value = type = take(m, 2);
	if (type == 3)
		wrong(m, "there are no blocks of type 3");
	if (type == 2 && !--*dynamic)
		refuse(m, 1009, "too many blocks for so few bytes");
	finish(m, INFLATE_BLOCK, 0);
	if (m->error)
		return false;
	if (type == 0) {
		read_stored(m);
	} else if (type == 1) {
		read_symbols(m, fixed_codes(m->inflate));
	} else {
		read_codes(m, codes);
		read_symbols(m, codes);
	}
	if (final && !m->error)
		align(m);
	return final;
}

/* The last block ends with the four bytes left out. But before the first block,
 * and behind a final one, nothing is missing. */
int inflate_message(
	struct inflate *inflate, const void *data, size_t len, struct buf *out)
{
	struct message m = {.inflate = inflate, .data = data, .len = len};
	size_t dynamic = INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK + 1;
	bool final = true;

	m.out = out;
	m.begin = m.room = out->len;
	while (!m.error && position(&m) != 8 * (len + sizeof tail) &&
		!(final && position(&m) == 8 * len))
		final = read_block(&m, &dynamic);
	if (m.error)
		out->len = m.begin;
	return m.error;
}
