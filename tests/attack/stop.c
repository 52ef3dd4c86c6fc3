/* stop.c - SIGTERM while there are peers of every kind: RFC 6455 7.4.1, RFC
 * 9112 9.6.
 *
 * A peer that keeps to the rules gets everything that is owed to it. The server
 * does not wait for the others. */
#include "tests/attack/attack.h"

#include "buf.h"
#include "ws/frame.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define END_MAX 5.5 /* seconds: the server's own bound, and some patience */
#define SOME 16384  /* bytes read in a turn */

enum { SILENT, TALKING, DOWNLOADING, KINDS };

/* What a peer that keeps to the rules has received. */
static struct guest {
	struct buf got;    /* the beginning of a download */
	size_t downloaded; /* bytes of the whole download */
	bool goodbye;      /* it has answered the Close */
} * guests;

static const char close_frame[] = "\x88\x12\x03\xE9the server stops";

static void begin_work(struct hostile *h)
{
	if (h->number % KINDS == DOWNLOADING)
		hostile_send_text(h, "GET /public/medium HTTP/1.1\r\n"
				     "Host: x\r\n\r\n");
	else
		hostile_upgrade(h, "/echo");
}

static void take(struct hostile *h, struct guest *g)
{
	char data[SOME];
	size_t n;

	while ((n = hostile_read(h, data, sizeof data))) {
		g->downloaded += n;
		if (h->number % KINDS != DOWNLOADING || !g->got.len)
			buf_append(&g->got, data, n);
		if (h->number % KINDS == DOWNLOADING)
			break;
	}
}

static void work(struct hostile *h)
{
	struct guest *g = &guests[h->number];
	size_t size = sizeof close_frame - 1;

	take(h, g);
	if (h->number % KINDS == DOWNLOADING || g->goodbye)
		return;
	if (g->got.len > size &&
		!memcmp(g->got.data + g->got.len - size, close_frame, size)) {
		hostile_frame(h, 0x88, "\x03\xE9", 2);
		g->goodbye = true;
	} else if (h->number % KINDS == TALKING) {
		hostile_frame(h, 0x81, "Hello Server!", 13);
	}
}

/* Frames after the handshake, to the last byte; the last is our Close. */
static bool is_whole_conversation(const struct guest *g)
{
	const unsigned char *p = memmem(g->got.data, g->got.len, "\r\n\r\n", 4);
	const unsigned char *end = g->got.data + g->got.len;
	struct frame f = {.opcode = 0};

	for (p += 4; p < end; p += f.head_len + f.len)
		if (frame_parse(p, (size_t)(end - p), &f) <= 0 ||
			f.len > (size_t)(end - p) - f.head_len)
			return false;
	return f.opcode == FRAME_CLOSE && g->goodbye;
}

static bool is_whole_download(const struct guest *g)
{
	const char *text = (const char *)g->got.data;
	const char *field = strstr(text, "\r\nContent-Length: ");
	const char *body = strstr(text, "\r\n\r\n");

	return field && body &&
	       (size_t)atol(field + 18) ==
		       g->downloaded - (size_t)(body + 4 - text);
}

static const char *judge(const struct hostile *h)
{
	struct guest *g = &guests[h->number];

	buf_append(&g->got, "", 1);
	g->got.len--;
	if (h->was_reset)
		return "a reset";
	if (h->number % KINDS == DOWNLOADING)
		return is_whole_download(g) ? NULL : "half a download";
	return is_whole_conversation(g) ? NULL : "no Close at the end";
}

static void begin_socket(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	h->step = (uint32_t)h->sent;
}

static void begin_silent(struct hostile *h)
{
	if (h->number % 2)
		hostile_send_text(h, "GET /public/large HTTP/1.1\r\n"
				     "Host: x\r\n\r\n");
	else
		begin_socket(h);
}

static void flood(struct hostile *h)
{
	if (h->number % 2 == 0)
		hostile_flood(h, "\x89\x80keys", 6, h->step);
}

/* Sends so much that the loop never has to wait. */
static void ping_and_read(struct hostile *h)
{
	static char data[65536];

	hostile_flood(h, "\x89\x80keys", 6, h->step);
	hostile_read(h, data, sizeof data);
}

static void begin_greedy(struct hostile *h)
{
	hostile_send_text(h, "GET /public/large HTTP/1.1\r\nHost: x\r\n\r\n");
}

static void read_much(struct hostile *h)
{
	static char data[1 << 20];

	hostile_read(h, data, sizeof data);
}

const struct attack stop_attacks[] = {
	{.name = "guests at work",
		.begin = begin_work,
		.act = work,
		.turn_ms = 5},
	{.name = "peers that neither answer nor read",
		.begin = begin_silent,
		.act = flood,
		.turn_ms = 5,
		.narrow = true},
	{.name = "Pings without end",
		.begin = begin_socket,
		.act = ping_and_read},
	{.name = "downloads that do not end",
		.begin = begin_greedy,
		.act = read_much},
	{.name = NULL},
};

void stop_print_head(void)
{
	puts("\n| SIGTERM beside | peers | ends after s | status |\n"
	     "|---|--:|--:|--:|");
}

static void turn(const struct attack *a, struct hostile *peers, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		a->act(&peers[i]);
	usleep(a->turn_ms * 1000);
}

static double seconds_since(uint64_t since)
{
	return (double)(now() - since) / 1e9;
}

/* Reads everything that is on its way, except for peers that take as long as
 * they like. */
static bool judge_all(const struct attack *a, struct hostile *peers, uint32_t n)
{
	bool good = true;

	for (int i = 0; a->act == work && i < 200; i++)
		turn(a, peers, n);
	for (uint32_t i = 0; a->act == work && good && i < n; i++) {
		const char *why =
			peers[i].fd < 0 ? judge(&peers[i]) : "it has not ended";

		good = !why;
		if (why)
			printf("FAIL  %s: peer %u: %s\n", a->name, i, why);
	}
	return good;
}

static void start(const struct attack *a, const struct plan *plan,
	struct victim *v, struct hostile *peers)
{
	uint64_t since = now();

	victim_start(v, attack_options(plan->seconds, false, NULL));
	for (uint32_t i = 0; i < plan->peers; i++) {
		peers[i] = (struct hostile){.port = v->target.port,
			.number = i,
			.narrow = a->narrow};
		hostile_connect(&peers[i]);
		a->begin(&peers[i]);
	}
	while (seconds_since(since) < plan->seconds / 2)
		turn(a, peers, plan->peers);
}

bool stop_run(const struct attack *a, const struct plan *plan)
{
	struct victim v = {.folder = plan->folder};
	struct hostile *peers = calloc(plan->peers, sizeof *peers);
	int status = -SIGKILL; /* the server is killed if it does not end */
	uint64_t since;
	double took;

	guests = calloc(plan->peers, sizeof *guests);
	if (!guests || !peers)
		die("no memory for the peers");
	start(a, plan, &v, peers);
	victim_ask_to_end(&v);
	since = now();
	while (!victim_has_ended(&v, &status) &&
		seconds_since(since) < 2 * END_MAX)
		turn(a, peers, plan->peers);
	took = seconds_since(since);
	printf("| %s | %u | %.1f | %d |\n", a->name, plan->peers, took, status);
	if (!status && took <= END_MAX)
		return judge_all(a, peers, plan->peers);
	printf("FAIL  %s: it does not end in time, or not well\n", a->name);
	return false;
}
