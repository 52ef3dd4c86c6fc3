/* step_many.c - steps 31 to 33: many clients, slow ones and bad ones. */
#include "check/answer.h"
#include "check/exchange.h"
#include "check/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 200

/* What client i sends. */
static size_t name_of(char name[32], int i)
{
	return (size_t)snprintf(name, 32, "I am client %d", i + 1);
}

static bool open_all(struct exam *x, struct talk *t, int *n)
{
	for (*n = 0; *n < CLIENTS; (*n)++)
		if (!exchange_open(x, &t[*n], x->echo)) {
			exam_expect(x,
				(struct words){"A 101 for client %d of 200, "
					       "while all before stay open.",
					"앞의 클라이언트가 모두 열린 채로 "
					"200명 "
					"가운데 %d번째에게도 101."},
				*n + 1);
			(*n)++;
			return false;
		}
	return true;
}

static bool tells(struct exam *x, struct talk *t, int i)
{
	char name[32];
	struct outgoing o = exchange_frame(FRAME_TEXT, name, name_of(name, i));

	talk_within(t, 2 * x->ms);
	return exchange_send(x, t, &o);
}

static bool is_told(struct exam *x, struct talk *t, int i)
{
	char name[32];
	size_t len = name_of(name, i);

	exam_expect(x,
		(struct words){"Client %d of 200 gets back: %s",
			"200명 가운데 클라이언트 %d가 돌려받는 것: %s"},
		i + 1, name);
	return exchange_expect(x, t, FRAME_TEXT, name, len);
}

/* In the order in which they came; then all at once, the last one first. */
bool step_200_clients(struct exam *x)
{
	struct talk *t = calloc(CLIENTS, sizeof *t);
	int n = 0;
	bool ok = t && open_all(x, t, &n);

	for (int i = 0; ok && i < CLIENTS; i++)
		ok = tells(x, &t[i], i) && is_told(x, &t[i], i);
	for (int i = 0; ok && i < CLIENTS; i++)
		ok = tells(x, &t[i], i);
	for (int i = CLIENTS - 1; ok && i >= 0; i--)
		ok = is_told(x, &t[i], i);
	while (n--)
		talk_free(&t[n]);
	free(t);
	return ok;
}

/* Another client is still served, whatever the first one does. */
static bool is_served(struct exam *x, struct words meanwhile)
{
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo) &&
		  exchange_echo(x, &t, FRAME_TEXT, "still here", 10);

	talk_free(&t);
	if (!ok)
		exam_expect(x,
			(struct words){"Another client is still echoed, %s.",
				"%s, 다른 클라이언트는 여전히 에코를 받는다."},
			exam_say(x, meanwhile));
	return ok;
}

#define PART 65536u
#define PARTS 512 /* 32 MiB: more than any two kernels keep for a connection */

/* Sends texts until the server takes no more for a while. Returns how many it
 * has sent to their end. */
static size_t stuff(struct talk *t, const struct buf *frame)
{
	uint64_t before = t->given;

	t->deaf = true;
	for (int n = 0; n < PARTS; n++) {
		talk_within(t, 300);
		if (!talk_send(t, frame->data, frame->len))
			break;
	}
	t->deaf = false;
	return (size_t)((t->given - before) / frame->len);
}

/* A server may give up a client that is too slow, with a Close or without; but
 * what it sends is whole and right, or there would be a mark at what is not. */
static bool is_given_up(const struct exam *x, const struct talk *t)
{
	struct frame f;

	if (frame_parse(t->in.data, t->in.len, &f) > 0 &&
		f.opcode == FRAME_CLOSE)
		return !frame_rule(&f, t->in.len, false, false);
	return !x->marked && (t->end == TALK_CLOSED || t->end == TALK_RESET);
}

static bool reads_all(
	struct exam *x, struct talk *t, const char *text, size_t n)
{
	bool ok = true;

	talk_within(t, 10 * x->ms);
	for (size_t i = 0; ok && i < n; i++) {
		exam_expect(x,
			(struct words){"Then it reads: text %zu of %zu.",
				"그러다가 읽는다. 텍스트 %2$zu개 가운데 "
				"%1$zu번째."},
			i + 1, n);
		ok = exchange_expect(x, t, FRAME_TEXT, text, PART);
	}
	return ok || is_given_up(x, t);
}

static const struct words unread = {"while one does not read what it is sent",
	"한 클라이언트가 받을 것을 읽지 않는 동안에도"};

