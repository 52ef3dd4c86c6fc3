/* test_chat.c - the rooms as their members know them. */
#include "tests/chat/talk.h"
#include "tests/lib/after.h"

#include <stdio.h>

static void begin(void)
{
	talk_begin((char *[]){"server", NULL});
}

#define SAY "{\"type\":\"new_message\",\"payload\":\"%s\"}"
#define NAME "{\"type\":\"nickname\",\"payload\":\"%s\"}"

/* The form of the notes' next lesson: texts, and nothing but messages. */
Test(chat, the_lesson)
{
	struct peer *ann, *bob, *late;

	begin();
	ann = talk_join("/chat", true);
	bob = talk_join("/chat/", true);
	talk_expect_nothing(ann);
	talk_say(ann, SAY, "first");
	talk_expect(ann, "Anon: first");
	talk_expect(bob, "Anon: first");
	talk_say(ann, NAME, "Ann");
	talk_expect_nothing(bob);
	talk_say(ann, SAY, "hi");
	talk_expect(ann, "Ann: hi");
	talk_expect(bob, "Ann: hi");
	talk_say(ann, "nonsense");
	talk_say(ann, "{\"type\":\"rooms\"}");
	talk_say(ann, NAME, "");
	late = talk_join("/chat", true);
	talk_expect(late, "Anon: first");
	talk_expect(late, "Ann: hi");
	talk_expect_nothing(late);
	talk_leave(bob);
	talk_expect_nothing(ann);
	talk_leave(late);
	late = talk_join("/chat?after=1-0", true);
	talk_expect(late, "(messages were missed)");
	talk_expect(late, "Anon: first");
	talk_leave(late);
	talk_leave(ann);
	talk_end();
}

/* Takes the text after `name` up to a quote. */
static void find(const char *text, const char *name, char value[64])
{
	const char *at = strstr(text, name);

	cr_assert(at, "no %s in %s", name, text);
	cr_assert_eq(sscanf(at + strlen(name), "%63[^\"]", value), 1);
}

Test(chat, welcome)
{
	struct peer *ann, *bob;
	char last[64], text[600];
	const char *heard;

	begin();
	ann = talk_join("/chat/far", false);
	heard = talk_hear(ann);
	find(heard, "\"last\":\"", last);
	snprintf(text, sizeof text,
		"{\"type\":\"welcome\",\"room\":\"far\",\"you\":1,\"count\":1,"
		"\"members\":[{\"id\":1,\"name\":\"Anon\"}],"
		"\"history\":[],\"last\":\"%s\"}",
		last);
	cr_expect_str_eq(heard, text);
	talk_say(ann, NAME, "Ann");
	talk_expect(ann, "{\"type\":\"renamed\",\"member\":{\"id\":1,\"name\":"
			 "\"Ann\"}}");
	talk_say(ann, SAY, "hi");
	heard = talk_hear(ann);
	snprintf(text, sizeof text, "%s", heard);
	bob = talk_join("/chat/far", false);
	heard = talk_hear(bob);
	cr_expect(strstr(heard, text), "the same object: %s", heard);
	cr_expect(strstr(heard, "\"members\":[{\"id\":3,\"name\":\"Anon\"},"
				"{\"id\":1,\"name\":\"Ann\"}]"));
	talk_expect(ann, "{\"type\":\"joined\",\"member\":{\"id\":3,\"name\":"
			 "\"Anon\"}}");
	talk_leave(bob);
	talk_expect(ann, "{\"type\":\"left\",\"member\":{\"id\":3,\"name\":"
			 "\"Anon\"}}");
	talk_expect_nothing(ann);
	talk_leave(ann);
	talk_end();
}

/* What is said in one room is not heard in another; a name is what it is after
 * its escapes are undone. */
