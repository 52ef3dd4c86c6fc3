/* app.h - the application, as the protocol sees it: what it is asked, and
 * what HTTP says before it is: RFC 9110 7.8, 9, 10.1.1; RFC 6455 4.2. */
#ifndef APP_H
#define APP_H

#include "http/request.h"
#include "http/response.h"
#include "ws.h"

struct conn;

/* What an upgrade is accepted for. */
struct route {
	const char *const *protocols; /* those it speaks, then NULL; or NULL */
	/* The first word is the server's: what is sent here leaves together
	 * with the 101. The request is good until this returns. */
	void (*on_connection)(struct ws *, const struct request *);
};

struct app {
	/* A GET or HEAD. NULL: this server is for WebSockets only. */
	void (*on_request)(
		const struct app *, const struct request *, struct response *);
	/* A valid handshake: the route that takes it, or NULL with the
	 * response written. NULL: this server has no WebSockets. */
	const struct route *(*on_upgrade)(
		const struct app *, const struct request *, struct response *);
	/* Raw bytes as they cross the wire: whole heads and frames where they
	 * come whole, runs of a long frame as they come; before unmasking and
	 * before any check. With len 0: the connection is over. May be NULL. */
	void (*on_wire)(const struct app *, const struct conn *, bool sent,
		const void *, size_t len);
	void *data; /* the application's own */
};

/* Writes the response to a request. When that is the 101 of a handshake,
 * returns the route that has taken it, and the subprotocol or NULL. */
const struct route *app_answer(const struct app *, const struct request *,
	struct response *, const char **protocol);

#endif
