/* test_forwarded.c - the client that a field of a request names. */
#include "proxy/forwarded.h"
#include "tests/lib/live.h"
#include "tests/lib/sample.h"

#include <signal.h>
#include <stdio.h>

/* The address of the client by these fields; NULL: the peer's own counts. */
static void expect_forwarded(const char *fields, const char *address)
{
	char text[64] = "";
	struct sample r = sample_make("GET", fields);
	const char *got = forwarded_address(&r.req, text, sizeof text);

	cr_expect(address ? got && !strcmp(got, address) : !got,
		"%s: %s, not %s", fields, got, address);
	sample_free(&r);
}

/* The proxy's own word is the last; those before it may be the client's. */
Test(forwarded, the_last_x_forwarded_for)
{
	static const char *const cases[][2] = {
		{"", NULL},
		{"192.0.2.7", "192.0.2.7"},
		{"192.0.2.7:443", "192.0.2.7"},
		{"2001:db8::1", "2001:db8::1"},
		{"[2001:db8::1]:443", "2001:db8::1"},
		{"forged, 192.0.2.7", "192.0.2.7"},
		{"10.0.0.1,\t192.0.2.7 ", "192.0.2.7"},
		{"\"203.0.113.7:443 /admin, 192.0.2.7", "192.0.2.7"},
		{"\"203.0.113.7\\, 192.0.2.7", "192.0.2.7"},
		{"\"203.0.113.7:443 /admin", NULL},
		{"203.0.113.7:443 /admin", NULL},
		{"192.0.2.7, unknown", NULL},
		{"192.0.2.7,", NULL},
		{"192.0.2.7 10.0.0.1", NULL},
		{"10.0.0.1\r\nX: 1\r\nX-Forwarded-FOR: 192.0.2.7", "192.0.2.7"},
		{"\"10.0.0.1\r\nX-Forwarded-For: 192.0.2.7", "192.0.2.7"},
		{"10.0.0.1\r\nX-Forwarded-For: ", NULL},
		/* a proxy that writes one of the two may let the other pass */
		{"forged\r\nForwarded: for=192.0.2.7", NULL},
		{"192.0.2.7\r\nForwarded: for=10.0.0.1", "192.0.2.7"},
	};
	char fields[200];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "x-forwarded-for: %s\r\n",
			cases[i][0]);
		expect_forwarded(fields, cases[i][1]);
	}
	expect_forwarded("", NULL);
}

Test(forwarded, rfc7239_4_the_last_for_of_forwarded)
{
	static const char *const cases[][2] = {
		{"", NULL},
		{"for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"},
		{"for=192.0.2.43, for=198.51.100.17", "198.51.100.17"},
		{"For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"},
		{"for=\"192.0.2.43:47011\"", "192.0.2.43"},
		{"proto=https; for = 1;FOR=192.0.2.60 ", "192.0.2.60"},
		{"for=\"_gazonk\"", NULL},
		{"for=unknown", NULL},
		{"for=2001:db8::1", "2001:db8::1"},
		{"for=\"10.0.0.1, for=192.0.2.60", "192.0.2.60"},
		{"for=\"10.0.0.1;, for=\"192.0.2.60\"", "192.0.2.60"},
		{"for=10.0.0.1, by=203.0.113.43", NULL},
		{"for=10.0.0.1,", NULL},
		{"for=\"192.0.2.60", NULL},
		{"for=192.0.2.60\"", NULL},
		{"for=\"", NULL},
		{"for", NULL},
		{"for=", NULL},
		{"for=10.0.0.1;for=192.0.2.60", "192.0.2.60"},
		{"for=10.0.0.1\r\nForwarded: for=192.0.2.60", "192.0.2.60"},
		{"for=\"10.0.0.1\r\nForwarded: for=192.0.2.60", "192.0.2.60"},
		{"for=10.0.0.1\r\nForwarded: by=203.0.113.43", NULL},
		{"for=192.0.2.60;host=\"h;for=10.0.0.1;x\"", "192.0.2.60"},
		{"for=192.0.2.60;host=\"h,for=10.0.0.1;x\"", "192.0.2.60"},
		{"for=192.0.2.60;host=\"\\\";for=10.0.0.1\"", "192.0.2.60"},
		{"for=\"10.0.0.1, for=192.0.2.60;proto=http", "192.0.2.60"},
	};
	char fields[200];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(fields, sizeof fields, "Forwarded: %s\r\n",
			cases[i][0]);
		expect_forwarded(fields, cases[i][1]);
	}
}

