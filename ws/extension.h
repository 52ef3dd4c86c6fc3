/* extension.h - what an extension of RFC 6455 (section 9) is to a WebSocket: it
 * changes the payload of whole messages, and marks those by RSV1.
 *
 * Whoever speaks one fills in such a struct (deflate/ does) and hands it to
 * the server as app.extension. Nobody else knows what it does to a payload. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct request;
struct route;
struct ws;

#define WS_ANSWER_SIZE 160 /* what a 101 says of it, with its 0 */

/* What a socket has agreed to. It is the first member of a struct of the
 * extension's own, which may keep there what the next message needs. */
struct ws_session {
	const struct ws_extension *by;
};

/* A part of a coded payload, for those who look at the wire. */
struct ws_detail {
	struct ws_words {
		const char *name;  /* at most 24 bytes */
		const char *means; /* at most 35 bytes, or "" */
		const char *rfc;   /* number and section: "1951 3.2.6" */
	} is;
	const char *text; /* its value in words of this program, or NULL */
	const unsigned char *bytes; /* of the message, that it stands for */
	size_t len;
	uint64_t bit; /* its first: 0 is the lowest bit of the first byte */
	unsigned bits;
	unsigned char parts[4]; /* how these divide; all 0: not at all */
};

struct ws_sink {
	uint32_t max_message; /* decoded bytes; more is 1009 */
	void (*on_detail)(void *data, const struct ws_detail *);
	void *data;
};

struct ws_extension {
	/* For those who play a client: what one offers, which could also be
	 * the answer to it. */
	const char *offer;

	/* Bytes that a coded message may have; more is 1009, from its head. */
	uint32_t max_coded;

	/* Reads one offer of the client, an element of the list in its
	 * Sec-WebSocket-Extensions. Returns NULL to decline it, or what has
	 * been agreed to for a socket of that route, with the answer for the
	 * 101. The session is the extension's, and is not freed by others. */
	struct ws_session *(*agree)(const struct ws_extension *,
		const struct request *, const struct route *, const char *offer,
		size_t len, char answer[WS_ANSWER_SIZE]);

	/* Decodes a whole message, *len bytes at *p, and sets them to the
	 * result, which is the extension's and good until the next call.
	 * Returns 0; or the close code to refuse it with, and then *why is the
	 * reason, and *p and *len are of no use. Whether a text is UTF-8 is for
	 * the caller to say. */
	int (*decode)(struct ws *, const unsigned char **p, size_t *len,
		const char **why);

	/* Encodes a message in the same way. Returns false, with nothing
	 * changed, when it is to be sent as it is. Without a socket (NULL),
	 * every one that has agreed to this extension may be sent the result. */
	bool (*encode)(const struct ws_extension *, struct ws *, const void **p,
		size_t *len);
	/* Both ends know this message from now on, which the server (or else
	 * the client) has sent in `coded` bytes: to be called for each socket on
	 * which one is sent that was encoded without a socket. Returns false
	 * when there is no memory for it; it may be sent all the same. */
	bool (*remember)(struct ws *, bool sent, const void *plain, size_t len,
		size_t coded);

	/* The socket is over: its on_close has returned. */
	void (*end)(struct ws *);

	/* For those who look at the wire and have no socket. Reads what a 101
	 * has agreed to, an element of the list. Returns the state of the
	 * messages that the server (or else the client) sends from then on,
	 * which the caller gives to free(); or NULL when it is not this
	 * extension, or there is no memory. */
	void *(*watch)(const char *agreed, size_t len, bool sent);
	/* Takes the payload of a whole coded message apart, in order, and sets
	 * *message to what comes out, which the caller frees. Returns what
	 * decode does; all details up to the mistake are told. */
	int (*describe)(void *watched, const void *payload, size_t len,
		const struct ws_sink *, struct buf *message, const char **why);
};

#endif
