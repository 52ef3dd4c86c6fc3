/* app.h - what the server asks an application, and what it tells it.
 *
 * hello.c is such an application; server.h runs it. */
#ifndef APP_H
#define APP_H

#include "http/request.h"
#include "http/response.h"
#include "ws.h"

struct listener;
struct option;
struct options;
struct server; /* the loop of one process: server.h */

/* One kind of WebSocket: what all sockets of that kind share. */
struct route {
	const char *const *protocols; /* those it speaks, then NULL; or NULL */
	/* The server speaks first: what is sent here leaves together with the
	 * 101. The request is good until this returns. */
	void (*on_connection)(struct ws *, const struct request *);
	/* A turn had ended with output that the kernel did not take; now it
	 * has taken all of it. May be NULL. */
	void (*on_drain)(struct ws *);
	bool is_private; /* its handshakes and sockets are hidden from on_wire */
	bool is_apart;   /* server_each leaves its sockets out */
	const void *data; /* the application's own */
};

/* Bytes as they cross the wire, before unmasking and before any check: a whole
 * head or frame, or a part of a long frame. */
struct traffic {
	uint32_t number; /* of the connection, counted from 1 */
	struct ws *ws;   /* its socket, from its handshake on; or NULL */
	bool is_http;    /* the bytes of a request or a response */
	bool sent;       /* by the server */
	const void *data;
	size_t len; /* 0: the connection is over */
};

#define PEER_MAX 56 /* bytes of "[address]:port", with its 0 */

/* Every member may be NULL. */
struct app {
	/* The sockets are open, and nobody is served yet: gives up the rights
	 * that this took. The process that writes the log calls it too. */
	void (*on_bound)(const struct options *);
	/* In each process, before it serves and when it has stopped. */
	void (*on_start)(const struct app *, struct server *);
	void (*on_stop)(const struct app *);
	/* A GET or HEAD. Without it, this server is for WebSockets only. */
	void (*on_request)(
		const struct app *, const struct request *, struct response *);
	/* A valid handshake: returns the route that takes it, or NULL with the
	 * response written. Without it, this server has no WebSockets. */
	const struct route *(*on_upgrade)(
		const struct app *, const struct request *, struct response *);
	/* What a proxy sends on each connection before HTTP begins. Returns
	 * > 0: so many bytes are taken, which on_wire is not shown, and `peer`
	 * is the client that they name, or ""; 0: incomplete, call again with
	 * more; < 0: minus the HTTP status to refuse it with, and why. Without
	 * it, a connection begins with HTTP. */
	ssize_t (*on_preface)(const struct app *, const char *, size_t len,
		char peer[PEER_MAX], const char **why);
	/* The client that a request itself names: writes its address to `text`
	 * and returns it, or NULL where the connection's peer is the client. */
	const char *(*on_peer)(const struct app *, const struct request *,
		char *text, size_t size);
	/* All traffic; it may be set and cleared at any time. */
	void (*on_wire)(const struct app *, const struct traffic *);
	/* A peer was refused, with an HTTP status or a close code, and was told
	 * why. Below 400: it was answered with that status, but a browser that
	 * wanted a WebSocket has none, and does not say why. The request is as
	 * much of it as was read; NULL: it is a socket that was refused. */
	void (*on_refused)(const struct app *, uint32_t number,
		const char *peer, int code, const char *why,
		const struct request *);
	/* A response has been added to the connection's output, `written`, and
	 * its file will follow if it has one. What a program wants to remember
	 * of them it copies. Together with on_sent this makes an access log. */
	void (*on_response)(const struct app *, uint32_t number,
		const struct request *, const struct response *,
		struct slice written);
	/* The kernel has taken so many more bytes of the connection's output.
	 * 0: the connection is over, and what it has not taken is lost. */
	void (*on_sent)(const struct app *, uint32_t number, size_t);
	/* All that a turn of the loop has brought is done. Returns true to be
	 * called again soon, even if nothing comes. Where this is set, SIGHUP
	 * does not stop the server but is told here, in each process, that of
	 * the parent included. */
	bool (*on_turn)(const struct app *, bool hangup);
	/* Fields for every response but a 101, each a line with its CR LF. They
	 * take the place of the server's fields with the same names, which must
	 * not be those that frame a message or change its protocol. */
	const char *fields;
	/* What its sockets may speak beyond RFC 6455, if the client offers it. */
	const struct ws_extension *extension;
	/* Where to listen, in place of a host and a port; and where several
	 * processes serve there, how they are started (serve/listener.h). Such
	 * a listener calls the next four. */
	struct listener *listener;
	/* In the process that starts the others, and does not serve: once,
	 * before it starts the first of n. It has a loop, with server_after
	 * and server_watch, and no sockets. */
	void (*on_parent)(const struct app *, struct server *, size_t n);
	/* There: process i (0 to n - 1) is about to be forked, for the first
	 * time or as the successor of one that has ended. Returns false, with an
	 * errno, when that is impossible now: it is tried again later. */
	bool (*on_prepare)(const struct app *, size_t i);
	/* In process i, before on_start. It has all descriptors that the parent
	 * had open, those for its siblings included: they are to be closed. */
	void (*on_child)(const struct app *, struct server *, size_t i);
	/* In the parent: process i has ended, however that came about, or could
	 * not be forked. It follows each on_prepare that has returned true. */
	void (*on_ended)(const struct app *, size_t i);
	/* The application's own; and what on_response, on_sent and on_turn need,
	 * wherever a wing passes on a copy of the application. */
	void *data, *log;
};

/* A part that the program can be built without. hello.c lists them. */
struct wing {
	const struct option *options; /* rows for the command line; or NULL */
	/* What a socket may speak by it, for those who look at the wire without
	 * a server; or NULL. */
	const struct ws_extension *extension;
	/* `./server COMMAND ...` calls run with all wings, and argv[0] being
	 * that word, and exits with what it returns. Both may be NULL. */
	const char *command;
	int (*run)(const struct wing *const *, int argc, char **argv);
	/* Puts itself between the server and an application: returns the
	 * application to run instead. Ends the program when it cannot. */
	const struct app *(*start)(const struct options *, const struct app *);
	/* Is given what start returned, when all connections are over. */
	void (*stop)(const struct app *);
};

#endif
