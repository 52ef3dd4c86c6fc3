/* frame.h - a WebSocket frame: its bits and its mask, RFC 6455 sections 5.2 and
 * 5.3, and what a peer may send, sections 5 and 7.4.
 *
 * These functions depend on their arguments alone: they keep no state and
 * allocate no memory. */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* RFC 6455 11.8. Opcodes from 8 on are those of control frames. */
enum frame_opcode {
	FRAME_CONTINUATION = 0x0,
	FRAME_TEXT = 0x1,
	FRAME_BINARY = 0x2,
	FRAME_CLOSE = 0x8,
	FRAME_PING = 0x9,
	FRAME_PONG = 0xA
};

/* RSV1 in the first byte of a frame, beside its opcode. */
#define FRAME_RSV1 0x40

/* The size of the longest head: 2 bytes, 8 of length, 4 of masking key. */
#define FRAME_HEAD_MAX 14

/* The longest payload of a control frame: RFC 6455 5.5. */
#define FRAME_CONTROL_MAX 125

struct frame {
	bool fin, masked;
	unsigned char rsv; /* RSV1 is 4, RSV2 is 2, RSV3 is 1 */
	unsigned char opcode;
	unsigned char coded;  /* FRAME_RSV1 or 0: see frame_extend */
	unsigned char key[4]; /* zeros when not masked */
	size_t head_len;      /* bytes before the payload */
	uint64_t len;         /* bytes of payload */
	const char *why;      /* the rule that its length breaks, or NULL */
};

/* Parses the head of a frame. Returns its size; 0 when it is incomplete; minus
 * the close code when its length breaks a rule. In each case it sets every
 * member whose bytes have arrived: fin, rsv and opcode from the first byte;
 * masked and len from the second, where len stays 126 or 127 until the longer
 * length that this announces has arrived. */
ssize_t frame_parse(const unsigned char *, size_t len, struct frame *);

/* Writes the head of an unmasked frame, as a server sends it; FRAME_RSV1 may
 * come with the opcode. Returns its size: 2, 4 or 10 bytes. */
size_t frame_head(
	unsigned char head[FRAME_HEAD_MAX], int opcode, bool fin, uint64_t len);

/* Masks or unmasks, which is the same operation: RFC 6455 5.3. `phase` is how
 * many bytes of the payload come before these. Returns whether all bytes that come
 * of it are ASCII, which costs nothing here, and would cost a text another look
 * at all of it. */
bool frame_mask(
	unsigned char *, size_t len, const unsigned char key[4], size_t phase);

/* Returns the rule that a frame breaks, or NULL. The rule is a sentence of at
 * most 123 bytes, for the reason of a Close frame with code 1002. `have` is how
 * many bytes of the frame have arrived, at least 1. Whatever these already show
 * is checked, so that nobody waits for the rest of a frame that will be
 * refused. `in_message` says that a fragmented message is under way. RFC 6455
 * 5. */
const char *frame_rule(
	const struct frame *, size_t have, bool in_message, bool from_client);

/* An extension is in use, which may set RSV1 in the frame that begins a message:
 * moves that bit from `rsv` to `coded`. Returns whether it was set. RFC 6455 9,
 * RFC 7692 6. */
bool frame_extend(struct frame *);

/* Rules that a message as a whole can break. Their codes are 1009, 1007 and
 * 1007. */
extern const char frame_too_big[], frame_not_utf8[], frame_cut_character[];

/* Is this code allowed in a Close frame? RFC 6455 7.4. */
bool frame_is_close_code(int code);

/* Checks the unmasked payload of a Close frame. Returns 0 when it is allowed,
 * or the code to refuse it with, and then *why says what is wrong. */
int frame_close_rule(const unsigned char *, size_t len, const char **why);

/* Reads the payload of a Close frame that breaks no rule: writes its reason as a
 * text, and returns its code, or 0 when it has none. */
int frame_close_parse(const unsigned char *payload, size_t len,
	char reason[FRAME_CONTROL_MAX]);

/* Writes the payload of a Close frame, of which a long reason is cut. Returns its
 * size; without a code (0) it is empty. */
size_t frame_close(
	unsigned char payload[FRAME_CONTROL_MAX], int code, const char *reason);

#endif
