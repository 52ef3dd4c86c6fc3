/* explain.h - the door of this wing, which shows and explains the bytes on the
 * wire: on the terminal (--trace), to a page that watches its own connections
 * (/trace?page=NAME), and with ./server explain. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "app.h"
#include "buf.h"

extern const struct wing explain_wing;

/* Bytes that one side of a connection has sent. */
struct explain_run {
	bool sent; /* by the server */
	const void *bytes;
	size_t len;
};

struct explain_view {
	bool sent;    /* what the server has sent; else what the client has */
	size_t last;  /* at most so many pieces, the last ones */
	bool marked;  /* point at a bit, and draw nothing behind its piece */
	uint64_t bit; /* counted from the first one of that side */
};

/* Adds to `out` a drawing of one side of a connection, of which all bytes are given:
 * as --trace draws it, but in 80 columns, and without its handshake when frames have
 * followed. Returns how many pieces come before those that it has drawn, or -1 when
 * there is no memory. */
ssize_t explain_draw(struct buf *out, const struct explain_view *,
	const struct explain_run *, size_t n);

#endif
