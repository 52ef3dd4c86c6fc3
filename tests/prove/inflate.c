/* inflate.c - any block of any message, for Frama-C's Eva: each byte is any byte.
 * docs/proof.md says the rest.
 *
 * huffman.c is not in it. What huffman.h promises is here as a program: a
 * code that has been made has a number of symbols, which is kept in codes[0], and
 * a bit pattern is any of its symbols, or none. */
#include "annotated/inflate.c"

#include <__fc_builtin.h>
#include <stdlib.h>

#define MOST 4
#define WINDOW 1
#define OUTPUT 3
#define ANY(from, to) Frama_C_interval_split(from, to)

const uint8_t huffman_order[HUFFMAN_ORDER] = {
	16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

int huffman_make(struct huffman *h, const uint8_t *lengths, size_t n)
{
	int left = ANY(-1, 1);

	//@ assert 0 < n <= HUFFMAN_LITERALS;
	for (size_t i = 0; i < n; i++)
		//@ assert lengths[i] <= HUFFMAN_MAX_BITS;
		;
	h->count[0] = Frama_C_unsigned_short_interval(0, (unsigned short)n);
	h->count[1] = Frama_C_unsigned_short_interval(0, (unsigned short)n);
	h->codes[0] = left < 0 ? 0 : (uint16_t)n;
	return left;
}

void huffman_fixed(struct huffman codes[2])
{
	codes[0].codes[0] = HUFFMAN_LITERALS;
	codes[1].codes[0] = HUFFMAN_DISTANCES;
}

unsigned huffman_decode(const struct huffman *h, unsigned bits)
{
	int n = h->codes[0];

	//@ assert n > 0;
	if (ANY(0, 1))
		return 0;
	return (unsigned)Frama_C_interval(0, n - 1) << 4 |
	       (unsigned)Frama_C_interval(1, HUFFMAN_MAX_BITS);
}

/* Room, as buf.h says, or none: a buf ends where a block ends, so that nothing can
 * be written behind it. What it holds may be any bytes. */
static unsigned char in_space[MOST + 8], out_space[OUTPUT];
static struct inflate d;

bool buf_reserve(struct buf *b, size_t n)
{
	if (ANY(0, 1))
		return false;
	if (n <= b->cap - b->len)
		return true;
	b->cap = b->len + n;
	//@ assert b->cap <= (b == &d.out ? OUTPUT : MOST + 8);
	b->data = b == &d.out ? out_space + sizeof out_space - b->cap
			      : in_space + sizeof in_space - b->cap;
	return true;
}

bool buf_append(struct buf *b, const void *data, size_t n)
{
	//@ assert n == 0 || \valid_read((char *)data + (0 .. n - 1));
	if (!buf_reserve(b, n))
		return false;
	if (n)
		Frama_C_make_unknown((char *)b->data + b->len, n);
	b->len += n;
	return true;
}

void buf_free(struct buf *b)
{
	*b = (struct buf){0};
}

int buf_format(char *text, size_t size, const char *format, ...)
{
	Frama_C_make_unknown(text, size);
	return 1;
}

/* Any text, which ends with a 0, or none. What is returned is not read. */
bool buf_printf(struct buf *b, const char *format, ...)
{
	static unsigned char text[8];

	Frama_C_make_unknown((char *)text, sizeof text - 1);
	b->data = text;
	b->len = (size_t)Frama_C_interval(0, sizeof text - 1);
	return true;
}

/* Those who look may read the words of an element, ... */
static void read_words(void *data, const struct ws_detail *e)
{
	size_t name = strlen(e->is.name), means = strlen(e->is.means);

	//@ check 0 < name <= 24 && means <= 35;
	//@ check \initialized(e->parts + (0 .. 3));
	strlen(e->is.rfc);
}

/* ... and all of it: its text and its bytes. */
static void read_all(void *data, const struct ws_detail *e)
{
	read_words(data, e);
	//@ check e->text == \null || valid_read_string(e->text);
	//@ check e->len <= OUTPUT;
	//@ check e->len == 0 || \valid_read(e->bytes + (0 .. e->len - 1));
}

static const struct ws_sink *sink_of(
	void (*on_detail)(void *, const struct ws_detail *))
{
	static struct ws_sink sink;

	sink.on_detail = on_detail;
	return &sink;
}

/* Nobody looks, or somebody does. */
#define ANY_SINK(on_detail) (d.sink = ANY(0, 1) ? sink_of(on_detail) : NULL)

/* Any state in which a block may begin */
static void begin_any(void)
{
	static unsigned char window_space[WINDOW];

	Frama_C_make_unknown((char *)in_space, sizeof in_space);
	Frama_C_make_unknown((char *)out_space, sizeof out_space);
	Frama_C_make_unknown((char *)window_space, sizeof window_space);
	d.window.bits = (uint8_t)Frama_C_interval(8, 15);
	d.window.len = (uint16_t)ANY(0, WINDOW);
	d.window.bytes = d.window.len ? window_space : NULL;
	d.max_output = OUTPUT;
	d.in.data = in_space;
	d.in.len = d.in.cap = sizeof in_space;
	d.end = 8 * (MOST + 4);
	d.next = (size_t)Frama_C_interval(0, 8 * (MOST + 4));
	d.detail.bit = (uint64_t)Frama_C_interval(0, 8 * (MOST + 4));
}

/* Any output of earlier blocks, in memory that may have room for more */
#define ANY_OUT                                                        \
	do {                                                           \
		d.out.len = (size_t)ANY(0, OUTPUT);                    \
		d.out.cap = ANY(0, 1) ? d.out.len : sizeof out_space;  \
		d.out.data = out_space + sizeof out_space - d.out.cap; \
		d.told = d.out.len;                                    \
	} while (0)

/* An error before it, or none */
#define ANY_CODE (d.code = ANY(0, 1) ? Frama_C_interval(1007, 1013) : 0)

/* Any header of a dynamic block */
void codes(void)
{
	begin_any();
	ANY_SINK(read_all);
	ANY_CODE;
	read_codes(&d, &d.codes[2]);
}

void stored(void)
{
	begin_any();
	ANY_SINK(read_all);
	ANY_CODE;
	ANY_OUT;
	read_stored(&d);
}

/* With any code; nothing is read after an error. Nobody is told: the states would
 * be too many. */
void symbols(void)
{
	begin_any();
	ANY_OUT;
	d.codes[2].codes[0] = (uint16_t)Frama_C_interval(257, 288);
	d.codes[3].codes[0] = (uint16_t)Frama_C_interval(1, 30);
	read_symbols(&d, &d.codes[2]);
}

/* The message around them */
void message(void)
{
	static unsigned char bytes[MOST];

	begin_any();
	ANY_SINK(read_words);
	Frama_C_make_unknown((char *)bytes, MOST);
	inflate_message(&d, bytes, (size_t)ANY(0, MOST));
}
