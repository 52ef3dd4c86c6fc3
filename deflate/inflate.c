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
 * Each element is read between `begin` and `tell`, which says what it is for
 * those who look at the wire. The first error is kept, and nothing is told or
 * written after it. */
#include "deflate/inflate.h"

#include <string.h>

static const char no_memory[] = "no memory to inflate the message";

struct decoder {
	struct inflate *inflate;
	struct buf in;   /* the message, and the tail */
	size_t end, bit; /* behind the last bit; and the next one to be read */
	struct buf *out;
	size_t begin;     /* of the message, in `out` */
	size_t dynamic;   /* how many such blocks it may still have */
	int code;         /* with which it is refused, or 0 */
	size_t element;   /* the first bit of the one that is read */
	unsigned n_parts; /* of it, which are the numbers and codes in it */
	/* What is told next, from its first bit on; its first byte of output;
	 * and its text, which is cut when there is no memory. */
	struct ws_detail detail;
	size_t at;
	struct buf text;
	unsigned n_literals; /* symbols of the literal and length code */
};

/* RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the
 * payload of the message." The zeros behind them are looked at and never taken. */
static const unsigned char tail[8] = {0x00, 0x00, 0xFF, 0xFF};

/* Returns the next bits, 25 at least: the next one is the lowest. */
static unsigned next_bits(const struct decoder *d)
{
	size_t at = d->bit / 8;
	const unsigned char *p = d->in.data;

	if (at + 4 > d->in.len)
		return 0;
	p += at;
	return (p[0] | p[1] << 8 | p[2] << 16 | (unsigned)p[3] << 24) >>
	       d->bit % 8;
}

/* Passes n bits, which are a part of their element. */
static void pass(struct decoder *d, unsigned n)
{
	d->detail.parts[d->n_parts++] = (unsigned char)n;
	d->bit += n;
}

static unsigned take(struct decoder *d, unsigned n)
{
	unsigned value = next_bits(d) & ((1u << n) - 1);

	pass(d, n);
	return value;
}

/* An element begins, with a number of n bits, or with a code. */
static unsigned begin(struct decoder *d, unsigned n)
{
	d->element = d->bit;
	d->n_parts = 0;
	memset(d->detail.parts, 0, sizeof d->detail.parts);
	return n ? take(d, n) : 0;
}

/* Refuses the message, unless that has been done. Returns false. */
static bool refuse(struct decoder *d, int code, const char *why)
{
	struct inflate *inflate = d->inflate;

	if (d->code)
		return false;
	d->code = code;
	inflate->bit = d->element;
	buf_format(inflate->why, sizeof inflate->why, "bit %llu: %s%s",
		(unsigned long long)d->element, why,
		code == 1007 ? " (RFC 1951)" : "");
	return false;
}

/* Refuses the message unless this is so, and all bits that have been taken were
 * there. Returns whether it has not been refused. */
static inline bool check(struct decoder *d, bool is_so, const char *why)
{
	if (d->bit > d->end)
		why = "the compressed message ends inside a block";
	else if (is_so && !d->code)
		return true;
	return refuse(d, 1007, why);
}

/* The element ends, or several that are told together: all bits since the last
 * were told. Errors that follow, and are about it, still have its bit. */
static void tell(
	struct decoder *d, const char *name, const char *means, const char *rfc)
{
	const struct ws_sink *sink = d->inflate->sink;
	struct ws_detail *e = &d->detail;
	size_t end = d->code ? d->inflate->bit : d->bit;

	if (!sink || end <= e->bit)
		return;
	e->is = (struct ws_words){name, means, rfc};
	e->bits = (unsigned)(end - e->bit);
	e->text = d->text.len ? (char *)d->text.data : NULL;
	e->len = d->out->len - d->at;
	e->bytes = e->len ? d->out->data + d->at : NULL;
	sink->on_detail(sink->data, e);
	e->bit = end;
	d->at = d->out->len;
	d->text.len = 0;
}

/* Takes a code and returns its symbol. */
static unsigned take_code(
	struct decoder *d, const struct huffman *h, const char *why)
{
	unsigned found = huffman_decode(h, next_bits(d)), length = found % 16;

	pass(d, length);
	check(d, length, why);
	return found >> 4;
}

/* Takes the extra bits of a symbol, as huffman.h says, and returns the number. */
static unsigned take_number(struct decoder *d, unsigned symbol, int top)
{
	unsigned extra = symbol >> top ? (symbol >> top) - 1 : 0;

	return ((symbol - (extra << top)) << extra) + take(d, extra);
}

/* Makes room for n bytes of output. Returns false when there is none, or after
 * an error. */
