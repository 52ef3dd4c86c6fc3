/* pieces.h - the law of pieces: a conversation has the same answers however
 * its bytes arrive.
 *
 * A talk is what a client says, what it must be answered, and what the
 * handlers must be told; all zero is one without a word. hold() runs it whole,
 * byte by byte, and cut in two at each place (above 4 KiB: at the borders of
 * fields and frames), each byte in a block of exactly its size; the answers
 * are taken at once, in small bites, and late. */
#ifndef PIECES_H
#define PIECES_H

#include "tests/lib/peer.h"

#define BORDERS_MAX 4096

struct talk {
	/* Yours to set. */
	struct acts acts;
	const char *row; /* of a table: said when it fails */
	uint32_t max_message, max_backlog;
	bool with_request; /* the handshake is cut too */
	bool unforeseen;   /* only the same is asked for, whatever it is */

	/* Private. */
	struct buf input, output, events;
	int code; /* it ends with a refusal: its code and the section */
	const char *section;
	unsigned char key[4];
	size_t n, borders[BORDERS_MAX];
	struct buf got, told; /* in the first run */
};

/* A frame of the client, masked with a key of its own; raw bytes. `first` is
 * the first byte of its head: FIN, RSV and opcode. */
void says(struct talk *, int first, const char *text);
void says_data(struct talk *, int first, const void *, size_t);
void says_bytes(struct talk *, const void *, size_t);
void says_close(struct talk *, int code, const char *reason);

/* A frame of the server, after its 101. */
void answers(struct talk *, int first, const char *text);
void answers_data(struct talk *, int first, const void *, size_t);
void answers_close(struct talk *, int code, const char *reason);

/* on_message is called, with a "text" or "binary"; on_close is. */
void hears(struct talk *, const char *what, const char *text);
void hears_data(struct talk *, const char *what, const void *, size_t);
void closes(struct talk *, int code, const char *reason, bool by_peer);

/* It ends with a Close that has this code, and a sentence that names this
 * section for its reason; on_close is told the same. */
void refuses(struct talk *, int code, const char *section);

/* Tries the law, and frees the talk. */
void hold(struct talk *);

/* Bytes that are refused: what is right is done before them, and nothing
 * after them. They come alone, or in the middle of a message. */
void expect_refused(
	const char *row, const void *, size_t, int code, const char *section);
void expect_refused_inside(
	const char *row, const void *, size_t, int code, const char *section);

/* Who sends them one by one is refused with the `at`-th, not before it. */
void expect_refused_at(const char *row, const void *, size_t, size_t at,
	int code, uint32_t max_message);

/* ASCII, always the same for a length; a 0 behind it. The caller frees it. */
char *some_text(size_t len);

#endif
