/* ask.h - whole connections over which a client asks and is answered, always
 * the same way however its bytes arrive; and the answers as a client reads
 * them. */
#ifndef ASK_H
#define ASK_H

#include "tests/lib/support.h"

#include "conn.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* What follows a request line: a handshake without its final empty line. */
#define UPGRADE                                                    \
	"Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"

/* The application that is asked. A test may change it; each test begins with
 * this one. It answers a GET with its path, /204 and /304 with that status, and
 * /close with the last answer of the connection. It accepts a handshake, except
 * on /no (403); on /echo it speaks "echo" and "v2.echo". A socket first says
 * which of these was selected, or "none", and then sends back what it is
 * told. */
extern struct app ask_app;
extern uint32_t ask_max_requests;

/* The result of the last conversation. */
extern struct asked {
	struct buf got;      /* all answers, and a final 0 */
	struct slice unread; /* those that ask_next has not returned yet */
	bool ends;           /* does the connection end after them? */
} asked;

/* Holds a conversation: whole, byte by byte, and cut in two at each place (at
 * some places when it is longer than 4 KiB). Fails the test unless the answers
 * are always the same. */
void ask_bytes(const char *said, size_t len);
void ask(const char *said);

struct reply {
	int status;
	char head[2048]; /* with CR LF after the last field */
	struct slice body;
};

/* Returns the next answer, whose body is found as RFC 9112 6.3 says. */
struct reply ask_next(bool to_head);

/* Returns the answer to a request. Fails the test if there are more answers, or
 * if its status is another. */
struct reply ask_one(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, and the connection must end after it: what follows the request
 * looks like another one, but must not be read as one. */
void ask_last(int status, const char *said);

/* Is this line in the head of the answer? */
bool reply_has(const struct reply *, const char *line);

/* How many fields have that name, in any case? */
int reply_count(const struct reply *, const char *name);

/* Is it a 426 with all the fields that a 426 must have? */
bool reply_is_426(const struct reply *);

#endif