Test(chat, names_of_rooms)
{
	char long_name[600] = "/chat/";
	struct peer *one, *other;
	char path[400];

	begin();
	one = talk_join("/chat/a%2Fb", false);
	talk_expect_part(one, "\"room\":\"a/b\"");
	other = talk_join("/chat/a/b", false);
	talk_expect_part(other, "\"count\":2");
	talk_leave(other);
	other = talk_join("/chat/", false);
	talk_expect_part(other, "\"room\":\"\"");
	talk_count(one, "");
	talk_say(other, SAY, "hi");
	talk_expect_nothing(one);
	talk_leave(other);
	other = talk_join("/chat/%22%5c%E2%80%AE", false);
	talk_expect_part(other, "\"room\":\"\\\"\\\\\xe2\x80\xae\"");
	talk_leave(other);
	talk_leave(one);
	for (int i = 0; i < 64; i++)
		strcat(long_name, "%EC%95%88");
	cr_expect_eq(talk_ask(long_name), 101);
	cr_expect_eq(talk_ask(strcat(long_name, "a")), 400);
	snprintf(path, sizeof path, "/chat/%064d", 0);
	cr_expect_eq(talk_ask(path), 101);
	snprintf(path, sizeof path, "/chat/%065d", 0);
	cr_expect_eq(talk_ask(path), 400);
	snprintf(path, sizeof path, "/chat/%0300d", 0);
	cr_expect_eq(talk_ask(path), 400);
	cr_expect_eq(talk_ask("/chat/%FF"), 400);
	cr_expect_eq(talk_ask("/chat/%ED%A0%80"), 400);
	cr_expect_eq(talk_ask("/chatter"), 101); /* the inner application's */
	cr_expect_eq(talk_ask("/no"), 403);
	talk_end();
}

static void expect_error(struct peer *p)
{
	talk_expect_part(p, "{\"type\":\"error\",\"why\":\"");
	talk_expect_nothing(p);
}

Test(chat, mistakes_are_answered)
{
	static const char *const mistakes[] = {"", "hi", "[]", "{}", "7",
		"{\"type\":7}", "{\"type\":\"welcome\"}", "{\"type\":\"\"}",
		"{\"payload\":\"hi\"}", "{\"type\":\"new_message\"}",
		"{\"type\":\"new_message\",\"payload\":7}",
		"{\"type\":\"new_message\",\"payload\":\"hi\"",
		"{\"type\":\"new_message\",\"payload\":\"\\ud800\"}",
		"{\"type\":\"nickname\"}",
		"{\"type\":\"nickname\",\"payload\":\"\"}",
		"{\"type\":\"nickname\",\"payload\":\"a\\u0000\"}",
		"{\"type\":\"nickname\",\"payload\":\"a\\nb\"}",
		"{\"type\":\"nickname\",\"payload\":\"\\u007f\"}",
		"{\"type\":\"nickname\",\"payload\":\"\\u0085\"}",
		"{\"type\":\"nickname\",\"payload\":[\"a\"]}",
		"{\"type\":\"offer\"}", "{\"type\":\"offer\",\"to\":1}",
		"{\"type\":\"offer\",\"payload\":1}",
		"{\"type\":\"offer\",\"to\":2,\"payload\":1}",
		"{\"type\":\"ice\",\"to\":4294967297,\"payload\":1}",
		"{\"type\":\"ice\",\"to\":-1,\"payload\":1}",
		"{\"type\":\"ice\",\"to\":\"1\",\"payload\":1}",
		"{\"type\":\"answer\",\"to\":1e0,\"payload\":1}"};
	struct peer *p;

	talk_begin((char *[]){"server", "--chat-rate", "100", NULL});
	p = talk_join("/chat", false);
	talk_hear(p);
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		talk_say(p, "%s", mistakes[i]);
		expect_error(p);
	}
	peer_says_frame(p, 0x82, "hi", 2);
	expect_error(p);
	talk_say(p, SAY, "still here");
	talk_expect_part(p, "still here");
	talk_leave(p);
	talk_end();
}