/* Nothing is cut: an address that does not fit is none. */
Test(forwarded, room_for_the_address)
{
	struct sample r = sample_make("GET", "X-Forwarded-For: 192.0.2.7\r\n");
	char text[10];

	cr_expect_str_eq(forwarded_address(&r.req, text, 10), "192.0.2.7");
	cr_expect_null(forwarded_address(&r.req, text, 9));
	sample_free(&r);
}

/* Whatever stands there, as a `for` in quotes. */
static void expect_node(const char *node, const char *address)
{
	char fields[100];

	snprintf(fields, sizeof fields, "Forwarded: for=\"%s\"\r\n", node);
	expect_forwarded(fields, address);
}

Test(forwarded, rfc7239_6_an_address_with_or_without_a_port)
{
	static const char *const table[][2] = {{"192.0.2.7", "192.0.2.7"},
		{"192.0.2.7:443", "192.0.2.7"}, {"192.0.2.7:", "192.0.2.7"},
		{"192.0.2.7:_x.1-y", "192.0.2.7"},
		{"2001:db8::1", "2001:db8::1"}, {"::1", "::1"}, {"::", "::"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"[2001:DB8::1]:443", "2001:DB8::1"},
		{"[::ffff:192.0.2.7]:_x", "192.0.2.7"}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		expect_node(table[i][0], table[i][1]);
}

Test(forwarded, rfc7239_6_what_is_no_address)
{
	static const char *const table[] = {"", ":", ":443", "unknown", "_x",
		"forged", "192.0.2", "192.0.2.256", "192.0.2.07", "192.0.2.7.",
		"192.0.2.7 ", "192.0.2.7:4 4", "192.0.2.7:443 /admin",
		"192.0.2.7:1:2", "\"192.0.2.7\"", "[192.0.2.7]", "[]", "[", "]",
		"[::1", "::1]", "[::1]443", "[::1] ", "[::1]:4\"", "1::2::3",
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::12345", "fe80::1%eth0",
		"localhost:80"};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		expect_node(table[i], NULL);
}

static struct live live;

static void stop(void)
{
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* Asks for a WebSocket with one more field. */
static void upgrade_with(const char *field)
{
	char request[512], answer[4096];

	snprintf(request, sizeof request,
		"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"%sSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		field);
	live_ask(&live, request, answer, sizeof answer);
}

/* The last address is the proxy's own word, and only with --trust-proxy. */
Test(forwarded, the_address_that_a_proxy_names)
{
	static const char two[] =
		"X-Forwarded-For: \"203.0.113.7:443 /admin, 192.0.2.7\r\n";

	live_start(&live, (const char *const[]){"--trust-proxy", NULL});
	upgrade_with(two);
	live_expect_log(&live, "#1 192.0.2.7 /");
	upgrade_with("");
	live_expect_log(&live, "#2 127.0.0.1:");
	upgrade_with("X-Forwarded-For: \"203.0.113.7:443 /admin\r\n");
	live_expect_log(&live, "#3 127.0.0.1:");
	upgrade_with("Forwarded: for=\"[2001:db8::1]:443\";proto=https\r\n");
	live_expect_log(&live, "#4 2001:db8::1 /");
	stop();
	live_start(&live, (const char *const[]){NULL});
	upgrade_with(two);
	live_expect_log(&live, "#1 127.0.0.1:");
	stop();
}

#if __has_include("explain/explain.h")
/* Behind a proxy, the page of a stranger would be one of this machine. */
Test(forwarded, the_page_is_not_shown_the_wire)
{
	char answer[1024];

	live_start(&live, (const char *const[]){"--trust-proxy", NULL});
	live_ask(&live,
		"GET /trace?page=a HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		"\x88\x80mask",
		answer, sizeof answer);
	cr_expect(!memcmp(answer, "HTTP/1.1 101 ", 13), "%s", answer);
	cr_expect(strstr(answer, "{\"kind\":\"trace\"}"));
	stop();
}
#endif
