/* waiting.c - attacks that wait: with little effort, a peer tries to make the
 * server hold something for long. Each of them meets a deadline. */
#include "tests/attack/attack.h"

#include <string.h>

#define LARGE "GET /public/large HTTP/1.1\r\nHost: x\r\n\r\n"

static void begin_nothing(struct hostile *h)
{
	(void)h;
}

/* Sends the head of a request, a byte at a time. */
static void send_byte_of_head(struct hostile *h)
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\nX: ";

	hostile_send(h, h->step < sizeof head - 1 ? &head[h->step] : "a", 1);
	h->step++;
}

/* Sends almost as much of a head as is accepted at once, and the rest as
 * before. */
static void begin_long_head(struct hostile *h)
{
	char field[1000];

	memset(field, 'a', sizeof field);
	memcpy(field, "X: ", 3);
	memcpy(field + sizeof field - 2, "\r\n", 2);
	hostile_send_text(h, "GET / HTTP/1.1\r\nHost: x\r\n");
	for (int i = 0; i < 15; i++)
		hostile_send(h, field, sizeof field);
	h->step = UINT32_MAX / 2;
}

static void begin_body(struct hostile *h)
{
	hostile_send_text(h, "POST / HTTP/1.1\r\nHost: x\r\n");
	hostile_send_text(h, h->number % 2
				     ? "Content-Length: 1000000\r\n\r\n"
				     : "Transfer-Encoding: chunked\r\n\r\n");
}

static void send_byte_of_body(struct hostile *h)
{
	hostile_send_text(h, h->number % 2 ? "x" : "1\r\nx\r\n");
}

static void begin_download(struct hostile *h)
{
	hostile_send_text(h, LARGE);
}

static void read_byte(struct hostile *h)
{
	char byte;

	hostile_read(h, &byte, 1);
}

/* 14 bytes every 20 ms are 700 a second. */
static void read_little(struct hostile *h)
{
	char bytes[14];

	hostile_read(h, bytes, sizeof bytes);
}

/* 256 KiB a second: slow, but steady. */
static void read_steadily(struct hostile *h)
{
	static char data[256 * 1024 / 20];

	hostile_read(h, data, sizeof data);
}

/* One peer connects in each turn, so that deadlines end one by one. */
static void take_turns(struct hostile *h)
{
	static uint32_t turns, wanted;

	if (h->number == 0)
		wanted = turns++;
	if (h->fd < 0 && h->number == wanted)
		hostile_connect(h);
}

static void begin_later(struct hostile *h)
{
	hostile_close(h);
}

/* The head of a frame of 16 MiB, the most that is accepted. */
static void begin_announced(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	hostile_send(h, "\x82\xFF\0\0\0\0\x01\0\0\0keys", 14);
}

static void send_byte_of_message(struct hostile *h)
{
	hostile_send(h, "x", 1);
}

/* Announces 256 KiB, and sends all of it except the last byte. */
#define MESSAGE 0x40000

static void begin_message(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	hostile_send(h, "\x82\xFF\0\0\0\0\0\x04\0\0keys", 14);
	h->step = (uint32_t)h->sent;
}

static void send_message(struct hostile *h)
{
	static char zeros[MESSAGE];
	size_t done = h->sent - h->step;

	if (done < MESSAGE - 1)
		hostile_send(h, zeros, MESSAGE - 1 - done);
}

static void begin_socket(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
}

/* The handshake, or the beginning of the file, still arrives. */
static void vanish(struct hostile *h)
{
	if (h->step++ == 1)
		hostile_vanish(h);
}

/* These bytes are refused with a Close: RFC 6455 5.1. */
static void begin_refused(struct hostile *h)
{
	hostile_upgrade(h, "/echo");
	hostile_send(h, "\x81\x05Hello", 7);
}