/* 40 characters of any size; in any script, with markup, in any direction. */
Test(chat, names_of_members)
{
	static const char *const names[] = {"a", "안녕", "<b>&amp;",
		"\xe2\x80\xae"
		"abc",
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98"
		"\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f"
		"\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0"
		"\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98"
		"\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f"
		"\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0"
		"\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98"
		"\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f"
		"\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"};
	struct peer *p;

	begin();
	p = talk_join("/chat", false);
	talk_hear(p);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		talk_say(p, NAME, names[i]);
		talk_expect_part(p, names[i]);
	}
	talk_say(p, "{\"type\":\"nickname\",\"payload\":\"%041d\"}", 0);
	expect_error(p);
	talk_leave(p);
	talk_end();
}

Test(chat, at_most_16_KiB)
{
	static char text[20000];
	struct peer *p;
	int n;

	begin();
	p = talk_join("/chat", false);
	talk_hear(p);
	memset(text, 'x', sizeof text - 1);
	n = 16384 - (int)strlen("{\"type\":\"new_message\",\"payload\":\"\"}");
	talk_say(p, "{\"type\":\"new_message\",\"payload\":\"%.*s\"}", n, text);
	talk_expect_part(p, "xxxxx\",\"at\"");
	talk_say(p, "{\"type\":\"new_message\",\"payload\":\"%.*s\"}", n + 1,
		text);
	expect_error(p);
	talk_leave(p);
	talk_end();
}

/* A burst of 20, and then 10 a second; relays have 100 of their own. */
Test(chat, token_bucket)
{
	struct peer *p, *other;

	begin();
	p = talk_join("/chat", false);
	other = talk_join("/chat", false);
	for (int i = 0; i < 25; i++)
		talk_say(p, SAY, "hi");
	talk_hear(p);
	cr_expect_eq(talk_count(p, "\"error\""), 5);
	cr_expect_eq(talk_count(other, "new_message"), 20);
	for (int i = 0; i < 105; i++)
		talk_say(p, "{\"type\":\"ice\",\"to\":3,\"payload\":null}");
	cr_expect_eq(talk_count(p, "\"error\""), 5);
	cr_expect_eq(talk_count(other, "\"ice\""), 100);
	talk.loop.shared.host.now += 500;
	for (int i = 0; i < 10; i++)
		talk_say(p, SAY, "hi");
	cr_expect_eq(talk_count(p, "\"error\""), 5);
	cr_expect_eq(talk_count(other, "new_message"), 5);
	talk.loop.shared.host.now += 3600000; /* no more than it holds */
	for (int i = 0; i < 25; i++)
		talk_say(p, SAY, "hi");
	cr_expect_eq(talk_count(p, "\"error\""), 5);
	talk_leave(p);
	talk_leave(other);
	talk_end();
}

/* An offer is heard by one member only, in the same room. */
Test(chat, relays)
{
	struct peer *a, *b, *c, *d, *plain;

	begin();
	a = talk_join("/chat", false);
	b = talk_join("/chat", false);
	c = talk_join("/chat", false);
	d = talk_join("/chat/other", false);
	plain = talk_join("/chat", true);
	talk_count(a, ""), talk_count(b, ""), talk_count(c, "");
	talk_say(a, "{\"type\":\"offer\",\"to\":3,\"payload\": {\"sdp\":[1, "
		    "\"\\u00e9\"]} }");
	talk_expect(b, "{\"type\":\"offer\",\"from\":{\"id\":1,\"name\":"
		       "\"Anon\"},\"to\":3,\"payload\":{\"sdp\":[1, "
		       "\"\\u00e9\"]}}");
	talk_say(b, "{\"type\":\"answer\",\"to\":1,\"payload\":null}");
	talk_expect_part(a, "\"answer\"");
	talk_expect_nothing(c);
	talk_hear(d);
	talk_say(a, "{\"type\":\"ice\",\"to\":7,\"payload\":1}");
	talk_expect_part(a, "\"error\"");
	talk_expect_nothing(d);
	talk_say(a, "{\"type\":\"ice\",\"to\":10,\"payload\":1}");
	talk_expect_part(a, "no member of this room with room.v1");
	talk_expect_nothing(plain);
	talk_leave(b);
	talk_count(a, "");
	talk_say(a, "{\"type\":\"ice\",\"to\":3,\"payload\":1}");
	talk_expect_part(a, "\"error\"");
	talk_leave(a), talk_leave(c), talk_leave(d), talk_leave(plain);
	talk_end();
}

