/* verdict.h - says what an attempt at an exercise lacks: with a key, and with
 * values in words, numbers and bits. All of these return false, so that a
 * condition can end with them. */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_VALUES_MAX 5

/* What an attempt lacks. The page has a text for each `lacks`, in which {0} to
 * {4} stand for the values: texts.js, "lacks-opcode". */
struct verdict {
	const char *lacks;
	size_t n;
	char values[VERDICT_VALUES_MAX][124];
};

/* Begins anew with that key. */
bool verdict_lacks(struct verdict *, const char *key);

/* Add a value: a text, a number, at most 8 bytes in hex; or a byte
 * as "81 = 1000 0001". */
bool verdict_add(struct verdict *, const char *text);
bool verdict_add_number(struct verdict *, uint64_t);
bool verdict_add_hex(struct verdict *, const unsigned char *, size_t len);
bool verdict_add_byte(struct verdict *, unsigned char);
bool verdict_add_bits(struct verdict *, unsigned bits, int count);

/* "more" or "more-least", and how many bytes. */
bool verdict_lacks_more(struct verdict *, uint64_t missing, bool at_least);

/* "byte", its place, what it is and what it should be. */
bool verdict_lacks_byte(
	struct verdict *, size_t at, unsigned char is, unsigned char asked);

/* "opcode": the four bits that are there, and those that are asked for. */
bool verdict_lacks_opcode(struct verdict *, int is, int asked);

/* "length": the bytes that are there, and those that are asked for. */
bool verdict_lacks_length(struct verdict *, uint64_t is, uint64_t asked);

/* "payload": the text that is there, of which more may follow, the one that is
 * asked for, and the first byte that differs, with what it should be. Or
 * "payload-end", the two texts: one is the beginning of the other. */
bool verdict_lacks_payload(struct verdict *, const unsigned char *is,
	size_t len, bool more, const unsigned char *asked);

/* The same payload has been decompressed: "decoded" or "decoded-end". */
bool verdict_is_decoded(struct verdict *);

#endif
