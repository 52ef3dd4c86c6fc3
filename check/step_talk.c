/* step_talk.c - steps 26 to 30: a conversation. RFC 6455 5.4, 5.5, 7. */
#include "check/exchange.h"
#include "check/step.h"

#include <string.h>

static bool sends(struct exam *x, struct talk *t, int opcode, bool fin,
	const char *text, size_t len)
{
	struct outgoing o = exchange_frame(opcode, text, len);

	o.more = !fin;
	talk_within(t, x->ms);
	return exchange_send(x, t, &o);
}

static bool joins(struct exam *x, struct talk *t)
{
	exam_expect(
		x, (struct words){"A text: Hello, of the fragments Hel and lo.",
			   "조각 Hel과 lo를 이은 텍스트 Hello."});
	return sends(x, t, FRAME_TEXT, false, "Hel", 3) &&
	       sends(x, t, FRAME_PING, true, "between", 7) &&
	       sends(x, t, FRAME_CONTINUATION, true, "lo", 2) &&
	       exchange_expect(x, t, FRAME_TEXT, "Hello", 5);
}

static bool joins_character(struct exam *x, struct talk *t)
{
	exam_expect(
		x, (struct words){
			   "A text of one character that was cut into three "
			   "fragments.",
			   "조각 셋으로 나뉜 글자 하나의 텍스트."});
	return sends(x, t, FRAME_TEXT, false, "\xed", 1) &&
	       sends(x, t, FRAME_CONTINUATION, false, "\x95", 1) &&
	       sends(x, t, FRAME_CONTINUATION, true, "\x9c", 1) &&
	       exchange_expect(x, t, FRAME_TEXT, "\xed\x95\x9c", 3);
}

static bool refuses_start(struct exam *x, bool inside)
{
	struct talk t;
	bool ok;

	exam_expect(x,
		inside ? (struct words){"1002: a text begins inside another.",
				 "1002. 텍스트 안에서 다른 텍스트가 "
				 "시작된다."}
		       : (struct words){"1002: there is nothing to continue.",
				 "1002. 이을 메시지가 없다."});
	ok = exchange_open(x, &t, x->echo) &&
	     (!inside || sends(x, &t, FRAME_TEXT, false, "Hel", 3)) &&
	     sends(x, &t, inside ? FRAME_TEXT : FRAME_CONTINUATION, true, "lo",
		     2) &&
	     exchange_expect_close(x, &t, 1002);
	talk_free(&t);
	return ok;
}

bool step_fragments(struct exam *x)
{
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) && joins(x, &t) &&
		  joins_character(x, &t);

	talk_free(&t);
	return ok && refuses_start(x, false) && refuses_start(x, true);
}

bool step_pong(struct exam *x)
{
	static const size_t lengths[] = {4, 0, 125};
	char payload[125];
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo);

	for (size_t i = 0; i < sizeof payload; i++)
		payload[i] = (char)(i * 7);
	for (size_t i = 0; ok && i < sizeof lengths / sizeof *lengths; i++) {
		exam_expect(x,
			(struct words){"A Pong with the same %zu bytes.",
				"같은 %zu바이트의 Pong."},
			lengths[i]);
		ok = sends(x, &t, FRAME_PING, true, payload, lengths[i]) &&
		     exchange_expect_pong(x, &t, payload, lengths[i]);
	}
	talk_free(&t);
	return ok;
}

/* Sends a Close. It must be answered with that code (0: any, or none). */
static bool answers(struct exam *x, const void *payload, size_t len, int code)
{
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) &&
		  sends(x, &t, FRAME_CLOSE, true, payload, len) &&
		  exchange_expect_close(x, &t, code);

	talk_free(&t);
	return ok;
}

/* Sends a Close with a code and a reason. */
static bool answers_code(struct exam *x, int sent, const char *reason, int code)
{
	char payload[FRAME_CONTROL_MAX];
	size_t len = strlen(reason);

	payload[0] = (char)(sent >> 8);
	payload[1] = (char)sent;
	memcpy(payload + 2, reason, len);
	return answers(x, payload, 2 + len, code);
}

bool step_close(struct exam *x)
{
	static const int codes[] = {1000, 1001, 3000, 4999};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof codes / sizeof *codes; i++) {
		exam_expect(x,
			(struct words){"A Close with %d, the code that was "
				       "sent.",
				"보낸 코드 그대로 %d의 Close."},
			codes[i]);
		ok = answers_code(x, codes[i], i == 1 ? "bye" : "", codes[i]);
	}
	if (ok)
		exam_expect(
			x, (struct words){"A Close: one without a code came.",
				   "Close. 코드 없는 Close를 보냈다."});
	return ok && answers(x, "", 0, 0);
}

bool step_close_codes(struct exam *x)
{
	static const int codes[] = {
		0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof codes / sizeof *codes; i++) {
		exam_expect(x,
			(struct words){"A Close with 1002: nobody may send %d.",
				"1002의 Close. %d는 누구도 보내면 안 된다."},
			codes[i]);
		ok = answers_code(x, codes[i], "", 1002);
	}
	if (ok)
		exam_expect(x, (struct words){"1002: half a code was sent.",
				       "1002. 코드의 반만 보냈다."});
	ok = ok && answers(x, "\x03", 1, 1002);
	if (ok)
		exam_expect(x, (struct words){"1007: the reason is not UTF-8.",
				       "1007. 이유가 UTF-8이 아니다."});
	return ok && answers_code(x, 1000, "\xff", 1007);
}

static bool ends_first(struct exam *x, struct talk *t)
{
	exam_expect(x,
		(struct words){"The end of TCP, and nothing behind the Close.",
			"TCP의 끝. Close 뒤에는 아무것도 없다."});
	talk_within(t, x->ms);
	if (talk_receive(t, 0)) {
		exam_mark(x, t, 0, 0);
		return exam_fail(x, t,
			(struct words){"%zu bytes came behind the Close.",
				"Close 뒤에 %zu바이트가 왔습니다."},
			t->in.len);
	}
	if (t->end == TALK_SILENT)
		return exam_fail(x, t,
			(struct words){
				"After %g s the connection is still open.",
				"%g초가 지나도 연결이 열려 있습니다."},
			x->ms / 1000.0);
	return t->end == TALK_CLOSED || exam_fail_end(x, t);
}

/* A text comes behind the Close, in the same write. */
bool step_server_closes(struct exam *x)
{
	struct outgoing end = exchange_frame(FRAME_CLOSE, "\x03\xe8", 2);
	struct outgoing late = exchange_frame(FRAME_TEXT, "too late", 8);
	struct buf out = {0};
	struct talk t;
	bool ok;

	exam_expect(x, (struct words){"A Close with 1000.", "1000의 Close."});
	ok = exchange_open(x, &t, x->echo) && exchange_write(&out, &end) &&
	     exchange_write(&out, &late);
	if (ok) {
		exchange_send_bytes(&t, &out);
		ok = exchange_expect_close(x, &t, 1000) && ends_first(x, &t);
	}
	buf_free(&out);
	talk_free(&t);
	return ok;
}
