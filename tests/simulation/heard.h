/* heard.h - what a peer hears of the server, byte by byte, and the laws of it:
 * responses come in the order of their requests and are whole; messages come
 * in the order in which they were sent and are equal; Pongs answer Pings. */
#ifndef HEARD_H
#define HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOTES_MAX 4096

/* A message, or a request: what is expected. */
struct note {
	uint32_t hash, len;
	size_t end;      /* of what was said: where it ends there */
	uint16_t status; /* of the response */
	uint8_t opcode;
	bool head_only;
};

struct notes {
	struct note *all;
	size_t n, cap, done; /* noted so far; those that have come */
};

struct heard {
	/* What is to come. */
	struct notes requests;   /* responses to them */
	struct notes sent;       /* by the server's handlers */
	struct notes pings;      /* by the peer */
	struct notes messages;   /* by the peer: its handler is to get them */
	bool close_is_sent;      /* ws_close has returned true */
	bool close_has_come;     /* the server's Close frame */
	bool is_last;            /* a response said that it closes */
	bool is_wild;            /* the peer has said anything at all */
	unsigned opened, closed; /* calls of on_connection and on_close */

	/* The state of reading it. */
	bool is_socket;
	char head[1024];
	size_t head_len;
	uint64_t body_left; /* of a response, or of a frame's payload */
	bool in_body;
	uint64_t at; /* in the body */
	bool is_file;
	struct note frame;
};

void notes_add(struct notes *, struct note);
uint32_t note_hash(uint32_t before, const void *, size_t);
#define NOTE_HASH 2166136261u

/* The server has sent these bytes. */
void heard_bytes(struct heard *, const void *, size_t);
void heard_free(struct heard *);

#endif
