/* test_ws_close.c - RFC 6455 5.5.1, 7: how a WebSocket ends. */
#include "tests/lib/pieces.h"

#define SIZE(array) (sizeof(array) / sizeof *(array))

static const int good_codes[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
	1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4998, 4999};

Test(ws, 5_5_1_a_close_is_answered_with_its_code)
{
	for (size_t i = 0; i < SIZE(good_codes); i++) {
		struct talk t = {0};

		says(&t, 0x81, "last words");
		says_close(&t, good_codes[i], i % 2 ? "" : "I have to go");
		hears(&t, "text", "last words");
		answers_close(&t, good_codes[i], "");
		closes(&t, good_codes[i], i % 2 ? "" : "I have to go", true);
		hold(&t);
	}
}

Test(ws, 7_1_5_a_close_without_a_code)
{
	struct talk t = {.with_request = true};

	says(&t, 0x88, "");
	answers(&t, 0x88, "");
	closes(&t, 1005, "", true);
	hold(&t);
}

Test(ws, 7_1_6_close_reasons)
{
	static const size_t sizes[] = {1, 2, 122, 123};

	for (size_t i = 0; i < SIZE(sizes); i++) {
		struct talk t = {0};
		char *reason = some_text(sizes[i]);

		says_close(&t, 1000, reason);
		answers_close(&t, 1000, "");
		closes(&t, 1000, reason, true);
		hold(&t);
		free(reason);
	}
}

Test(ws, 5_5_1_half_a_close_code)
{
	expect_refused("3", "\x88\x81\0\0\0\0\3", 7, 1002, "5.5.1");
	expect_refused("0", "\x88\x81\1\2\3\4\1", 7, 1002, "5.5.1");
}

Test(ws, 7_4_close_codes_that_must_not_be_sent)
{
	static const int codes[] = {0, 1, 999, 1004, 1005, 1006, 1015, 1016,
		1100, 2000, 2999, 5000, 5001, 9999, 32768, 65535};

	for (size_t i = 0; i < SIZE(codes); i++) {
		char bytes[] = {(char)0x88, (char)0x82, 0, 0, 0, 0,
			(char)(codes[i] >> 8), (char)codes[i]};

		expect_refused("code", bytes, 8, 1002, "7.4");
	}
}

Test(ws, 5_5_1_close_reasons_that_are_not_utf8)
{
	expect_refused(
		"stray byte", "\x88\x83\0\0\0\0\3\xE8\xFF", 9, 1007, "5.5.1");
	expect_refused("surrogate", "\x88\x85\0\0\0\0\3\xE8\xED\xA0\x80", 11,
		1007, "5.5.1");
	expect_refused("unfinished", "\x88\x84\0\0\0\0\3\xE8\xE2\x82", 10, 1007,
		"5.5.1");
	expect_refused_inside("inside a message", "\x88\x83\0\0\0\0\3\xE8\xFF",
		9, 1007, "5.5.1");
}

Test(ws, 5_5_1_input_after_a_close_is_ignored)
{
	struct talk t = {.acts.echo = true};

	says_close(&t, 1000, "bye");
	says(&t, 0x81, "and another thing");
	says(&t, 0x89, "hello?");
	says_close(&t, 4000, "");
	says_bytes(&t, "\xFF\xFF\xFF\xFF", 4);
	answers_close(&t, 1000, "");
	closes(&t, 1000, "bye", true);
	hold(&t);
}

/* What arrived before the Close is answered in full first. */
Test(ws, 5_5_1_messages_before_a_close)
{
	struct talk t = {.acts.echo = true};

	for (int i = 0; i < 5; i++) {
		says(&t, 0x81, "counting");
		hears(&t, "text", "counting");
		answers(&t, 0x81, "counting");
		says(&t, 0x89, "?");
		answers(&t, 0x8A, "?");
	}
	says_close(&t, 1000, "");
	answers_close(&t, 1000, "");
	closes(&t, 1000, "", true);
	hold(&t);
}

static void close_it(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	ws_close(ws, 4000, "enough");
}

Test(ws, 7_1_2_we_close_and_are_answered)
{
	struct talk t = {.acts.on_message = close_it};

	says(&t, 0x81, "go away");
	hears(&t, "text", "go away");
	answers_close(&t, 4000, "enough");
	says_close(&t, 4000, "enough");
	closes(&t, 4000, "enough", false);
	hold(&t);
}

/* RFC 6455 7.1.5: the code is the one in the first Close that is received. */
Test(ws, 7_1_5_both_close_at_once)
{
	struct talk t = {.acts.on_message = close_it};

	says(&t, 0x81, "go away");
	hears(&t, "text", "go away");
	answers_close(&t, 4000, "enough");
	says_close(&t, 1001, "the tab is closed");
	closes(&t, 1001, "the tab is closed", false);
	hold(&t);
}

