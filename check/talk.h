/* talk.h - a connection to the server that is graded, with a deadline for
 * everything, and a record of all that was said.
 *
 * A plain client: it waits for the server, and while it waits it does nothing
 * else. What a server may do to it is in enum talk_end, and it has a sentence
 * for each. */
#ifndef TALK_H
#define TALK_H

#include "buf.h"
#include "check/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define TALK_RECORD_MAX \
	(8u << 20)                /* bytes of a side; later ones are not kept */
#define TALK_FLOOD_MAX (4u << 20) /* unread bytes; more is a flood */

/* Why nothing more comes. */
enum talk_end {
	TALK_OPEN,      /* it may */
	TALK_SILENT,    /* the deadline has passed */
	TALK_CLOSED,    /* by the server, in good order */
	TALK_RESET,     /* by the server, with an RST */
	TALK_FLOOD,     /* the server sends without end */
	TALK_REFUSED,   /* no connection: nobody listens */
	TALK_NO_ANSWER, /* no connection: not even a refusal came in time */
	TALK_FAILED     /* something on this side; `error` says what */
};

/* A run of bytes in the record. */
struct talk_run {
	bool sent; /* by the server */
	size_t len;
};

/* What was said, in order: all bytes, and the runs they came in. */
struct record {
	struct buf bytes, runs; /* of char; of struct talk_run */
	size_t kept[2];         /* bytes of the client, of the server */
};

void record_free(struct record *);

struct talk {
	/* Yours to read. */
	enum talk_end end;
	int error;      /* errno, with TALK_FAILED */
	struct buf in;  /* all bytes received, and not yet taken */
	uint64_t taken; /* bytes taken before those: where `in` begins */
	uint64_t given; /* bytes that the kernel has taken, to send them */
	struct record record;

	unsigned ms; /* how long it may wait: that of talk_within */

	/* Yours to set. */
	bool deaf; /* do not read while sending */

	/* Private. */
	int fd;
	uint64_t deadline; /* milliseconds, of CLOCK_MONOTONIC */
};

/* Milliseconds since some moment. */
uint64_t talk_now(void);

/* Connects within `ms`. Returns false, with `end` set, when it cannot. In each
 * case talk_free must follow. */
bool talk_open(struct talk *, const struct sockaddr *, socklen_t, unsigned ms);

/* The same, with a receive buffer of TALK_SMALL bytes. */
#define TALK_SMALL 65536
bool talk_open_small(
	struct talk *, const struct sockaddr *, socklen_t, unsigned ms);

/* Closes the connection; with a reset, which drops what was not read. */
void talk_free(struct talk *);
void talk_reset(struct talk *);

/* All that follows must be over in `ms` from now. */
void talk_within(struct talk *, unsigned ms);

/* Sends all bytes, and receives meanwhile unless it is deaf. Returns false, with
 * `end` set, when the server does not take them. */
bool talk_send(struct talk *, const void *, size_t len);

/* Waits until `in` has more than `have` bytes. Returns false, with `end` set,
 * when nothing more comes. */
bool talk_receive(struct talk *, size_t have);

/* Drops the first n bytes of `in`. */
void talk_take(struct talk *, size_t n);

/* Waits for that long. Returns true when `in` is still empty and the connection
 * still there. */
bool talk_is_quiet(struct talk *, unsigned ms);

#endif
