/* answer.c - asks in HTTP, and reads the answer: RFC 9112. */
#include "check/answer.h"

#include <string.h>

#define HEAD_MAX 65536

bool answer_ask(
	struct exam *x, struct talk *t, const char *path, const char *fields)
{
	struct buf head = {0};
	bool sent = buf_printf(&head, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n",
			    path, x->host, fields) &&
		    talk_send(t, head.data, head.len);

	buf_free(&head);
	return sent || exam_fail_end(x, t);
}

static const char begin[] = "HTTP/1.";
#define BEGIN (sizeof begin - 1)

bool answer_begins(struct exam *x, struct talk *t)
{
	size_t n;

	do {
		n = t->in.len < BEGIN ? t->in.len : BEGIN;
		if (n && memcmp(t->in.data, begin, n)) {
			talk_receive(t, 1); /* TLS shows in two bytes */
			if (exam_is_tls(t))
				return exam_fail_end(x, t);
			exam_mark(x, t, 0, 0);
			return exam_fail(x, t,
				(struct words){"What came is no HTTP: it does "
					       "not begin with HTTP/1.",
					"온 것은 HTTP가 아닙니다. HTTP/1.로 "
					"시작하지 않습니다."});
		}
	} while (n < BEGIN && talk_receive(t, t->in.len));
	return n == BEGIN || exam_fail_end(x, t);
}

/* Returns the size of the head, or 0. */
static size_t wait_for_head(struct exam *x, struct talk *t)
{
	const char *end = NULL;

	while (!(end = memmem(t->in.data, t->in.len, "\r\n\r\n", 4))) {
		if (t->in.len > HEAD_MAX) {
			exam_fail(x, t,
				(struct words){
					"A head without end came: %zu bytes, "
					"and no empty line (\\r\\n\\r\\n).",
					"끝나지 않는 머리가 왔습니다. "
					"%zu바이트에 빈 줄(\\r\\n\\r\\n)이 "
					"없습니다."},
				t->in.len);
			return 0;
		}
		if (!talk_receive(t, t->in.len)) {
			exam_fail_end(x, t);
			return 0;
		}
	}
	return (size_t)(end + 4 - (const char *)t->in.data);
}

static bool refuse(struct exam *x, struct talk *t, size_t at, struct words why)
{
	exam_mark(x, t, at, 0);
	return exam_fail(x, t,
		(struct words){"The answer is wrong: %s.",
			"응답이 잘못되었습니다. %s."},
		exam_say(x, why));
}

/* RFC 9112 4: HTTP-version SP status-code SP [ reason-phrase ] */
static int read_status(struct slice line)
{
	const char *p = line.p;

	if (line.len < 12 || p[8] != ' ' ||
		slice_span((struct slice){p + 9, 3}, SLICE_DIGIT) != 3)
		return -1;
	return (p[9] - '0') * 100 + (p[10] - '0') * 10 + p[11] - '0';
}

static bool read_fields(struct exam *x, struct talk *t, struct answer *a)
{
	const char *p = (const char *)t->in.data, *end = p + a->len - 2;
	const char *line = p, *next;

	for (; line < end; line = next + 2) {
		struct slice s = {line, 0};

		next = memmem(line, (size_t)(end - line), "\r\n", 2);
		s.len = (size_t)(next - line);
		if (line == p)
			a->status = read_status(s);
		else if (fields_add(&a->fields, s))
			return refuse(x, t, (size_t)(line - p),
				(struct words){a->fields.why,
					"이 줄은 올바른 필드가 아닙니다(RFC "
					"9112 5)"});
	}
	return a->status > 0 ||
	       refuse(x, t, 0,
		       (struct words){"it begins with a version and a status "
				      "of three digits (RFC 9112 4)",
			       "버전과 세 자리 상태 코드로 시작해야 "
			       "합니다(RFC 9112 4)"});
}

static bool read_head(struct exam *x, struct talk *t, struct answer *a)
{
	a->fields.n = 0;
	a->fields.why = NULL;
	a->status = -1;
	a->body = (struct slice){NULL, 0};
	a->len = 0;
	if (!answer_begins(x, t))
		return false;
	a->len = wait_for_head(x, t);
	return a->len && read_fields(x, t, a);
}

/* RFC 9110 15.2: "A client MUST be able to parse one or more 1xx responses
 * received prior to a final response, even if the client does not expect one." */
bool answer_head(struct exam *x, struct talk *t, struct answer *a)
{
	bool ok = read_head(x, t, a);

	while (ok && a->status < 200 && a->status != 101) {
		talk_take(t, a->len);
		ok = read_head(x, t, a);
	}
	return ok;
}

bool answer_has_status(struct exam *x, struct talk *t, const struct answer *a,
	int from, int to)
{
	if (a->status >= from && a->status <= to)
		return true;
	exam_mark(x, t, sizeof "HTTP/1.1 " - 1, 0);
	return exam_fail(x, t,
		(struct words){"The status is %d.", "상태 코드가 %d입니다."},
		a->status);
}