Test(ws, 7_1_3_messages_after_our_close_are_ignored)
{
	struct talk t = {.acts = {.echo = false, .on_message = close_it}};

	says(&t, 0x81, "go away");
	hears(&t, "text", "go away");
	answers_close(&t, 4000, "enough");
	says(&t, 0x81, "but");
	says(&t, 0x02, "I");
	says(&t, 0x8A, "have");
	says(&t, 0x80, "not finished");
	says(&t, 0x88, "");
	closes(&t, 1005, "", false);
	says(&t, 0x81, "yet");
	hold(&t);
}

/* RFC 6455 5.5.2: "unless it already received a Close frame", which it has not.
 * 5.5.1 forbids data frames after a Close, and a Pong is not one. */
Test(ws, 5_5_2_a_ping_after_our_close)
{
	struct talk t = {.acts.on_message = close_it};

	says(&t, 0x81, "go away");
	hears(&t, "text", "go away");
	answers_close(&t, 4000, "enough");
	says(&t, 0x89, "really?");
	answers(&t, 0x8A, "really?");
	says(&t, 0x88, "");
	closes(&t, 1005, "", false);
	hold(&t);
}

/* Not even the rest of the closing handshake. */
Test(ws, 7_1_7_nothing_is_processed_after_an_error)
{
	struct talk t = {.acts.echo = true};

	says_bytes(&t, "\x83\x80\1\2\3\4", 6);
	says(&t, 0x81, "after");
	says(&t, 0x89, "after");
	says_close(&t, 1000, "after");
	refuses(&t, 1002, "5.2");
	hold(&t);
}

/* No second Close is sent, whatever is wrong. */
Test(ws, 7_1_7_an_error_after_our_close)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.on_message = close_it;
	p = peer_upgraded(&loop);
	peer_says_text(p, "go away");
	peer_says(p, "\x81\x00", 2);
	cr_expect_eq(p->closed, 1);
	expect_got(p,
		"\x88\x08\x0F\xA0"
		"enough",
		10);
	cr_expect_eq(conn_next(&p->conn), CONN_SHUT);
	peer_free(p);
	loop_end(&loop);
}

/* A host that never has memory for output. */
static struct buf *no_memory(struct ws *ws)
{
	(void)ws;
	return NULL;
}

static int closed_with;

static void note_close(struct ws *ws, int code, const char *reason)
{
	cr_expect(!ws_send(ws, "no"));
	cr_expect(strlen(reason) > 0);
	cr_expect_eq(closed_with, 0, "on_close twice");
	closed_with = code;
}

static struct ws_host poor_host = {.max_message = 1000,
	.max_unsent = 1000,
	.max_backlog = 1000,
	.max_memory = UINT64_MAX,
	.output = no_memory};

Test(ws, no_memory_to_send)
{
	struct ws ws;

	ws_open(&ws, &poor_host, NULL);
	ws.on_close = note_close;
	cr_expect(!ws_send(&ws, "Hello"));
	cr_expect(!ws_ping(&ws));
	cr_expect(!ws_close(&ws, 1000, ""));
	cr_expect_eq(closed_with, 0, "on_close inside a send");
	ws_lost(&ws, "no reason");
	ws_lost(&ws, "again");
	cr_expect_eq(closed_with, 1006);
}

Test(ws, no_memory_to_answer)
{
	struct buf in = {0};
	struct ws ws;

	ws_open(&ws, &poor_host, NULL);
	ws.on_close = note_close;
	buf_append(&in, "\x89\x80\0\0\0\0\x89\x80\0\0\0\0", 12);
	ws_input(&ws, &in);
	cr_expect_eq(ws.state, WS_LOST);
	cr_expect_eq(closed_with, 0);
	cr_expect(!ws_send(&ws, "Hello"));
	ws_lost(&ws, "no reason");
	cr_expect_eq(closed_with, 1006);
	buf_free(&in);
}

/* A host that has memory once. */
static struct buf *once(struct ws *ws)
{
	struct buf *given = ws->data;

	ws->data = NULL;
	return given;
}

/* Only who has answered a Close has sent one. */
Test(ws, no_memory_to_answer_a_close)
{
	struct ws_host host = poor_host;
	struct buf in = {0}, out = {0};
	struct ws ws;

	host.output = once;
	ws_open(&ws, &host, NULL);
	ws.data = &out;
	buf_append(&in, "\x88\x80\0\0\0\0", 6);
	ws_input(&ws, &in);
	cr_expect(ws_is_over(&ws));
	cr_expect(ws.by_peer);
	cr_expect(!ws.clean);
	buf_free(&in);
}

/* Handlers may be left out. */
Test(ws, without_handlers)
{
	struct buf in = {0};
	struct ws ws;

	ws_open(&ws, &poor_host, NULL);
	buf_append(&in, "\x81\x80\0\0\0\0\x81\x00", 8);
	ws_input(&ws, &in);
	ws_lost(&ws, "no reason");
	buf_free(&in);
}
