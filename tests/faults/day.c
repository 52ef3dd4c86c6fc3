/* day.c - a day of the server, as its clients experience it. */
#include "tests/faults/day.h"

#include "tests/faults/line.h"
#include "tests/faults/suspect.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n"
#define SLOW_MESSAGES 16
#define SOME_LEN 5000
#define SLOW_LEN 40000
#define LONG_LEN (1 << 20)

/* Some conversations last as long as the day; the others come in between. */
static struct line silent, unfinished, one, other;

static const struct wrap *server;

static char some[LONG_LEN]; /* any bytes that are also text */

/* One question, one answer. */
static bool ask(const char *request, int status, size_t expected)
{
	const char *body;
	size_t len;

	return line_say_text(&one, request) &&
	       line_hears_answer(&one, status, &body, &len) &&
	       (expected == 0 || len == expected);
}

static bool page(void)
{
	return ask(GET("/") "\r\n", 200, 5) &&
	       ask(GET("/public/small.txt") "\r\n", 200, 6) &&
	       ask(GET("/public/small.txt") "Accept-Encoding: gzip\r\n\r\n",
		       200, 3) &&
	       ask(GET("/public/small.txt") "Range: bytes=1-3\r\n\r\n", 206,
		       3) &&
	       ask(GET("/public/small.txt") "If-None-Match: *\r\n\r\n", 304, 0);
}

static bool big_file(void)
{
	return ask(GET("/public/big.bin") "\r\n", 200, SUSPECT_BIG) &&
	       ask(GET("/public/deep/index.html") "\r\n", 200, 5);
}

/* It leaves while a file is being sent. */
static bool cut_file(void)
{
	return line_say_text(&one, GET("/public/big.bin") "\r\n");
}

static bool elsewhere(void)
{
	return ask(GET("/public/none") "\r\n", 404, 0) &&
	       ask(GET("/any") "\r\n", 302, 0) &&
	       ask(GET("/public/deep") "\r\n", 302, 0);
}

static bool bad_request(void)
{
	return ask("GET  /\r\n\r\n", 400, 0) && !shutdown(one.fd, SHUT_WR) &&
	       line_hears_end(&one);
}

static bool pipeline(void)
{
	const char *body;
	size_t len;
	int answers = 0;

	for (int i = 0; i < 20; i++)
		if (!line_say_text(&one, GET("/") "\r\n"))
			return false;
	while (answers < 20 && line_hears_answer(&one, 200, &body, &len))
		answers++;
	return answers == 20;
}

static bool request_in_parts(void)
{
	return line_say_text(&one, "GET / HTTP/1.1\r\nHo") && !usleep(2000) &&
	       ask("st: localhost\r\n\r\n", 200, 5);
}

static bool greeting(void)
{
	return line_upgrade(&one, "/hello") &&
	       line_hears(&one, 0x81, "Hello Socket!") &&
	       line_says(&one, 0x81, "Hello") &&
	       line_say_frame(&one, 0x82, some, 100) &&
	       line_says(&one, 0x88,
		       "\x03\xE8"
		       "bye") &&
	       line_hears(&one, 0x88, "\x03\xE8") && line_hears_end(&one);
}

static bool echo(void)
{
	return line_upgrade(&one, "/echo") && line_says(&one, 0x81, "Hello") &&
	       line_hears(&one, 0x81, "Hello") &&
	       line_say_frame(&one, 0x82, some, SOME_LEN) &&
	       line_hears_frame(&one, 0x82, some, SOME_LEN) &&
	       line_says(&one, 0x01, "one ") && line_says(&one, 0x89, "ping") &&
	       line_hears(&one, 0x8A, "ping") && line_says(&one, 0x80, "two") &&
	       line_hears(&one, 0x81, "one two") && line_says(&one, 0x88, "") &&
	       line_hears(&one, 0x88, "") && line_hears_end(&one);
}

/* Where /deflate is left out, the server does not agree to it. */
static bool compressed(void)
{
	static const char offer[] =
		"Sec-WebSocket-Extensions: permessage-deflate; "
		"client_max_window_bits\r\n";

	if (!line_offer(&one, "/deflate", offer))
		return false;
	if (!memmem(one.data, one.at, "permessage-deflate", 18))
		return true;
	return line_say_frame(&one, 0xC1, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7) &&
	       line_hears(&one, 0x81, "Hello") &&
	       line_say_frame(&one, 0xC1, "\xf2\x00\x11\x00\x00", 5) &&
	       line_hears(&one, 0x81, "Hello") &&
	       line_say_frame(&one, 0x81, some, SOME_LEN) &&
	       line_hears_text(&one) &&
	       line_say_frame(&one, 0x81, some, SOME_LEN) &&
	       line_hears_text(&one) && line_says(&one, 0x88, "") &&
	       line_hears(&one, 0x88, "") && line_hears_end(&one);
}

static bool not_text(void)
{
	return line_upgrade(&one, "/echo") && line_says(&one, 0x81, "a\xC0") &&
	       line_hears(&one, 0x88,
		       "\x03\xEFthe text is not UTF-8 (RFC 6455 8.1)") &&
	       line_hears_end(&one);
}

static bool long_message(void)
{
	return line_upgrade(&one, "/echo") &&
	       line_say_frame(&one, 0x81, some, LONG_LEN) &&
	       line_hears_frame(&one, 0x81, some, LONG_LEN);
}

