/* test_origin.c - which pages may connect: RFC 6455 10.2, RFC 6454. */
#include "tests/lib/support.h"

#include "http/handshake.h"

#include <stdio.h>

static bool is_allowed(
	const char *host, const char *origin, const char *const *origins)
{
	char text[1000];
	int len = snprintf(text, sizeof text,
		"GET / HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n", host,
		origin ? "Origin: " : "", origin ? origin : "",
		origin ? "\r\n" : "");
	char *block = exactly(text, (size_t)len);
	struct request req;
	bool allowed;

	cr_assert_eq(request_parse(block, (size_t)len, &req), len, "%s", text);
	allowed = handshake_is_allowed_origin(&req, origins);
	free(block);
	return allowed;
}

/* RFC 6454 4: "If there is no port component of the URI" the origin has the
 * scheme's default port. */
Test(origin, rfc6454_4_same_with_default_ports)
{
	static const char *const same[] = {"same", NULL};
	static const struct {
		const char *host, *origin;
		bool allowed;
	} table[] = {
		{"example.org", "https://example.org", true},
		{"example.org:443", "https://example.org", true},
		{"example.org:", "https://example.org", true},
		{"example.org", "https://example.org:443", true},
		{"example.org:80", "http://example.org", true},
		{"example.org", "http://example.org:80", true},
		{"EXAMPLE.org:443", "HTTPS://example.ORG", true},
		{"[::1]:443", "https://[::1]", true},
		{"[::1]", "http://[::1]:80", true},
		{"h:3000", "http://h:3000", true},
		{"h:3000", "https://h:3000", true},
		{"example.org:80", "https://example.org", false},
		{"example.org:443", "http://example.org", false},
		{"example.org", "https://example.org:80", false},
		{"example.org:8443", "https://example.org", false},
		{"example.org", "https://example.org:8443", false},
		{"example.org:4430", "https://example.org", false},
		{"example.org", "https://evil.example.org", false},
		{"example.org", "https://example.org.evil", false},
		{"example.org", "https://org", false},
		{"example.org", "example.org", false},
		{"example.org", "https:example.org", false},
		{"example.org", "https:///example.org", false},
		{"h", "https://", false},
		{"h", "https:///", false},
		{"h", "null", false},
		{"h", "", false},
		{"h", NULL, false},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		cr_expect_eq(is_allowed(table[i].host, table[i].origin, same),
			table[i].allowed, "%s %s", table[i].host,
			table[i].origin ? table[i].origin : "none");
}

/* As it is typed, and as a browser sends it. */
Test(origin, one_that_is_named)
{
	static const struct {
		const char *named, *origin;
		bool allowed;
	} table[] = {
		{"https://example.org", "https://example.org", true},
		{"https://example.org/", "https://example.org", true},
		{"https://example.org:443", "https://example.org", true},
		{"https://example.org:443/", "https://example.org", true},
		{"https://example.org:", "https://example.org", true},
		{"HTTPS://Example.ORG", "https://example.org", true},
		{"http://example.org:80", "http://example.org", true},
		{"https://example.org", "https://example.org:443", true},
		{"http://[::1]:80/", "http://[::1]", true},
		{"http://h:3000/", "http://h:3000", true},
		{"null", "null", true},
		{"chrome-extension://abcdef/", "chrome-extension://abcdef",
			true},
		{"file://", "file://", true},
		{"https://example.org", "http://example.org", false},
		{"https://example.org", "http://example.org:443", false},
		{"https://example.org:80", "https://example.org", false},
		{"https://example.org", "https://example.org:8443", false},
		{"https://example.org", "https://example.org.evil", false},
		{"https://example.org", "https://evil/example.org", false},
		{"null", "https://null", false},
		{"https://example.org", "null", false},
		{"https://example.org", "", false},
		{"https://example.org", NULL, false},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const char *const origins[] = {
			"http://other", table[i].named, NULL};

		cr_expect(handshake_is_origin(table[i].named), "%s",
			table[i].named);
		cr_expect_eq(is_allowed("h", table[i].origin, origins),
			table[i].allowed, "%s %s", table[i].named,
			table[i].origin ? table[i].origin : "none");
	}
}

Test(origin, what_no_browser_sends)
{
	static const char *const wrong[] = {"", "*", "example.org", "/", "//",
		"localhost:3000", "https", "https:", "https:/", "https://",
		"https:///", "https://example.org/app", "https://example.org//",
		"https://example.org/?x", "https://example.org?x",
		"https://example.org#x", "https://user@example.org",
		"https://*.example.org", "https://*", "*://example.org",
		"https://b\xC3\xBC"
		"cher.example",
		"https://example.org:443:443", "https://ex%41mple.org",
		"https://example.org:x", "https://a b", " https://example.org",
		"ws://localhost:3000", "wss://example.org", "Same",
		"https://a,https://b", "https://a https://b", "://example.org",
		"//example.org", NULL};

	cr_expect(handshake_is_origin("same"));
	for (size_t i = 0; wrong[i]; i++)
		cr_expect(!handshake_is_origin(wrong[i]), "%s", wrong[i]);
}

Test(origin, any_is_allowed_when_none_is_named)
{
	static const char *const none[] = {NULL};

	cr_expect(is_allowed("h", "https://evil.example", none));
	cr_expect(is_allowed("h", NULL, none));
}
