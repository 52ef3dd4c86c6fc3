/* step_handshake.c - steps 6 to 10: the handshake. RFC 6455 4.2. */
#include "check/answer.h"
#include "check/exchange.h"
#include "check/step.h"

#include <string.h>

#define HELLO "Hello"

static const struct words opens = {
	"A 101 with the accept value %s.", "accept 값이 %s인 101."};

/* Opens a WebSocket with that key (NULL: a random one). */
static bool is_accepted(struct exam *x, const char *key)
{
	char accept[EXCHANGE_ACCEPT];
	struct buf out = {0};
	struct talk t;
	bool ok = exam_connect(x, &t) &&
		  exchange_write_request(x, &out, x->echo, key, accept);

	if (ok) {
		exam_expect(x, opens, accept);
		talk_within(&t, x->ms);
		ok = talk_send(&t, out.data, out.len) || exam_fail_end(x, &t);
		ok = ok && exchange_read_101(x, &t, accept);
	}
	buf_free(&out);
	talk_free(&t);
	return ok;
}

bool step_handshake(struct exam *x)
{
	struct answer a;
	struct talk t;
	bool ok;

	if (!is_accepted(x, "dGhlIHNhbXBsZSBub25jZQ=="))
		return false;
	exam_expect(x,
		(struct words){
			"A request that asks for no WebSocket is answered as "
			"before.",
			"WebSocket을 청하지 않은 요청에는 전처럼 답한다."});
	ok = answer_get(x, &t, x->page, &a);
	talk_free(&t);
	return ok;
}

bool step_any_key(struct exam *x)
{
	bool ok = true;

	for (int i = 0; ok && i < 100; i++)
		ok = is_accepted(x, NULL);
	return ok;
}

/* Sends a handshake with these lines instead of a good key and version. */
static bool is_refused(struct exam *x, const char *lines)
{
	struct buf fields = {0};
	struct answer a;
	struct talk t;
	bool ok = exam_connect(x, &t) &&
		  buf_printf(&fields,
			  "Upgrade: websocket\r\nConnection: Upgrade\r\n%s%c",
			  lines, 0);

	talk_within(&t, x->ms);
	ok = ok && answer_ask(x, &t, x->echo, (char *)fields.data) &&
	     answer_head(x, &t, &a);
	ok = ok && answer_has_status(x, &t, &a, 400, 499);
	buf_free(&fields);
	talk_free(&t);
	return ok;
}

bool step_wrong_key(struct exam *x)
{
	static const char *const wrong[] = {
		"Sec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Key: c2hvcnQ=\r\nSec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSBpcyBsb25n\r\n"
		"Sec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Key: ????????????????????????\r\n"
		"Sec-WebSocket-Version: 13\r\n",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		"Sec-WebSocket-Version: 12\r\n",
	};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof wrong / sizeof *wrong; i++) {
		exam_expect(x,
			i < 4 ? (struct words){"400, or another 4xx: the key "
					       "is not 16 bytes in Base64.",
					"400이나 다른 4xx. 키가 Base64로 적은 "
					"16바이트가 아니다."}
			      : (struct words){"426, or another 4xx: the "
					       "version is not 13.",
					"426이나 다른 4xx. 버전이 13이 "
					"아니다."});
		ok = is_refused(x, wrong[i]);
	}
	return ok;
}

bool step_any_case(struct exam *x)
{
	static const char *const forms[] = {
		"uPGRADE: WebSocket\r\nconnection:keep-alive, UPGRADE\r\n"
		"SEC-WEBSOCKET-KEY:   %s  \r\nsec-websocket-version:13\r\n",
		"UPGRADE:websocket\r\nCONNECTION: Upgrade,keep-alive\r\n"
		"sec-webSocket-key:%s\r\nSEC-WEBSOCKET-VERSION: 13 \r\n",
	};
	char key[EXCHANGE_KEY], accept[EXCHANGE_ACCEPT];
	bool ok = true;

	for (size_t i = 0; ok && i < 2; i++) {
		struct buf out = {0}, fields = {0};
		struct talk t;

		exchange_random_key(key);
		exchange_write_request(x, &out, x->echo, key, accept);
		exam_expect(x, opens, accept);
		ok = exam_connect(x, &t) &&
		     buf_printf(&fields, forms[i], key) &&
		     buf_append(&fields, "", 1);
		talk_within(&t, x->ms);
		ok = ok && answer_ask(x, &t, x->echo, (char *)fields.data) &&
		     exchange_read_101(x, &t, accept);
		buf_free(&out);
		buf_free(&fields);
		talk_free(&t);
	}
	return ok;
}

/* Waits for a frame of 5 bytes, masked or not. Pings and Pongs before it do not
 * count. */
static bool wait_for_five(struct exam *x, struct talk *t, struct frame *f)
{
	ssize_t head;

	while ((head = frame_parse(t->in.data, t->in.len, f)) >= 0) {
		bool beside = head && f->opcode > FRAME_CLOSE;

		if (head && !beside && f->len != strlen(HELLO))
			break;
		if (!head || t->in.len - (size_t)head < f->len) {
			if (!talk_receive(t, t->in.len))
				return exam_fail_end(x, t);
		} else if (beside)
			talk_take(t, (size_t)head + (size_t)f->len);
		else
			return true;
	}
	exam_mark(x, t, 1, 1);
	return exam_fail(x, t,
		(struct words){"What came is no frame with 5 bytes of payload.",
			"온 것은 페이로드가 5바이트인 프레임이 아닙니다."});
}

static bool comes_back(struct exam *x, struct talk *t)
{
	struct frame f;

	if (!wait_for_five(x, t, &f))
		return false;
	frame_mask(t->in.data + f.head_len, (size_t)f.len, f.key, 0);
	if (!memcmp(t->in.data + f.head_len, HELLO, strlen(HELLO)))
		return true;
	exam_mark(x, t, f.head_len, 0);
	return exam_fail(x, t,
		(struct words){"A frame with other bytes came back.",
			"다른 바이트가 든 프레임이 돌아왔습니다."});
}

bool step_glued_frame(struct exam *x)
{
	struct outgoing hello = {
		.opcode = FRAME_TEXT, .text = HELLO, .len = strlen(HELLO)};
	char accept[EXCHANGE_ACCEPT];
	struct buf out = {0};
	struct talk t;
	bool ok = exam_connect(x, &t) &&
		  exchange_write_request(x, &out, x->echo, NULL, accept) &&
		  exchange_write(&out, &hello);

	talk_within(&t, x->ms);
	exam_expect(x, opens, accept);
	if (ok && !talk_send(&t, out.data, out.len))
		ok = exam_fail_end(x, &t);
	ok = ok && exchange_read_101(x, &t, accept);
	exam_expect(x,
		(struct words){"Behind the 101, the frame that came with the "
			       "request: Hello.",
			"101 뒤에, 요청과 함께 온 프레임: Hello."});
	ok = ok && comes_back(x, &t);
	buf_free(&out);
	talk_free(&t);
	return ok;
}