/* Two members of a room hear what one of them says. */
static bool room(void)
{
	static const char
		name[] = "{\"type\":\"nickname\",\"payload\":\"A\"}",
		said[] = "{\"type\":\"new_message\",\"payload\":\"hi\"}";
	bool held = line_upgrade(&one, "/chat/r?after=1-0") &&
		    line_hears(&one, 0x81, "(messages were missed)") &&
		    line_open(&other, &server->address, server->address_len) &&
		    line_upgrade(&other, "/chat/r") &&
		    line_says(&one, 0x81, name) &&
		    line_says(&one, 0x81, said) &&
		    line_hears(&one, 0x81, "A: hi") &&
		    line_hears(&other, 0x81, "A: hi");

	line_close(&other);
	return held;
}

/* Everything is said before anything is read. */
static bool slow_reader(void)
{
	if (!line_upgrade(&one, "/echo"))
		return false;
	for (int i = 0; i < SLOW_MESSAGES; i++)
		if (!line_say_frame(&one, 0x82, some, SLOW_LEN))
			return false;
	for (int i = 0; i < SLOW_MESSAGES; i++)
		if (!line_hears_frame(&one, 0x82, some, SLOW_LEN))
			return false;
	return true;
}

static bool vanish_in_head(void)
{
	return line_say_text(&one, "GET / HT");
}

static bool vanish_in_frame(void)
{
	return line_upgrade(&one, "/echo") &&
	       line_say(&one, "\x82\xFE\x10\x00", 4);
}

static bool other_version(void)
{
	return ask(GET("/") "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			    "Sec-WebSocket-Version: 8\r\n\r\n",
		426, 0);
}

/* A page that watches one of its own connections. */
static bool watching(void)
{
	bool held;

	if (!line_upgrade(&one, "/trace?page=mine"))
		return false;
	held = line_open(&other, &server->address, server->address_len) &&
	       line_upgrade(&other, "/echo?page=mine") &&
	       line_says(&other, 0x81, "Hello") &&
	       line_hears(&other, 0x81, "Hello") && line_hears_text(&one) &&
	       line_says(&one, 0x81, "ping") && line_hears(&other, 0x89, "") &&
	       line_says(&one, 0x81, "play /echo 818537fa213d7f9f4d5158") &&
	       line_hears_text(&one);
	line_close(&other);
	return held;
}

enum {
	VANISHES = 1,
	IS_LONG = 2,  /* too long to be traced a thousand times */
	IS_TRACED = 4 /* possible only when it is traced */
};

static const struct talk {
	const char *name;
	bool (*talk)(void);
	int what;
} talks[] = {
	{"page", page, 0},
	{"big file", big_file, IS_LONG},
	{"cut file", cut_file, IS_LONG | VANISHES},
	{"elsewhere", elsewhere, 0},
	{"bad request", bad_request, 0},
	{"pipeline", pipeline, IS_LONG},
	{"request in parts", request_in_parts, 0},
	{"greeting", greeting, 0},
	{"echo", echo, 0},
	{"compressed", compressed, 0},
	{"not text", not_text, 0},
	{"room", room, 0},
	{"long message", long_message, IS_LONG},
	{"slow reader", slow_reader, IS_LONG},
	{"vanish in head", vanish_in_head, VANISHES},
	{"vanish in frame", vanish_in_frame, VANISHES},
	{"other version", other_version, 0},
	{"watching", watching, IS_TRACED},
};

static bool hold(const struct wrap *w, bool (*talk)(void), bool vanishes)
{
	bool held = line_open(&one, &w->address, w->address_len) && talk();

	if (vanishes)
		line_reset(&one);
	else
		line_close(&one);
	return held;
}

static bool hold_if_due(const struct wrap *w, const struct talk *t)
{
	bool traced = !strcmp(w->way, "trace");

	return (t->what & (traced ? IS_LONG : IS_TRACED)) ||
	       hold(w, t->talk, t->what & VANISHES);
}

/* Two clients that do nothing more: one is sent a Ping, the other gets 408. */
static bool begin(const struct wrap *w)
{
	memset(some, 'x', sizeof some);
	silent.fd = unfinished.fd = -1;
	return line_open(&silent, &w->address, w->address_len) &&
	       line_upgrade(&silent, "/echo") &&
	       line_open(&unfinished, &w->address, w->address_len) &&
	       line_say_text(&unfinished, "GET / HTTP/1.1\r\n");
}

static bool end(void)
{
	const char *body;
	size_t len;

	return line_hears_answer(&unfinished, 408, &body, &len) &&
	       line_hears(&silent, 0x89, "");
}

int day_live(const struct wrap *w, int most, const char **what)
{
	bool begun;
	int failed;

	server = w;
	begun = begin(w);
	failed = !begun;
	*what = "the silent ones";
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++)
		if (failed < most && !hold_if_due(w, &talks[i]))
			failed++, *what = talks[i].name;
	if (begun && failed < most && !end())
		failed++, *what = "the silent ones";
	line_close(&unfinished);
	line_close(&silent);
	return failed;
}

bool day_is_honest_served(const struct wrap *w)
{
	return hold(w, page, false) && hold(w, greeting, false);
}

bool day_stay(const struct wrap *w)
{
	return line_open(&one, &w->address, w->address_len) &&
	       line_upgrade(&one, "/echo");
}

bool day_goodbye(void)
{
	bool held = line_hears(&one, 0x88, "\x03\xE9the server stops") &&
		    line_says(&one, 0x88, "\x03\xE9") && line_hears_end(&one);

	line_close(&one);
	return held;
}