/* Says n messages, numbered from `first`, and no bucket is in the way. */
static void say_many(struct peer *p, int first, int n)
{
	for (int i = 0; i < n; i++) {
		talk.loop.shared.host.now += 1000;
		talk_say(p, "{\"type\":\"new_message\",\"payload\":\"m%d.\"}",
			first + i);
	}
}

/* Returns the id of the message in a text. */
static const char *id_of(const char *text)
{
	static char id[64];

	find(text, "\"type\":\"new_message\",\"id\":\"", id);
	return id;
}

/* Who opens this path hears m1 and all that follows, and of no gap. */
static void expect_from_1(const char *path)
{
	struct peer *late = talk_join(path, false);
	const char *heard = talk_hear(late);

	cr_expect(!strstr(heard, "\"m0.\"") && strstr(heard, "\"m1.\"") &&
		  strstr(heard, "\"m59.\""));
	talk_expect_nothing(late);
	talk_leave(late);
}

Test(chat, history_and_after)
{
	struct peer *a, *late;
	char path[100], first[64];
	const char *heard;

	begin();
	a = talk_join("/chat", false);
	talk_hear(a);
	say_many(a, 0, 60);
	snprintf(first, sizeof first, "%s", id_of(talk_hear(a)));
	late = talk_join("/chat", false);
	heard = talk_hear(late);
	cr_expect(!strstr(heard, "\"m9.\"") && strstr(heard, "\"m10.\"") &&
		  strstr(heard, "\"m59.\""));
	talk_expect_nothing(late);
	talk_leave(late);
	snprintf(path, sizeof path, "/chat?x=1&after=%s", first);
	expect_from_1(path);
	snprintf(path, sizeof path, "/chat?after=%%3%c%.*s%%2D%s", *first,
		(int)strcspn(first, "-") - 1, first + 1,
		strchr(first, '-') + 1);
	expect_from_1(path);
	talk_leave(a);
	/* the room is empty, and what was said in it is not gone */
	late = talk_join(path, false);
	cr_expect(strstr(talk_hear(late), "\"m1.\""));
	talk_expect_nothing(late);
	talk_leave(late);
	talk_end();
}

/* Whoever has the id that was the last goes on from there, though nobody has said
 * anything. */
Test(chat, after_the_last)
{
	struct peer *a, *b;
	char path[100], last[64];

	begin();
	a = talk_join("/chat/new", false);
	find(talk_hear(a), "\"last\":\"", last);
	b = talk_join("/chat/new", false);
	talk_leave(a);
	say_many(b, 0, 60);
	snprintf(path, sizeof path, "/chat/new?after=%s", last);
	a = talk_join(path, false);
	talk_expect_part(a, "\"m0.\"");
	talk_expect_nothing(a);
	talk_leave(a);
	talk_leave(b);
	a = talk_join(path, true);
	cr_expect_eq(talk_count(a, "Anon: m"), 60);
	talk_leave(a);
	talk_end();
}

/* Does what is due. Returns false when nothing was. */
static bool tick(void)
{
	bool done = after_run();

	loop_serve_pending(&talk.loop);
	return done;
}

static size_t times(const char *heard, const char *text)
{
	size_t n = 0;

	for (; (heard = strstr(heard, text)); heard++)
		n++;
	return n;
}

/* Takes all that it has heard, and returns how many messages with this in them those
 * are, in a welcome, too. */
