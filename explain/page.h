/* page.h - a page that watches its own connections over a WebSocket: whether it
 * may, and the messages to it.
 *
 * The messages are JSON: pieces as json.h writes them, the answers of lesson.h,
 * and
 *
 *     {"kind":"trace","wire":true}  the first message: this page sees its wire;
 *                                   without "wire" it has the lessons alone
 *     {"kind":"lost","count":3}     3 messages were dropped: it is too slow */
#ifndef PAGE_H
#define PAGE_H

#include "explain/json.h"
#include "explain/piece.h"
#include "http/request.h"
#include "serve/options.h"
#include "ws.h"

#define PAGE_NAME_MAX 64 /* characters */

/* What --trace-page allows: nothing; the wire to pages on this machine, and the
 * lessons to all; the wire to every page, each its own. */
enum page_mode { PAGE_OFF, PAGE_OWN, PAGE_CLASS };

struct page {
	/* Yours to set. */
	struct ws *ws;
	struct page *next;
	char name[PAGE_NAME_MAX + 1];
	bool sees_wire;

	/* The parts of a command that is longer than one message. One of them was
	 * too much: the rest is of no use. */
	struct buf command;
	bool is_spoilt;

	/* What it may still ask of the processor: page_may_ask. */
	uint64_t allowance, allowed_at;

	/* Dropped messages that the page has not been told about. */
	uint64_t lost;
};

/* Reads the options. Ends the program with a sentence when they are mistaken, or
 * ask for more than a server of several processes can do. */
enum page_mode page_mode(const struct options *, bool has_several);

/* Returns whether a server with these options may show its wire to pages of this
 * machine: only when it serves this machine alone. */
bool page_allows_server(const struct options *);

/* Returns whether this request comes from a page of this server, under a name
 * that always means this machine: RFC 6455 10.2. */
bool page_allows_request(const struct request *);

/* Reads NAME of ?page=NAME. It is "" when there is none or it is too long. */
void page_read_name(char name[PAGE_NAME_MAX + 1], const struct request *);

/* page_begin begins an object of that kind; page_tell ends it, sends it and
 * frees it. The object is dropped when too much is waiting to be sent. */
void page_begin(struct json *, const char *kind);
void page_tell(struct page *, struct json *);

/* Sends the first message. */
void page_tell_start(struct page *);

/* Returns whether the page may have a command of this size carried out now, and
 * takes it from its allowance. `ms` is the time on any clock. One page can keep
 * asking for 8 short commands or 256 KiB a second, and 512 or 16 MiB at once. */
bool page_may_ask(struct page *, size_t len, uint64_t ms);

/* Tells the page why a command failed. */
void page_tell_error(struct page *, const char *why);

/* Sends a piece. Pieces are dropped before answers are, so that these have
 * room. */
void page_tell_piece(struct page *, const struct piece *);

/* Tells the page how many messages were dropped, if any were and there is room
 * now. */
void page_tell_lost(struct page *);

#endif
