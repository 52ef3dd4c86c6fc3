/* exchange.h - a WebSocket as its client: opens it, sends frames, and asks for
 * what must come back. RFC 6455. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "check/exam.h"
#include "ws/frame.h"

/* A frame to send. It may break any rule. */
struct outgoing {
	int opcode;
	bool more;          /* FIN is 0 */
	int rsv;            /* RSV1 is 4, RSV2 is 2, RSV3 is 1 */
	bool bare;          /* not masked */
	int form;           /* bytes of length: 0 (in 7 bits), 2 or 8 */
	uint64_t announced; /* the length in the head, if not `len` */
	const char *text;   /* the payload, before it is masked */
	size_t len;
	unsigned char key[4];
};

/* A final text or binary frame, in the shortest form, with a random key. */
struct outgoing exchange_frame(int opcode, const void *payload, size_t len);

/* Adds its bytes to a buf. Returns false when there is no memory. */
bool exchange_write(struct buf *, const struct outgoing *);

/* Sends it in one write. Like all below, it returns false when the step has
 * failed. */
bool exchange_send(struct exam *, struct talk *, const struct outgoing *);

/* Sends frames in one write. A refusal may come before the last byte has gone:
 * it is not an error when the server does not take them all. */
void exchange_send_bytes(struct talk *, const struct buf *);

/* RFC 6455 1.3: adds a whole handshake request, and sets the accept value that
 * is due. A key of NULL is a random one. */
#define EXCHANGE_KEY 25
#define EXCHANGE_ACCEPT 29
bool exchange_write_request(struct exam *, struct buf *, const char *path,
	const char *key, char accept[EXCHANGE_ACCEPT]);
void exchange_random_key(char key[EXCHANGE_KEY]);

/* Reads a 101 and checks it; takes it off talk.in. */
bool exchange_read_101(struct exam *, struct talk *, const char *accept);

/* Connects and opens a WebSocket. In each case talk_free must follow. */
bool exchange_open(struct exam *, struct talk *, const char *path);

/* The same, with little room for what is not read. */
bool exchange_open_small(struct exam *, struct talk *, const char *path);

/* Drops the whole Pings and Pongs that have come. */
void exchange_skip_pings(struct talk *);

/* Waits for a whole frame and checks the rules for a server. Its bytes are still
 * in talk.in. */
bool exchange_receive(struct exam *, struct talk *, struct frame *);

/* Says what came: a frame that was not expected. Returns false. */
bool exchange_fail(struct exam *, struct talk *, const struct frame *);

/* Waits for a message with this opcode and payload, in one frame or several.
 * Pings and Pongs before it do not count. */
bool exchange_expect(struct exam *, struct talk *, int opcode,
	const void *payload, size_t len);

/* Sends a message, and expects it back. */
bool exchange_echo(struct exam *, struct talk *, int opcode,
	const void *payload, size_t len);

/* Waits for a Pong. */
bool exchange_expect_pong(
	struct exam *, struct talk *, const void *payload, size_t len);

/* Waits for a Close with that code (0: with any, or without one), and takes
 * it. */
bool exchange_expect_close(struct exam *, struct talk *, int code);

#endif
