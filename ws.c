/* ws.c - a WebSocket, the server's end: RFC 6455, sections 5 to 7.
 *
 * How a message is gathered in `in` from its frames, without memory of its
 * own. host->at is how far ws_input has read:
 *
 *     | head | message so far | spent heads | new payload | not yet read |
 *     0      from             from + len    at                    in->len
 *                             ^----- moves down ----´
 *
 * The payload of the first frame stays where it is; that of later ones moves
 * down over the heads between. */
#include "ws.h"

#include "ws/frame.h"

#include <assert.h>
#include <string.h>

/* From here on, a message that is sent back is worth not copying. */
#define LENT_MIN 4096

/* Milliseconds: in these steps an age takes 32 bits and is good for 13 years.
 */
#define AGE_STEP 100

void ws_open(struct ws *ws, struct ws_host *host, const struct route *route)
{
	*ws = (struct ws){.host = host, .route = route};
	ws->opened = (uint32_t)(host->now / AGE_STEP);
}

/* The one place that ends a socket. */
static void over(struct ws *ws, int code, const char *reason)
{
	if (ws->state == WS_CLOSED)
		return;
	if (ws->state == WS_OPEN) /* from here on nothing can be sent */
		ws->state = WS_CLOSING;
	ws->opcode = 0; /* an unfinished message is of no use any more */
	if (ws->on_close)
		ws->on_close(ws, code, reason);
	ws->state = WS_CLOSED;
	if (ws->session)
		ws->session->by->end(ws);
}

/* RFC 6455 7.1.5: 1006 where no Close has come. */
void ws_lost(struct ws *ws, const char *why)
{
	if (ws->state == WS_LOST)
		why = ws->slow ? "too slow to be sent more"
			       : "no memory to send it more";
	over(ws, 1006, why);
}

/* Not over() at once: this may be in another socket's handler. */
static bool give_up(struct ws *ws, bool slow)
{
	ws->state = WS_LOST;
	ws->slow = slow;
	return false;
}

static void show(struct ws *ws, bool sent, const unsigned char *p, size_t len)
{
	if (ws->host->on_wire)
		ws->host->on_wire(ws, sent, p, len);
}

/* A frame of n bytes has been put at the end of the output; or none, for lack of
 * memory: 0. */
static bool added(struct ws *ws, struct buf *out, size_t n)
{
	if (!n)
		return give_up(ws, false);
	out->counted += n;
	ws->host->held += n;
	show(ws, true, out->data + out->len - n, n);
	return true;
}

static bool append(struct ws *ws, struct buf *out, int opcode,
	const void *payload, size_t len)
{
	return added(ws, out, message_put(out, opcode, payload, len));
}

static bool append_close(struct ws *ws, int code, const char *reason)
{
	unsigned char payload[FRAME_CONTROL_MAX];
	size_t len = frame_close(payload, code, reason);

	/* the state first: whoever sees the bytes, no data follows them */
	ws->state = WS_CLOSING;
	return append(ws, ws->host->output(ws), FRAME_CLOSE, payload, len);
}

const char ws_out_of_memory[] = "the server is out of memory: try again later";

size_t ws_most_unsent(const struct ws_host *host)
{
	return host->held > host->max_memory ? WS_LITTLE : host->max_unsent;
}

/* May so much be added to the output? If not, the socket is given up, or closed
 * for the sake of the others. */
static bool has_room(struct ws *ws, struct buf *out, size_t len)
{
	const struct ws_host *host = ws->host;

	if (!out || out->left > host->max_backlog)
		return give_up(ws, out != NULL); /* NULL: no memory */
	if (host->held + len <= host->max_memory ||
		buf_unsent(out) + len <= WS_LITTLE)
		return true;
	if (host->on_refused)
		host->on_refused(ws, 1013, ws_out_of_memory);
	append_close(ws, 1013, ws_out_of_memory);
	return false;
}

/* The output, where a message of so many bytes may be added to it, or NULL. */
static struct buf *open_output(struct ws *ws, size_t len)
{
	struct buf *out;

	/* RFC 6455 6.1: "The endpoint MUST ensure the WebSocket connection is
	 * in the OPEN state"; 5.5.1: after a Close it "MUST NOT send any more
	 * data frames" */
	if (ws->state != WS_OPEN)
		return NULL;
	out = ws->host->output(ws);
	return has_room(ws, out, len) ? out : NULL;
}

