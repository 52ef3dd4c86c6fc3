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

/* RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the
 * payload of the message." The zeros behind them are looked at and never passed. */
static const unsigned char tail[8] = {0x00, 0x00, 0xFF, 0xFF};

/* Refuses the message, unless this is so or that has been done, and goes back to
 * the element that is wrong, behind which no bit is passed any more. Returns whether
 * there is no error so far. */
static bool check(struct inflate *d, bool is_so, int code, const char *why)
{
	if (!is_so && !d->code) {
		d->code = code;
		d->next = d->bit;
		buf_format(d->why, sizeof d->why, "bit %llu: %s%s",
			(unsigned long long)d->bit, why,
			code == 1007 ? " (RFC 1951)" : "");
	}
	return !d->code;
}

/* Returns the next bits, 25 at least: the next one is the lowest. */
static inline unsigned next_bits(const struct inflate *d)
{
	const unsigned char *p = d->in.data + d->next / 8;

	return (p[0] | p[1] << 8 | p[2] << 16 | (unsigned)p[3] << 24) >>
	       d->next % 8;
}

/* Passes n bits. Returns false when there are fewer, or after an error. */
static inline bool pass(struct inflate *d, size_t n)
{
	size_t next = d->next + n;

	if (check(d, next <= d->end, 1007, "the message ends in a block"))
		d->next = next;
	return !d->code;
}

/* Takes a number of n bits, which is a part of its element. After an error it is
 * 0. */
static inline unsigned take(struct inflate *d, unsigned n)
{
	unsigned value = next_bits(d) & ((1u << n) - 1);

	*d->part++ = (unsigned char)n;
	return pass(d, n) ? value : 0;
}

/* An element begins, with a number of n bits, or with a code. */
static unsigned begin(struct inflate *d, unsigned n)
{
	d->bit = d->next;
	d->part = memset(d->detail.parts, 0, sizeof d->detail.parts);
	return n ? take(d, n) : 0;
}

/* The element ends, or several that are told together: all bits since the last
 * were told. Errors that follow, and are about it, still have its bit. */
static void tell(
	struct inflate *d, const char *name, const char *means, const char *rfc)
{
	struct ws_detail *e = &d->detail;

	if (!d->sink || d->next <= e->bit)
		return;
	e->is = (struct ws_words){name, means, rfc};
	e->bits = (unsigned)(d->next - e->bit);
	e->text = d->text.len ? (char *)d->text.data : NULL;
	e->len = d->out.len - d->told;
	e->bytes = e->len ? d->out.data + d->told : NULL;
	d->sink->on_detail(d->sink->data, e);
	e->bit = d->next;
	d->told = d->out.len;
	d->text.len = 0;
}

/* Takes a code and returns its symbol. */
static unsigned take_code(
	struct inflate *d, const struct huffman *h, const char *why)
{
	unsigned found = huffman_decode(h, next_bits(d));

	take(d, found % 16);
	check(d, found, 1007, why);
	return found >> 4;
}

/* Takes the extra bits of a symbol, as huffman.h says, and returns the number. */
static unsigned take_number(struct inflate *d, unsigned symbol, int top)
{
	unsigned extra = symbol >> top ? (symbol >> top) - 1 : 0;

	return ((symbol - (extra << top)) << extra) + take(d, extra);
}

/* Makes room for n bytes of output. Returns false when there is none, or after
 * an error. */
static bool make_room(struct inflate *d, size_t n)
{
	return check(d, n <= d->max_output - d->out.len, 1009,
		       "the message is too long when inflated") &&
	       check(d, buf_reserve(&d->out, n), 1013, no_memory);
}

/* The rest of a byte is skipped. */
static void align(struct inflate *d)
{
	begin(d, -d->next % 8);
	tell(d, "padding", "up to the next byte", "1951 3.2.4");
}

/* RFC 1951 3.2.4: the length comes twice, the second time with all bits inverted,
 * so their sum has all bits. */
