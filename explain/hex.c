/* hex.c - bytes written in hex, as they are pasted from anywhere.
 *
 *     hexdump -C   00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58    |..7.!=..MQX|
 *     xxd          00000000: 8185 37fa 213d 7f9f 4d51 58    ..7.!=..MQX
 *     od -t x1     0000000 81 85 37 fa 21 3d 7f 9f 4d 51 58
 *     Wireshark    0000   81 85 37 fa 21 3d 7f 9f 4d 51 58    ..7.!=..MQX
 *     tcpdump -X   0x0000:  8185 37fa 213d 7f9f 4d51 58    ..7.!=..MQX */
#include "explain/hex.h"

#include <stdlib.h>
#include <string.h>

#define DUMP_BYTES 16 /* that a line of a dump has */

/* A line of text, as far as it has been read. */
struct line {
	struct slice rest;
	bool dump;    /* it began with an offset */
	bool swapped; /* its groups may be numbers of this machine's order */
	size_t bytes;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t blanks(struct slice s)
{
	size_t n = 0;

	while (n < s.len && is_blank(s.p[n]))
		n++;
	return n;
}

static void skip(struct slice *s, size_t n)
{
	s->p += n;
	s->len -= n;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Is the number how many bytes came before, in base 16 or 8? */
static bool is_count(struct slice digits, size_t bytes)
{
	size_t hex = 0, octal = 0;

	for (size_t i = 0; i < digits.len; i++) {
		hex = hex * 16 + (size_t)digit(digits.p[i]);
		octal = octal * 8 + (size_t)digit(digits.p[i]);
	}
	return hex == bytes || octal == bytes;
}

/* Passes over an offset: it counts what came before. Where it can be bytes as
 * well it is none: a colon or two blanks follow it, or its number of digits is
 * odd, or the line before had one. */
static void read_offset(struct line *line, size_t bytes, bool dump)
{
	struct slice s = line->rest, digits;
	size_t gap;

	skip(&s, blanks(s));
	if (s.len > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x')
		skip(&s, 2);
	digits = (struct slice){s.p, slice_span(s, SLICE_HEX)};
	skip(&s, digits.len);
	gap = blanks(s);
	if (digits.len < 4 || digits.len > 16 || !is_count(digits, bytes))
		return;
	line->dump =
		(s.len && *s.p == ':') || gap > 1 || digits.len == 7 || dump;
	line->swapped = digits.len == 7 && gap == 1;
	if (line->dump)
		line->rest = s;
}

/* Before the next word of a dump: do its characters begin here? Its bytes may
 * have a gap in their middle. */
static bool is_at_text(const struct line *line)
{
	size_t gap = blanks(line->rest);
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
		skip(rest, 1);
	word = (struct slice){rest->p, 0};
	while (word.len < rest->len && !separates(word.p[word.len]))
		word.len++;
	skip(rest, word.len);
	return word;
}

/* "0x81", the x81 of "\x81", "81", "8185"; "5" is a byte too. */
static struct slice digits_of(struct slice word)
{
	size_t zero = word.len && word.p[0] == '0';

	if (word.len > zero && (word.p[zero] | 32) == 'x')
		skip(&word, zero + 1);
	return word;
}

static bool are_bytes(const struct line *line, struct slice digits)
{
	bool pairs = digits.len % 2 == 0 || digits.len == 1;

	return slice_is_all(digits, SLICE_HEX) && pairs &&
	       !(line->swapped && digits.len > 2);
}

static bool add_bytes(struct line *line, struct slice digits, struct buf *out)
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
		if (!are_bytes(line, digits_of(*wrong)))
			return false;
		if (!add_bytes(line, digits_of(*wrong), out)) {
			wrong->p = NULL;
			return false;
		}
	}
	return true;
}

bool hex_read(struct buf *out, struct slice text, struct slice *wrong)
{
	bool dump = false;

	while (text.len) {
		struct line line = {.dump = false};

		line.rest = slice_cut(text, '\n', &text);
		read_offset(&line, out->len, dump);
		dump |= line.dump;
		if (!read_line(&line, out, wrong))
			return false;
	}
	return true;
}
