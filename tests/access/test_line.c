/* test_line.c - a line of the combined log format, whatever a peer sends. */
#include "tests/lib/support.h"

#include "access/line.h"

#include <stdio.h>

static struct request req;
static char texts[LINE_TEXTS_MAX], line[LINE_MAX_SIZE];

/* Returns the line about a request of which these bytes came. */
static const char *line_about(const char *said, size_t len)
{
	char *bytes = exactly(said, len);
	size_t n;

	request_parse(bytes, len, &req);
	req.said = (struct slice){bytes, len};
	req.peer = "127.0.0.1:50512";
	cr_assert(line_texts(texts, &req) <= sizeof texts);
	free(bytes);
	n = line_write(line, texts, 1795723200, 200, 1234);
	cr_expect_eq(n, strlen(line));
	cr_expect(n < 4000); /* OUTLET_LINE_MAX */
	cr_expect(strchr(line, '\n') == line + n - 1);
	return line;
}

static const char *line_of(const char *said)
{
	return line_about(said, strlen(said));
}

Test(line, whole)
{
	cr_expect_str_eq(line_of("GET /x?y HTTP/1.1\r\nHost: h\r\n"
				 "User-Agent: Mozilla/5.0 (X11)\r\n"
				 "Referer: http://localhost:3000/\r\n\r\n"),
		"127.0.0.1 - - [26/Nov/2026:20:00:00 +0000] "
		"\"GET /x?y HTTP/1.1\" 200 1234 "
		"\"http://localhost:3000/\" \"Mozilla/5.0 (X11)\"\n");
}

static void expect_request(const char *said, size_t len, const char *field)
{
	const char *at = strchr(line_about(said, len), '"');
	size_t n = strlen(field);

	cr_expect(!memcmp(at + 1, field, n) && at[1 + n] == '"', "%s: %s",
		field, line);
}

#define EXPECT(said, field) expect_request(said, sizeof said - 1, field)

Test(line, what_came_of_a_request)
{
	EXPECT("", "-");
	EXPECT("\r\n", "-");
	EXPECT("\n\r\nGET /\r\n", "GET /");
	EXPECT("G", "G");
	EXPECT("GET / HTTP/1.1\r", "GET / HTTP/1.1");
	EXPECT("GET /\0x HTTP/1.1\r\n", "GET /\\x00x HTTP/1.1");
	EXPECT("\x16\x03\x01\x02", "\\x16\\x03\\x01\\x02");
	EXPECT("GET /\"\\\t\x1b\x7f\x80\xff~ ", "GET /\\x22\\x5C\\x09\\x1B"
						"\\x7F\\x80\\xFF~ ");
	/* a line of one's own, and a terminal's escape */
	EXPECT("GET / HTTP/1.1\" 200 0 \"-\" \"-\"\n1.2.3.4 - - [",
		"GET / HTTP/1.1\\x22 200 0 \\x22-\\x22 \\x22-\\x22");
}

/* Whatever the bytes are, the line has six quotes and one end. */
Test(line, no_byte_ends_a_field)
{
	char said[] = "GET / HTTP/1.1\r\nHost: h\r\n"
		      "Referer: ?\r\nUser-Agent: ?\r\n\r\n";
	char *referer = strchr(said, '?'), *agent = strrchr(said, '?');

	for (int byte = 0; byte < 256; byte++) {
		int quotes = 0;

		*referer = *agent = (char)byte;
		for (const char *p = line_about(said, sizeof said - 1); *p; p++)
			quotes += *p == '"';
		cr_expect_eq(quotes, 6, "%d", byte);
	}
}

/* A field that is too long is cut, but never within an escape, and the cut is
 * marked. */
static void expect_cut(char byte, size_t around)
{
	static char said[20000];

	for (size_t n = around - 8; n < around + 8; n++) {
		const char *field, *end;
		size_t size = byte == '"' ? 4 : 1;

		memset(said, byte, n);
		strcpy(said + n, "\r\n");
		field = strchr(line_about(said, n + 2), '"') + 1;
		end = strchr(field, '"');
		cr_expect((size_t)(end - field) < LINE_REQUEST_MAX);
		cr_expect((size_t)(end - field) == n * size ||
			  !memcmp(end - 3, "...", 3));
		cr_expect(size == 1 || (end - field) % 4 == 0 ||
			  (end - field) % 4 == 3);
	}
}

Test(line, long_fields_are_cut)
{
	expect_cut('x', LINE_REQUEST_MAX);
	expect_cut('"', LINE_REQUEST_MAX);
	expect_cut('"', LINE_REQUEST_MAX / 4);
}

Test(line, all_fields_are_long)
{
	static char said[16000];
	char *p = said;

	p += sprintf(p, "GET /");
	memset(p, 'x', 7000);
	p += 7000;
	p += sprintf(p, " HTTP/1.1\r\nHost: h\r\nReferer: ");
	memset(p, '\\', 3000);
	p += 3000;
	p += sprintf(p, "\r\nUser-Agent: ");
	memset(p, '"', 3000);
	p += 3000;
	strcpy(p, "\r\n\r\n");
	line_of(said);
	cr_expect(strstr(line, "xxx...\" 200 1234 \"\\x5C"), "%s", line);
	cr_expect(strstr(line, "\\x5C...\" \"\\x22"));
	cr_expect(strstr(line, "\\x22...\"\n"));
	/* the largest numbers fit, too */
	cr_expect(line_write(line, texts, 1795723200, 200, UINT64_MAX) <
		  LINE_MAX_SIZE);
}

static void expect_peer(const char *peer, const char *shown)
{
	req.said = (struct slice){0};
	req.fields.n = 0;
	req.peer = peer;
	line_texts(texts, &req);
	cr_expect_str_eq(texts, shown);
}

Test(line, addresses_have_no_port)
{
	expect_peer("127.0.0.1:50512", "127.0.0.1");
	expect_peer("[::1]:50512", "::1");
	expect_peer("2001:db8::1", "2001:db8::1");
	expect_peer("192.0.2.7", "192.0.2.7");
	expect_peer("unix", "unix");
	expect_peer("unknown", "unknown");
}

Test(line, times)
{
	static const struct {
		time_t time;
		const char *shown;
	} times[] = {{0, "[01/Jan/1970:00:00:00 +0000]"},
		{951782399, "[28/Feb/2000:23:59:59 +0000]"},
		{951782400, "[29/Feb/2000:00:00:00 +0000]"},
		{1798761599, "[31/Dec/2026:23:59:59 +0000]"},
		{4102444800, "[01/Jan/2100:00:00:00 +0000]"}};

	setenv("TZ", "Asia/Seoul", 1);
	line_of("GET / HTTP/1.1\r\n");
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		line_write(line, texts, times[i].time, 200, 0);
		cr_expect(strstr(line, times[i].shown), "%s", line);
	}
}
