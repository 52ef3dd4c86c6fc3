/* message.h - a message as a server sends it: one frame, RFC 6455 6.1. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "buf.h"

struct ws;
struct ws_session;

/* One that is sent to many sockets: it is encoded once. */
struct message {
	size_t len; /* bytes of payload: yours to read */

	/* Private: its frame, whose last `len` bytes are the payload; and the
	 * frame as an extension sends it, which the first socket that needs it
	 * tries to make. Empty: not yet, or it is sent as it is. */
	struct buf frame, encoded;
	size_t coded; /* bytes of payload in the second; 0: not tried yet */
};

/* Prepares one, with a copy of the bytes. Returns false when there is no memory.
 * Call message_free in either case, when it has been sent to all. A text must be
 * UTF-8: asserted, unless NDEBUG. */
bool message_prepare(struct message *, const void *, size_t len, bool binary);
void message_free(struct message *);

/* Adds a frame with that payload to the output. Returns its size, or 0 when there
 * is no memory, or no output: NULL. */
size_t message_put(struct buf *, int opcode, const void *payload, size_t len);

/* Does the same with one that is prepared. */
size_t message_add(struct buf *out, struct message *, struct ws *,
	const struct ws_session *);

/* Returns the frame of one that is prepared, for a socket that has agreed to an
 * extension, or to none: NULL. It has to be sent: the extension is told if it is
 * coded. Empty: there was no memory. */
const struct buf *message_frame(
	struct message *, struct ws *, const struct ws_session *);

/* Does the same with a payload that lies in `in`, and copies none of it: its
 * memory becomes output, with a head written before it, and what follows it in
 * the input changes places with the empty output. For 1 MiB that spares 100 us.
 * Returns 0, and changes nothing, where other output comes first, or there is no
 * room for the head or no memory for what follows. */
size_t message_lend(
	struct buf *in, struct buf *out, int opcode, size_t from, size_t len);

#endif
