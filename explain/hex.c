/* hex.c - reads bytes that are written in hex, in any common form.
 *
 *     hexdump -C   00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58    |..7.!=..MQX|
 *     xxd          00000000: 8185 37fa 213d 7f9f 4d51 58    ..7.!=..MQX
 *     od -t x1     0000000 81 85 37 fa 21 3d 7f 9f 4d 51 58
 *     Wireshark    0000   81 85 37 fa 21 3d 7f 9f 4d 51 58    ..7.!=..MQX
 *     tcpdump -X   0x0000:  8185 37fa 213d 7f9f 4d51 58    ..7.!=..MQX */
#include "explain/hex.h"

#include <stdlib.h>
#include <string.h>

#define DUMP_BYTES 16 /* in a line of a dump */

/* A line of text that is being read. */
struct line {
	struct slice rest;
	bool dump;    /* it began with an offset */
	bool swapped; /* groups of bytes may be in this machine's byte order */
	size_t bytes; /* read so far */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t count_blanks(struct slice text)
{
	size_t n = 0;

	while (n < text.len && is_blank(text.p[n]))
		n++;
	return n;
}

static void advance(struct slice *text, size_t n)
{
	text->p += n;
	text->len -= n;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Returns whether the digits are the number of bytes so far, in hex, octal, or
 * decimal. */
static bool is_count(struct slice digits, size_t bytes)
{
	size_t hex = 0, octal = 0, decimal = 0;

	for (size_t i = 0; i < digits.len; i++) {
		hex = hex * 16 + (size_t)digit(digits.p[i]);
		octal = octal * 8 + (size_t)digit(digits.p[i]);
		decimal = decimal * 10 + (size_t)digit(digits.p[i]);
	}
	return hex == bytes || octal == bytes || decimal == bytes;
}

/* Skips an offset, which is the number of bytes before it. Digits that could
 * also be bytes are an offset only when a colon or two blanks follow, when
 * there are seven of them, or when an earlier line began with an offset. */
static void read_offset(struct line *line, size_t bytes, bool dump)
{
	struct slice rest = line->rest, digits;
	size_t gap;

	advance(&rest, count_blanks(rest));
	if (rest.len > 2 && rest.p[0] == '0' && (rest.p[1] | 32) == 'x')
		advance(&rest, 2);
	digits = (struct slice){rest.p, slice_span(rest, SLICE_HEX)};
	advance(&rest, digits.len);
	gap = count_blanks(rest);
	if (digits.len < 4 || digits.len > 16 || !is_count(digits, bytes))
		return;
	line->dump = (rest.len && *rest.p == ':') || gap > 1 ||
		     digits.len == 7 || dump;
	line->swapped = digits.len == 7 && gap == 1;
	if (line->dump)
		line->rest = rest;
}

/* Returns whether the column of characters begins here. The bytes before it may
 * have a gap in their middle. */
static bool is_at_text(const struct line *line)
{
	size_t gap = count_blanks(line->rest);
	char next = gap < line->rest.len ? line->rest.p[gap] : 0;

	return line->bytes == DUMP_BYTES || next == '|' || next == '>' ||
	       (line->bytes && gap > 2) ||
	       (line->bytes && gap == 2 && line->bytes != DUMP_BYTES / 2);
}

static bool separates(char c)
{
	return is_blank(c) || (c && strchr(",;:{}[]()\"'\\", c));
}

static struct slice next_word(struct slice *rest)
{
	struct slice word;

	while (rest->len && separates(*rest->p))
		advance(rest, 1);
	word = (struct slice){rest->p, 0};
	while (word.len < rest->len && !separates(word.p[word.len]))
		word.len++;
	advance(rest, word.len);
	return word;
}

/* Returns the digits of "0x81", of the x81 in "\x81", of "81", "8185" or
 * "5". */
static struct slice digits_of(struct slice word)
{
	size_t zero = word.len && word.p[0] == '0';

	if (word.len > zero && (word.p[zero] | 32) == 'x')
		advance(&word, zero + 1);
	return word;
}

static bool are_pairs(const struct line *line, struct slice digits)
{
	bool whole = digits.len % 2 == 0 || digits.len == 1;

	return slice_is_all(digits, SLICE_HEX) && whole &&
	       !(line->swapped && digits.len > 2);
}

static bool append_bytes(
	struct line *line, struct slice digits, struct buf *out)
{
	for (size_t i = 0; i < digits.len; i += 2) {
		unsigned char byte = (unsigned char)digit(digits.p[i]);

		if (i + 1 < digits.len)
			byte = (unsigned char)(byte << 4 |
					       digit(digits.p[i + 1]));
		if (!buf_append(out, &byte, 1))
			return false;
		line->bytes++;
	}
	return true;
}

static bool read_line(struct line *line, struct buf *out, struct slice *wrong)
{
	while (!(line->dump && is_at_text(line))) {
		*wrong = next_word(&line->rest);
		if (!wrong->len)
			return true;
		if (!are_pairs(line, digits_of(*wrong)))
			return false;
		if (!append_bytes(line, digits_of(*wrong), out)) {
			wrong->p = NULL;
			return false;
		}
	}
	return true;
}

/* Does the next line belong to the same write? */
static bool goes_on(struct slice text, bool dump)
{
	while (text.len && is_blank(text.p[text.len - 1]))
		text.len--;
	return dump || (text.len && strchr(",\\", text.p[text.len - 1]));
}

/* Ends a write, which began at byte `from`. */
static bool end_write(
	struct buf *sizes, size_t from, size_t to, struct slice *wrong)
{
	size_t size = to - from;

	if (!size || buf_append(sizes, &size, sizeof size))
		return true;
	wrong->p = NULL;
	return false;
}

bool hex_read_writes(struct buf *out, struct buf *sizes, struct slice text,
	struct slice *wrong)
{
	size_t begin = out->len;
	bool dump = false, was_dump = false, open = false;

	while (text.len) {
		struct slice whole = slice_cut(text, '\n', &text);
		struct line line = {.rest = whole};
		size_t from = out->len;

		read_offset(&line, from, dump);
		dump |= line.dump;
		if (!open || (was_dump && !line.dump)) {
			if (!end_write(sizes, begin, from, wrong))
				return false;
			begin = from;
		}
		if (!read_line(&line, out, wrong))
			return false;
		was_dump = line.dump;
		open = goes_on(whole, was_dump);
	}
	return end_write(sizes, begin, out->len, wrong);
}

bool hex_read(struct buf *out, struct slice text, struct slice *wrong)
{
	struct buf sizes = {0};
	bool read = hex_read_writes(out, &sizes, text, wrong);

	buf_free(&sizes);
	return read;
}
