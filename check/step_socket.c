/* step_socket.c - steps 1 to 5: a socket answers. */
#include "check/answer.h"
#include "check/step.h"

#include <stdio.h>
#include <string.h>

static const struct words begins = {
	"An answer that begins with HTTP/1.", "HTTP/1.로 시작하는 응답."};

bool step_listens(struct exam *x)
{
	struct talk t;
	bool ok;

	exam_expect(x, (struct words){"A connection.", "연결."});
	ok = exam_connect(x, &t);
	talk_free(&t);
	return ok;
}

/* RFC 8446 4.1.2: the shortest offer that a server of TLS 1.2 or later has to
 * answer, if only with an alert. */
static const unsigned char client_hello[] = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
	20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 0, 0, 2, 0xC0, 0x2F, 1,
	0};

/* A server of TLS closes in silence when it hears HTTP: does it answer to an
 * offer of TLS? Then that is what the step has failed for. */
static void probe_tls(struct exam *x, enum talk_end end)
{
	struct talk t;

	if ((end == TALK_SILENT || end == TALK_CLOSED || end == TALK_RESET) &&
		talk_open(&t, (struct sockaddr *)&x->address, x->size, x->ms)) {
		if (talk_send(&t, client_hello, sizeof client_hello) &&
			talk_receive(&t, 1) && exam_is_tls(&t))
			exam_fail_end(x, &t);
		talk_free(&t);
	}
}

static bool answers(struct exam *x, struct talk *t, const char *fields)
{
	talk_within(t, x->ms);
	return answer_ask(x, t, x->page, fields) && answer_begins(x, t);
}

bool step_two_at_once(struct exam *x)
{
	struct talk silent, other = {.end = TALK_OPEN, .fd = -1};
	enum talk_end end;
	bool ok;

	exam_expect(x, begins);
	ok = exam_connect(x, &silent) && exam_connect(x, &other) &&
	     answers(x, &other, "");
	end = ok || other.in.len ? TALK_OPEN : other.end;
	ok = ok && answers(x, &silent, "");
	talk_free(&other);
	talk_free(&silent);
	probe_tls(x, end);
	return ok;
}

/* Sends a request in two parts. Nothing may come between them. */
static bool is_cut_well(struct exam *x, const char *head, size_t at)
{
	struct talk t;
	bool ok = exam_connect(x, &t);

	talk_within(&t, x->ms);
	if (ok && !(talk_send(&t, head, at) && talk_is_quiet(&t, 30)))
		ok = t.in.len ? exam_fail(x, &t,
					(struct words){
						"The answer came after %zu of "
						"%zu bytes of the request.",
						"요청 %2$zu바이트 가운데 "
						"%1$zu바이트만 보냈는데 응답이 "
						"왔습니다."},
					at, strlen(head))
			      : exam_fail_end(x, &t);
	talk_within(&t, x->ms);
	if (ok && !talk_send(&t, head + at, strlen(head + at)))
		ok = exam_fail_end(x, &t);
	ok = ok && answer_begins(x, &t);
	talk_free(&t);
	return ok;
}

static bool is_read_byte_by_byte(struct exam *x, const char *head)
{
	struct talk t;
	bool ok = exam_connect(x, &t);

	for (; ok && *head; head++) {
		talk_within(&t, x->ms);
		ok = talk_send(&t, head, 1) || exam_fail_end(x, &t);
		if (ok && head[1] && !talk_is_quiet(&t, 1))
			ok = exam_fail(x, &t,
				(struct words){"An answer came before the "
					       "request was complete.",
					"요청이 끝나기 전에 응답이 왔습니다."});
	}
	talk_within(&t, x->ms);
	ok = ok && answer_begins(x, &t);
	talk_free(&t);
	return ok;
}

bool step_cut_request(struct exam *x)
{
	char head[1024];
	size_t len;
	bool ok = true;

	exam_expect(x,
		(struct words){"Nothing until the empty line, and then an "
			       "answer that begins with HTTP/1.",
			"빈 줄까지는 아무것도 없고, 그다음 HTTP/1.로 시작하는 "
			"응답."});
	snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n",
		x->page, x->host);
	len = strlen(head);
	for (size_t i = 1; i <= 3 && ok; i++)
		ok = is_cut_well(x, head, len - i);
	for (size_t i = 1; i <= 20 && ok; i += 3)
		ok = is_cut_well(x, head, i);
	return ok && is_read_byte_by_byte(x, head);
}

bool step_right_length(struct exam *x)
{
	struct answer a;
	struct talk t;
	bool ok;

	exam_expect(
		x, (struct words){
			   "200, a Content-Length, so many bytes, and no more.",
			   "200, Content-Length, 꼭 그만큼의 바이트."});
	ok = answer_get(x, &t, x->page, &a) &&
	     answer_has_status(x, &t, &a, 200, 200);
	if (ok) {
		talk_take(&t, a.len);
		talk_is_quiet(&t, 100);
		if (t.in.len) {
			exam_mark(x, &t, 0, 0);
			ok = exam_fail(x, &t,
				(struct words){"The body is longer than "
					       "announced: %zu bytes follow.",
					"본문이 알린 것보다 깁니다. "
					"%zu바이트가 더 왔습니다."},
				t.in.len);
		}
	}
	talk_free(&t);
	return ok;
}

static bool closes(struct exam *x, struct talk *t)
{
	exam_expect(x,
		(struct words){
			"The end of the connection, after Connection: close.",
			"Connection: close 뒤에는 연결의 끝."});
	exam_cite(x, "9112 9.6",
		"A server that receives a \"close\" connection option MUST "
		"initiate closure of the connection ... after it sends the "
		"final response to the request that contained the \"close\" "
		"connection option.");
	talk_within(t, x->ms);
	if (talk_receive(t, 0))
		return exam_fail(x, t,
			(struct words){"%zu more bytes came.",
				"%zu바이트가 더 왔습니다."},
			t->in.len);
	return t->end == TALK_CLOSED || exam_fail_end(x, t);
}

bool step_keeps_alive(struct exam *x)
{
	struct answer a;
	struct talk t;
	bool ok = exam_connect(x, &t);

	for (int i = 1; ok && i <= 3; i++) {
		exam_expect(x,
			(struct words){"Answer %d of 3 on the same connection.",
				"같은 연결에서 3개 가운데 %d번째 응답."},
			i);
		talk_within(&t, x->ms);
		ok = answer_ask(x, &t, x->page,
			     i < 3 ? "" : "Connection: close\r\n") &&
		     answer_read(x, &t, &a) &&
		     answer_has_status(x, &t, &a, 200, 200);
		talk_take(&t, ok ? a.len : 0);
	}
	ok = ok && closes(x, &t);
	talk_free(&t);
	return ok;
}
