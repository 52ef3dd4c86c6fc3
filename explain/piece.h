/* piece.h - one piece of what crosses the wire, taken apart into fields.
 *
 * A piece is a head of HTTP, a frame, or a run of something longer. Its fields
 * lie end to end, so that together they cover each of its bits once. Beside
 * them are those that are worked out of others: a payload without its mask, a
 * close code, an accept value. tree.c draws a piece, json.c sends it. */
#ifndef PIECE_H
#define PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIECE_FIELDS_MAX 48
#define PIECE_SHOWN_MAX 64 /* bytes of a payload that are shown */

/* 64 bytes as \xHH, "..." and a 0. */
#define PIECE_VALUE_SIZE (PIECE_SHOWN_MAX * 4 + 4)

enum piece_kind {
	PIECE_REQUEST,
	PIECE_RESPONSE,
	PIECE_FRAME,
	PIECE_RUN, /* payload or body that goes on, or what is not read */
	PIECE_END  /* the connection has ended; no bytes */
};

/* What a field is; each may be "". Texts and no pointers to them, each of which
 * would take 32 bytes in a program that can be loaded anywhere. */
struct sense {
	char name[25];
	char means[36]; /* what its value says */
	char rfc[12];   /* number and section: "6455 5.2" */
};

struct field {
	struct sense is;
	size_t at;    /* its first byte, from the start of the piece */
	unsigned bit; /* its first bit in that; 0 is the highest */
	uint64_t bits;
	bool derived; /* worked out of these bits, not itself on the wire */
	const unsigned char *bytes; /* to be shown in hex: `shown` of them */
	size_t shown;
	char value[PIECE_VALUE_SIZE]; /* UTF-8 without control characters */
	bool cut;                     /* the value ends in "..." */
};

struct piece {
	/* Set by who knows them; 0: not to be shown. */
	uint32_t number; /* of the connection */
	uint64_t us;     /* microseconds since it began */

	enum piece_kind kind;
	const char *title; /* "text frame" */
	bool sent;         /* by the server */
	const unsigned char *bytes;
	size_t len;
	const char *why; /* the rule that it breaks, or NULL */
	int code;        /* close code or status to refuse it with, or 0 */
	size_t at;       /* the byte that decided that */
	size_t n;
	struct field fields[PIECE_FIELDS_MAX];

	/* Private. */
	uint64_t explained; /* bits that have a field */
	unsigned char plain[PIECE_SHOWN_MAX];
};

/* A piece without fields yet. The bytes stay the caller's. */
void piece_start(struct piece *, enum piece_kind, const char *title, bool sent,
	const void *bytes, size_t len);

/* The next field on the wire. There is room: asserted. */
struct field *piece_add(struct piece *, uint64_t bits, const struct sense *);

/* The last field on the wire goes on. */
void piece_extend(struct piece *, uint64_t bits);

/* A field that is worked out of `bits` from the byte `at` on. */
struct field *piece_derive(
	struct piece *, size_t at, uint64_t bits, const struct sense *);

/* Bytes that have no field yet. */
size_t piece_rest(const struct piece *);

/* Adds to a value: a text of our own; a number; a peer's bytes, of which
 * control characters and what is not UTF-8 become \xHH. What has no room is
 * cut, and ends in "...". */
void piece_put(struct field *, const char *text);
void piece_put_number(struct field *, uint64_t);
void piece_put_bytes(struct field *, const void *, size_t len);

/* Bytes that the field shows in hex, as far as PIECE_SHOWN_MAX. */
void piece_show(struct field *, const unsigned char *, size_t len);

/* A number, and a byte in hex, as text: written into it, and returned. */
#define PIECE_DIGITS 21
const char *piece_digits(char text[PIECE_DIGITS], uint64_t);
const char *piece_hex(char text[3], unsigned char);

/* `at` is the last byte. */
void piece_refuse(struct piece *, int code, const char *why);

#endif
