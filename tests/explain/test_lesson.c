/* test_lesson.c - the commands of a learner's page. */
#include "tests/explain/pages.h"

#include "tests/lib/pieces.h"
#include "tests/lib/scarce.h"

#include <stdint.h>
#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

Test(lesson, play)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "play /echo\n8185000000004865\n6c6c6f");
	cr_expect(has_text(&a->got, "{\"kind\":\"play\"}"));
	cr_expect(has_text(&a->got, "{\"kind\":\"played\",\"code\":0,"
				    "\"solved\":[\"hello\",\"one-in-two\"],"
				    "\"sent\":\"8185000000004865/6c6c6f\"}"));
	/* both heads, a frame and its rest, the echo */
	cr_expect_eq(pages_told(a, "{\"n\":0,"), 5);
	peer_says_text(a, "play /\n8105");
	cr_expect(has_text(&a->got, "\"code\":1002,\"solved\":[\"unmasked\"]"));
	cr_expect_eq(pages_told(a, "\"dir\":\"out\""), 3);
	peer_says_text(a, "play /");
	cr_expect(has_text(&a->got, "\"code\":0,\"solved\":[]"));
	pages_told(a, "");
	pages_leave(a);
	pages_end();
}

/* The response is shown, and the page gets an error message. */
Test(lesson, play_where_no_websocket_is)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "play /no\n818000000000");
	cr_expect(has_text(&a->got, "HTTP/1.1 403") ||
		  has_text(&a->got, "\"value\":\"403\""));
	cr_expect(has_text(&a->got, "\"code\":0,\"solved\":[]"));
	cr_expect(!has_text(&a->got, "frame"));
	cr_expect(has_text(&a->got, "{\"kind\":\"error\",\"why\":"
				    "\"the application opens no WebSocket"));
	cr_expect_eq(pages_told(a, "{\"n\":0,"), 3);
	pages_leave(a);
	pages_end();
}

/* The client in the sandbox has an Origin that is allowed. */
Test(lesson, play_behind_an_origin)
{
	static const struct {
		char *option, *origin;
	} table[] = {{"same", "http://localhost"}, {"null", "null"},
		{"https://a.example", "https://a.example"}};

	for (size_t i = 0; i < SIZE(table); i++) {
		struct peer *a;
		char value[64];

		pages_begin_with((char *[]){
			"server", "--origin", table[i].option, NULL});
		a = pages_watch("a");
		peer_says_text(a, "play /echo\n8980");
		snprintf(value, sizeof value,
			"\"name\":\"Origin\",\"value\":\"%s\"",
			table[i].origin);
		cr_expect_eq(pages_told(a, value), 1, "%s", value);
		pages_leave(a);
		pages_end();
	}
}

Test(lesson, explain)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "explain 8180 00000000 81 05");
	cr_expect(has_text(&a->got, "{\"kind\":\"explained\",\"bytes\":8,"
				    "\"writes\":1,\"hex\":\"8180000000008105\","
				    "\"pieces\":[{"));
	cr_expect(has_text(&a->got, "a client must mask its frames"));
	cr_expect_eq(pages_told(a, "\"broken\""), 1);
	pages_leave(a);
	pages_end();
}

/* The box takes what ./server explain takes; lines are writes. */
Test(lesson, hex_in_any_form)
{
	static const struct {
		const char *hex, *told;
	} table[] = {
		{"8180 00000000", "\"bytes\":6,\"writes\":1"},
		{"81\n80\n\n00000000", "\"bytes\":6,\"writes\":3"},
		{"0x81, 0x80,\n0, 0, 0, 0", "\"bytes\":6,\"writes\":1"},
		{"\"\\x81\\x80\" \\\n\"\\x00\"", "\"bytes\":3,\"writes\":1"},
		{"00000000: 8185 37fa 213d 7f9f 4d51 58  ..7.!=..MQX",
			"\"bytes\":11,\"writes\":1"},
		{"00000000: 0000 0000 0000 0000 0000 0000 0000 0000  .....\n"
		 "00000010: 0000  ..\n\n8900",
			"\"bytes\":20,\"writes\":2"},
		{"", "\"bytes\":0,\"writes\":0,\"hex\":\"\",\"pieces\":[]"},
		{"81 8X0y 7", "{\"kind\":\"wrong\",\"word\":\"8X0y\"}"},
		{"81 8 \xec\x95\x88", "\"word\":\"\xec\x95\x88\"}"},
		{"818", "\"word\":\"818\"}"},
	};
	char text[256];
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	for (size_t i = 0; i < SIZE(table); i++) {
		snprintf(text, sizeof text, "explain %s", table[i].hex);
		peer_says_text(a, text);
		cr_expect_eq(
			pages_told(a, table[i].told), 1, "%s", table[i].hex);
	}
	peer_says_text(a, "play /echo\n81 x");
	cr_expect_eq(pages_told(a, "\"word\":\"x\"}"), 1);
	pages_leave(a);
	pages_end();
}

