/* capture.h - what crosses the wire, written to a file for Wireshark (--pcapng).
 *
 * Nothing in here waits: what a pipe does not take at once is kept, up to a
 * limit, and goes with the next packets; beyond it packets are dropped and
 * counted. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include "explain/pcapng.h"
#include "http/request.h"

/* All zero: nothing is captured. */
struct capture {
	int fd;           /* 0: nothing is captured, or no longer */
	const char *path; /* as it was given */
	uint32_t port;    /* of the server; 0: as the requests say */
	struct buf waiting;
	unsigned long long dropped; /* packets that nobody has been told of */
};

/* One connection. All zero at its beginning; capture_end frees it. */
struct captured {
	struct pcapng_flow flow;
	bool is_named;   /* the client's address is known, and written */
	struct buf held; /* until then */
};

/* Creates the file, or empties it, with mode 0600, and writes the beginning. "-" is
 * standard output, and the log goes to standard error from here on. Warns on
 * standard error that every byte is written. Ends the program with a sentence when
 * the file cannot be opened, or is a pipe that nobody reads. */
void capture_open(struct capture *, const char *path, uint32_t port);
void capture_close(struct capture *);

/* Takes bytes that one side has sent, with a verdict on them or "". */
void capture_run(struct capture *, struct captured *, bool sent, const void *,
	size_t len, const char *verdict);

/* A response is complete: the request's peer is the client. `unseen` bytes of a
 * file follow it. */
void capture_response(struct capture *, struct captured *,
	const struct request *, uint64_t unseen);

/* The connection is over. */
void capture_end(struct capture *, struct captured *);

#endif
