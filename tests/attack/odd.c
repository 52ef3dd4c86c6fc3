/* odd.c - attacks on what surrounds the server: its log, its descriptors. */
#include "tests/attack/attack.h"

#include "utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const nasty[] = {
	"\nConnected to Browser \xE2\x9C\x85 #1 forged",
	"\r\nListening on ws://localhost:1",
	"\x1B[2J\x1B]0;title\x07\x1B[31mred",
	"\x08\x08\x08\x7F\x00",
	"%s%n%n%n%x",
	"\xC2\x9B\x33\x31m C1 \xC2\x85 next line",
	"\\n \\x0a \\",
};

#define NASTY (sizeof nasty / sizeof *nasty)

/* Puts a peer's own words wherever they may get into the log: Origin, path,
 * messages, the reason of a Close. */
static void begin_nasty(struct hostile *h)
{
	static const char *const heads[] = {
		"GET /%0aforged%1b[31m HTTP/1.1\r\n",
		"GET /x HTTP/1.1\r\nOrigin: \x9B\x31m\xFF\xC2\x85\r\n",
		"GET /x HTTP/1.1\r\nOrigin: \x1B[31m\r\n",
		"GET /\n HTTP/1.1\r\n",
	};

	hostile_send_text(h, heads[h->number % 4]);
	hostile_send_text(h, "Host: localhost\r\n"
			     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
			     "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
}

static void say_nasty(struct hostile *h)
{
	char reason[125] = "\x03\xE8";
	const char *text = nasty[h->step++ % NASTY];

	hostile_frame(h, 0x81, text, strlen(text));
	if (h->step % 16 || h->fd < 0)
		return;
	strcpy(reason + 2, nasty[(h->number + h->step / 16) % NASTY]);
	hostile_frame(h, 0x88, reason, 2 + strlen(reason + 2));
	hostile_close(h);
	hostile_connect(h);
	begin_nasty(h);
}

/* Is this a line that the server may write, and is everything in it allowed? */
static bool is_good(const char *line, size_t len)
{
	static const char *const begins[] = {"Listening on ", "Up to ",
		"Landlock: ", "No Landlock ", "Connected to Browser ",
		"Just got this : ", "Disconnected from the Browser ",
		"Refused ", "Answered ", "("};
	bool begins_well = false;

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		begins_well |= !strncmp(line, begins[i], strlen(begins[i]));
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7F ||
			(line[i] == '\xC2' &&
				(unsigned char)line[i + 1] < 0xA0))
			return false;
	return begins_well && utf8_is_valid(line, len);
}

static const char *check_log(struct victim *v, char *note, size_t size)
{
	static char text[64 << 20], why[200];
	size_t len = 0, n, lines = 0;
	char *line = text, *end;

	while ((n = victim_log(v, text + len, sizeof text - len)))
		len += n;
	for (; (end = strchr(line, '\n')); line = end + 1, lines++) {
		*end = 0;
		/* a forged line that equals a true one */
		if (!is_good(line, (size_t)(end - line)) ||
			strstr(line, "ws://localhost:1") == line + 13) {
			snprintf(why, sizeof why, "in the log: %.150s", line);
			return why;
		}
	}
	snprintf(note, size, "%zu lines", lines);
	return lines > 10 ? NULL : "there is no log";
}

static void begin_talking(struct hostile *h)
{
	hostile_upgrade(h, "/");
}

static void talk(struct hostile *h)
{
	char text[120];

	memset(text, 'x', sizeof text);
	hostile_frame(h, 0x81, text, sizeof text);
}

/* Says something in a room, as its member. */
static void begin_member(struct hostile *h)
{
	hostile_upgrade(h, "/chat/%1b%5b31m%0aforged");
	h->step = (uint32_t)h->sent;
}

/* Names and messages with markup, that turn round what follows, or that a terminal
 * would obey. */
static void say_markup(struct hostile *h)
{
	static const char *const texts[] = {"<img src=x onerror=alert(1)>",
		"</script><script>alert(1)</script>",
		"\xE2\x80\xAE"
		"drawkcab",
		"\\u001b[2J\\u0007", "\\u202e\\u0000", "%s%n"};
	const char *what = texts[h->step % (sizeof texts / sizeof *texts)];
	char text[126];

	snprintf(text, sizeof text, "{\"type\":\"%s\",\"payload\":\"%s\"}",
		h->step++ % 2 ? "nickname" : "new_message", what);
	hostile_frame(h, 0x81, text, strlen(text));
}

