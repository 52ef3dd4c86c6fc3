/* http.h - the conversation in HTTP: requests and their responses, until one
 * asks to leave: RFC 9110 7.8, 9, 10.1.1; RFC 9112 9; RFC 6455 4.2.
 *
 * Bytes in, bytes out. It knows nothing of the connection it is held on. */
#ifndef HTTP_H
#define HTTP_H

#include "app.h"
#include "buf.h"

/* A connection's part of it; all zero at the beginning. Private. */
struct http {
	uint16_t requests; /* answered */
	uint16_t seen;     /* bytes of an unfinished head that were read */
};

/* What all connections of one host share; yours to set. */
struct http_host {
	const struct app *app;
	char date[30];         /* now, as RFC 9110 5.6.7 writes it */
	uint32_t max_requests; /* on one connection */
	bool stopping; /* the server answers what has come, and no more */
};

/* A request, and what has become of it. */
struct exchange {
	const struct http_host *host; /* yours to set */

	/* Yours to read, until the input moves. */
	size_t taken; /* bytes of input that are done with; HTTP_WAIT: 0 */
	struct request req;
	struct response res;        /* it may have a file, which is yours */
	const struct route *route;  /* that has taken an upgrade */
	const char *protocol;       /* the subprotocol chosen, or NULL */
	struct ws_session *session; /* of the extension agreed to, or NULL */
};

enum http_next {
	HTTP_WAIT,     /* incomplete: call again with more */
	HTTP_GO_ON,    /* answered; another request may follow */
	HTTP_LAST,     /* answered; what follows is not to be read */
	HTTP_FAILED,   /* there was no memory to answer; nothing was added */
	HTTP_UPGRADED, /* what follows belongs to a WebSocket */
};

/* Reads one request from the start of `len` bytes, at least 1, and adds the
 * response to `out`. Call it again with the same bytes and more after
 * HTTP_WAIT: what was read already is not read again. */
enum http_next http_input(struct http *, struct exchange *, const char *,
	size_t len, struct buf *out);

/* Answers with an error, whatever has come. Returns HTTP_LAST or HTTP_FAILED. */
enum http_next http_refuse(
	struct exchange *, int status, const char *why, struct buf *out);

#endif