/* An exercise that is chosen gets a verdict of its own. */
Test(lesson, verdicts)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "play /echo hello\n81 85 0 0 0 0 68 65 6c 6c 6f");
	cr_expect_eq(pages_told(a, "\"lacks\":\"payload\","
				   "\"values\":[\"hello\",\"Hello\",\"0\","),
		1);
	peer_says_text(a, "play /echo hello\n81 85 0 0 0 0 48 65 6c 6c 6f");
	cr_expect_eq(pages_told(a, "\"solved\":[\"hello\"],\"sent\":"), 1);
	cr_expect_eq(pages_told(a, "lacks"), 0);
	peer_says_text(a, "play /echo nothing\n81");
	cr_expect_eq(pages_told(a, "\"error\""), 1);
	pages_leave(a);
	pages_end();
}

Test(lesson, judge)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "judge hello\n818500000000\n48656c6c6f");
	cr_expect(has_text(&a->got, "{\"kind\":\"judged\",\"id\":\"hello\","
				    "\"solved\":true}"));
	cr_expect_eq(pages_told(a, "\"n\":0"), 0);
	peer_says_text(a, "judge hello\n8185");
	cr_expect_eq(pages_told(a, "\"id\":\"hello\"}"), 1);
	peer_says_text(a, "judge hello\n8");
	peer_says_text(a, "judge hello\n8x");
	cr_expect_eq(pages_told(a, "\"wrong\""), 1);
	peer_says_text(a, "judge what\n81");
	cr_expect_eq(pages_told(a, "\"error\""), 1);
	/* this application has no extension */
	peer_says_text(a, "judge deflate-ping\nc980");
	peer_says_text(a, "play /echo deflate-ping\nc980");
	cr_expect_eq(pages_told(a, "\"error\""), 2);
	pages_leave(a);
	pages_end();
}

/* A message of 1 MiB, in hex, in parts of 64 KiB. */
Test(lesson, a_command_in_parts)
{
	char *part = malloc(65537);
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "more play /echo\n82ff000000000010000000000000");
	memcpy(part, "more ", 5);
	memset(part + 5, '0', 65531);
	for (int i = 0; i < 32; i++)
		peer_says_frame(a, 0x81, part, i < 31 ? 65536 : 65536);
	peer_says_text(a, "last ");
	cr_expect_eq(pages_told(a, "\"played\",\"code\":0"), 1);
	for (int i = 0; i < 70; i++)
		peer_says_frame(a, 0x81, part, 65536);
	cr_expect_eq(pages_told(a, "over 4 MiB"), 1);
	/* its other parts are no command, and no more is said of them */
	for (int i = 0; i < 70; i++)
		peer_says_frame(a, 0x81, part, 65536);
	peer_says_text(a, "last exercises");
	cr_expect_eq(pages_told(a, "\"kind\""), 0);
	peer_says_text(a, "more exerc");
	peer_says_text(a, "last ises");
	cr_expect_eq(pages_told(a, "\"exercises\""), 1);
	pages_leave(a);
	pages_end();
	free(part);
}

Test(lesson, no_memory_for_a_play)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	scarce.calloc = true;
	peer_says_text(a, "play /echo\n8980");
	cr_expect(has_text(&a->got, "{\"kind\":\"error\",\"why\":\"no memory"));
	cr_expect_eq(pages_told(a, "\"played\""), 0);
	pages_leave(a);
	pages_end();
}

Test(lesson, exercises)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	peer_says_text(a, "exercises");
	cr_expect(has_text(&a->got, "{\"kind\":\"exercises\",\"list\":["
				    "{\"id\":\"first-byte\",\"rfc\":\""));
	cr_expect_eq(pages_told(a, "\"level\":6}"), 1);
	pages_leave(a);
	pages_end();
}

Test(lesson, commands_that_are_none)
{
	static const char *const wrong[] = {"", "pin", "ping ", "PING", "play",
		"play ", "play echo 81", "play /a\xc3\xa9 81", "play /echo 81",
		"play /echo ", "last", "last explai", "exercisesx"};
	char *text = some_text(65537);
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	for (size_t i = 0; i < SIZE(wrong); i++) {
		peer_says_text(a, wrong[i]);
		cr_expect_eq(
			pages_told(a, "\"kind\":\"error\""), 1, "%s", wrong[i]);
	}
	peer_says_frame(a, 0x82, "ping", 4);
	cr_expect_eq(pages_told(a, "\"kind\":\"error\""), 1);
	memcpy(text, "exercises ", 10);
	peer_says_frame(a, 0x81, text, 65537);
	cr_expect_eq(pages_told(a, "\"kind\":\"error\""), 1);
	free(text);
	pages_leave(a);
	pages_end();
}

/* The largest commands, and a page that reads nothing: the memory is bounded,
 * and the page stays connected. */
Test(lesson, large_commands)
{
	char *text = malloc(65537);
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	memset(text, '0', 65536);
	text[65536] = 0;
	for (int i = 0; i < 20; i++) {
		memcpy(text, i % 2 ? "explain " : "play /e\n", 8);
		for (size_t j = 8; j + 12 <= 65536; j += 12)
			memcpy(text + j, "898000000000", 12);
		a->bite = i < 10 ? SIZE_MAX : 0;
		peer_says_frame(a, 0x81, text, 65536 - 4);
	}
	cr_expect_eq(a->conn.state, CONN_SOCKET);
	loop_drain(a);
	cr_expect(pages_told(a, "\"kind\":\"lost\"") > 0);
	free(text);
	pages_leave(a);
	pages_end();
}