bool ws_send_data(struct ws *ws, const void *data, size_t len, bool binary)
{
	/* RFC 6455 6.1: the opcode says which of the two it is */
	int opcode = binary ? FRAME_BINARY : FRAME_TEXT;
	struct buf *out;

	/* RFC 6455 5.6: "the whole message MUST contain valid UTF-8" */
	assert(binary || utf8_is_valid(data, len));
	/* RFC 6455 9, RFC 7692 6: RSV1 says that the payload is coded */
	if (ws->session && ws->state == WS_OPEN &&
		ws->session->by->encode(ws->session->by, ws, &data, &len))
		opcode |= FRAME_RSV1;
	out = open_output(ws, len);
	ws->host->sent += out != NULL;
	return out && append(ws, out, opcode, data, len);
}

bool ws_send_prepared(struct ws *ws, struct message *m)
{
	bool passed = ws->host->pass && ws->host->pass(ws, m);
	struct buf *out = passed ? NULL : open_output(ws, m->len);

	ws->host->sent += out != NULL;
	return passed ||
	       (out && added(ws, out, message_add(out, m, ws, ws->session)));
}

bool ws_send(struct ws *ws, const char *text)
{
	return ws_send_data(ws, text, strlen(text), false);
}

bool ws_ping(struct ws *ws)
{
	struct buf *out = open_output(ws, 0);

	return out && append(ws, out, FRAME_PING, "", 0);
}

bool ws_send_back(struct ws *ws)
{
	bool is_delivering = ws->opcode && ws->fin && !ws->left;
	struct ws_host *host = ws->host;
	struct buf *out = host->out;
	size_t n = 0;

	if (is_delivering && ws->session) /* it may be coded, or become so */
		return ws_send_data(ws, host->message, host->len,
			ws->opcode == FRAME_BINARY);
	if (!is_delivering || ws->state != WS_OPEN || !has_room(ws, out, 0))
		return false;
	host->sent++;
	/* no spent heads may lie between the message and what follows it */
	if (ws->len >= LENT_MIN && host->at == ws->from + ws->len)
		n = message_lend(host->in, out, ws->opcode, ws->from, ws->len);
	if (!n)
		return append(ws, out, ws->opcode, host->message, ws->len);
	show(ws, true, out->data + out->start, n);
	ws->from = ws->len = 0;
	host->at = 0;
	return true;
}

bool ws_close(struct ws *ws, int code, const char *reason)
{
	/* RFC 6455 7.4.1: some codes "MUST NOT be set as a status code in a
	 * Close control frame by an endpoint" */
	assert(code ? frame_is_close_code(code) : !*reason);
	/* RFC 6455 5.5: with the code no more than 125 bytes */
	assert(strlen(reason) <= WS_REASON_MAX);
	assert(utf8_is_valid(reason, strlen(reason)));
	return ws->state == WS_OPEN && append_close(ws, code, reason);
}

/* RFC 6455 7.1.7, 10.7: fail the connection, and say why. */
bool ws_refuse(struct ws *ws, int code, const char *why)
{
	ws->host->failed++;
	if (ws->host->on_refused)
		ws->host->on_refused(ws, code, why);
	if (ws->state == WS_OPEN)
		append_close(ws, code, why);
	over(ws, code, why);
	/* RFC 6455 7.1.7: from here on it "MUST NOT continue to attempt to
	 * process data" */
	return false;
}

/* RFC 6455 5.5.1: a Close is answered with a Close of the same code. Returns
 * false: the socket is over. */
static bool take_close(struct ws *ws, const unsigned char *payload, size_t len)
{
	char reason[FRAME_CONTROL_MAX];
	const char *why;
	int refused = frame_close_rule(payload, len, &why), code;

	if (refused)
		return ws_refuse(ws, refused, why);
	code = frame_close_parse(payload, len, reason);
	ws->by_peer = ws->state == WS_OPEN;
	/* RFC 6455 5.5.1: "It SHOULD do so as soon as practical"; no message
	 * of ours is ever half sent, so that is now */
	ws->clean = !ws->by_peer || append_close(ws, code, "");
	/* RFC 6455 7.1.5, 7.1.6: the code and the reason of the first Close
	 * that is received; 1005 where it has no code */
	over(ws, code ? code : 1005, reason);
	return false;
}

