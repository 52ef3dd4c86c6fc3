/* ws.h - a WebSocket, the server's end: RFC 6455, sections 5 to 7.
 *
 * Bytes in, bytes out; no descriptor and no clock. Its host appends what has
 * arrived to a buf, calls ws_input, and sends what was added to its output.
 * Everything that a handler may use is in the first half. */
#ifndef WS_H
#define WS_H

#include "buf.h"
#include "utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ws_state {
	WS_OPEN,
	WS_CLOSING, /* our Close is sent, the peer's has not come */
	WS_LOST,    /* given up by a send; on_close is due */
	WS_CLOSED   /* it is over, and on_close has been called */
};

struct ws {
	/* Yours to set, in on_connection. Both may be NULL. A message is good
	 * until its handler returns, and a text is valid UTF-8 (no 0 at its
	 * end). The socket is valid until its on_close has returned, and
	 * until then every handler may use every socket. on_close is called
	 * once, with the code and reason of the Close that ended it: 1005
	 * where it had none (RFC 6455 7.1.5), 1006 without any Close. */
	void (*on_message)(struct ws *, const char *, size_t len, bool binary);
	void (*on_close)(struct ws *, int code, const char *reason);
	void *data;

	/* Yours to read. */
	const char *protocol; /* the subprotocol selected, or NULL */
	uint32_t number;      /* of its connection, counted from 1 */
	uint32_t opened;      /* host->now at that time */
	bool by_peer;         /* in on_close: it was the peer that closed */
	bool clean;           /* both sides have sent a Close */

	/* Private. */
	unsigned char state;
	bool fin;             /* the current frame ends its message */
	unsigned char opcode; /* of the message under way, or 0 */
	struct utf8 utf8;     /* of its text so far */
	unsigned char key[4]; /* masking key of the current frame */
	unsigned char phase;  /* payload bytes it has masked, modulo 4 */
	uint32_t left;        /* payload bytes that the frame still lacks */
	uint32_t from, len;   /* where the message lies in `in`, so far */
	uint16_t code;        /* of the Close that we sent */
	unsigned char echo;   /* opcode it is to be sent back with, or 0 */
	bool slow;            /* it was given up for that, not for memory */
	struct ws_host *host;
};

/* What all sockets of one host share. */
struct ws_host {
	uint32_t max_message; /* bytes, at most WS_MESSAGE_MAX */
	uint32_t max_backlog; /* bytes waiting to be sent: more is too slow */
	uint32_t now;         /* milliseconds, from any beginning */
	/* where to add bytes that are to be sent; NULL: no memory */
	struct buf *(*output)(struct ws *);
	/* turns the bytes from start to end, of those that ws_input was given,
	 * into output without a copy, and leaves those from rest on as input.
	 * False: it does not, and nothing has changed. May be NULL. */
	bool (*hand_over)(struct ws *, size_t start, size_t end, size_t rest);
	/* raw bytes as they cross the wire, before any check; may be NULL */
	void (*on_wire)(struct ws *, bool sent, const void *, size_t);
	/* counted here: messages, and sockets that were refused to go on */
	unsigned long long received, sent, failed;
	/* private: whose message is being delivered, and where it lies */
	const struct ws *speaker;
	const char *message;
};

#define WS_MESSAGE_MAX 0x40000000
#define WS_REASON_MAX 123

/* Sends a message. False when the socket is closing or closed, and when it is
 * lost by this call: its peer takes so little that more than max_backlog bytes
 * wait, or there is no memory. So one slow reader neither stalls nor swells a
 * broadcast. The text must be UTF-8: asserted, unless NDEBUG. */
bool ws_send(struct ws *, const char *text);
bool ws_send_data(struct ws *, const void *, size_t len, bool binary);
bool ws_ping(struct ws *);

/* Starts the closing handshake, with a code of RFC 6455 7.4 (0: none) and a
 * reason of at most WS_REASON_MAX bytes ("": none). False: it has begun
 * already. on_close follows when the peer answers, or does not. */
bool ws_close(struct ws *, int code, const char *reason);

/* From here on: for its host. */

/* An open socket, all zero but for its host. */
void ws_open(struct ws *, struct ws_host *);

/* Does all that `in` has bytes for: delivers messages, answers pings and the
 * Close, refuses what is against the rules. Stops early when more than
 * max_backlog waits to be sent. Takes from `in` what is done with; what stays
 * is an unfinished message, and less than a head or a control frame. */
void ws_input(struct ws *, struct buf *in);

/* The connection is gone or given up: on_close with 1006, unless it was. */
void ws_lost(struct ws *, const char *why);

#endif
