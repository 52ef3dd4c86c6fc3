/* ws.h - a WebSocket, the server's end: RFC 6455, sections 5 to 7.
 *
 * Bytes in, bytes out; no descriptor and no clock. Its host appends what has
 * arrived to a buf, calls ws_input, and sends what was added to its output.
 * A handler uses the members marked as yours, and ws_send to ws_is_over. */
#ifndef WS_H
#define WS_H

#include "buf.h"
#include "utf8.h"
#include "ws/extension.h"
#include "ws/message.h"

#include <stdint.h>

enum ws_state {
	WS_OPEN,
	WS_CLOSING, /* our Close is sent, the peer's has not come */
	WS_LOST,    /* given up by a send; on_close is due */
	WS_CLOSED   /* it is over, and on_close has been called */
};

struct route; /* app.h: what the sockets of one kind share; may be NULL */

struct ws {
	/* Yours to set, in on_connection. Both may be NULL. A message is good
	 * until its handler returns, and a text is valid UTF-8 (with no 0 at
	 * its end); an empty one is not NULL either. The socket is valid until
	 * its on_close has returned, and until then every handler may use every
	 * socket. on_close is called once, with the code and reason of the
	 * Close that ended it: 1005 when that had no code (RFC 6455 7.1.5), 1006
	 * without any Close. */
	void (*on_message)(struct ws *, const char *, size_t len, bool binary);
	void (*on_close)(struct ws *, int code, const char *reason);
	void *data;

	/* Yours to read. */
	const char *protocol; /* the subprotocol selected, or NULL */
	const struct route *route;
	uint32_t number;  /* of its connection, counted from 1 */
	bool by_peer : 1; /* in on_close: the peer closed it */
	bool clean : 1;   /* both sides have sent a Close */

	/* Private. */
	bool slow : 1; /* it was given up for that, not for lack of memory */
	bool fin;      /* the current frame ends its message */
	unsigned char state;
	unsigned char opcode; /* of the message under way and RSV1, or 0 */
	struct utf8 utf8;     /* of its text so far */
	unsigned char key[4]; /* masking key of the current frame */
	unsigned char phase;  /* payload bytes it has masked, modulo 4 */
	uint32_t opened;      /* host->now at that time, in 0.1 s */
	uint32_t left;        /* payload bytes that the frame still lacks */
	uint32_t from, len;   /* where the message lies in `in`, so far */
	struct ws_host *host;
	struct ws_session *session; /* of the extension in use, or NULL */
};

/* What all sockets of one host share. */
struct ws_host {
	/* Yours to set. */
	uint32_t max_message; /* bytes, at most WS_MESSAGE_MAX */
	uint32_t max_unsent;  /* bytes that wait to be sent: more stop input */
	uint32_t max_backlog; /* unsent bytes: beyond them a peer is too slow */
	uint64_t max_memory;  /* bytes that all may hold together, about */
	uint64_t now;         /* milliseconds, from any beginning */
	/* The bytes to be sent, to which more are added. NULL: no memory. */
	struct buf *(*output)(struct ws *);
	/* Sends a message at once, counts and shows it. Returns false where it
	 * has to be added to the output instead, and where this has ended the
	 * socket, for lack of memory. May be NULL. */
	bool (*pass)(struct ws *, struct message *);
	/* Bytes of its output that have not been sent. */
	size_t (*buffered)(struct ws *);
	/* Raw bytes as they cross the wire, before any check. May be NULL. */
	void (*on_wire)(struct ws *, bool sent, const void *, size_t);
	/* The peer has broken a rule: with this code the socket ends. May be
	 * NULL. */
	void (*on_refused)(struct ws *, int code, const char *why);

	/* Counted here: messages, and sockets that were refused; and bytes
	 * that are held, to which the host adds what it has received. */
	unsigned long long received, sent, failed, held;

	/* Private: what ws_input has been given, how far it has read, and
	 * the output of its socket; and the message that is delivered, as it
	 * was before an extension coded it. */
	struct buf *in, *out;
	size_t at;
	const unsigned char *message;
	size_t len;
};

/* So much each may hold even while all memory is in use. */
#define WS_LITTLE 1024
#define WS_MESSAGE_MAX 0x40000000
#define WS_REASON_MAX 123

/* Sends a message. Returns false when the socket is closing or closed, and
 * when this call ends it: the last send has left more than max_backlog bytes,
 * there is no memory, or all that is allowed is in use, which closes it with
 * 1013. A burst in one handler is never too much for the peer, who had no chance
 * to read it; one that does not read neither stalls nor swells a broadcast. The
 * text must be UTF-8: asserted, unless NDEBUG. */
bool ws_send(struct ws *, const char *text);
bool ws_send_data(struct ws *, const void *, size_t len, bool binary);
bool ws_ping(struct ws *);

/* Sends one that is prepared for many (ws/message.h), as ws_send_data would. Its
 * bytes are copied at most once, to what the socket sends. */
bool ws_send_prepared(struct ws *, struct message *);

/* In on_message: sends the message back as it is, where possible without a
 * copy. It is the handler's no longer: its bytes must not be read any more.
 * Returns as ws_send does. */
bool ws_send_back(struct ws *);

/* Starts the closing handshake, with a code of RFC 6455 7.4 (0: none) and a
 * reason of at most WS_REASON_MAX bytes ("": none). Returns false when it has
 * begun already. on_close follows when the peer answers, or does not. */
bool ws_close(struct ws *, int code, const char *reason);

/* Bytes that ws_send and the others have added, heads included, and that the
 * kernel has not taken yet: the browser's bufferedAmount. */
size_t ws_buffered(struct ws *);

/* Milliseconds since it was opened, to a tenth of a second; good for 13 years.
 */
uint64_t ws_age(const struct ws *);

/* Nothing more is sent or received: its on_close has been called, or is due. */
bool ws_is_over(const struct ws *);

/* From here on: for its host. */

/* An open socket, all zero but for its host and its route. */
void ws_open(struct ws *, struct ws_host *, const struct route *);

/* While more than this waits to be sent, nothing is taken from the peer. */
size_t ws_most_unsent(const struct ws_host *);

/* Does all that `in` has bytes for: delivers messages, answers Pings and the
 * Close, refuses what is against the rules. Stops early when more than
 * ws_most_unsent waits. Takes from `in` what is done with; what stays
 * is an unfinished message, and less than a head or a control frame. */
void ws_input(struct ws *, struct buf *in);

/* RFC 6455 7.4.1 (IANA): the reason of a 1013, "try again later". */
extern const char ws_out_of_memory[];

/* Refuses to go on, with a close code and its reason: on_close is called, unless
 * it has been. Returns false, as what has found the mistake may do. */
bool ws_refuse(struct ws *, int code, const char *why);

/* The connection is gone or given up: on_close with 1006, unless it was. */
void ws_lost(struct ws *, const char *why);

#endif
