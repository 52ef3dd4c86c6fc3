/* flooding.c - attacks by quantity: as much as the kernel takes, as often as
 * possible, often without reading the answers. */
#include "tests/attack/attack.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE 60000
#define PLAYED (10 + 400 * 23)

static void begin_socket(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	h->step = (uint32_t)h->sent;
}

/* A Ping has to be answered with its payload: RFC 6455 5.5.2. */
static void ping(struct hostile *h)
{
	static const char frame[6 + 125] = "\x89\xFDkeys";

	hostile_flood(h, frame, sizeof frame, h->step);
}

static void send_message(struct hostile *h)
{
	static const char frame[8 + MESSAGE] = "\x82\xFE\xEA\x60keys";

	hostile_flood(h, frame, sizeof frame, h->step);
}

/* RFC 6455 5.4: one message whose frames have no payload, and never end it. */
static void begin_fragments(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	hostile_send(h, "\x01\x80keys", 6);
	h->step = (uint32_t)h->sent;
}

static uint64_t fragments; /* of all peers */

static void send_fragment(struct hostile *h)
{
	uint64_t before = h->sent;

	hostile_flood(h, "\x00\x80keys", 6, h->step);
	fragments += (h->sent - before) / 6;
}

static const char *check_fragments(struct victim *v, char *note, size_t size)
{
	(void)v;
	snprintf(note, size, "%.0f million", (double)fragments / 1e6);
	return fragments >= 1000000 ? NULL : "there were too few";
}

static void send_byte_of_message(struct hostile *h)
{
	hostile_flood(h, "\x00\x81keysk", 7, h->step);
	if (h->fd < 0) { /* 1009: the message was too long */
		hostile_connect(h);
		begin_fragments(h);
	}
}

/* A page that watches and replays the same bytes again and again: each time a
 * whole connection in memory is explained to its last bit. */
static void begin_watching(struct hostile *h)
{
	hostile_send_text(h, "GET /trace?page=a HTTP/1.1\r\n"
			     "Host: localhost\r\nOrigin: http://localhost\r\n"
			     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
			     "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	h->step = (uint32_t)h->sent;
}

static void play_and_read(struct hostile *h)
{
	static const char head[] = "\x81\xFE\x23\xFA\0\0\0\0play /echo";
	static const char hello[] = "\n818537fa213d7f9f4d5158";
	static char command[8 + PLAYED], answer[65536];

	if (!*command) {
		memcpy(command, head, 18);
		for (size_t i = 18; i < sizeof command; i += 23)
			memcpy(command + i, hello, 23);
	}
	hostile_flood(h, command, sizeof command, h->step);
	while (hostile_read(h, answer, sizeof answer) == sizeof answer)
		;
}

static void begin_nothing(struct hostile *h)
{
	(void)h;
}

static void ask(struct hostile *h)
{
	static const char request[] = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";

	hostile_flood(h, request, sizeof request - 1, 0);
}

static void ask_and_read(struct hostile *h)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	static char answer[65536];

	hostile_flood(h, request, sizeof request - 1, 0);
	while (hostile_read(h, answer, sizeof answer) == sizeof answer)
		;
	if (h->fd < 0) /* the limit of answers on one connection is reached */
		hostile_connect(h);
}

static void come_and_go(struct hostile *h)
{
	(h->number % 4 ? hostile_reset : hostile_close)(h);
	hostile_connect(h);
}

static void greet_and_go(struct hostile *h)
{
	come_and_go(h);
	hostile_upgrade(h, "/");
}

/* Cuts off a conversation, one byte later each time. */
static void reset_in_the_middle(struct hostile *h)
{
	static const char text[] =
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
		"GET /public/large HTTP/1.1\r\nHost: x\r\nRange: "
		"bytes=0-9\r\n\r\n"
		"GET /echo HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		"\x01\x85keysHello\x89\x82keysHi\x80\x83keysabc"
		"\x82\xFE\x00\x7Ekeys--------------------------------"
		"-----------------------------------------------"
		"-----------------------------------------------"
		"\x88\x80keys"
		"and more";
	uint32_t cut = (h->number + h->step) % sizeof text;
	uint32_t next = h->step + 1;

	hostile_send(h, text, cut);
	hostile_reset(h);
	hostile_connect(h);
	h->step = next;
}

/* Reads the beginning of a large file, or does not. */
static void reset_download(struct hostile *h)
{
	static char data[65536];

	hostile_send_text(h, "GET /public/large HTTP/1.1\r\nHost: x\r\n\r\n");
	if (h->number % 2)
		hostile_read(h, data, sizeof data);
	hostile_reset(h);
	hostile_connect(h);
}

static const char *const many_requests[] = {"--max-requests", "65535", NULL};
static const char *const small_messages[] = {"--max-message", "64K", NULL};

/* A flood is read fast at first, so the kernel lets more of it wait in the
 * window of that connection once it is not read any more. */
#define WINDOW_KIB 512

const struct attack attack_flooding[] = {
	{.name = "Pings, Pongs not read",
		.begin = begin_socket,
		.act = ping,
		.gone = 1,
		.fills = true,
		.kib = 600,
		.queued = WINDOW_KIB,
		.narrow = true},
	{.name = "echo of 60 kB, not read",
		.begin = begin_socket,
		.act = send_message,
		.gone = 1,
		.fills = true,
		.kib = 600,
		.queued = WINDOW_KIB,
		.narrow = true},
	{.name = "empty fragments",
		.begin = begin_fragments,
		.act = send_fragment,
		.kib = 8,
		.check = check_fragments},
	{.name = "fragments of a byte",
		.begin = begin_fragments,
		.act = send_byte_of_message,
		.kib = 200,
		.options = small_messages},
	{.name = "plays on /trace, read",
		.begin = begin_watching,
		.act = play_and_read,
		.kib = 200},
	{.name = "pipelined, not read",
		.begin = begin_nothing,
		.act = ask,
		.gone = 1,
		.fills = true,
		.kib = 600,
		.queued = WINDOW_KIB,
		.narrow = true,
		.options = many_requests},
	{.name = "pipelined, read",
		.begin = begin_nothing,
		.act = ask_and_read,
		.kib = 600,
		.queued = 1024}, /* a reader is given as much as it likes */
	{.name = "connect and leave",
		.begin = begin_nothing,
		.act = come_and_go,
		.turn_ms = 5,
		.kib = 4},
	{.name = "WebSocket and leave",
		.begin = begin_nothing,
		.act = greet_and_go,
		.turn_ms = 5,
		.kib = 4},
	{.name = "reset in the middle of everything",
		.begin = begin_nothing,
		.act = reset_in_the_middle,
		.turn_ms = 5,
		.kib = 4},
	{.name = "reset of a download",
		.begin = begin_nothing,
		.act = reset_download,
		.turn_ms = 5,
		.kib = 4},
	{.name = NULL},
};
