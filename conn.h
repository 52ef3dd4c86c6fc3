/* conn.h - one connection: HTTP until it is upgraded, then a WebSocket.
 *
 * It decides and never waits: no descriptor, no clock. The loop brings what
 * has arrived, takes what is to be sent, and says when a deadline is over. */
#ifndef CONN_H
#define CONN_H

#include "app.h"
#include "buf.h"
#include "ws.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;

/* What all connections of one loop share. */
struct shared {
	struct ws_host host; /* limits for sockets, and the clock */
	const struct app *app;
	/* The peer's address as text. */
	const char *(*peer)(const struct conn *, char *text, size_t size);
	char date[30];         /* as RFC 9110 5.6.7 writes it */
	uint32_t max_requests; /* on one connection */
	bool trust_proxy;      /* to say who a client is */
	struct counters {
		unsigned long long requests, refused, bytes_in, bytes_out,
			timed_out;
	} count;
	uint32_t connections; /* opened so far */
	struct pool pool;     /* buffers, lent to who is busy */
	struct conn *pending; /* first come, first served */
	struct conn **pending_end;
};

enum conn_state {
	CONN_HTTP,
	CONN_SOCKET,
	CONN_LINGER, /* nothing more is answered: RFC 9112 9.6 */
	CONN_DONE,   /* nor does the peer send more: RFC 6455 7.1.1 */
	CONN_OVER
};

struct conn {
	union {
		struct ws ws;      /* in CONN_SOCKET */
		struct conn_file { /* in CONN_HTTP: sent when `out` is */
			int fd;
			off_t offset;
			uint64_t left;
		} file;
	};
	struct shared *shared;
	struct buf *in, *out; /* NULL: empty */
	size_t sent;          /* of `out` */
	struct conn *next;    /* on the list of those that are pending */
	uint32_t number;      /* counted from 1 */
	uint16_t requests;    /* answered */
	uint16_t seen;        /* bytes of an unfinished head looked at */
	unsigned char state;
	bool has_file : 1;
	bool listed : 1; /* pending; who takes it off clears it */
	bool busy : 1;   /* between conn_borrow and conn_return */
	bool more : 1;   /* `in` holds what could not be done yet */
	bool eof : 1;    /* the peer sends no more */
	bool waits_for_pong : 1;
	bool fresh : 1; /* its deadline begins anew; the loop clears it */
};

/* Sets what is not the loop's to set: it fills limits, clock, date, peer. */
void conn_share(struct shared *, const struct app *);
void conn_unshare(struct shared *);

/* The application's on_wire has come or gone. */
void conn_wire(struct shared *);

/* The connection that a socket lives in. */
struct conn *conn_of(const struct ws *);

void conn_open(struct conn *, struct shared *);

/* Around all that is done for a connection in one wake-up: it works with the
 * loop's large buffers, and has memory of its own only for what is left over
 * then. Where there is none, conn_return ends the connection. */
void conn_borrow(struct conn *);
void conn_return(struct conn *);

/* Those that have something to do though nothing arrives: output that another
 * one's handler made, or input left over. Empties the list; the caller goes
 * through it by `next`, clears `listed`, and has conn_input do the rest. */
struct conn *conn_take_pending(struct shared *);

/* `in` has grown by n bytes, perhaps 0: does all that is complete, within
 * bounds. What could be done but was not is flagged: `more`. */
void conn_input(struct conn *, size_t n);

void conn_eof(struct conn *);            /* the peer has sent its last byte */
void conn_sent(struct conn *, size_t n); /* so many bytes of `out` are gone */
void conn_stop(struct conn *);           /* the server stops */

/* It cannot go on, or must not: ends its socket, frees its buffers. A file is
 * the loop's to close. */
void conn_lost(struct conn *, const char *why);

/* What it waits for, which decides how long it may. */
enum conn_wait {
	CONN_WAIT_REQUEST, /* idle, between requests */
	CONN_WAIT_HEAD,    /* the rest of a request */
	CONN_WAIT_SEND,    /* the peer to read */
	CONN_WAIT_DATA,    /* anything from a WebSocket */
	CONN_WAIT_PONG,
	CONN_WAIT_CLOSE,  /* the answer to our Close */
	CONN_WAIT_LINGER, /* the end of what is not read any more */
	CONN_WAITS
};
enum conn_wait conn_waits_for(const struct conn *);
void conn_timeout(struct conn *); /* for too long */

/* Bytes, or a file, to be sent? */
bool conn_has_output(const struct conn *);

/* Should more be received? */
bool conn_wants_input(const struct conn *);

enum conn_next {
	CONN_GO_ON,
	CONN_SHUT, /* all is sent: shut down our side, discard what comes */
	CONN_DROP  /* close it */
};
enum conn_next conn_next(const struct conn *);

#endif
