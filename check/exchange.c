/* exchange.c - a WebSocket as its client. RFC 6455. */
#include "check/exchange.h"

#include "base64.h"
#include "check/answer.h"
#include "http/handshake.h"

#include <string.h>

struct outgoing exchange_frame(int opcode, const void *payload, size_t len)
{
	struct outgoing o = {.opcode = opcode, .text = payload, .len = len};

	o.form = len < 126 ? 0 : len < 65536 ? 2 : 8;
	exam_random(o.key, sizeof o.key);
	return o;
}

bool exchange_write(struct buf *out, const struct outgoing *o)
{
	uint64_t len = o->announced ? o->announced : o->len;
	unsigned char *p;

	if (!buf_reserve(out, FRAME_HEAD_MAX + o->len))
		return false;
	p = out->data + out->len;
	*p++ = (unsigned char)(!o->more << 7 | o->rsv << 4 | o->opcode);
	*p++ = (unsigned char)(!o->bare << 7 | (o->form == 2     ? 126
						       : o->form ? 127
								 : (int)len));
	for (int i = o->form - 1; i >= 0; i--)
		*p++ = (unsigned char)(len >> 8 * i);
	if (!o->bare) {
		memcpy(p, o->key, 4);
		p += 4;
	}
	if (o->len)
		memcpy(p, o->text, o->len);
	if (!o->bare)
		frame_mask(p, o->len, o->key, 0);
	out->len = (size_t)(p + o->len - out->data);
	return true;
}

bool exchange_send(struct exam *x, struct talk *t, const struct outgoing *o)
{
	struct buf out = {0};
	bool sent = exchange_write(&out, o) && talk_send(t, out.data, out.len);

	buf_free(&out);
	return sent || exam_fail_end(x, t);
}

void exchange_send_bytes(struct talk *t, const struct buf *out)
{
	talk_send(t, out->data, out->len);
}

void exchange_random_key(char key[EXCHANGE_KEY])
{
	unsigned char bytes[16];

	exam_random(bytes, sizeof bytes);
	base64_encode(key, bytes, sizeof bytes);
}

