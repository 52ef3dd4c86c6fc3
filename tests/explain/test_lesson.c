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
	peer_says_text(a, "play /echo 8185000000004865 6c6c6f");
	cr_expect(has_text(&a->got, "{\"kind\":\"play\"}"));
	cr_expect(has_text(&a->got, "{\"kind\":\"played\",\"code\":0,"
				    "\"solved\":[\"hello\",\"one-in-two\"]}"));
	/* both heads, a frame and its rest, the echo */
	cr_expect_eq(pages_told(a, "{\"n\":0,"), 5);
	peer_says_text(a, "play / 8105");
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
	peer_says_text(a, "play /no 818000000000");
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
		peer_says_text(a, "play /echo 8980");
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
	cr_expect(has_text(&a->got, "{\"kind\":\"explained\",\"pieces\":[{"));
	cr_expect(has_text(&a->got, "a client must mask its frames"));
	cr_expect_eq(pages_told(a, "\"broken\""), 1);
	pages_leave(a);
	pages_end();
}

Test(lesson, no_memory_for_a_play)
{
	struct peer *a;

	pages_begin();
	a = pages_watch("a");
	scarce.calloc = true;
	peer_says_text(a, "play /echo 8980");
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
				    "{\"id\":\"hello\",\"rfc\":\""));
	cr_expect_eq(pages_told(a, "\"level\":3}"), 1);
	pages_leave(a);
	pages_end();
}

Test(lesson, commands_that_are_none)
{
	static const char *const wrong[] = {"", "pin", "ping ", "PING", "play",
		"play ", "play echo 81", "play /a\xc3\xa9 81", "play /echo 8",
		"play /echo 81 8x", "play /echo 0x81", "explain", "explain ",
		"explain g", "explain\"\\", "exercisesx"};
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
		memcpy(text, i % 2 ? "explain " : "play /e ", 8);
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
