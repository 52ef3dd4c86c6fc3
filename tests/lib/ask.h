/* ask.h - whole connections over which a client asks and is answered, the
 * same however its bytes arrive; and the answers as a client reads them. */
#ifndef ASK_H
#define ASK_H

#include "tests/lib/support.h"

#include "conn.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* Behind a request line: a handshake, but for the empty line. */
#define UPGRADE                                                    \
	"Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"

/* What is asked. A test may change it; each test begins with this: a GET is
 * answered with its path, with /204 and /304 by that status, and /close with
 * the connection's last answer. A handshake is taken, except on /no (403);
 * on /echo "echo" and "v2.echo" are spoken. A socket says which of them, or
 * "none", and then what it is told. */
extern struct app ask_app;
extern uint32_t ask_max_requests;

/* What the last conversation has come to. */
extern struct asked {
	struct buf got;      /* all answers, with a 0 behind them */
	struct slice unread; /* those that ask_next has not returned */
	bool ends;           /* the connection, when they are sent */
} asked;

/* Holds a conversation: whole, byte by byte, and cut in two at each place
 * (above 4 KiB: at some). Fails the test unless all are answered the same. */
void ask_bytes(const char *said, size_t len);
void ask(const char *said);

struct reply {
	int status;
	char head[2048]; /* with CR LF behind the last field */
	struct slice body;
};

/* The next answer, its body found as RFC 9112 6.3 says. */
struct reply ask_next(bool to_head);

/* The answer to a request. Fails the test if there are more, or its status is
 * another. */
struct reply ask_one(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, and the connection ends with it: what stands behind the request
 * looks like another, and is none. */
void ask_last(int status, const char *said);

/* Is this line in its head? */
bool reply_has(const struct reply *, const char *line);

/* How many fields have that name, in any case? */
int reply_count(const struct reply *, const char *name);

/* Is it a 426 with all that belongs to it? */
bool reply_is_426(const struct reply *);

#endif
