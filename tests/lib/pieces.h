/* pieces.h - the law of pieces: a conversation has the same answers however its
 * bytes arrive.
 *
 * A talk is what a client says, what it must be answered, and what the handlers
 * must be told. One that is all zero is silent. hold() runs it whole, byte by
 * byte, and cut in two at each place (above 4 KiB: at the borders of fields and
 * frames), with the bytes in blocks of exactly their size. The answers are
 * taken at once, in small bites, and late. */
#ifndef PIECES_H
#define PIECES_H

#include "tests/lib/peer.h"

#define BORDERS_MAX 4096

struct talk {
	/* Yours to set. */
	struct acts acts;
	const char *row; /* of a table: said when it fails */
	uint32_t max_message, max_unsent;
	bool with_request; /* the handshake is cut too */
	/* What the application speaks, and a line of the request that offers
	 * it, with its CR LF; or NULL. */
	const struct ws_extension *extension;
	const char *offer;
	bool unforeseen; /* any answer is right, if always the same */

	/* Private. */
	struct buf input, output, events;
	int code; /* it ends with a refusal that has this code and section */
	const char *section;
	unsigned char key[4];
	size_t n, borders[BORDERS_MAX];
	struct buf got, told; /* those of the first run */
};

/* Adds a frame of the client, masked with a key of its own, or raw bytes.
 * `first` is the first byte of the frame's head: FIN, RSV and opcode. */
void says(struct talk *, int first, const char *text);
void says_data(struct talk *, int first, const void *, size_t);
void says_bytes(struct talk *, const void *, size_t);
void says_close(struct talk *, int code, const char *reason);

/* Expects a frame of the server, after its 101. */
void answers(struct talk *, int first, const char *text);
void answers_data(struct talk *, int first, const void *, size_t);
void answers_close(struct talk *, int code, const char *reason);

/* Expects on_message to be called with a "text" or "binary", or on_close. */
void hears(struct talk *, const char *what, const char *text);
void hears_data(struct talk *, const char *what, const void *, size_t);
void closes(struct talk *, int code, const char *reason, bool by_peer);

/* Expects the talk to end with a Close that has this code, and for its reason a
 * sentence that names this section, of RFC 6455 unless it begins with "RFC".
 * on_close must be told the same. */
void refuses(struct talk *, int code, const char *section);

/* Tests the law, and frees the talk. */
void hold(struct talk *);

/* Expects these bytes to be refused: what is right is handled before them, and
 * nothing after them. They come alone, or in the middle of a message. */
void expect_refused(
	const char *row, const void *, size_t, int code, const char *section);
void expect_refused_inside(
	const char *row, const void *, size_t, int code, const char *section);

/* Expects a peer that sends them one by one to be refused with the `at`-th
 * byte, and not before it. */
void expect_refused_at(const char *row, const void *, size_t, size_t at,
	int code, uint32_t max_message);

/* Returns ASCII that is always the same for a length, with a final 0. The
 * caller frees it. */
char *some_text(size_t len);

#endif
