/* exam.c - the server that is graded, and what a step has found wrong with
 * it. */
#include "check/exam.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *exam_say(const struct exam *x, struct words words)
{
	return x->korean ? words.ko : words.en;
}

void exam_expect(struct exam *x, struct words words, ...)
{
	va_list list;

	va_start(list, words);
	vsnprintf(x->expected, EXAM_TEXT, exam_say(x, words), list);
	va_end(list);
}

void exam_cite(struct exam *x, const char *rfc, const char *rule)
{
	x->rfc = rfc;
	x->rule = rule;
}

void exam_clear(struct exam *x)
{
	record_free(&x->record);
	x->record = (struct record){0};
	x->rfc = x->rule = NULL;
	x->hint.en = NULL;
	x->expected[0] = x->got[0] = 0;
	x->marked = false;
}

static void take_record(struct exam *x, struct talk *t)
{
	if (!t)
		return;
	record_free(&x->record);
	x->record = t->record;
	t->record = (struct record){0};
}

bool exam_fail(struct exam *x, struct talk *t, struct words words, ...)
{
	va_list list;

	va_start(list, words);
	vsnprintf(x->got, EXAM_TEXT, exam_say(x, words), list);
	va_end(list);
	take_record(x, t);
	return false;
}

bool exam_is_tls(const struct talk *t)
{
	const unsigned char *p = t->in.data;

	return !t->taken && t->in.len > 1 && (p[0] == 21 || p[0] == 22) &&
	       p[1] == 3;
}

static bool fail_tls(struct exam *x, struct talk *t)
{
	exam_mark(x, t, 0, 0);
	exam_cite(x, "6455 3",
		"The URI is called \"secure\" (and it is said that \"the "
		"secure flag is set\") if the scheme component matches "
		"\"wss\" case-insensitively.");
	x->hint = (struct words){"Start the server without TLS: a proxy can "
				 "speak it for the server later.",
		"서버를 TLS 없이 시작하세요. TLS는 나중에 프록시가 대신할 수 "
		"있습니다."};
	return exam_fail(x, t,
		(struct words){"This is TLS; these steps speak plain http:// "
			       "and ws://.",
			"이것은 TLS입니다. 이 단계들은 평범한 http://와 "
			"ws://로 "
			"말합니다."});
}

/* Each has two sentences: for when nothing has come, and for when a part has. */
static const struct words ends[][2] = {
	[TALK_OPEN] = {{"Something else came.", "다른 것이 왔습니다."},
		{"Something else came.", "다른 것이 왔습니다."}},
	[TALK_SILENT] = {{"Nothing came within %g s.",
				 "%g초 안에 아무것도 오지 않았습니다."},
		{"After %g s it was still not complete: %zu bytes had "
		 "come.",
			"%g초가 지나도 다 오지 않았습니다. 온 것은 "
			"%zu바이트입니다."}},
	[TALK_CLOSED] = {{"The server closed the connection instead.",
				 "서버가 그 대신 연결을 닫았습니다."},
		{"The server closed the connection in the middle of it.",
			"서버가 도중에 연결을 닫았습니다."}},
	[TALK_RESET] = {{"The server reset the connection: has it crashed, or "
			 "closed without reading all that had come?",
				"서버가 연결을 리셋했습니다. 죽었거나, 온 것을 "
				"다 읽지 않고 닫았을까요?"},
		{"The server reset the connection in the middle of it.",
			"서버가 도중에 연결을 리셋했습니다."}},
	[TALK_FLOOD] = {{"The server sends without end: over 4 MiB, and still "
			 "going on.",
				"서버가 끝없이 보냅니다. 4 MiB가 넘었는데도 "
				"계속됩니다."},
		{"The server sends without end: over 4 MiB, and still going "
		 "on.",
			"서버가 끝없이 보냅니다. 4 MiB가 넘었는데도 "
			"계속됩니다."}},
	[TALK_REFUSED] = {{"Nobody listens any more: the server has ended, or "
			   "crashed.",
				  "이제 아무도 기다리지 않습니다. 서버가 "
				  "끝났거나 죽었습니다."},
		{"Nobody listens any more.", "이제 아무도 기다리지 않습니다."}},
	[TALK_NO_ANSWER] = {{"There was no connection within %g s.",
				    "%g초 안에 연결되지 않았습니다."},
		{"There was no connection within %g s.",
			"%g초 안에 연결되지 않았습니다."}},
};

bool exam_fail_end(struct exam *x, struct talk *t)
{
	double s = t->ms / 1000.0;

	if (exam_is_tls(t))
		return fail_tls(x, t);
	if (t->end == TALK_FAILED) {
		x->hint = (struct words){"This is no fault of the server: more "
					 "descriptors (ulimit -n) or memory "
					 "may help.",
			"서버의 잘못이 아닙니다. 디스크립터(ulimit -n)나 "
			"메모리를 늘려 보세요."};
		return exam_fail(x, t,
			(struct words){"The check itself could not go on: %s.",
				"검사 자체를 계속할 수 없었습니다: %s."},
			strerror(t->error));
	}
	return exam_fail(x, t, ends[t->end][t->in.len > 0], s, t->in.len);
}

void exam_mark(struct exam *x, const struct talk *t, size_t at, unsigned bit)
{
	x->marked = true;
	x->bit = ((t ? t->taken : 0) + at) * 8 + bit;
}

bool exam_connect(struct exam *x, struct talk *t)
{
	return talk_open(t, (struct sockaddr *)&x->address, x->size, x->ms) ||
	       exam_fail_end(x, t);
}

/* These keys may be guessed, since no script chooses what is masked with them (RFC
 * 6455 10.3). So the clock's nanoseconds are random enough, mixed as Steele, Lea and
 * Flood do in SplitMix. */
void exam_random(void *bytes, size_t len)
{
	unsigned char *p = bytes;
	struct timespec t;
	uint64_t state;

	clock_gettime(CLOCK_MONOTONIC, &t);
	state = (uint64_t)t.tv_sec << 30 ^ (uint64_t)t.tv_nsec;
	for (size_t i = 0; i < len; i++) {
		uint64_t n = state += 0x9E3779B97F4A7C15;

		n = (n ^ n >> 30) * 0xBF58476D1CE4E5B9;
		n = (n ^ n >> 27) * 0x94D049BB133111EB;
		p[i] = (unsigned char)(n >> 56);
	}
}