static size_t messages(struct peer *p, const char *text)
{
	const char *heard;
	size_t n = 0;

	while (*(heard = talk_hear(p)))
		n += times(heard, text);
	return n;
}

/* One comes back to a room in which 40 large texts were said meanwhile; *a has heard
 * them. */
static struct peer *come_late(struct peer **a, bool is_plain)
{
	static char text[16001];
	char path[100], last[64];

	begin();
	memset(text, 'x', 16000);
	*a = talk_join("/chat", false);
	find(talk_hear(*a), "\"last\":\"", last);
	for (int i = 0; i < 40; i++) {
		talk.loop.shared.host.now += 1000;
		talk_say(*a, SAY, text);
	}
	cr_expect_eq(messages(*a, "xx\""), 40);
	snprintf(path, sizeof path, "/chat?after=%s", last);
	return talk_join(path, is_plain);
}

/* What is more than a welcome should hold follows it piece by piece, in order. What
 * is said meanwhile comes behind it; all else is told at once. */
Test(chat, a_long_absence)
{
	struct peer *a, *late = come_late(&a, false);
	char path[100], last[64];
	const char *heard = talk_hear(late);
	size_t first = times(heard, "xx\""), n = first;

	cr_expect_lt(strlen(heard), 100000);
	find(heard, "\"last\":\"", last);
	talk_say(a, SAY, "meanwhile");
	talk_say(a, NAME, "Ann");
	talk_expect_part(late, "renamed");
	talk_expect_nothing(late);
	for (int i = 0; i < 4; i++) {
		cr_expect(tick());
		cr_expect_lt(late->got.len, 150000);
		for (; n < 40 && *talk_hear(late); n++)
			;
	}
	talk_expect_part(late, "meanwhile");
	cr_expect(!tick());
	talk_say(a, SAY, "at last");
	talk_expect_part(late, "at last");
	talk_leave(late);
	/* lost before it has heard those, it asks for what follows `last` */
	snprintf(path, sizeof path, "/chat?after=%s", last);
	late = talk_join(path, false);
	for (n = messages(late, "xx\""); tick();)
		n += messages(late, "xx\"");
	cr_expect_eq(n, 40 - first);
	talk_leave(late);
	talk_leave(a);
	talk_end();
}

/* Who does not read meanwhile is told no more, and keeps nobody waiting. */
Test(chat, a_long_absence_of_a_slow_reader)
{
	struct peer *a, *late = come_late(&a, true);
	size_t n = messages(late, "Anon: xx");

	cr_expect_eq(n, 9);
	late->bite = 0;
	for (int i = 0; i < 5; i++)
		cr_expect(tick());
	cr_expect_lt(talk.loop.shared.host.held, 200000);
	talk_say(a, SAY, "meanwhile");
	cr_expect_eq(messages(a, "meanwhile"), 1);
	late->bite = SIZE_MAX;
	loop_drain(late);
	for (n += messages(late, "Anon: xx"); n < 40 && tick();)
		n += messages(late, "Anon: xx");
	cr_expect_eq(n, 40);
	talk_leave(late);
	talk_leave(a);
	talk_end();
}

/* One that leaves stands in no line any more; without memory for a timer, those who
 * do are closed. */
Test(chat, a_long_absence_that_does_not_end)
{
	struct peer *a, *late = come_late(&a, false);

	talk_leave(late);
	cr_expect(tick());
	after_fails = true;
	late = talk_join("/chat?after=1-0", true);
	cr_expect_eq(late->closed, 0);
	cr_expect_eq(late->conn.ws.state, WS_CLOSING);
	after_fails = false;
	talk_leave(late);
	talk_leave(a);
	talk_end();
}

