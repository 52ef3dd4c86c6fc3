/* message.c - a message as a server sends it: one frame, RFC 6455 6.1. */
#include "ws/message.h"

#include "ws/frame.h"

#include <string.h>

/* RFC 6455 6.1: a message leaves as one frame, with its FIN set; 5.1: "A server
 * MUST NOT mask any frames that it sends" */
size_t message_put(struct buf *out, int opcode, const void *payload, size_t len)
{
	unsigned char *frame;
	size_t n;

	if (!out || !buf_reserve(out, FRAME_HEAD_MAX + len))
		return 0;
	frame = out->data + out->len;
	n = frame_head(frame, opcode, true, len);
	if (len)
		memcpy(frame + n, payload, len);
	out->len += n + len;
	return n + len;
}

size_t message_lend(
	struct buf *in, struct buf *out, int opcode, size_t from, size_t len)
{
	unsigned char head[FRAME_HEAD_MAX];
	size_t n = frame_head(head, opcode, true, len), end = from + len;
	struct buf message = *in;

	if (out->len || from < n ||
		!buf_append(out, in->data + end, in->len - end))
		return 0;
	*in = *out;
	*out = message;
	out->len = end;
	out->start = from - n;
	memcpy(out->data + out->start, head, n);
	return n + len;
}