/* Takes a control frame, once it is whole. Returns false when it is not, or when
 * the socket is over. */
static bool control(
	struct ws *ws, unsigned char *p, size_t have, const struct frame *f)
{
	size_t len = (size_t)f->len;

	if (have < f->head_len + len)
		return false;
	ws->host->at += f->head_len + len;
	show(ws, false, p, f->head_len + len);
	p += f->head_len;
	frame_mask(p, len, f->key, 0);
	if (f->opcode == FRAME_CLOSE)
		return take_close(ws, p, len);
	/* RFC 6455 5.5.2: "MUST send a Pong frame in response, unless it
	 * already received a Close frame"; 5.5.3: with the same data */
	if (f->opcode == FRAME_PING)
		append(ws, ws->host->output(ws), FRAME_PONG, p, len);
	/* RFC 6455 5.5.3: "A response to an unsolicited Pong frame is not
	 * expected." */
	return ws->state < WS_LOST;
}

/* Reads as much of a head as has come. Returns what frame_parse does, or -1 when
 * the frame is refused and the socket is over. RFC 6455 10.7: "Incoming data
 * MUST always be validated by both clients and servers." */
static ssize_t read_head(
	struct ws *ws, const unsigned char *p, size_t have, struct frame *f)
{
	ssize_t n = frame_parse(p, have, f);
	uint32_t most = ws->host->max_message;
	const char *why;

	/* a coded message has a limit of its own */
	if (ws->session && (frame_extend(f) || ws->opcode & FRAME_RSV1))
		most = ws->session->by->max_coded;
	why = frame_rule(f, have, ws->opcode, true);
	/* RFC 6455 10.4: a limit for all fragments together, kept before
	 * there is a byte of what would exceed it; the length is known as soon
	 * as all but the 4 bytes of the key are there */
	if (!why && (f->opcode >= FRAME_CLOSE || f->len <= most - ws->len ||
			    have + 4 < f->head_len))
		return n;
	show(ws, false, p, have);
	ws_refuse(ws, why ? 1002 : 1009, why ? why : frame_too_big);
	return -1;
}

static void begin(struct ws *ws, const struct frame *f, size_t at)
{
	/* RFC 6455 5.4, 6.2: the first frame says the type of the message */
	if (f->opcode != FRAME_CONTINUATION) {
		ws->opcode = f->opcode | f->coded;
		ws->from = (uint32_t)at;
		ws->utf8 = (struct utf8){0};
	}
	ws->fin = f->fin;
	ws->left = (uint32_t)f->len;
	ws->phase = 0;
	memcpy(ws->key, f->key, sizeof ws->key);
}

/* Undoes what an extension has made of the message. Returns false when the socket
 * is over. */
static bool decode(struct ws *ws)
{
	struct ws_host *host = ws->host;
	const char *why = frame_not_utf8;
	int code =
		ws->session->by->decode(ws, &host->message, &host->len, &why);

	ws->opcode &= ~FRAME_RSV1;
	/* RFC 7692 6, RFC 6455 8.1: only what comes out of it is text */
	if (!code && ws->opcode == FRAME_TEXT &&
		!utf8_next(&ws->utf8, host->message, host->len))
		code = 1007;
	return !code || ws_refuse(ws, code, why);
}

/* RFC 6455 5.6, 6.2: a message is complete. Returns false when the socket is
 * over. */
static bool deliver(struct ws *ws, const struct buf *in)
{
	struct ws_host *host = ws->host;

	host->message = in->data + ws->from;
	host->len = ws->len;
	if (ws->opcode & FRAME_RSV1 && !decode(ws))
		return false;
	/* RFC 6455 5.6: a frame may end inside a character, a message not */
	if (ws->opcode == FRAME_TEXT && !utf8_is_complete(&ws->utf8))
		return ws_refuse(ws, 1007, frame_cut_character);
	host->received++;
	if (ws->state == WS_OPEN && ws->on_message)
		ws->on_message(ws, (const char *)host->message, host->len,
			ws->opcode == FRAME_BINARY);
	/* RFC 6455 6.2: "Subsequent data frames MUST be interpreted as
	 * belonging to a new WebSocket message." */
	ws->opcode = 0;
	ws->len = 0;
	return ws->state < WS_LOST;
}