/* The lengths where a signed, an unsigned or a 32-bit number overflows. */
static void begin_huge(struct hostile *h)
{
	static const struct {
		const char *bytes;
		size_t len;
	} huge[] = {
		{"\x82\xFF\x80\0\0\0\0\0\0\0keys", 14},
		{"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFkeys", 14},
		{"\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFkeys", 14},
		{"\x82\xFF\0\0\0\x01\0\0\0\0keys", 14},
		{"\x82\xFF\0\0\0\0\xFF\xFF\xFF\xFFkeys", 14},
	};
	static const char *const heads[] = {
		"POST / HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 9223372036854775808\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 18446744073709551616\r\n\r\n",
		"GET /public/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		"Range: bytes=9223372036854775807-18446744073709551616\r\n\r\n",
	};
	uint32_t kind = h->number % 8;

	if (kind < 5) {
		hostile_upgrade(h, "/echo");
		hostile_send(h, huge[kind].bytes, huge[kind].len);
	} else {
		hostile_send_text(h, heads[kind - 5]);
	}
}

static const char *const soon_idle[] = {"--idle-timeout", "0.4", NULL};
static const char *const long_timeout[] = {"--send-timeout", "20", NULL};
static const char *const small_messages[] = {"--max-message", "256K", NULL};

const struct attack attack_waiting[] = {
	{.name = "idle connects",
		.begin = begin_nothing,
		.turn_ms = 50,
		.gone = 1,
		.kib = 1,
		.idle = true},
	{.name = "idle WebSockets",
		.begin = begin_socket,
		.turn_ms = 50,
		.kib = 1,
		.idle = true,
		.patient = true},
	{.name = "idle connects, one by one",
		.begin = begin_later,
		.act = take_turns,
		.turn_ms = 8,
		.kib = 1,
		.options = soon_idle},
	{.name = "slow head",
		.begin = begin_nothing,
		.act = send_byte_of_head,
		.turn_ms = 50,
		.gone = 1,
		.kib = 2},
	{.name = "slow head of 15 KiB",
		.begin = begin_long_head,
		.act = send_byte_of_head,
		.turn_ms = 50,
		.gone = 1,
		.kib = 32},
	{.name = "slow body",
		.begin = begin_body,
		.act = send_byte_of_body,
		.turn_ms = 50,
		.gone = 0.5,
		.kib = 2},
	{.name = "download, not read",
		.begin = begin_download,
		.turn_ms = 50,
		.gone = 1,
		.kib = 2,
		.narrow = true},
	{.name = "download, a byte now and then",
		.begin = begin_download,
		.act = read_byte,
		.turn_ms = 100,
		.gone = 1,
		.kib = 2,
		.narrow = true},
	{.name = "download of 700 bytes a second",
		.begin = begin_download,
		.act = read_little,
		.turn_ms = 20,
		.gone = 17, /* a minute, and until the next look */
		.kib = 2,
		.lasting = true,
		.narrow = true,
		.options = long_timeout},
	{.name = "download of 256 KiB a second",
		.begin = begin_download,
		.act = read_steadily,
		.turn_ms = 50,
		.kib = 2,
		.patient = true},
	{.name = "16 MiB announced, not sent",
		.begin = begin_announced,
		.turn_ms = 50,
		.gone = 1,
		.pinged = true,
		.kib = 2},
	{.name = "16 MiB announced, a byte now and then",
		.begin = begin_announced,
		.act = send_byte_of_message,
		.turn_ms = 50,
		.kib = 2},
	{.name = "256 KiB sent but for a byte",
		.begin = begin_message,
		.act = send_message,
		.turn_ms = 50,
		.gone = 1.5,
		.pinged = true,
		.kib = 400,
		.options = small_messages},
	{.name = "half-open WebSocket",
		.begin = begin_socket,
		.act = vanish,
		.turn_ms = 50,
		.gone = 1,
		.pinged = true,
		.kib = 2},
	{.name = "half-open download",
		.begin = begin_download,
		.act = vanish,
		.turn_ms = 20,
		.gone = 1,
		.kib = 2},
	{.name = "Close never answered",
		.begin = begin_refused,
		.turn_ms = 50,
		.gone = 0.5,
		.kib = 2},
	{.name = "lengths of 2^32 to 2^64",
		.begin = begin_huge,
		.turn_ms = 50,
		.gone = 0.5,
		.kib = 2},
	{.name = NULL},
};