static void read_stored(struct inflate *d)
{
	unsigned n;

	align(d);
	n = begin(d, 16);
	check(d, n + take(d, 16) == 0xFFFF, 1007, "a stored length is damaged");
	if (d->sink)
		buf_printf(
			&d->text, d->next == d->end ? "00 00 ff ff" : "%u", n);
	if (d->next == d->end)
		tell(d, "left out", "an empty stored block", "7692 7.2.1");
	else
		tell(d, "stored length", "and the same inverted", "1951 3.2.4");
	begin(d, 0);
	if (pass(d, 8 * (size_t)n) && make_room(d, n))
		buf_append(&d->out, d->in.data + d->next / 8 - n, n);
	tell(d, "stored", "", "1951 3.2.4");
}

/* A match may reach into itself: 5 bytes from 2 before repeat these two. */
static void copy_match(struct inflate *d, size_t length, size_t distance)
{
	const struct window *w = &d->window;
	unsigned char *out = d->out.data;
	size_t at = d->out.len;

	for (d->out.len += length; at < d->out.len; at++)
		out[at] = distance <= at ? out[at - distance]
					 : w->bytes[w->len + at - distance];
}

/* RFC 1951 3.2.5: behind the code of a length, the n-th of them, is a distance, in
 * a code of its own. */
static void read_match(struct inflate *d, unsigned n, const struct huffman *h)
{
	/* 258 has a symbol without extra bits */
	unsigned length = n < 28 ? HUFFMAN_MIN_MATCH + take_number(d, n, 2)
				 : HUFFMAN_MAX_MATCH + take(d, 0);
	unsigned symbol = take_code(d, h, "no distance has this code");
	unsigned distance = 1 + take_number(d, symbol, 1);

	check(d, n < 29, 1007, "no length has the symbol 286 or 287");
	check(d, distance <= d->out.len + d->window.len, 1007,
		"a match begins before the first byte");
	check(d, distance <= WINDOW_SIZE(&d->window), 1007,
		"a match begins before the window");
	if (make_room(d, length))
		copy_match(d, length, distance);
	if (d->sink)
		buf_printf(&d->text, "%u bytes, %u back: ", length, distance);
	tell(d, "match",
		distance > d->told ? "from an earlier message"
				   : "from this message",
		"1951 3.2.5");
}

static void read_symbols(struct inflate *d, const struct huffman codes[2])
{
	unsigned symbol = 0;

	while (symbol != HUFFMAN_END && !d->code) {
		begin(d, 0);
		symbol = take_code(d, codes, "no symbol has this code");
		if (symbol > HUFFMAN_END) {
			read_match(d, symbol - HUFFMAN_LENGTH, &codes[1]);
		} else if (symbol < HUFFMAN_END && make_room(d, 1)) {
			d->out.data[d->out.len++] = (unsigned char)symbol;
			tell(d, "literal", symbol == ' ' ? "a blank" : "",
				"1951 3.2.5");
		}
	}
	tell(d, "end of block", "", "1951 3.2.5");
}

/* A code must be complete. But of literals or of distances there may be a single
 * one, which has one bit and is half of a tree, or none (RFC 1951 3.2.7). */
static void make_code(struct inflate *d, struct huffman *h,
	const uint8_t *lengths, unsigned n, bool may_be_half)
{
	int left = d->code ? 0 : huffman_make(h, lengths, n);

	check(d, left >= 0, 1007, "more codes than a tree has leaves");
	check(d, left <= 0 || (may_be_half && h->count[0] + h->count[1] == n),
		1007, "a code is incomplete: its tree lacks leaves");
}

/* Tells how many bits the codes of n symbols have, all together and not divided.
 * A literal is named by its character where it has one, else by its number; what
 * stands behind the literals, from `border` on, has an "@" before its number. */
static void tell_lengths(struct inflate *d, const char *name,
	const uint8_t *lengths, unsigned n, unsigned border)
{
	for (unsigned i = 0; d->sink && i < n; i++)
		if (lengths[i] && i >= border)
			buf_printf(&d->text, "@%u:%u ", i - border, lengths[i]);
		else if (lengths[i] && i == HUFFMAN_END)
			buf_printf(&d->text, "end:%u ", lengths[i]);
		else if (lengths[i] && i > ' ' && i < 0x7F)
			buf_printf(&d->text, "%c:%u ", (int)i, lengths[i]);
		else if (lengths[i])
			buf_printf(&d->text, "#%u:%u ", i, lengths[i]);
	memset(d->detail.parts, 0, sizeof d->detail.parts);
	tell(d, name, "symbols with their bits", "1951 3.2.7");
}

