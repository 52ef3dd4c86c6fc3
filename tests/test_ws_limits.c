/* test_ws_limits.c - the limits of memory, each to the byte, and what a socket says
 * that is ended by one. Its host is the test's own. */
#include "tests/lib/peer.h"
#include "tests/lib/scarce.h"

#include <stdio.h>

#define BACKLOG 100
#define MEMORY 10000

static struct buf out, in;
static struct ws ws;
static struct ws_host host;
static bool is_poor; /* there is no memory for output */
static int refused_with;
static char reason[100];

static struct buf *output(struct ws *socket)
{
	(void)socket;
	return is_poor ? NULL : &out;
}

static void on_refused(struct ws *socket, int code, const char *why)
{
	cr_expect_eq(socket, &ws);
	cr_expect_str_eq(why, ws_out_of_memory);
	refused_with = code;
}

static void on_close(struct ws *socket, int code, const char *why)
{
	(void)socket;
	cr_expect_eq(code, 1006);
	cr_expect_str_eq(reason, "");
	snprintf(reason, sizeof reason, "%s", why);
}

/* A socket while that much is held, of which it has not sent `unsent` bytes. */
static void begin(unsigned long long held, size_t unsent)
{
	static const char zeros[2 * WS_LITTLE];

	host = (struct ws_host){.max_message = 1000,
		.max_unsent = 5000,
		.max_backlog = BACKLOG,
		.max_memory = MEMORY,
		.output = output,
		.on_refused = on_refused,
		.held = held};
	refused_with = 0;
	*reason = 0;
	out.len = out.start = out.left = 0;
	cr_assert(buf_append(&out, zeros, unsent));
	ws_open(&ws, &host, NULL);
	ws.on_close = on_close;
}

static void end(void)
{
	buf_free(&out);
	buf_free(&in);
}

static void says(const void *bytes, size_t len)
{
	cr_assert(buf_append(&in, bytes, len));
	ws_input(&ws, &in);
}

Test(ws, what_may_wait_before_input_stops, .fini = end)
{
	begin(MEMORY, 0);
	cr_expect_eq(ws_most_unsent(&host), host.max_unsent);
	host.held++;
	cr_expect_eq(ws_most_unsent(&host), WS_LITTLE);
}

Test(ws, a_backlog, .fini = end)
{
	begin(0, BACKLOG);
	out.left = BACKLOG;
	cr_expect(ws_send(&ws, "Hello"));
	out.left++;
	cr_expect(!ws_is_over(&ws));
	cr_expect(!ws_send(&ws, "Hello"));
	cr_expect(ws_is_over(&ws));
	ws_lost(&ws, "no reason");
	cr_expect_str_eq(reason, "too slow to be sent more");
}

/* What all may hold, and the little that each may hold even then. */
Test(ws, all_memory_is_in_use, .fini = end)
{
	begin(MEMORY - 5, 2 * WS_LITTLE);
	cr_expect(ws_send(&ws, "Hello"));
	begin(MEMORY, WS_LITTLE - 5);
	cr_expect(ws_send(&ws, "Hello"));
	begin(MEMORY, WS_LITTLE);
	cr_expect(ws_ping(&ws));
	cr_expect_eq(refused_with, 0);
	begin(MEMORY - 4, WS_LITTLE - 4);
	cr_expect(!ws_send(&ws, "Hello"));
	cr_expect_eq(refused_with, 1013);
	cr_expect_eq(ws.state, WS_CLOSING);
	cr_expect_eq(memcmp(out.data + out.len - 46, "\x03\xf5the", 5), 0);
}

static void send_back(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	(void)data, (void)len, (void)binary;
	cr_expect(ws_send_back(socket));
}

Test(ws, all_memory_is_in_use_and_a_message_is_sent_back, .fini = end)
{
	begin(MEMORY, WS_LITTLE);
	ws.on_message = send_back;
	says("\x81\x81\0\0\0\0a", 7);
	cr_expect_eq(host.sent, 1);
	cr_expect_eq(ws.state, WS_OPEN);
}

/* Outside of on_message there is none: before one, in the middle of a frame, and
 * between fragments. */
Test(ws, no_message_to_send_back_at_other_times, .fini = end)
{
	begin(0, 0);
	cr_expect(!ws_send_back(&ws));
	says("\x81\x82\0\0\0\0a", 7);
	cr_expect(!ws_send_back(&ws));
	says("b\x01\x81\0\0\0\0c", 8);
	cr_expect(!ws_send_back(&ws));
	cr_expect_eq(ws.state, WS_OPEN);
	cr_expect_eq(host.sent, 0);
	cr_expect_eq(out.len, 0);
}

Test(ws, prepared_messages_are_counted, .fini = end)
{
	struct message m;

	begin(0, 0);
	cr_assert(message_prepare(&m, "Hello", 5, false));
	cr_expect(ws_send_prepared(&ws, &m));
	cr_expect_eq(host.sent, 1);
	cr_expect(ws_close(&ws, 1000, ""));
	cr_expect(!ws_send_prepared(&ws, &m));
	cr_expect_eq(host.sent, 1);
	message_free(&m);
}

/* A frame for which the output cannot grow. What follows is not looked at. */
Test(ws, no_memory_for_a_frame, .fini = end)
{
	begin(0, 0);
	buf_free(&out);
	scarce.realloc = 2; /* the first is for `in` */
	says("\x89\x80\0\0\0\0\x81\x80\0\0\0\0", 12);
	cr_expect_eq(scarce.realloc, 0);
	cr_expect(ws_is_over(&ws));
	cr_expect_eq(host.received, 0);
	ws_lost(&ws, "no reason");
	cr_expect_str_eq(reason, "no memory to send it more");
}

Test(ws, no_memory_for_output, .fini = end)
{
	begin(0, 0);
	is_poor = true;
	says("\x81\x80\0\0\0\0", 6);
	is_poor = false;
	ws_lost(&ws, "no reason");
	cr_expect_str_eq(reason, "no memory to send it more");
}

static void send_too_much(
	struct ws *socket, const char *data, size_t len, bool binary)
{
	(void)data, (void)len, (void)binary;
	out.left = BACKLOG + 1;
	cr_expect(!ws_send(socket, "Hello"));
}

Test(ws, nothing_is_received_once_it_is_given_up, .fini = end)
{
	begin(0, 0);
	ws.on_message = send_too_much;
	says("\x81\x80\0\0\0\0\x81\x80\0\0\0\0", 12);
	cr_expect_eq(host.received, 1);
}
