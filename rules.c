/* rules.c - what a client may send: RFC 6455, sections 5 and 7.4. */
#include "rules.h"

#include "utf8.h"

static const char *broken_by_control(const struct frame *f, size_t have)
{
	/* RFC 6455 5.2: "If an unknown opcode is received" */
	if (f->opcode > FRAME_PONG)
		return "this opcode is reserved (RFC 6455 5.2)";
	/* RFC 6455 5.5: control frames "MUST NOT be fragmented" */
	if (!f->fin)
		return "a control frame is never fragmented (RFC 6455 5.5)";
	/* RFC 6455 5.5: "MUST have a payload length of 125 bytes or less": a
	 * head of 2 bytes and the key. The length itself may not have come. */
	if (have > 1 && f->head_len > (f->masked ? 6 : 2))
		return "a control frame has at most 125 bytes (RFC 6455 5.5)";
	return NULL;
}

static const char *broken_by_data(const struct frame *f, bool in_message)
{
	/* RFC 6455 5.2: 3 to 7 are reserved for data frames yet to come */
	if (f->opcode > FRAME_BINARY)
		return "this opcode is reserved (RFC 6455 5.2)";
	/* RFC 6455 5.4: fragments of one message come after each other */
	if (f->opcode == FRAME_CONTINUATION && !in_message)
		return "there is no message to continue (RFC 6455 5.4)";
	if (f->opcode != FRAME_CONTINUATION && in_message)
		return "a message begins inside another (RFC 6455 5.4)";
	return NULL;
}

const char *rules_frame(const struct frame *f, size_t have, bool in_message)
{
	const char *why;

	/* RFC 6455 5.2: "MUST be 0 unless an extension is negotiated" */
	if (f->rsv)
		return "a reserved bit is set (RFC 6455 5.2)";
	why = f->opcode >= FRAME_CLOSE ? broken_by_control(f, have)
				       : broken_by_data(f, in_message);
	if (why)
		return why;
	/* RFC 6455 5.1: "The server MUST close the connection upon receiving a
	 * frame that is not masked" */
	if (have > 1 && !f->masked)
		return "a client must mask its frames (RFC 6455 5.1)";
	return f->why;
}

const char rules_too_big[] = "the message is too big (RFC 6455 7.4.1)";
const char rules_not_utf8[] = "the text is not UTF-8 (RFC 6455 8.1)";
const char rules_cut_character[] =
	"the text ends inside a character (RFC 6455 8.1)";

/* RFC 6455 7.4.1 reserves 1004 to 1006 and 1015, 7.4.2 the rest below 3000;
 * 1012 to 1014 have since been registered with IANA. */
bool rules_is_close_code(int code)
{
	if (code < 1000 || code > 4999)
		return false;
	return code >= 3000 || (code <= 1014 && (code < 1004 || code > 1006));
}

int rules_close(const unsigned char *payload, size_t len, const char **why)
{
	if (len == 0)
		return 0;
	/* RFC 6455 5.5.1: "the first two bytes of the body MUST be a 2-byte
	 * unsigned integer" */
	*why = "a close code takes two bytes (RFC 6455 5.5.1)";
	if (len == 1)
		return 1002;
	*why = "this close code must not be sent (RFC 6455 7.4)";
	if (!rules_is_close_code(payload[0] << 8 | payload[1]))
		return 1002;
	/* RFC 6455 5.5.1, 8.1: what follows them is UTF-8 */
	*why = "a close reason must be UTF-8 (RFC 6455 5.5.1)";
	return utf8_is_valid(payload + 2, len - 2) ? 0 : 1007;
}
