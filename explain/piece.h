/* piece.h - one piece of the bytes on the wire, taken apart into fields.
 *
 * A piece is a head of HTTP, a frame, or part of something longer. Its fields
 * lie end to end and together cover each of its bits once. Derived fields are
 * not on the wire but computed from the others: a payload without its mask, a
 * close code, an accept value. draw.c draws a piece, json.c writes it as
 * JSON. */
#ifndef PIECE_H
#define PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIECE_FIELDS_MAX 96
#define PIECE_DETAILS_MAX 40 /* of a coded message */
#define PIECE_CODE_BITS 48
#define PIECE_SHOWN_MAX 64 /* bytes of a payload that are shown */

/* 64 bytes as \xHH, "..." and a 0. */
#define PIECE_VALUE_SIZE (PIECE_SHOWN_MAX * 4 + 4)

/* The bits, a blank between their four parts, and a 0. */
#define PIECE_CODE_SIZE (PIECE_CODE_BITS + 4)

enum piece_kind {
	PIECE_REQUEST,
	PIECE_RESPONSE,
	PIECE_FRAME,
	PIECE_RUN, /* a body, more payload, or bytes that are not read */
	PIECE_END  /* the connection has ended; no bytes */
};

/* What a field is; `means` and `rfc` may be "". The texts are arrays, as long as the
 * longest: a pointer would cost 32 bytes, with its relocation, in a
 * position-independent program. */
struct sense {
	char name[25];
	char means[36]; /* the meaning of the field or of its value */
	char rfc[12];   /* number and section: "6455 5.2" */
};

struct piece_field {
	struct {
		char name[40]; /* may be longer: as the peer has written it */
		char means[36], rfc[12];
	} is;
	size_t at;    /* its first byte, from the start of the piece */
	unsigned bit; /* its first bit in that byte; 0 is the highest */
	uint64_t bits;
	bool derived; /* computed from these bits, not itself on the wire */
	const unsigned char *bytes; /* `shown` of them are shown in hex */
	size_t shown;
	char value[PIECE_VALUE_SIZE]; /* UTF-8 without control characters */
	bool cut;                     /* the value ends in "..." */
	/* Of a derived field: its bits, in the order in which they are read,
	 * where that is not the order on the wire; or "". */
	char code[PIECE_CODE_SIZE];
};

struct piece {
	/* Yours to set. draw.c draws no number and time when `number` is 0. */
	uint32_t number; /* of the connection */
	uint64_t us;     /* microseconds since the connection began */
	bool marked;
	uint64_t mark; /* the bit to point at, from the start of the piece */

	enum piece_kind kind;
	const char *title; /* "text frame" */
	bool sent;         /* by the server */
	const unsigned char *bytes;
	size_t len;
	const char *why;  /* the rule that it breaks, or NULL */
	int code;         /* close code or status to refuse it with, or 0 */
	size_t at;        /* the byte that breaks the rule */
	uint64_t missing; /* bytes that it lacks; 0: it is whole */
	bool at_least;    /* it may lack more: its length has not arrived */
	size_t n;         /* fields */
	struct piece_field fields[PIECE_FIELDS_MAX];

	/* Private. */
	uint64_t explained; /* bits that have a field */
	unsigned char plain[PIECE_SHOWN_MAX], decoded[PIECE_SHOWN_MAX];
};

/* Starts a piece, without fields. The bytes stay the caller's. */
void piece_start(struct piece *, enum piece_kind, const char *title, bool sent,
	const void *bytes, size_t len);

/* Adds the next field on the wire. It asserts that there is room for it. */
struct piece_field *piece_add(
	struct piece *, uint64_t bits, const struct sense *);

/* Makes the last field longer. */
void piece_extend(struct piece *, uint64_t bits);

/* Adds a derived field: it is computed from `bits` bits, from byte `at` on. */
struct piece_field *piece_derive(
	struct piece *, size_t at, uint64_t bits, const struct sense *);

/* Returns how many bytes have no field yet. */
size_t piece_rest(const struct piece *);

/* Each adds to a field's value: a text of this program, a number, or a peer's
 * bytes, in which control characters and bytes that are not UTF-8 become \xHH.
 * A value that is full ends in "...". */
void piece_put(struct piece_field *, const char *text);
void piece_put_number(struct piece_field *, uint64_t);
void piece_put_bytes(struct piece_field *, const void *, size_t len);

/* Makes a field show bytes in hex, at most PIECE_SHOWN_MAX of them. */
void piece_show(struct piece_field *, const unsigned char *, size_t len);

/* Write a number, and a byte in hex. Both return the text. */
#define PIECE_DIGITS 21
const char *piece_digits(char text[PIECE_DIGITS], uint64_t);
const char *piece_hex(char text[3], unsigned char);

/* Says which rule the piece breaks. The last byte is the one that breaks it. */
void piece_refuse(struct piece *, int code, const char *why);

/* Returns the field that breaks the piece's rule, or NULL when it has none. */
const struct piece_field *piece_guilty(const struct piece *);

/* Says that the bytes end inside the piece, which lacks that many. */
void piece_lacks(struct piece *, uint64_t missing, bool at_least);

#endif
