/* frame.h - the wire of a WebSocket: RFC 6455, sections 5.2 and 5.3.
 *
 * No state, no memory, no judgement of what is allowed: an extension may own
 * RSV1 one day, and a client has other duties than a server. ws.c judges. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* RFC 6455 11.8. From 8 on they are control frames. */
enum frame_opcode {
	FRAME_CONTINUATION = 0x0,
	FRAME_TEXT = 0x1,
	FRAME_BINARY = 0x2,
	FRAME_CLOSE = 0x8,
	FRAME_PING = 0x9,
	FRAME_PONG = 0xA
};

/* Bytes of the longest head: 2, 8 of length, 4 of masking key. */
#define FRAME_HEAD_MAX 14

/* The longest payload of a control frame: RFC 6455 5.5. */
#define FRAME_CONTROL_MAX 125

struct frame {
	bool fin, masked;
	unsigned char rsv; /* RSV1 is 4, RSV2 is 2, RSV3 is 1 */
	unsigned char opcode;
	unsigned char key[4]; /* zeros when it is not masked */
	size_t head_len;      /* bytes before the payload */
	uint64_t len;         /* bytes of payload */
	const char *why;      /* the rule that is broken, when one is */
};

/* Reads the head of a frame. Returns its size; 0 when it is not all there
 * yet; minus the close code when its length breaks a rule. In each case all
 * fields whose bytes are there are filled: fin, rsv and opcode by the first
 * byte; masked and len by the second, where len is 126 or 127 until the bytes
 * that this announces have come. */
ssize_t frame_parse(const unsigned char *, size_t len, struct frame *);

/* Writes the head of a frame as a server sends it, unmasked; returns its
 * size: 2, 4 or 10 bytes. */
size_t frame_head(
	unsigned char head[FRAME_HEAD_MAX], int opcode, bool fin, uint64_t len);

/* Masks or unmasks, which is the same: RFC 6455 5.3. `phase` is how many bytes
 * of the payload come before these. */
void frame_mask(
	unsigned char *, size_t len, const unsigned char key[4], size_t phase);

/* The rule that a frame breaks, or NULL. `have` bytes are there of it, 1 or
 * more: what those already say is judged, so that no frame is waited for in
 * vain. `in_message`: a fragmented message is under way. */
const char *frame_rule(const struct frame *, size_t have, bool in_message);

/* What no frame breaks alone, but a message, with 1009, 1007 and 1007. */
extern const char frame_too_big[], frame_not_utf8[], frame_cut_character[];

/* May this code stand in a Close frame? */
bool frame_is_close_code(int code);

/* Judges the unmasked payload of a Close: returns 0 when it is allowed, or
 * the code to refuse it with and its sentence in *why. */
int frame_close_rule(
	const unsigned char *payload, size_t len, const char **why);

#endif
