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
 * Each element is read between `begin` and `tell`. The first error is kept, and
 * nothing is told or written after it. */
#include "deflate/inflate.h"

#include <stdio.h>
#include <string.h>

static const char no_memory[] = "no memory to inflate the message";

struct message {
	struct inflate *inflate;
	struct buf in;   /* the message, and the tail */
	size_t end, bit; /* behind the last bit; and the next one to be read */
	struct buf *out;
	int n_parts;              /* of the element that is read */
	size_t begin;             /* of the message, in `out` */
	size_t dynamic;           /* how many such blocks it may still have */
	int code;                 /* with which it is refused, or 0 */
	struct inflate_element e; /* the one that is read */
};

/* RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the
 * payload of the message." The zeros behind them are looked at and never taken. */
static const unsigned char tail[8] = {0x00, 0x00, 0xFF, 0xFF};

/* Returns the next bits, 25 at least: the next one is the lowest. */
static unsigned next_bits(const struct message *m)
{
	size_t at = m->bit / 8;
	const unsigned char *p = m->in.data + at;

	if (at + 4 > m->in.len)
		return 0;
	return (p[0] | p[1] << 8 | p[2] << 16 | (unsigned)p[3] << 24) >>
	       m->bit % 8;
}

/* Passes n bits, which are a part of their element. */
static void pass(struct message *m, unsigned n)
{
	m->e.parts[m->n_parts++] = (unsigned char)n;
	m->bit += n;
}

static unsigned take(struct message *m, unsigned n)
{
	unsigned value = next_bits(m) & ((1u << n) - 1);

	pass(m, n);
	return value;
}

/* An element begins, with a number of n bits, or with a code. */
static unsigned begin(struct message *m, unsigned n)
{
	m->e.bit = m->bit;
	m->e.at = m->out->len;
	memset(m->e.parts, 0, sizeof m->e.parts);
	m->n_parts = 0;
	return n ? take(m, n) : 0;
}

/* Refuses the message, unless that has been done. Returns false. */
static bool refuse(struct message *m, int code, const char *why)
{
	struct inflate *inflate = m->inflate;

	if (m->code)
		return false;
	m->code = code;
	inflate->bit = m->e.bit;
	snprintf(inflate->why, sizeof inflate->why, "bit %zu: %s%s", m->e.bit,
		why, code == 1007 ? " (RFC 1951)" : "");
	return false;
}

/* Refuses the message unless this is so, and all bits that have been taken were
 * there. Returns whether it has not been refused. */
static inline bool check(struct message *m, bool is_so, const char *why)
{
	if (m->bit > m->end)
		why = "the compressed message ends inside a block";
	else if (is_so && !m->code)
		return true;
	return refuse(m, 1007, why);
}

/* The element ends. Errors that follow, and are about it, still have its bit. */
static void tell(struct message *m, enum inflate_kind kind, unsigned a,
	unsigned b, unsigned c)
{
	const struct inflate *inflate = m->inflate;
	struct inflate_element *e = &m->e;

	if (!check(m, true, NULL) || !inflate->on_element || m->bit == e->bit)
		return;
	e->kind = kind;
	memcpy(e->values, (unsigned[]){a, b, c}, sizeof e->values);
	e->bits = m->bit - e->bit;
	e->out = m->out->data;
	e->length = m->out->len - e->at;
	inflate->on_element(inflate->data, e);
}

/* Takes a code and returns its symbol. */
static unsigned take_code(
	struct message *m, const struct huffman *h, const char *why)
{
	unsigned found = huffman_decode(h, next_bits(m)), length = found % 16;

	pass(m, length);
	check(m, length, why);
	return found >> 4;
}

/* Takes the extra bits of a symbol, as huffman.h says, and returns the number. */
static unsigned take_number(struct message *m, unsigned symbol, int top)
{
	unsigned extra = symbol >> top ? (symbol >> top) - 1 : 0;

	return ((symbol - (extra << top)) << extra) + take(m, extra);
}

/* Makes room for n bytes of output. Returns false when there is none, or after
 * an error. */
static bool make_room(struct message *m, size_t n)
{
	if (!check(m, true, NULL))
		return false;
	if (n > m->begin + m->inflate->max_output - m->out->len)
		return refuse(m, 1009, "the message is too long when inflated");
	return buf_reserve(m->out, n) || refuse(m, 1013, no_memory);
}

/* The rest of a byte is skipped. */
static void align(struct message *m)
{
	begin(m, (8 - m->bit % 8) % 8);
	tell(m, INFLATE_PADDING, 0, 0, 0);
}

/* RFC 1951 3.2.4: the length comes twice, the second time with all bits inverted.
 */
static void read_stored(struct message *m)
{
	size_t n, at;

	align(m);
	n = begin(m, 16);
	check(m, take(m, 16) == (~n & 0xFFFF),
		"a stored block's length is damaged");
	tell(m, INFLATE_STORED, (unsigned)n, 0, 0);
	begin(m, 0);
	at = m->bit / 8;
	m->bit += 8 * n;
	if (make_room(m, n))
		buf_append(m->out, m->in.data + at, n);
	tell(m, INFLATE_BYTES, (unsigned)n, 0, 0);
}

/* A match may reach into itself: 5 bytes from 2 before repeat these two. */
static void copy_match(struct buf *out, size_t length, size_t distance)
{
	unsigned char *to = out->data + out->len;

	out->len += length;
	for (; length; length--, to++)
		*to = to[-(ptrdiff_t)distance];
}

/* RFC 1951 3.2.5: behind the code of a length. */
static void read_match(
	struct message *m, unsigned symbol, const struct huffman *distances)
{
	unsigned length = HUFFMAN_MAX_MATCH, distance;

