/* watch.h - the connections that are watched, by the terminal (--trace) and by
 * pages, each of which watches its own (/trace?page=NAME).
 *
 * A connection belongs to the page that its last request named by ?page=NAME.
 * Watching starts where a request begins, because the bytes cannot be parsed
 * from the middle; so a page has to watch before that request. */
#ifndef WATCH_H
#define WATCH_H

#include "app.h"
#include "explain/capture.h"
#include "explain/page.h"

#define WATCH_LISTS 256

struct watched;

/* The private members are zero at the beginning. */
struct watch {
	/* Yours to set. */
	uint64_t max_message; /* the largest that the server takes */
	const struct ws_extension *extension; /* that it may speak */
	bool terminal;          /* the terminal shows every connection ... */
	bool colour;            /* ... in colour */
	struct capture capture; /* and so does a file */

	/* Private. */
	struct page *pages;
	struct watched *lists[WATCH_LISTS]; /* by the connection's number */
};

/* Forgets and frees all connections. */
void watch_free(struct watch *);

/* A page starts watching, or stops. It stays the caller's. When nobody watches any
 * more, the caller forgets all connections. */
void watch_add_page(struct watch *, struct page *);
void watch_remove_page(struct watch *, struct page *);
size_t watch_count_pages(const struct watch *);

/* Returns whether the terminal or any page is watching. */
bool watch_is_needed(const struct watch *);

/* Shows bytes on the wire of a connection, if it is watched. */
void watch_traffic(struct watch *, const struct traffic *);

/* A response of this connection is on the wire, and its file will follow. */
void watch_response(struct watch *, uint32_t number, const struct request *,
	const struct response *);

/* Sends a Ping on every WebSocket of that page. */
void watch_ping(struct watch *, const struct page *);

#endif
