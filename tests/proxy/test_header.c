/* test_header.c - the header of the PROXY protocol, by its own examples; and a
 * connection that begins with one. */
#include "proxy/header.h"
#include "proxy/proxy.h"
#include "tests/lib/live.h"
#include "tests/lib/peer.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xC0\0\x02\x01\xC6\x33\x64\x07\xC5\x50\x01\xBB"
#define DOC "\x20\x01\x0D\xB8"
#define V6                                 \
	DOC "\0\0\0\0\0\0\0\0\0\0\0\1" DOC \
	    "\0\0\0\0\0\0\0\0\0\0\0\2\xC5\x50\x01\xBB"
#define EIGHT "\0\0\0\0\0\0\0\0"
#define PATH                                                              \
	EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT \
		EIGHT EIGHT "\0\0\0\0"
#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xC0\0\x02\x01"

#define BYTES(text) text, sizeof text - 1

/* Headers that are right, and whom they name. */
static const struct right {
	const char *bytes;
	size_t len;
	const char *peer;
} right[] = {
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 443\r\n"),
		"192.0.2.1:50512"},
	{BYTES("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
		"255.255.255.255:65535"},
	{BYTES("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"), "0.0.0.0:0"},
	{BYTES("PROXY TCP6 2001:DB8::1 2001:db8::2 50512 443\r\n"),
		"[2001:db8::1]:50512"},
	{BYTES("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
		"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
	{BYTES("PROXY TCP6 ::ffff:192.0.2.1 ::1 50512 443\r\n"),
		"192.0.2.1:50512"},
	{BYTES("PROXY UNKNOWN\r\n"), ""},
	{BYTES("PROXY UNKNOWN what \1 follows\r is ignored \r\n"), ""},
	/* the longest that there is: 107 bytes */
	{BYTES("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
		""},
	{BYTES(SIGNATURE "\x21\x11\0\x0C" V4), "192.0.2.1:50512"},
	{BYTES(SIGNATURE "\x21\x21\0\x24" V6), "[2001:db8::1]:50512"},
	{BYTES(SIGNATURE "\x21\x21\0\x24" MAPPED MAPPED "\xC5\x50\x01\xBB"),
		"192.0.2.1:50512"},
	{BYTES(SIGNATURE "\x21\x31\0\xD8" PATH PATH), "unix"},
	{BYTES(SIGNATURE "\x21\0\0\0"), ""},
	{BYTES(SIGNATURE "\x21\0\0\x05?????"), ""},
	{BYTES(SIGNATURE "\x20\0\0\0"), ""},
	/* "the receiver MUST discard the protocol block including the family" */
	{BYTES(SIGNATURE "\x20\xFF\0\x02??"), ""},
	{BYTES(SIGNATURE "\x20\x11\0\x0C" V4), ""},
	/* PP2_TYPE_ALPN and PP2_TYPE_CRC32C, one that is no such field */
	{BYTES(SIGNATURE "\x21\x11\0\x18" V4 "\1\0\2h2\3\0\4\1\2\3\4"),
		"192.0.2.1:50512"},
	{BYTES(SIGNATURE "\x21\x11\0\x0D" V4 "?"), "192.0.2.1:50512"},
};

static const struct {
	const char *bytes;
	size_t len;
} wrong[] = {
	{BYTES("GET / HTTP/1.1\r\n\r\n")},
	{BYTES("proxy TCP4 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES(" PROXY TCP4 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY  TCP4 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1  198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 443 \r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 443\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 443 more\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 65536\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 -1 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 +1 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 080 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7\r\n")},
	{BYTES("PROXY TCP4 192.0.2 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.256 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.01 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 nowhere 50512 443\r\n")},
	{BYTES("PROXY TCP4 ::1 ::1 50512 443\r\n")},
	{BYTES("PROXY TCP6 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP6 [::1] [::1] 50512 443\r\n")},
	{BYTES("PROXY TCP6 fe80::1%lo ::1 50512 443\r\n")},
	{BYTES("PROXY TCP5 ::1 ::1 50512 443\r\n")},
	{BYTES("PROXY UDP4 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY UNKNOWNS\r\n")},
	{BYTES("PROXY UNKNOWN\0\r\n")},
	{BYTES("PROXY UNKNOWN\n")},
	{BYTES("PROXY UNKNOWN\0\r\n")},
	{BYTES("PROXY UNKNOWN2\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 4294967297 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 18446744073709551617 "
	       "443\r\n")},
	{BYTES("PROXY TCP4\0 192.0.2.1 198.51.100.7 50512 443\r\n")},
	{BYTES("PROXY TCP4 192.0.2.1 198.51.100.7 50512 443\0\r\n")},
	{BYTES("PROXY \r\n")},
	{BYTES("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
	       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535 \r\n")},
	{BYTES("\r\n\r\n\0\r\nQUIT\r")},
	{BYTES(SIGNATURE "\x11\x11\0\x0C" V4)},
	{BYTES(SIGNATURE "\x22\x11\0\x0C" V4)},
	{BYTES(SIGNATURE "\x21\x12\0\x0C" V4)},
	{BYTES(SIGNATURE "\x21\x22\0\x24" V6)},
	{BYTES(SIGNATURE "\x21\x32\0\xD8" PATH PATH)},
	{BYTES(SIGNATURE "\x21\x10\0\x0C" V4)},
	{BYTES(SIGNATURE "\x21\x41\0\x0C" V4)},
	{BYTES(SIGNATURE "\x21\x11\0\x0B" V4)},
	{BYTES(SIGNATURE "\x21\x21\0\x23" V6)},
	{BYTES(SIGNATURE "\x21\x31\0\xD7" PATH PATH)},
	{BYTES(SIGNATURE "\x21\x11\x0F\xF1")},
	{BYTES(SIGNATURE "\x21\x11\xFF\xFF")},
};

static ssize_t parse(const char *bytes, size_t len, char peer[PEER_MAX])
{
	char *block = exactly(bytes, len);
	const char *why = NULL;
	ssize_t n = header_parse(block, len, peer, &why);

	cr_expect((n < 0) == (why != NULL));
	cr_expect(!why || strlen(why) <= 123);
	free(block);
	return n;
}

/* Returns the verdict on all of it. On the way there a part of it may only be
 * incomplete; once it is refused, it stays refused. */
static ssize_t verdict(const char *bytes, size_t len, char peer[PEER_MAX])
{
	ssize_t n = 0, now;

	for (size_t i = 0; i <= len; i++) {
		now = parse(bytes, i, peer);
		cr_expect(!n || now == n, "%zu of \"%s\"", i, bytes);
		n = now;
	}
	return n;
}

Test(proxy, headers_that_are_right)
{
	static const char next[] = "PROXY \r\n\r\n";
	char peer[PEER_MAX], more[512];

	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		const struct right *r = &right[i];

		if (!r->peer)
			continue;
		cr_expect_eq(verdict(r->bytes, r->len, peer), (ssize_t)r->len,
			"row %zu", i);
		cr_expect_str_eq(peer, r->peer);
		memcpy(more, r->bytes, r->len);
		memcpy(more + r->len, next, sizeof next);
		cr_expect_eq(verdict(more, r->len + sizeof next, peer),
			(ssize_t)r->len, "what follows it is not its own");
	}
}

Test(proxy, headers_that_are_wrong)
{
	char peer[PEER_MAX];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect_eq(verdict(wrong[i].bytes, wrong[i].len, peer), -400,
			"row %zu: %s", i, wrong[i].bytes);
}

/* Each byte replaced by each other: nothing but an address or a port may be
 * another and still be right, and what is right is still as long. */
Test(proxy, headers_with_one_byte_changed)
{
	char peer[PEER_MAX], bytes[512];

	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		for (size_t at = 0; right[i].peer && at < right[i].len; at++)
			for (int byte = 0; byte < 256; byte++) {
				ssize_t n;

				memcpy(bytes, right[i].bytes, right[i].len);
				bytes[at] = (char)byte;
				n = parse(bytes, right[i].len, peer);
				cr_expect(n <= (ssize_t)right[i].len);
				cr_expect(strlen(peer) < PEER_MAX);
				if (at < 5 && bytes[at] != right[i].bytes[at])
					cr_expect_eq(n, -400);
			}
}

/* 4 KiB are the most, and are taken. */
Test(proxy, a_header_is_bounded)
{
	char peer[PEER_MAX], *bytes = calloc(1, HEADER_MAX);

	memcpy(bytes, BYTES(SIGNATURE "\x21\x11\x0F\xF0" V4));
	cr_expect_eq(parse(bytes, HEADER_MAX, peer), HEADER_MAX);
	cr_expect_eq(parse(bytes, HEADER_MAX - 1, peer), 0);
	free(bytes);
}

static ssize_t on_preface(const struct app *app, const char *p, size_t len,
	char peer[PEER_MAX], const char **why)
{
	(void)app;
	return header_parse(p, len, peer, why);
}

static char refused[128];

static void on_refused(const struct app *app, uint32_t number, const char *peer,
	int code, const char *why, const struct request *req)
{
	(void)app, (void)number, (void)why, (void)req;
	snprintf(refused, sizeof refused, "%s %d", peer, code);
}

static struct loop loop;
static struct peer *peer;

static void begin(void)
{
	loop_init(&loop);
	loop.app.on_preface = on_preface;
	loop.app.on_refused = on_refused;
	loop.acts.echo = true;
	peer = peer_new(&loop);
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

/* A header, a request, a handshake and a message, cut in two or in single
 * bytes: the answers are the same, and the peer has that name. */
static void hold_talk(const struct right *r, struct buf *first)
{
	static const char ask[] = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char frame[] = "\x81\x82\0\0\0\0hi";
	struct buf all = {0};
	size_t at = 0;

	buf_append(&all, r->bytes, r->len);
	buf_append(&all, ask, sizeof ask - 1);
	buf_append(&all, REQUEST, strlen(REQUEST));
	buf_append(&all, frame, sizeof frame - 1);
	for (size_t cut = 0; cut <= all.len; cut++) {
		begin();
		for (at = 0; at < all.len; at += cut && at ? all.len - cut
						 : cut     ? cut
							   : 1)
			peer_says(peer, all.data + at,
				!cut ? 1
				: at ? all.len - cut
				     : cut);
		cr_expect_str_eq(peer->named, r->peer);
		if (!first->len)
			buf_append(first, peer->got.data, peer->got.len);
		expect_got(peer, first->data, first->len);
		end();
	}
	buf_free(&all);
}

Test(proxy, same_answers_however_the_bytes_arrive)
{
	struct buf first = {0};

	for (size_t i = 0; i < sizeof right / sizeof *right; i++)
		if (right[i].peer)
			hold_talk(&right[i], &first);
	cr_expect(has_text(&first, "hello"));
	cr_expect(has_text(&first, "hi"));
	buf_free(&first);
}

Test(proxy, what_comes_without_a_header_is_refused)
{
	begin();
	peer_says(peer, BYTES("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
	cr_expect(has_text(&peer->got, "HTTP/1.1 400 "));
	cr_expect(has_text(&peer->got, "--proxy-protocol"));
	cr_expect_str_eq(refused, "127.0.0.1:1 400");
	cr_expect_eq(conn_next(&peer->conn), CONN_SHUT);
	end();
}

/* A second header is no request; and it is refused in the name of the first. */
Test(proxy, only_one_header)
{
	begin();
	peer_says(peer, right[0].bytes, right[0].len);
	cr_expect_eq(peer->got.len, 0);
	peer_says(peer, right[0].bytes, right[0].len);
	cr_expect(has_text(&peer->got, "HTTP/1.1 400 "));
	cr_expect_str_eq(refused, "192.0.2.1:50512 400");
	end();
}

/* The deadline of a head begins with the first byte of the header. */
Test(proxy, a_header_has_the_deadline_of_a_head)
{
	begin();
	cr_expect_eq(conn_waits_for(&peer->conn), CONN_WAIT_REQUEST);
	peer->conn.fresh = false;
	peer_says(peer, right[0].bytes, 5);
	cr_expect_eq(conn_waits_for(&peer->conn), CONN_WAIT_HEAD);
	peer_says(peer, right[0].bytes + 5, right[0].len - 5);
	peer_says(peer, "GET", 3);
	cr_expect_eq(conn_waits_for(&peer->conn), CONN_WAIT_HEAD);
	cr_expect(!peer->conn.fresh);
	loop_expire(peer);
	cr_expect(has_text(&peer->got, "HTTP/1.1 408 "));
	end();
}

Test(proxy, half_a_header_and_the_end)
{
	begin();
	peer_says(peer, right[0].bytes, 20);
	loop_eof(peer);
	cr_expect_eq(peer->got.len, 0);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
}

static struct live live;

static void shake_hands(const char *before, size_t len, const char *fields)
{
	char request[512], answer[129];
	int fd = live_connect(&live);

	snprintf(request, sizeof request, "GET /echo HTTP/1.1\r\n%s%s\r\n",
		fields, strstr(REQUEST, "Host"));
	request[strlen(request) - 2] = 0;
	live_send(fd, before, len);
	live_send_text(fd, request);
	live_read(fd, answer, 129);
	cr_expect(!memcmp(answer, "HTTP/1.1 101 ", 13), "%.129s", answer);
	close(fd);
}

/* With --trust-proxy a field of the request names the client: it is about the
 * client of the proxy's client. */
Test(proxy, the_log_has_the_address_of_the_header)
{
	live_start(&live, (const char *const[]){
				  "--proxy-protocol", "--trust-proxy", NULL});
	shake_hands(right[0].bytes, right[0].len, "");
	live_expect_log(&live, "✅ #1 192.0.2.1:50512 /echo\n");
	shake_hands(BYTES(SIGNATURE "\x20\0\0\0"), "");
	live_expect_log(&live, "✅ #2 127.0.0.1:");
	shake_hands(right[0].bytes, right[0].len,
		"X-Forwarded-For: 198.51.100.9\r\n");
	live_expect_log(&live, "✅ #3 198.51.100.9 /echo\n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

#if __has_include("explain/explain.h")
/* Behind a proxy, the page of a stranger would be one of this machine. */
Test(proxy, the_page_is_not_shown_the_wire)
{
	char request[512], answer[1024];

	live_start(&live, (const char *const[]){"--proxy-protocol", NULL});
	snprintf(request, sizeof request,
		"PROXY UNKNOWN\r\nGET /trace?page=a HTTP/1.1\r\n"
		"Origin: http://localhost\r\n%s\x88\x80mask",
		strstr(REQUEST, "Host"));
	live_ask(&live, request, answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 101 ", 13), "%s", answer);
	cr_expect(strstr(answer, "{\"kind\":\"trace\"}"));
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
#endif
