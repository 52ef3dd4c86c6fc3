/* message.c - a message as a server sends it: one frame, RFC 6455 6.1. */
#include "ws/message.h"

#include "utf8.h"
#include "ws/extension.h"
#include "ws/frame.h"

#include <assert.h>
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

/* Short messages are not lent, and inlined this would make them save registers
 * for it. */
__attribute__((noinline)) size_t message_lend(
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

bool message_prepare(struct message *m, const void *p, size_t len, bool binary)
{
	/* RFC 6455 5.6: "the whole message MUST contain valid UTF-8" */
	assert(binary || utf8_is_valid(p, len));
	*m = (struct message){.len = len};
	return message_put(
		&m->frame, binary ? FRAME_BINARY : FRAME_TEXT, p, len);
}

const struct buf *message_frame(
	struct message *m, struct ws *ws, const struct ws_session *session)
{
	const void *plain, *p;

	if (!session || !m->frame.len)
		return &m->frame;
	p = plain = m->frame.data + m->frame.len - m->len;
	if (!m->coded) {
		m->coded = m->len;
		if (session->by->encode(session->by, NULL, &p, &m->coded))
			message_put(&m->encoded,
				(*m->frame.data & 0x0F) | FRAME_RSV1, p,
				m->coded);
	}
	if (!m->encoded.len)
		return &m->frame;
	session->by->remember(ws, true, plain, m->len, m->coded);
	return &m->encoded;
}

size_t message_add(struct buf *out, struct message *m, struct ws *ws,
	const struct ws_session *session)
{
	const struct buf *frame = message_frame(m, ws, session);

	return buf_append(out, frame->data, frame->len) ? frame->len : 0;
}

void message_free(struct message *m)
{
	buf_free(&m->frame);
	buf_free(&m->encoded);
}