Test(chat, gaps_are_told)
{
	static const struct {
		const char *sent, *from;
	} ids[] = {{"1-0", "1-0"}, {"1732-0", "1732-0"}, {"", ""}, {"x", "x"},
		{"1", "1"}, {"-", "-"},
		{"99999999999999-0", "99999999999999-0"}, {"1-0-0", "1-0-0"},
		{"%31-0", "1-0"}, {"1732%2d0", "1732-0"},
		{"%3Cb%3E%22%00", "<b>\\\"\\u0000"}, {"%2", "%2"},
		{"%FF", "%FF"}, {"%ED%A0%80", "%ED%A0%80"},
		{"%31234567890123456789012345678901234567890",
			"1234567890123456789012345678901234567890"},
		{"%31234567890123456789012345678901234567890123",
			"%31234567890123456789012345678901234567890123"}};
	struct peer *a;
	char path[100], text[100];

	begin();
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		snprintf(path, sizeof path, "/chat?after=%s", ids[i].sent);
		a = talk_join(path, false);
		talk_expect_part(a, "\"welcome\"");
		snprintf(text, sizeof text,
			"{\"type\":\"gap\",\"from\":\"%s\"}", ids[i].from);
		talk_expect(a, text);
		talk_expect_nothing(a);
		talk_leave(a);
	}
	talk_end();
}

Test(chat, the_largest_rooms)
{
	struct peer *all[130];
	char path[32];
	const char *heard;
	size_t n = 0;

	begin();
	for (int i = 0; i < 120; i++) {
		snprintf(path, sizeof path, "/chat/r%d", i);
		all[i] = talk_join(path, true);
	}
	for (int i = 120; i < 130; i++)
		all[i] = talk_join(i < 127 ? "/chat/r110" : "/chat/r5", false);
	talk_count(all[129], "");
	talk_say(all[129], "{\"type\":\"rooms\"}");
	heard = talk_hear(all[129]);
	cr_expect(strstr(heard, "{\"type\":\"rooms\",\"rooms\":[{\"name\":"
				"\"r110\",\"count\":8},{\"name\":\"r5\","
				"\"count\":4},{") == heard);
	for (const char *at = heard; (at = strstr(at, "\"name\":")); at++)
		n++;
	cr_expect_eq(n, 100);
	for (int i = 0; i < 129; i++)
		talk_leave(all[i]);
	talk_count(all[129], "");
	talk_say(all[129], "{\"type\":\"rooms\"}");
	talk_expect(all[129], "{\"type\":\"rooms\",\"rooms\":[{\"name\":\"r5\","
			      "\"count\":1}]}");
	talk_leave(all[129]);
	talk_end();
}

/* A member that does not read is dropped, and the others hear all. It comes back
 * with the last id that it has heard, and hears the rest, each message once. */
Test(chat, a_slow_reader)
{
	static char text[16001];
	struct peer *a, *slow;
	char path[100], last[64] = "";
	const char *heard;
	size_t n = 0, before = 0;

	begin();
	memset(text, 'x', 16000);
	a = talk_join("/chat", false);
	slow = talk_join("/chat", false);
	talk_count(a, "");
	talk_hear(slow);
	for (int i = 0; i < 110; i++) {
		talk.loop.shared.host.now += 1000;
		if (i == 10)
			slow->bite = 0;
		talk_say(a, SAY, text);
		n += talk_count(a, "new_message");
	}
	cr_expect_eq(n, 110);
	cr_expect_eq(slow->conn.state, CONN_OVER);
	while (*(heard = talk_hear(slow))) {
		snprintf(last, sizeof last, "%s", id_of(heard));
		before++;
	}
	cr_expect_geq(before, 10);
	talk_leave(slow);
	talk_say(a, "{\"type\":\"rooms\"}");
	talk_expect_part(a, "\"count\":1");
	snprintf(path, sizeof path, "/chat?after=%s", last);
	slow = talk_join(path, false);
	for (n = messages(slow, "\"new_message\""); tick();)
		n += messages(slow, "\"new_message\"");
	cr_expect_eq(before + n, 110);
	talk_leave(slow);
	talk_leave(a);
	talk_end();
}