/* Adds n bytes of payload to the message. Returns false when the socket is over.
 */
static bool gather(struct ws *ws, const struct buf *in, size_t n)
{
	unsigned char *p = in->data + ws->host->at;
	unsigned char *end = in->data + ws->from + ws->len;
	/* RFC 6455 6.2: "A server MUST remove masking for data frames received
	 * from a client" */
	bool is_ascii = frame_mask(p, n, ws->key, ws->phase);

	ws->host->at += n;
	ws->phase = (ws->phase + n) % 4;
	/* RFC 6455 8.1: text that is not UTF-8 fails the connection; here as
	 * soon as the wrong byte is seen. ASCII is UTF-8, between characters */
	if (ws->opcode == FRAME_TEXT &&
		!(is_ascii && utf8_is_complete(&ws->utf8)) &&
		!utf8_next(&ws->utf8, p, n))
		return ws_refuse(ws, 1007, frame_not_utf8);
	/* RFC 6455 5.4: "Message fragments MUST be delivered to the recipient
	 * in the order sent by the sender." */
	if (p != end)
		memmove(end, p, n);
	ws->len += (uint32_t)n;
	ws->left -= (uint32_t)n;
	/* RFC 6455 5.4: FIN ends a message of one frame as one of many */
	return ws->left || !ws->fin || deliver(ws, in);
}

/* Takes one control frame, or what has come of a data frame. Returns false when
 * there is nothing more to do before more arrives. */
static bool step(struct ws *ws, const struct buf *in)
{
	size_t *at = &ws->host->at, have = in->len - *at, payload;
	unsigned char *p = in->data + *at;
	ssize_t head = 0;
	struct frame f;

	if (!ws->left) {
		head = read_head(ws, p, have, &f);
		if (head < 0) /* refused, and shown */
			*at += have;
		if (head <= 0)
			return false;
		/* RFC 6455 5.4: "An endpoint MUST be capable of handling
		 * control frames in the middle of a fragmented message." */
		if (f.opcode >= FRAME_CLOSE)
			return control(ws, p, have, &f);
		begin(ws, &f, *at + f.head_len);
	}
	payload = have - (size_t)head;
	if (payload > ws->left)
		payload = ws->left;
	*at += (size_t)head;
	show(ws, false, p, (size_t)head + payload);
	return gather(ws, in, payload);
}

/* Takes away what lies before and behind an unfinished message. Some bytes
 * before it stay, so that it can be sent back from where it is, with a head put
 * in front. */
static void keep_unfinished(struct ws *ws, struct buf *in)
{
	size_t gone = ws->from > FRAME_HEAD_MAX ? ws->from - FRAME_HEAD_MAX : 0;
	size_t end = ws->from + ws->len, at = ws->host->at;

	if (at != end)
		memmove(in->data + end, in->data + at, in->len - at);
	in->len -= at - end;
	buf_consume(in, gone);
	ws->from -= (uint32_t)gone;
}

void ws_input(struct ws *ws, struct buf *in)
{
	struct ws_host *host = ws->host;
	struct buf *out = host->output(ws);

	host->in = in;
	host->out = out;
	host->at = ws->opcode ? ws->from + ws->len : 0;
	if (!out)
		give_up(ws, false);
	/* while so much waits to be sent, nothing more is asked for */
	while (out && buf_unsent(out) <= ws_most_unsent(host) &&
		host->at < in->len && step(ws, in))
		;
	if (ws->opcode)
		keep_unfinished(ws, in);
	else
		buf_consume(in, host->at);
}

size_t ws_buffered(struct ws *ws)
{
	return ws->host->buffered(ws);
}

uint64_t ws_age(const struct ws *ws)
{
	uint32_t now = (uint32_t)(ws->host->now / AGE_STEP);

	return (uint64_t)(uint32_t)(now - ws->opened) * AGE_STEP;
}

bool ws_is_over(const struct ws *ws)
{
	return ws->state >= WS_LOST;
}