static bool make_room(struct decoder *d, size_t n)
{
	if (!check(d, true, NULL))
		return false;
	if (n > d->begin + d->inflate->max_output - d->out->len)
		return refuse(d, 1009, "the message is too long when inflated");
	return buf_reserve(d->out, n) || refuse(d, 1013, no_memory);
}

/* The rest of a byte is skipped. */
static void align(struct decoder *d)
{
	begin(d, (8 - d->bit % 8) % 8);
	tell(d, "padding", "up to the next byte", "1951 3.2.4");
}

/* RFC 1951 3.2.4: the length comes twice, the second time with all bits inverted.
 */
static void read_stored(struct decoder *d)
{
	bool is_left_out;
	unsigned n;

	align(d);
	n = begin(d, 16);
	check(d, take(d, 16) == (~n & 0xFFFF),
		"a stored block's length is damaged");
	is_left_out = d->bit == d->end;
	if (d->inflate->sink && is_left_out)
		buf_printf(&d->text, "00 00 ff ff");
	else if (d->inflate->sink)
		buf_printf(&d->text, "%u", n);
	if (is_left_out)
		tell(d, "left out", "an empty stored block", "7692 7.2.1");
	else
		tell(d, "stored length", "and the same inverted", "1951 3.2.4");
	begin(d, 0);
	d->bit += 8 * n;
	if (make_room(d, n))
		buf_append(d->out, d->in.data + d->bit / 8 - n, n);
	tell(d, "stored", "", "1951 3.2.4");
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
	struct decoder *d, unsigned symbol, const struct huffman *distances)
{
	unsigned n = symbol - HUFFMAN_LENGTH, length, distance;

	check(d, n < 29, "no length has the symbol 286 or 287");
	/* 258 has a symbol without extra bits */
	length = n < 28 ? HUFFMAN_MIN_MATCH + take_number(d, n, 2)
			: HUFFMAN_MAX_MATCH + take(d, 0);
	symbol = take_code(d, distances, "no distance has this code");
	distance = 1 + take_number(d, symbol, 1);
	check(d, distance <= d->out->len,
		"a match begins before the first byte");
	check(d, distance <= 1u << d->inflate->window_bits,
		"a match begins before the window");
	if (make_room(d, length))
		copy_match(d->out, length, distance);
	if (!d->inflate->sink)
		return;
	buf_printf(&d->text, "%u bytes, %u back: ", length, distance);
	tell(d, "match",
		d->at - distance < d->begin ? "from an earlier message"
					    : "from this message",
		"1951 3.2.5");
}

static void read_symbols(struct decoder *d, const struct huffman codes[2])
{
	unsigned symbol = 0;

	while (symbol != HUFFMAN_END && !d->code) {
		begin(d, 0);
		symbol = take_code(
			d, &codes[0], "no literal and no length has this code");
		if (symbol > HUFFMAN_END) {
			read_match(d, symbol, &codes[1]);
		} else if (symbol == HUFFMAN_END) {
			tell(d, "end of block", "", "1951 3.2.5");
		} else if (make_room(d, 1)) {
			d->out->data[d->out->len++] = (unsigned char)symbol;
			if (d->inflate->sink)
				tell(d, "literal",
					symbol == ' ' ? "a blank" : "",
					"1951 3.2.5");
		}
	}
}

/* A code must be complete. But of literals or of distances there may be a single
 * one, which has one bit and is half of a tree, or none (RFC 1951 3.2.7). */
static void make_code(struct decoder *d, struct huffman *h,
	const uint8_t *lengths, unsigned n, bool may_be_half)
{
	int left = d->code ? 0 : huffman_make(h, lengths, n);

	check(d, left >= 0, "there are more codes than a tree has leaves");
	check(d, left <= 0 || (may_be_half && h->count[0] + h->count[1] == n),
		"a code is incomplete: its tree lacks leaves");
}

/* Names n symbols from this one on, which have codes of so many bits, each by its
 * character where it has one, else by its number; a distance or the length of a
 * code has an "@" before it. */
static void gather(
	struct decoder *d, unsigned symbol, unsigned bits, unsigned n)
{
	struct buf *text = &d->text;

	if (!check(d, true, NULL) || !d->inflate->sink || !bits)
		return;
	for (; n; n--, symbol++)
		if (symbol == HUFFMAN_END)
			buf_printf(text, "end:%u ", bits);
		else if (symbol > ' ' && symbol < 0x7F)
			buf_printf(text, "%c:%u ", (int)symbol, bits);
		else if (symbol < d->n_literals)
			buf_printf(text, "#%u:%u ", symbol, bits);
		else
			buf_printf(
				text, "@%u:%u ", symbol - d->n_literals, bits);
}

