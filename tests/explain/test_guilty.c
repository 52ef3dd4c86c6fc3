/* test_guilty.c - the field that breaks a rule, for each rule. */
#include "tests/lib/support.h"

#include "explain/hex.h"
#include "explain/wire.h"

#include <stdio.h>

#define KEY "00000000"

/* The name of the guilty field of the last piece that breaks a rule. */
static char guilty[64];

/* wire.on_piece */
static void note(void *data, const struct piece *piece)
{
	const struct piece_field *f = piece_guilty(piece);

	(void)data;
	cr_expect_eq(f != NULL, piece->why != NULL);
	if (f)
		snprintf(guilty, sizeof guilty, "%s", f->is.name);
}

static void feed(bool sent, bool frames, const void *p, size_t len)
{
	struct wire wire = {.max_message = 1000, .on_piece = note};

	*guilty = 0;
	if (frames)
		wire_upgrade(&wire);
	cr_assert(wire_feed(&wire, sent, p, len));
	wire_end(&wire);
	wire_free(&wire);
}

Test(guilty, frames)
{
	static const struct {
		const char *hex, *field;
	} table[] = {
		{"c1", "RSV1"},
		{"a1", "RSV2"},
		{"91", "RSV3"},
		{"83", "opcode"},
		{"8b", "opcode"},
		{"80", "opcode"},
		{"0180" KEY "81", "opcode"},
		{"09", "FIN"},
		{"8105", "MASK"},
		{"89fe", "payload length"},
		{"82fe0005", "extended length"},
		{"82ff8000000000000000", "extended length"},
		{"82fe03e9", "extended length"},
		{"8181" KEY "ff", "payload"},
		{"8181" KEY "c3", "payload"},
		{"8881" KEY "03", "payload length"},
		{"8882" KEY "03ed", "close code"},
		{"8883" KEY "03e8ff", "close reason"},
		{"8880" KEY "81", "not read"},
		{"8180" KEY, ""},
		{"8185" KEY "41", ""},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct slice hex = {table[i].hex, strlen(table[i].hex)}, wrong;
		struct buf bytes = {0};

		cr_assert(hex_read(&bytes, hex, &wrong));
		feed(false, true, bytes.data, bytes.len);
		cr_expect_str_eq(
			guilty, table[i].field, "%s: %s", table[i].hex, guilty);
		buf_free(&bytes);
	}
	feed(true, true, "\x81\x80\0\0\0\0", 6);
	cr_expect_str_eq(guilty, "MASK");
}

Test(guilty, heads)
{
	static const struct {
		bool sent;
		const char *head, *field;
	} table[] = {
		{false, "GET / HTTP/1.1\r\nHost: x\r\nBad Name: x\r\n\r\n",
			"line"},
		{false,
			"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
			"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: short\r\n\r\n",
			"Sec-WebSocket-Key"},
		{true,
			"HTTP/1.1 101 X\r\nConnection: Upgrade\r\n"
			"Upgrade: smtp\r\n\r\n",
			"Upgrade"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		feed(table[i].sent, false, table[i].head,
			strlen(table[i].head));
		cr_expect_str_eq(guilty, table[i].field, "%s: %s",
			table[i].head, guilty);
	}
}

/* Each line of a head is a field of its own, and a secret is not shown. */
static char shown[4096];

static void list(void *data, const struct piece *piece)
{
	(void)data;
	for (size_t i = 0; i < piece->n; i++) {
		strcat(strcat(shown, piece->fields[i].is.name), "=");
		strcat(strcat(shown, piece->fields[i].value), "\n");
	}
}

Test(guilty, no_field_is_hidden)
{
	static const char head[] =
		"GET / HTTP/1.1\r\nHost: x\r\nX-Own-Name: 1\r\n"
		"COOKIE: a=b; c=d\r\nAuthorization: Basic QQ==\r\n"
		"X-A-Very-Long-Name-Of-A-Field-That-Nobody-Knows: 2\r\n\r\n";
	struct wire wire = {.on_piece = list};

	cr_assert(wire_feed(&wire, false, head, sizeof head - 1));
	wire_free(&wire);
	cr_expect_str_eq(shown,
		"method=GET\ntarget=/\nversion=HTTP/1.1\nHost=x\n"
		"X-Own-Name=1\nCookie=(8 bytes, a secret)\n"
		"Authorization=(10 bytes, a secret)\n"
		"X-A-Very-Long-Name-Of-A-Field-That-Nobo=2\n"
		"end of head=\n");
}