/* Reads the lengths of n codes. Beside the lengths there are symbols for several
 * at once that are like the one before (16), or 0 (17 and 18). */
static void read_lengths(struct inflate *d, const struct huffman *code,
	uint8_t *lengths, unsigned n)
{
	static const uint8_t bits[HUFFMAN_ORDER] = {[16] = 2, 3, 7};
	static const uint8_t least[HUFFMAN_ORDER] = {[16] = 3, 3, 11};
	unsigned at = 0, length = 0, symbol, run;

	while (at < n && !d->code) {
		begin(d, 0);
		symbol = take_code(d, code, "no code length has this code");
		check(d, at || symbol != 16, 1007, "no code length to repeat");
		run = symbol < 16 ? 1 : least[symbol] + take(d, bits[symbol]);
		check(d, run <= n - at, 1007, "more code lengths than symbols");
		length = symbol < 16 ? symbol : symbol == 16 ? length : 0;
		for (; run && !d->code; run--)
			lengths[at++] = (uint8_t)length;
	}
}

/* RFC 1951 3.2.7: what stands before the symbols of a dynamic block: the lengths
 * of a first code, and in this code those of the other two. */
static void read_codes(struct inflate *d, struct huffman codes[2])
{
	uint8_t lengths[288 + 32] = {0}; /* as many as can be counted */
	uint8_t first[HUFFMAN_ORDER] = {0};
	unsigned n_literals = 257 + begin(d, 5), n_distances = 1 + take(d, 5);
	unsigned n = n_literals + n_distances, n_first = 4 + take(d, 4);

	check(d, d->dynamic--, 1009, "too many blocks for so few bytes");
	check(d, n_literals <= 286 && n_distances <= 30, 1007,
		"there are at most 286 literals, 30 distances");
	if (d->sink)
		buf_printf(&d->text, "%u, %u, %u", n_literals, n_distances,
			n_first);
	tell(d, "code counts", "literals, distances, lengths", "1951 3.2.7");
	for (unsigned i = 0; i < n_first; i++)
		first[huffman_order[i]] = (uint8_t)begin(d, 3);
	tell_lengths(d, "length codes", first, HUFFMAN_ORDER, 0);
	make_code(d, &codes[0], first, HUFFMAN_ORDER, false);
	read_lengths(d, &codes[0], lengths, n);
	tell_lengths(d, "code lengths", lengths, n, n_literals);
	check(d, lengths[HUFFMAN_END], 1007, "the end of a block has no code");
	make_code(d, &codes[0], lengths, n_literals, true);
	make_code(d, &codes[1], lengths + n_literals, n_distances, true);
}

/* Reads a block. Returns whether it was the final one. */
static bool read_block(struct inflate *d)
{
	static const char *const types[] = {"stored", "fixed", "dynamic", ""};
	static const char *const finals[] = {
		"BFINAL 0: more may follow", "BFINAL 1: the last block"};
	unsigned final = begin(d, 1), type = take(d, 2);
	struct huffman *codes = &d->codes[type == 1 ? 0 : 2];

	check(d, type < 3, 1007, "there are no blocks of type 3");
	if (d->sink)
		buf_printf(&d->text, "%s", types[type]);
	tell(d, "block", finals[final], "1951 3.2.3");
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
int inflate_message(struct inflate *d, const void *data, size_t len)
{
	bool final = true;

	d->out.len = 0;
	memset(d->why, 0, sizeof *d - offsetof(struct inflate, why));
	d->end = 8 * (len + sizeof tail / 2);
	d->dynamic = INFLATE_BLOCKS + len / INFLATE_BYTES_A_BLOCK;
	huffman_fixed(d->codes);
	check(d, buf_append(&d->in, data, len), 1013, no_memory);
	check(d, buf_append(&d->in, tail, sizeof tail), 1013, no_memory);
	while (!d->code && d->next != d->end && !(final && d->next == 8 * len))
		final = read_block(d);
	buf_free(&d->in);
	buf_free(&d->text);
	return -d->code;
}