/* Returns the value of a Content-Length, or -1. */
static long long read_length(struct slice s)
{
	long long n = 0;

	if (!s.len || s.len > 9 || slice_span(s, SLICE_DIGIT) != s.len)
		return -1;
	for (size_t i = 0; i < s.len; i++)
		n = n * 10 + s.p[i] - '0';
	return n;
}

static bool fail_short(
	struct exam *x, struct talk *t, const struct answer *a, size_t due)
{
	return exam_fail(x, t,
		(struct words){"The body is shorter than announced: %zu of "
			       "%zu bytes came.",
			"본문이 알린 것보다 짧습니다. %zu / %zu바이트만 "
			"왔습니다."},
		t->in.len - a->len, due);
}

static bool fail_large(struct exam *x, struct talk *t)
{
	x->hint = (struct words){"Name a smaller one, with --page or --file.",
		"--page나 --file로 더 작은 것을 지정하세요."};
	return exam_fail(x, t,
		(struct words){"The answer is larger than %u MiB, and no more "
			       "is read here.",
			"응답이 %u MiB보다 큽니다. 여기서는 그만큼만 "
			"읽습니다."},
		TALK_FLOOD_MAX >> 20);
}

/* Adds the lengths of a body to the answer: `more` bytes are still to come. */
static bool wait_for(
	struct exam *x, struct talk *t, struct answer *a, size_t more)
{
	if (a->len + more > TALK_FLOOD_MAX)
		return fail_large(x, t);
	while (t->in.len < a->len + more)
		if (!talk_receive(t, t->in.len))
			return t->end == TALK_FLOOD ? exam_fail_end(x, t)
						    : fail_short(x, t, a, more);
	a->len += more;
	return true;
}

/* Adds a line to the answer, which is good until more is received. */
static bool wait_for_line(
	struct exam *x, struct talk *t, struct answer *a, struct slice *line)
{
	const char *p, *end;

	while (p = (const char *)t->in.data + a->len,
		!(end = memmem(p, t->in.len - a->len, "\r\n", 2)))
		if (!talk_receive(t, t->in.len))
			return exam_fail_end(x, t);
	*line = (struct slice){p, (size_t)(end - p)};
	a->len += line->len + 2;
	return true;
}

/* Returns the size in hexadecimal that a line begins with, or -1. */
static long read_size(struct slice line)
{
	size_t digits = slice_span(line, SLICE_HEX);
	long n = 0;

	for (size_t i = 0; i < digits && i < 8; i++)
		n = n * 16 + (line.p[i] <= '9' ? line.p[i] - '0'
					       : (line.p[i] | 32) - 'W');
	return digits && digits < 8 ? n : -1;
}

/* RFC 9112 7.1: the size in hexadecimal, the bytes, and 0 at the end; then
 * fields may follow (7.1.2), and an empty line does. */
static bool read_chunks(struct exam *x, struct talk *t, struct answer *a)
{
	struct slice line;
	long n;

	do {
		size_t at = a->len;

		if (!wait_for_line(x, t, a, &line))
			return false;
		n = read_size(line);
		if (n < 0)
			return refuse(x, t, at,
				(struct words){"a chunk has no good size (RFC "
					       "9112 7.1)",
					"청크의 크기가 올바르지 않습니다(RFC "
					"9112 7.1)"});
		if (n && !wait_for(x, t, a, (size_t)n + 2))
			return false;
	} while (n);
	do
		if (!wait_for_line(x, t, a, &line))
			return false;
	while (line.len);
	return true;
}

static bool read_body(struct exam *x, struct talk *t, struct answer *a)
{
	const struct fields *f = &a->fields;
	long long n;

	if (fields_has_token(f, "Transfer-Encoding", "chunked"))
		return read_chunks(x, t, a);
	if (a->status == 204 || a->status == 304)
		return true;
	n = read_length(fields_value(f, "Content-Length"));
	if (n < 0)
		return exam_fail(x, t,
			(struct words){
				"The answer does not say how long it is: "
				"there is no good Content-Length.",
				"응답이 얼마나 긴지 말하지 않습니다. 올바른 "
				"Content-Length가 없습니다."});
	return wait_for(x, t, a, (size_t)n);
}

bool answer_read(struct exam *x, struct talk *t, struct answer *a)
{
	size_t head;

	if (!answer_head(x, t, a))
		return false;
	head = a->len;
	if (!read_body(x, t, a))
		return false;
	/* the bytes may have moved while more came */
	a->fields.n = 0;
	a->body =
		(struct slice){(const char *)t->in.data + head, a->len - head};
	a->len = head;
	read_fields(x, t, a);
	a->len += a->body.len;
	return true;
}

bool answer_get(
	struct exam *x, struct talk *t, const char *path, struct answer *a)
{
	if (!exam_connect(x, t))
		return false;
	talk_within(t, x->ms);
	return answer_ask(x, t, path, "") && answer_read(x, t, a);
}
