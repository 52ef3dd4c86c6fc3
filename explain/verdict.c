/* verdict.c - says what an attempt at an exercise lacks. */
#include "explain/verdict.h"

#include "explain/piece.h"

#include <string.h>

#define HEX_MAX 8 /* bytes */

bool verdict_lacks(struct verdict *v, const char *key)
{
	v->lacks = key;
	v->n = 0;
	return false;
}

bool verdict_add(struct verdict *v, const char *text)
{
	char *value = v->values[v->n++];
	size_t max = sizeof v->values[0] - 1, len = strlen(text);

	len = len < max ? len : max;
	memcpy(value, text, len);
	value[len] = 0;
	return false;
}

bool verdict_add_number(struct verdict *v, uint64_t number)
{
	char digits[PIECE_DIGITS];

	return verdict_add(v, piece_digits(digits, number));
}

bool verdict_add_hex(struct verdict *v, const unsigned char *p, size_t len)
{
	char text[3 * HEX_MAX + 1] = "";

	for (size_t i = 0; i < len && i < HEX_MAX; i++) {
		strcat(text, i ? " " : "");
		piece_hex(text + strlen(text), p[i]);
	}
	return verdict_add(v, text);
}

/* Writes the bits from `count` - 1 down to 0, in groups of four. */
static void put_bits(char *text, unsigned bits, int count)
{
	while (count--) {
		*text++ = bits >> count & 1 ? '1' : '0';
		if (count == 4)
			*text++ = ' ';
	}
	*text = 0;
}

bool verdict_add_byte(struct verdict *v, unsigned char byte)
{
	char text[16];

	piece_hex(text, byte);
	strcpy(text + 2, " = ");
	put_bits(text + 5, byte, 8);
	return verdict_add(v, text);
}

bool verdict_add_bits(struct verdict *v, unsigned bits, int count)
{
	char text[16];

	put_bits(text, bits, count);
	return verdict_add(v, text);
}

bool verdict_lacks_more(struct verdict *v, uint64_t missing, bool at_least)
{
	verdict_lacks(v, at_least ? "more-least" : "more");
	return verdict_add_number(v, missing);
}

bool verdict_lacks_byte(
	struct verdict *v, size_t at, unsigned char is, unsigned char asked)
{
	verdict_lacks(v, "byte");
	verdict_add_number(v, at);
	verdict_add_byte(v, is);
	return verdict_add_byte(v, asked);
}

bool verdict_lacks_opcode(struct verdict *v, int is, int asked)
{
	verdict_lacks(v, "opcode");
	verdict_add_bits(v, (unsigned)is, 4);
	return verdict_add_bits(v, (unsigned)asked, 4);
}

bool verdict_lacks_length(struct verdict *v, uint64_t is, uint64_t asked)
{
	verdict_lacks(v, "length");
	verdict_add_number(v, is);
	return verdict_add_number(v, asked);
}

bool verdict_lacks_payload(struct verdict *v, const unsigned char *is,
	size_t len, bool more, const unsigned char *asked)
{
	struct piece_field shown = {.value = ""};
	size_t same = 0;

	piece_put_bytes(&shown, is, len);
	piece_put(&shown, more ? "..." : "");
	while (same < len && asked[same] && is[same] == asked[same])
		same++;
	verdict_lacks(v, same < len && asked[same] ? "payload" : "payload-end");
	verdict_add(v, shown.value);
	verdict_add(v, (const char *)asked);
	if (same == len || !asked[same])
		return false;
	verdict_add_number(v, same);
	verdict_add_byte(v, is[same]);
	return verdict_add_byte(v, asked[same]);
}

bool verdict_is_decoded(struct verdict *v)
{
	v->lacks = strcmp(v->lacks, "payload") ? "decoded-end" : "decoded";
	return false;
}