/* JSON that is as deep, or as long to read, as it may be. */
static void say_bomb(struct hostile *h)
{
	static const char *const parts[] = {
		"[", "{\"a\":", "\"\\ud800\\udc00", "[[],[],", "9", "\"\\"};
	static char bombs[6][8 + 16000];
	char *bomb = bombs[h->number % 6];
	const char *part = parts[h->number % 6];

	memcpy(bomb, "\x81\xFE\x3E\x80\0\0\0\0", 8); /* 16,000 bytes */
	for (size_t i = 0; i < 16000; i++)
		bomb[8 + i] = part[i % strlen(part)];
	hostile_flood(h, bomb, 8 + 16000, h->step);
}

/* Each time another room. */
static void change_room(struct hostile *h)
{
	uint32_t next = h->step + 1;
	char path[64];

	snprintf(path, sizeof path, "/chat/%u-%u?after=1-0", h->number, next);
	hostile_close(h);
	hostile_connect(h);
	hostile_upgrade(h, path);
	hostile_frame(h, 0x81, "{\"type\":\"rooms\"}", 16);
	h->step = next;
}

/* The pipe is read at last, and must tell what is missing. */
static const char *check_muted(struct victim *v, char *note, size_t size)
{
	static char text[1 << 20];
	char *dropped = NULL;
	size_t len = 0;

	for (int i = 0; i < 100 && !dropped; i++) {
		len += victim_log(v, text + len, sizeof text - len);
		dropped = strstr(text, " lines dropped");
		usleep(10000);
	}
	if (!dropped)
		return "the log does not say that lines were dropped";
	while (dropped > text && dropped[-1] != '(')
		dropped--;
	snprintf(note, size, "%d lines dropped", atoi(dropped));
	return NULL;
}

/* Clients that are turned away come again. The figures are for the peers of all
 * processes. */
static uint32_t with_503, without;

static void come_again(struct hostile *h)
{
	char answer[13] = "";

	hostile_read(h, answer, sizeof answer);
	with_503 += !memcmp(answer, "HTTP/1.1 503 ", 13);
	if (h->fd >= 0 && *answer && answer[9] != '5')
		return;
	if (h->fd >= 0 && !*answer)
		return;
	without += !*answer;
	hostile_close(h);
	hostile_connect(h);
}

static void want_socket(struct hostile *h)
{
	come_again(h);
	if (h->fd >= 0 && !h->sent)
		hostile_upgrade(h, "/echo");
}

static void want_file(struct hostile *h)
{
	come_again(h);
	if (h->fd >= 0 && !h->sent)
		hostile_send_text(
			h, "GET /public/large HTTP/1.1\r\nHost: x\r\n\r\n");
}

static const char *check_turned_away(struct victim *v, char *note, size_t size)
{
	(void)v;
	snprintf(note, size, "%u x 503, %u x closed", with_503, without);
	return with_503 + without ? NULL : "nobody was turned away";
}

static void begin_nothing(struct hostile *h)
{
	(void)h;
}

const struct attack attack_odd[] = {
	{.name = "log injection",
		.begin = begin_nasty,
		.act = say_nasty,
		.turn_ms = 20,
		.kib = 4,
		.check = check_log},
	{.name = "markup in rooms",
		.begin = begin_member,
		.act = say_markup,
		.turn_ms = 20,
		.kib = 600,
		.check = check_log},
	{.name = "JSON bombs",
		.begin = begin_member,
		.act = say_bomb,
		.kib = 200},
	{.name = "10,000 rooms, one after the other",
		.begin = begin_member,
		.act = change_room,
		.turn_ms = 5,
		.kib = 4},
	{.name = "blocked stdout",
		.begin = begin_talking,
		.act = talk,
		.turn_ms = 20,
		.kib = 4,
		.muted = true,
		.check = check_muted},
	{.name = "more clients than descriptors",
		.begin = begin_nothing,
		.act = want_socket,
		.turn_ms = 100,
		.kib = 4,
		.refusing = true,
		.files = 64,
		.check = check_turned_away},
	{.name = "a file and no descriptor for it",
		.begin = begin_nothing,
		.act = want_file,
		.turn_ms = 100,
		.kib = 4,
		.narrow = true,
		.refusing = true,
		.files = 64,
		.check = check_turned_away},
	{.name = NULL},
};