bool step_not_read(struct exam *x)
{
	char *text = calloc(1, PART);
	struct outgoing o = exchange_frame(FRAME_TEXT, text, PART);
	struct buf frame = {0};
	struct talk t;
	bool ok = exchange_open_small(x, &t, x->echo) && text &&
		  memset(text, 'a', PART) && exchange_write(&frame, &o);

	if (ok) {
		size_t n = stuff(&t, &frame);

		ok = is_served(x, unread) && reads_all(x, &t, text, n);
	}
	free(text);
	buf_free(&frame);
	talk_reset(&t);
	return ok;
}

#define ENDLESS (1u << 20)

/* A head that never ends must be refused, or it would fill all memory. */
static bool refuses_endless(struct exam *x)
{
	char *head = calloc(1, ENDLESS + 1);
	struct answer a = {.status = 400};
	struct talk t;
	bool ok = exam_connect(x, &t) && head, refused;

	exam_expect(x,
		(struct words){"431 or another 4xx, or the end: the head has "
			       "1 MiB and goes on.",
			"431이나 다른 4xx, 또는 연결의 끝. 머리가 1 MiB인데도 "
			"끝나지 않는다."});
	if (ok) {
		memset(head, 'a', ENDLESS);
		memcpy(head, "GET / HTTP/1.1\r\nX: ", 19);
		talk_within(&t, 2 * x->ms);
		talk_send(&t, head, ENDLESS);
		t.end = t.end == TALK_SILENT ? TALK_OPEN : t.end;
		talk_receive(&t, 0);
		refused = t.end == TALK_CLOSED || t.end == TALK_RESET;
		ok = t.in.len ? answer_head(x, &t, &a) : refused;
		if (!ok && !t.in.len)
			exam_fail_end(x, &t);
	}
	ok = ok && answer_has_status(x, &t, &a, 400, 499);
	free(head);
	talk_free(&t);
	return ok;
}

static void throw_bytes(struct exam *x, const char *path)
{
	unsigned char bytes[4096];
	struct talk t;
	bool ok = path ? exchange_open(x, &t, path) : exam_connect(x, &t);

	exam_random(bytes, 256);
	for (size_t i = 256; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(bytes[i - 256] * 5 + bytes[i - 3]);
	talk_within(&t, 200);
	if (ok)
		talk_send(&t, bytes, sizeof bytes);
	talk_free(&t);
	exam_clear(x);
}

/* A frame of 2^62 bytes is announced, and begun. */
static bool is_served_beside_giant(struct exam *x)
{
	struct outgoing o = exchange_frame(FRAME_BINARY, "only this", 9);
	struct buf out = {0};
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo);

	o.form = 8;
	o.announced = 1ull << 62;
	ok = ok && exchange_write(&out, &o);
	if (ok)
		exchange_send_bytes(&t, &out);
	ok = ok && is_served(x, (struct words){"when one announces 2^62 bytes",
					"누군가 2^62바이트를 예고해도"});
	buf_free(&out);
	talk_free(&t);
	return ok;
}

/* Pings, and a reset before the Pongs are read: whoever writes to such a
 * connection gets SIGPIPE, which ends a process that does not ignore it. */
static void ping_and_run(struct exam *x)
{
	struct outgoing o = exchange_frame(FRAME_PING, "still there?", 12);
	struct buf out = {0};
	struct talk t;
	bool ok = exchange_open(x, &t, x->echo);

	for (int i = 0; ok && i < 1000; i++)
		ok = exchange_write(&out, &o);
	t.deaf = true;
	if (ok)
		exchange_send_bytes(&t, &out);
	buf_free(&out);
	talk_reset(&t);
	exam_clear(x);
}

bool step_garbage(struct exam *x)
{
	bool ok = refuses_endless(x) &&
		  is_served(x, (struct words){"after a head that does not end",
				       "끝나지 않는 머리 다음에도"});

	for (int i = 0; ok && i < 10; i++) {
		throw_bytes(x, NULL);
		throw_bytes(x, x->echo);
		ok = is_served(x, (struct words){"after 4 KiB of random bytes",
					  "무작위 바이트 4 KiB 다음에도"});
	}
	ok = ok && is_served_beside_giant(x);
	for (int i = 0; ok && i < 10; i++) {
		ping_and_run(x);
		ok = is_served(x,
			(struct words){"after one that sent 1000 Pings and was "
				       "gone",
				"Ping 1000개를 보내고 사라진 클라이언트 "
				"다음에도"});
	}
	return ok;
}