/* Those that were gathered are told together, and are not divided. */
static void tell_gathered(struct decoder *d, const char *name)
{
	memset(d->detail.parts, 0, sizeof d->detail.parts);
	tell(d, name, "symbols with their bits", "1951 3.2.7");
}

/* Reads the length of a code, or of several: the one before (symbol 16), or 0 (17
 * and 18). Returns how many it has set. */
static unsigned read_length(struct decoder *d, const struct huffman *code,
	uint8_t *lengths, unsigned at, unsigned end)
{
	static const uint8_t bits[] = {2, 3, 7}, least[] = {3, 3, 11};
	unsigned n = 1, length;

	begin(d, 0);
	length = take_code(d, code, "no code length has this code");
	if (length >= 16) {
		bool is_copy = length == 16;

		n = least[length - 16] + take(d, bits[length - 16]);
		check(d, !is_copy || at,
			"there is no code length yet to repeat");
		length = is_copy && at ? lengths[at - 1] : 0;
	}
	check(d, n <= end - at, "there are more code lengths than symbols");
	for (unsigned i = at; i < at + n && i < end; i++)
		lengths[i] = (uint8_t)length;
	gather(d, at, length, n);
	return n;
}

/* RFC 1951 3.2.7: what stands before the symbols of a dynamic block: the lengths
 * of a first code, and in this code those of the other two. */
static void read_codes(struct decoder *d, struct huffman codes[2])
{
	uint8_t lengths[HUFFMAN_LITERALS + HUFFMAN_DISTANCES] = {0};
	uint8_t first[HUFFMAN_ORDER] = {0};
	unsigned n_literals = 257 + begin(d, 5), n_distances = 1 + take(d, 5);
	unsigned n_first = 4 + take(d, 4), end = n_literals + n_distances;

	check(d, n_literals <= 286 && n_distances <= 30,
		"there are at most 286 literals, 30 distances");
	if (d->inflate->sink)
		buf_printf(&d->text, "%u, %u, %u", n_literals, n_distances,
			n_first);
	tell(d, "code counts", "literals, distances, lengths", "1951 3.2.7");
	d->n_literals = n_literals;
	for (unsigned i = 0; i < n_first; i++) {
		unsigned symbol = huffman_order[i], length = begin(d, 3);

		first[symbol] = (uint8_t)length;
		gather(d, n_literals + symbol, length, 1);
	}
	tell_gathered(d, "length codes");
	make_code(d, &codes[0], first, HUFFMAN_ORDER, false);
	for (unsigned at = 0; !d->code && at < end;)
		at += read_length(d, &codes[0], lengths, at, end);
	tell_gathered(d, "code lengths");
	check(d, d->code || lengths[HUFFMAN_END],
		"the end of the block has no code");
	make_code(d, &codes[0], lengths, n_literals, true);
	make_code(d, &codes[1], lengths + n_literals, n_distances, true);
}

/* Reads a block. Returns whether it was the final one. */
static bool read_block(struct decoder *d)
{
	static const char *const types[] = {"stored", "fixed", "dynamic", ""};
	unsigned final = begin(d, 1), type = take(d, 2);
	struct huffman *codes =
		type == 1 ? d->inflate->fixed : d->inflate->dynamic;

	check(d, type < 3, "there are no blocks of type 3");
	if (type == 2 && !d->dynamic--)
		refuse(d, 1009, "too many blocks for so few bytes");
	if (d->inflate->sink)
		buf_printf(&d->text, "%s", types[type]);
	tell(d, "block",
		final ? "BFINAL 1: the last block"
		      : "BFINAL 0: more may follow",
		"1951 3.2.3");
	if (type == 2)
		read_codes(d, codes);
	if (type == 0)
		read_stored(d);
	else
		read_symbols(d, codes);
	if (final)
		align(d);
	return final;
}

/* The last block ends with the four bytes left out. But before the first block,
 * and behind a final one, nothing is missing. */
int inflate_message(
	struct inflate *inflate, const void *data, size_t len, struct buf *out)
{
	struct decoder d = {.inflate = inflate,
		.out = out,
		.begin = out->len,
		.at = out->len};
	bool final = true;

	d.end = 8 * (len + 4);
	huffman_fixed(inflate->fixed);
	d.dynamic = INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK;
	if (!buf_append(&d.in, data, len) ||
		!buf_append(&d.in, tail, sizeof tail))
		refuse(&d, 1013, no_memory);
	while (!d.code && d.bit != d.end && !(final && d.bit == 8 * len))
		final = read_block(&d);
	buf_free(&d.in);
	buf_free(&d.text);
	if (d.code)
		out->len = d.begin;
	return -d.code;
}
