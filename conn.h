/* conn.h - one connection: HTTP until it is upgraded, then a WebSocket.
 *
 * It decides and never waits: no descriptor, no clock. The loop brings what
 * has arrived, takes what is to be sent, and says when a deadline is over. */
#ifndef CONN_H
#define CONN_H

#include "app.h"
#include "buf.h"
#include "http.h"
#include "ws.h"
#include "ws/growth.h"

/* Output that waits beyond this stops the input that makes it. */
#define CONN_UNSENT_MAX (256 * 1024)

struct conn;

/* What all connections of one loop share. */
struct shared {
	/* Yours to set, of the WebSockets' host: the limits, and now. */
	struct ws_host host;
	struct http_host http;
	/* The peer's address as text. */
	const char *(*peer)(struct conn *, char *text, size_t size);
	/* Room for the client that app.on_preface names: PEER_MAX bytes. */
	char *(*named)(struct conn *);
	/* Asks for conn_input with 0 bytes, later and not from here: the
	 * connection has input left over, or output that another one's handler
	 * has made. It may ask again before that. */
	void (*wake)(struct conn *);
	/* Bytes that one may receive, or answer, in a turn. What ws_host.pass
	 * sends in it is taken off. */
	uint32_t turn;
	uint32_t message_window; /* of ws/growth.h: milliseconds */
	bool reads_files;        /* the log says that sendfile has failed */

	char address[PEER_MAX]; /* Private: of the request being answered */

	/* Yours to read. */
	struct counters {
		unsigned long long requests, refused, bytes_in, bytes_out,
			timed_out;
	} count;
	uint32_t connections; /* opened so far */

	/* The loop's buffers, lent to busy connections. What does not fit into
	 * a connection's own input is received in pool.in. */
	struct buf_pool pool;
};

enum conn_state {
	CONN_HTTP,
	CONN_SOCKET,
	CONN_LINGER, /* input is discarded: RFC 9112 9.6 */
	CONN_DONE,   /* both have sent their last byte: RFC 6455 7.1.1 */
	CONN_OVER
};

struct conn {
	union {
		struct ws ws; /* first: in CONN_SOCKET, and until it is over */
		struct {      /* in CONN_HTTP */
			struct conn_file { /* sent when `out` is */
				int fd;
				off_t offset;
				uint64_t left;
			} file;
			/* the loop's: the peer's address, as accept4 gives it */
			unsigned char sockaddr[28];
		};
	};
	struct shared *shared;
	struct buf *in, *out; /* NULL: empty */
	union {
		struct http http;     /* in CONN_HTTP */
		struct growth growth; /* in CONN_SOCKET */
		uint32_t discarded;   /* bytes, in CONN_LINGER */
	};
	uint32_t number; /* counted from 1 */
	unsigned char state;
	bool has_file : 1;
	bool busy : 1; /* between conn_borrow and conn_return */
	bool eof : 1;  /* the peer sends no more */
	bool waits_for_pong : 1;
	bool is_private : 1; /* as its route */
	bool is_preface : 1; /* `in` begins with the application's preface */
	bool more;           /* `in` holds what could not be done yet */
	bool fresh;          /* its deadline begins anew; the loop clears it */
};

/* Sets the callbacks of the host. At the end, buf_free_pool frees the pool. */
void conn_share(struct shared *);

void conn_open(struct conn *, struct shared *);

/* A turn: all that is done for a connection in one wake-up stands between these
 * two. It works with the loop's large buffers, and only what is left over at
 * the end moves to memory of its own. When there is no memory, conn_return ends
 * the connection. Whatever happens in between, its buffers stay until then. */
void conn_borrow(struct conn *);
void conn_return(struct conn *);

/* `in` has grown by n bytes, perhaps 0: does all that is complete, within the
 * bounds of a turn. `more` says that something is left to do. */
void conn_input(struct conn *, size_t n);

void conn_eof(struct conn *);            /* the peer has sent its last byte */
void conn_sent(struct conn *, size_t n); /* n bytes of `out` have been sent */
/* Counts n bytes that have been sent, and tells the application. conn_sent does
 * it for those of `out`; those of a file are the caller's. */
void conn_tell_sent(struct conn *, size_t n);
/* The server stops, or this one's file ends too soon: it does no more, but what
 * it has begun still goes out. */
void conn_stop(struct conn *);

/* Ends a connection that cannot or must not go on, and its socket. Outside of a
 * turn its buffers are freed at once. The loop closes its file. */
void conn_lost(struct conn *, const char *why);

/* What it waits for, which decides how long it may. From CLOSE on it is being
 * closed. */
enum conn_wait {
	CONN_WAIT_REQUEST, /* idle, between requests */
	CONN_WAIT_HEAD,    /* the rest of a request */
	CONN_WAIT_SEND,    /* the peer to read */
	CONN_WAIT_DATA,    /* anything from a WebSocket */
	CONN_WAIT_MESSAGE, /* the rest of a message: ask, or end it */
	CONN_WAIT_PONG,
	CONN_WAIT_CLOSE,  /* the answer to our Close */
	CONN_WAIT_LINGER, /* the peer's last byte, while input is discarded */
	CONN_WAITS
};
enum conn_wait conn_waits_for(const struct conn *);
void conn_timeout(struct conn *); /* it has waited too long */

/* Are there bytes, or a file, to be sent? */
bool conn_has_output(const struct conn *);

/* Should more be received? */
bool conn_wants_input(const struct conn *);

enum conn_next {
	CONN_GO_ON,
	CONN_SHUT, /* all is sent: shut down our side, and go on reading */
	CONN_DROP  /* close it */
};
enum conn_next conn_next(const struct conn *);

#endif