	check(m, symbol < 286, "no length has the symbol 286 or 287");
	if (symbol < 285)
		length = HUFFMAN_MIN_MATCH +
			 take_number(m, symbol - HUFFMAN_LENGTH, 2);
	else
		pass(m, 0);
	symbol = take_code(m, distances, "no distance has this code");
	distance = 1 + take_number(m, symbol, 1);
	check(m, distance <= m->out->len,
		"a match begins before the first byte");
	check(m, distance <= 1u << m->inflate->window_bits,
		"a match begins before the window");
	if (make_room(m, length))
		copy_match(m->out, length, distance);
	tell(m, INFLATE_MATCH, length, distance, 0);
}

static void read_symbols(struct message *m, const struct huffman codes[2])
{
	unsigned symbol = 0;

	while (symbol != HUFFMAN_END && !m->code) {
		begin(m, 0);
		symbol = take_code(
			m, &codes[0], "no literal and no length has this code");
		if (symbol > HUFFMAN_END) {
			read_match(m, symbol, &codes[1]);
		} else if (symbol == HUFFMAN_END) {
			tell(m, INFLATE_END, 0, 0, 0);
		} else if (make_room(m, 1)) {
			m->out->data[m->out->len++] = (unsigned char)symbol;
			tell(m, INFLATE_LITERAL, symbol, 0, 0);
		}
	}
}

/* A code must be complete. But of literals or of distances there may be a single
 * one, which has one bit and is half of a tree, or none (RFC 1951 3.2.7). */
static void make_code(struct message *m, struct huffman *h,
	const uint8_t *lengths, unsigned n, bool may_be_half)
{
	int left = m->code ? 0 : huffman_make(h, lengths, n);

	check(m, left >= 0, "there are more codes than a tree has leaves");
	check(m, left <= 0 || (may_be_half && h->count[0] + h->count[1] == n),
		"a code is incomplete: its tree lacks leaves");
}

/* Reads the length of a code, or of several: the one before (symbol 16), or 0 (17
 * and 18). Returns how many it has set. */
static unsigned read_length(struct message *m, const struct huffman *code,
	uint8_t *lengths, unsigned at, unsigned end)
{
	static const uint8_t bits[] = {2, 3, 7}, least[] = {3, 3, 11};
	unsigned n = 1, length;

	begin(m, 0);
	length = take_code(m, code, "no code length has this code");
	if (length >= 16) {
		bool is_copy = length == 16;

		n = least[length - 16] + take(m, bits[length - 16]);
		check(m, !is_copy || at,
			"there is no code length yet to repeat");
		length = is_copy && at ? lengths[at - 1] : 0;
	}
	if (check(m, n <= end - at, "there are more code lengths than symbols"))
		memset(lengths + at, (int)length, n);
	tell(m, INFLATE_LENGTHS, at, length, n);
	return n;
}

/* RFC 1951 3.2.7: what stands before the symbols of a dynamic block: the lengths
 * of a first code, and in this code those of the other two. */
static void read_codes(struct message *m, struct huffman codes[2])
{
	uint8_t lengths[HUFFMAN_LITERALS + HUFFMAN_DISTANCES];
	uint8_t first[HUFFMAN_ORDER] = {0};
	unsigned n_literals = 257 + begin(m, 5), n_distances = 1 + take(m, 5);
	unsigned n_first = 4 + take(m, 4), end = n_literals + n_distances;

	check(m, n_literals <= 286 && n_distances <= 30,
		"there are at most 286 literals, 30 distances");
	tell(m, INFLATE_COUNTS, n_literals, n_distances, n_first);
	for (unsigned i = 0; i < n_first; i++) {
		unsigned symbol = huffman_order[i], length = begin(m, 3);

		first[symbol] = (uint8_t)length;
		tell(m, INFLATE_CODE_LENGTH, symbol, length, 1);
	}
	make_code(m, &codes[0], first, HUFFMAN_ORDER, false);
	for (unsigned at = 0; !m->code && at < end;)
		at += read_length(m, &codes[0], lengths, at, end);
	check(m, m->code || lengths[HUFFMAN_END],
		"the end of the block has no code");
	make_code(m, &codes[0], lengths, n_literals, true);
	make_code(m, &codes[1], lengths + n_literals, n_distances, true);
}

/* Reads a block. Returns whether it was the final one. */
static bool read_block(struct message *m)
{
	struct inflate *inflate = m->inflate;
	unsigned final = begin(m, 1), type = take(m, 2);

	check(m, type < 3, "there are no blocks of type 3");
	if (type == 2 && !m->dynamic--)
		refuse(m, 1009, "too many blocks for so few bytes");
	tell(m, INFLATE_BLOCK, final, type, 0);
	if (type == 0) {
		read_stored(m);
	} else if (type == 1) {
		huffman_fixed(inflate->fixed);
		read_symbols(m, inflate->fixed);
	} else {
		read_codes(m, inflate->dynamic);
		read_symbols(m, inflate->dynamic);
	}
	if (final)
		align(m);
	return final;
}

/* The last block ends with the four bytes left out. But before the first block,
 * and behind a final one, nothing is missing. */
int inflate_message(
	struct inflate *inflate, const void *data, size_t len, struct buf *out)
{
	struct message m = {.inflate = inflate, .out = out, .begin = out->len};
	bool final = true;

	m.end = 8 * (len + 4);
	m.dynamic = INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK;
	if (!buf_append(&m.in, data, len) ||
		!buf_append(&m.in, tail, sizeof tail))
		refuse(&m, 1013, no_memory);
	while (!m.code && m.bit != m.end && !(final && m.bit == 8 * len))
		final = read_block(&m);
	buf_free(&m.in);
	if (m.code)
		out->len = m.begin;
	return -m.code;
}