bool exchange_write_request(struct exam *x, struct buf *out, const char *path,
	const char *key, char accept[EXCHANGE_ACCEPT])
{
	char random[EXCHANGE_KEY];

	exchange_random_key(random);
	key = key ? key : random;
	handshake_accept(accept, key);
	return buf_printf(out,
		"GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		path, x->host, key);
}

static bool is_accepted(
	struct exam *x, struct talk *t, struct answer *a, const char *accept)
{
	struct slice got = fields_value(&a->fields, "Sec-WebSocket-Accept");

	if (!fields_has_token(&a->fields, "Upgrade", "websocket") ||
		!fields_has_token(&a->fields, "Connection", "Upgrade"))
		return exam_fail(x, t,
			(struct words){
				"The 101 does not say Upgrade: websocket "
				"and Connection: Upgrade.",
				"101에 Upgrade: websocket과 Connection: "
				"Upgrade가 없습니다."});
	if (slice_is(got, accept))
		return true;
	if (got.p)
		exam_mark(x, t, (size_t)(got.p - (char *)t->in.data), 0);
	return exam_fail(x, t,
		(struct words){
			"The accept value is \"%.*s\"; to this key it is "
			"%s.",
			"accept 값이 \"%.*s\"입니다. 이 키에는 %s여야 "
			"합니다."},
		got.p ? (int)(got.len < 60 ? got.len : 60) : 0,
		got.p ? got.p : "", accept);
}

bool exchange_read_101(struct exam *x, struct talk *t, const char *accept)
{
	struct answer a;

	if (!answer_head(x, t, &a))
		return false;
	if (a.status != 101) {
		exam_mark(x, t, 9, 0);
		return exam_fail(x, t,
			(struct words){"The handshake was answered with %d.",
				"핸드셰이크의 답이 %d입니다."},
			a.status);
	}
	if (!is_accepted(x, t, &a, accept))
		return false;
	talk_take(t, a.len);
	return true;
}

/* Sends the request; only what must come next is not known yet. */
static bool ask(struct exam *x, struct talk *t, const char *path)
{
	char accept[EXCHANGE_ACCEPT], expected[EXAM_TEXT];
	struct buf out = {0};
	bool ok = exchange_write_request(x, &out, path, NULL, accept) &&
		  talk_send(t, out.data, out.len);

	buf_free(&out);
	if (!ok)
		return exam_fail_end(x, t);
	memcpy(expected, x->expected, EXAM_TEXT);
	exam_expect(x,
		(struct words){"A 101 that opens a WebSocket on %s.",
			"%s에서 WebSocket을 여는 101."},
		path);
	if (!exchange_read_101(x, t, accept))
		return false;
	memcpy(x->expected, expected, EXAM_TEXT);
	return true;
}

bool exchange_open(struct exam *x, struct talk *t, const char *path)
{
	if (!exam_connect(x, t))
		return false;
	talk_within(t, x->ms);
	return ask(x, t, path);
}

bool exchange_open_small(struct exam *x, struct talk *t, const char *path)
{
	if (!talk_open_small(t, (struct sockaddr *)&x->address, x->size, x->ms))
		return exam_fail_end(x, t);
	return ask(x, t, path);
}

/* The first bit of a head that breaks a rule. */
static unsigned guilty_bit(const struct frame *f, bool in_message)
{
	if (f->rsv)
		return f->rsv & 4 ? 1 : f->rsv & 2 ? 2 : 3;
	if (frame_rule(f, 1, in_message, false))
		return f->opcode >= FRAME_CLOSE && !f->fin ? 0 : 4;
	return f->masked ? 8 : 9;
}

/* What the guilty bit means, in Korean. */
static const char *korean_rule(unsigned bit)
{
	if (bit == 0)
		return "제어 프레임은 나눌 수 없습니다(RFC 6455 5.5)";
	if (bit < 4)
		return "예약된 비트가 켜져 있습니다(RFC 6455 5.2)";
	if (bit < 8)
		return "여기에는 올 수 없는 opcode입니다(RFC 6455 5.2, 5.4)";
	return bit == 8 ? "서버는 프레임을 마스킹하면 안 됩니다(RFC 6455 5.1)"
			: "길이가 가장 짧은 꼴이 아니거나 너무 깁니다(RFC 6455 "
			  "5.2, 5.5)";
}

static bool fail_rule(struct exam *x, struct talk *t, const struct frame *f,
	bool in_message, const char *why)
{
	unsigned bit = guilty_bit(f, in_message);

	exam_mark(x, t, 0, bit);
	return exam_fail(x, t,
		(struct words){"The frame breaks a rule: %s.",
			"프레임이 규칙을 어깁니다. %s."},
		exam_say(x, (struct words){why, korean_rule(bit)}));
}

static bool receive(
	struct exam *x, struct talk *t, struct frame *f, bool in_message)
{
	const char *why = NULL;
	ssize_t head = 0;

	while (!head || t->in.len < f->head_len + f->len) {
		if (t->in.len) {
			head = frame_parse(t->in.data, t->in.len, f);
			why = frame_rule(f, t->in.len, in_message, false);
		}
		if (why)
			return fail_rule(x, t, f, in_message, why);
		if (head > 0 && t->in.len >= f->head_len + f->len)
			break;
		if (!talk_receive(t, t->in.len))
			return exam_fail_end(x, t);
	}
	return true;
}

void exchange_skip_pings(struct talk *t)
{
	struct frame f;

	while (frame_parse(t->in.data, t->in.len, &f) > 0 &&
		f.opcode > FRAME_CLOSE && t->in.len - f.head_len >= f.len)
		talk_take(t, f.head_len + (size_t)f.len);
}

bool exchange_receive(struct exam *x, struct talk *t, struct frame *f)
{
	return receive(x, t, f, false);
}

static const unsigned char *payload_of(
	const struct talk *t, const struct frame *f)
{
	return t->in.data + f->head_len;
}

static int code_of(const struct talk *t, const struct frame *f)
{
	const unsigned char *p = payload_of(t, f);

	return f->len < 2 ? 1005 : p[0] << 8 | p[1];
}

static bool fail_close(struct exam *x, struct talk *t, const struct frame *f)
{
	const char *reason = (const char *)payload_of(t, f) + 2;

	exam_mark(x, t, f->len < 2 ? 0 : f->head_len, f->len < 2 ? 4 : 0);
	if (f->len < 2)
		return exam_fail(x, t,
			(struct words){"A Close without a code came.",
				"코드 없는 Close가 왔습니다."});
	return exam_fail(x, t,
		(struct words){"A Close came, with %d%s%.*s.",
			"Close가 왔습니다. 코드는 %d%s%.*s입니다."},
		code_of(t, f), f->len > 2 ? " " : "",
		f->len > 2 ? (int)f->len - 2 : 0, f->len > 2 ? reason : "");
}

static const struct words kinds[16] = {
	[FRAME_CONTINUATION] = {"A continuation frame", "이어지는 프레임"},
	[FRAME_TEXT] = {"A text", "텍스트"},
	[FRAME_BINARY] = {"A binary message", "바이너리 메시지"},
	[FRAME_PING] = {"A Ping", "Ping"},
	[FRAME_PONG] = {"A Pong", "Pong"},
};

bool exchange_fail(struct exam *x, struct talk *t, const struct frame *f)
{
	if (f->opcode == FRAME_CLOSE)
		return fail_close(x, t, f);
	exam_mark(x, t, 0, 4);
	return exam_fail(x, t,
		(struct words){
			"%s of %llu bytes came.", "%s %llu바이트가 왔습니다."},
		exam_say(x, kinds[f->opcode]), (unsigned long long)f->len);
}

/* A message as far as it has come. */
struct partial {
	const unsigned char *payload;
	size_t len, have;
	bool begun;
};

static bool fail_length(struct exam *x, struct talk *t, size_t have, size_t len)
{
	exam_mark(x, t, 0, 9);
	return exam_fail(x, t,
		(struct words){"%zu bytes of payload came, where %zu were due.",
			"페이로드가 %zu바이트 왔습니다. %zu바이트여야 "
			"합니다."},
		have, len);
}

/* Compares more of the payload. */
static bool compare(struct exam *x, struct talk *t, const struct frame *f,
	struct partial *m)
{
	const unsigned char *p = payload_of(t, f);

	if (f->len > m->len - m->have)
		return fail_length(x, t, m->have + (size_t)f->len, m->len);
	for (size_t i = 0; i < f->len; i++)
		if (p[i] != m->payload[m->have + i]) {
			exam_mark(x, t, f->head_len + i, 0);
			return exam_fail(x, t,
				(struct words){"Byte %zu of the payload is "
					       "%02x, where %02x was due.",
					"페이로드의 %zu번 바이트가 %02x입니다. "
					"%02x여야 합니다."},
				m->have + i, p[i], m->payload[m->have + i]);
		}
	m->have += (size_t)f->len;
	return !f->fin || m->have == m->len ||
	       fail_length(x, t, m->have, m->len);
}

bool exchange_expect(struct exam *x, struct talk *t, int opcode,
	const void *payload, size_t len)
{
	struct partial m = {.payload = payload, .len = len};
	struct frame f;

	for (bool done = false; !done;) {
		bool data;

		if (!receive(x, t, &f, m.begun))
			return false;
		data = f.opcode < FRAME_CLOSE;
		if (data ? !m.begun && f.opcode != opcode
			 : f.opcode == FRAME_CLOSE)
			return exchange_fail(x, t, &f);
		if (data && !compare(x, t, &f, &m))
			return false;
		m.begun |= data;
		done = data && f.fin;
		talk_take(t, f.head_len + (size_t)f.len);
	}
	return true;
}

bool exchange_echo(struct exam *x, struct talk *t, int opcode,
	const void *payload, size_t len)
{
	struct outgoing o = exchange_frame(opcode, payload, len);

	return exchange_send(x, t, &o) &&
	       exchange_expect(x, t, opcode, payload, len);
}

bool exchange_expect_pong(
	struct exam *x, struct talk *t, const void *payload, size_t len)
{
	struct partial m = {.payload = payload, .len = len};
	struct frame f;

	do {
		if (!exchange_receive(x, t, &f))
			return false;
		if (f.opcode == FRAME_PING)
			talk_take(t, f.head_len + (size_t)f.len);
	} while (f.opcode == FRAME_PING);
	if (f.opcode != FRAME_PONG)
		return exchange_fail(x, t, &f);
	if (!compare(x, t, &f, &m))
		return false;
	talk_take(t, f.head_len + (size_t)f.len);
	return true;
}

bool exchange_expect_close(struct exam *x, struct talk *t, int code)
{
	struct frame f;

	do {
		if (!exchange_receive(x, t, &f))
			return false;
		if (f.opcode > FRAME_CLOSE)
			talk_take(t, f.head_len + (size_t)f.len);
	} while (f.opcode > FRAME_CLOSE);
	if (f.opcode != FRAME_CLOSE || (code && code_of(t, &f) != code))
		return exchange_fail(x, t, &f);
	talk_take(t, f.head_len + (size_t)f.len);
	return true;
}
