/* pcapng.h - a connection as a capture that Wireshark reads: the file format
 * pcapng (draft-ietf-opsawg-pcapng), packets of raw IP (LINKTYPE_RAW), and TCP
 * (RFC 9293).
 *
 * The server sees bytes, not packets. So the packets are made up: a handshake,
 * a segment for each run of bytes, the end. Addresses, ports, order and times
 * are the connection's own, and sequence numbers count its bytes. */
#ifndef PCAPNG_H
#define PCAPNG_H

#include "buf.h"

#include <stdbool.h>
#include <stdint.h>

#define PCAPNG_COMMENT_MAX 256 /* bytes, with the 0 */

/* Index 0 is the client, 1 the server. */
struct pcapng_flow {
	bool is_v6;
	unsigned char address[2][16]; /* an IPv4 address has 4 */
	uint16_t port[2];
	uint32_t next[2]; /* the sequence number of its next byte */
};

/* All of them append whole blocks, and return false when there is no memory for
 * one: then some of it may be there, still as whole blocks, and the sequence counts
 * what is lost. Times are in microseconds since 1970. */

/* The beginning of a file. */
bool pcapng_begin(struct buf *);

/* The first three packets of a connection. */
bool pcapng_open(struct buf *, struct pcapng_flow *, uint64_t us);

/* Bytes that one side has sent. The comment, if it is not "", is that of the
 * last packet. */
bool pcapng_run(struct buf *, struct pcapng_flow *, bool sent, const void *,
	size_t len, uint64_t us, const char *comment);

/* Bytes that one side has sent and that were not seen. */
void pcapng_skip(struct pcapng_flow *, bool sent, uint64_t len);

/* The last three packets. */
bool pcapng_close(struct buf *, struct pcapng_flow *, uint64_t us);

#endif
