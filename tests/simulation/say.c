/* say.c - what peers say. */
#include "tests/simulation/say.h"

#include "tests/simulation/handlers.h"
#include "tests/simulation/real.h"

#include <string.h>

#define SAID_MAX (1u << 20)
#define MESSAGE_MAX 65536 /* as the server is told */

static void add(struct stream *s, const void *data, size_t len)
{
	s->said = __real_realloc(s->said, s->said_len + len + 1);
	memcpy(s->said + s->said_len, data, len);
	s->said_len += len;
}

static void add_text(struct stream *s, const char *text)
{
	add(s, text, strlen(text));
}

/* What cannot be followed by more. */
static void add_last(struct stream *s, const void *data, size_t len)
{
	add(s, data, len);
	s->is_mute = s->heard.is_wild = true;
}

static void request(
	struct stream *s, const char *line, unsigned status, const char *fields)
{
	add_text(s, line);
	add_text(s, " HTTP/1.1\r\nHost: localhost:3000\r\n");
	add_text(s, fields);
	add_text(s, "\r\n");
	notes_add(&s->heard.requests, (struct note){.end = s->said_len,
					      .status = (uint16_t)status,
					      .head_only = *line == 'H'});
}

static void upgrade(struct stream *s, const char *line, unsigned status)
{
	request(s, line, status,
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Origin: http://localhost:3000\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	s->speaks_frames = status == 101;
	s->is_page = kernel.has_pages && strstr(line, "/trace");
}

static void say_garbage(struct stream *s)
{
	unsigned char garbage[40];

	for (size_t i = 0; i < sizeof garbage; i++)
		garbage[i] = (unsigned char)kernel_random(256);
	if (!s->speaks_frames)
		garbage[0] = 1;
	add_last(s, garbage, sizeof garbage);
}

static void say_http(struct stream *s, unsigned what)
{
	static const struct {
		const char *line;
		unsigned status;
	} lines[] = {{"GET /", 200}, {"GET /file", 200}, {"HEAD /file", 200},
		{"GET /long", 200}, {"GET /none", 404}};
	static const char *const upgrades[] = {"GET /hello", "GET /echo",
		"GET /hello?page=p", "GET /echo?page=p", "GET /trace?page=p",
		"GET /chat"};
	unsigned kind = what % 16;

	if (kind < 5)
		request(s, lines[kind].line, lines[kind].status,
			what & 64 ? "Connection: close\r\n" : "");
	else if (kind < 11)
		upgrade(s, upgrades[kind - 5], 101);
	else if (kind == 11)
		upgrade(s, "GET /no", 403);
	else if (kind == 12)
		add_last(s, "GET / HTTP/1.1\r\nHo", 18);
	else if (kind == 13)
		say_garbage(s);
	else
		for (int i = 0; i < (kind == 14 ? 17 : 3); i++)
			request(s, "GET /", 200, "");
}

static void frame_head(struct stream *s, unsigned first, uint64_t len)
{
	unsigned char head[10] = {(unsigned char)first};
	size_t more = len < 126 ? 0 : len < 65536 ? 2 : 8;

	head[1] = (unsigned char)(0x80 | (more == 0          ? len
						 : more == 2 ? 126u
							     : 127u));
	for (size_t i = 0; i < more; i++)
		head[2 + i] = (unsigned char)(len >> 8 * (more - 1 - i));
	add(s, head, 2 + more);
}

static void frame(
	struct stream *s, unsigned first, const void *data, size_t len)
{
	unsigned char key[4];

	frame_head(s, first, len);
	for (int i = 0; i < 4; i++)
		key[i] = (unsigned char)kernel_random(256);
	add(s, key, sizeof key);
	add(s, data, len);
	for (size_t i = 0; i < len; i++)
		s->said[s->said_len - len + i] ^= key[i % 4];
}

static void ping(struct stream *s)
{
	uint32_t number = kernel_random(UINT32_MAX);
	uint32_t len = kernel_random(sizeof number + 1);

	notes_add(&s->heard.pings,
		(struct note){.len = len,
			.hash = note_hash(NOTE_HASH, &number, len)});
	frame(s, 0x89, &number, len);
}

/* In so many frames, with Pings between them. */
static void message(struct stream *s, const unsigned char *data, size_t len,
	unsigned opcode, size_t frames, bool pings)
{
	size_t at = 0;

	for (size_t i = 0; i < frames; i++) {
		bool fin = i + 1 == frames;
		size_t n = fin ? len - at : kernel_random((uint32_t)(len - at));

		frame(s, (fin ? 0x80 : 0) | (i ? 0 : opcode), data + at, n);
		at += n;
		if (pings && !fin)
			ping(s);
	}
	if (!s->is_page)
		notes_add(&s->heard.messages,
			(struct note){.opcode = (uint8_t)opcode,
				.len = (uint32_t)len,
				.hash = note_hash(NOTE_HASH, data, len),
				.end = s->said_len});
}

static void say_message(
	struct stream *s, char letter, size_t len, size_t frames, bool pings)
{
	static unsigned char data[MESSAGE_MAX];
	unsigned opcode = 1 + kernel_random(2);

	for (size_t i = 0; i < len; i++)
		data[i] = (unsigned char)(opcode == 1 ? ' ' + i * 7 % 95
						      : i * 31);
	if (len)
		data[0] = (unsigned char)letter;
	/* characters of two bytes, that a frame may cut */
	for (size_t i = 1; i + 1 < len && i < 9; i += 2)
		memcpy(data + i, "\xC3\xA9", 2);
	message(s, data, len, opcode, frames, pings);
}

static char letter(void)
{
	return HANDLERS_LETTERS[kernel_byte() % (sizeof HANDLERS_LETTERS - 1)];
}

/* The same again and again: what is answered by more than is said. */
static void say_often(struct stream *s)
{
	char same = letter();
	size_t len = kernel_random(2) ? 20 : 30000;

	for (int i = 0; i < 10; i++)
		say_message(s, same, len, 1, false);
}

static void say_command(struct stream *s)
{
	static const char *const commands[] = {"ping", "exercises",
		"play /echo 818537fa213d7f9f4d5158", "play /hello 8180", "?",
		"play /echo 888000000000", "play / 01", "exercise 3 81"};
	const char *text = commands[kernel_byte() % 8];

	message(s, (const unsigned char *)text, strlen(text), 1, 1, false);
}

/* What RFC 6455 forbids. */
static void say_wrong(struct stream *s)
{
	static const struct {
		unsigned first;
		size_t len;
		const char *data;
	} wrong[] = {{0x83, 1, "x"}, {0xC1, 1, "x"}, {0x09, 1, "x"},
		{0x81, 2, "\xC3\x28"}, {0x88, 1, "x"}, {0x80, 1, "x"},
		{0x88, 2, "\x03\xED"}};
	unsigned i = kernel_byte() % 10;

	if (i < 7)
		frame(s, wrong[i].first, wrong[i].data, wrong[i].len);
	else if (i == 7)
		frame_head(s, 0x82, 1u << 30);
	else if (i == 8)
		add(s, "\x81\x01x", 3);
	else
		say_garbage(s);
	add_last(s, "", 0);
}

static void say_frames(struct stream *s, unsigned what)
{
	static const size_t lengths[] = {
		1, 0, 10, 125, 126, 700, 5000, 20000, 65535, 65536};
	unsigned kind = what % 16;

	if (s->is_page && kind < 10)
		say_command(s);
	else if (kind < 10)
		say_message(
			s, letter(), lengths[kind], 1 + what / 32, what & 16);
	else if (kind == 10)
		ping(s);
	else if (kind == 11)
		frame(s, 0x8A, "nobody asked", 12);
	else if (kind == 12) {
		frame(s, 0x88,
			"\x03\xE8"
			"bye",
			what & 32 ? 5 : 0);
		s->is_mute = true;
	} else if (kind == 13)
		say_wrong(s);
	else if (kind == 14)
		add_last(s,
			"\x82\xFE\x10\x00"
			"abcd....",
			12);
	else
		say_often(s);
}

void say(struct stream *s, unsigned what)
{
	if (s->is_mute || s->said_len > SAID_MAX)
		return;
	if (s->speaks_frames)
		say_frames(s, what);
	else
		say_http(s, what);
}
