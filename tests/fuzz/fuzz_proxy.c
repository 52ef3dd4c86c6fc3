/* fuzz_proxy.c - any bytes as the header of the PROXY protocol: every part of
 * them is incomplete until the byte that decides, and no later byte changes the
 * verdict; a name is an address that the C library reads, and a port. */
#include "tests/fuzz/fuzz.h"

#include "proxy/header.h"

#include <arpa/inet.h>
#include <stdio.h>

static ssize_t parse(const uint8_t *data, size_t len, char peer[PEER_MAX])
{
	const char *why = NULL;
	void *block = fuzz_copy(data, len);
	ssize_t n = header_parse(block, len, peer, &why);

	assert(n == 0 || n == -400 || (n > 0 && (size_t)n <= len));
	assert((n < 0) == (why != NULL));
	free(block);
	return n;
}

static void check_name(const char *peer)
{
	struct in6_addr address;
	char host[PEER_MAX], again[PEER_MAX + 16];
	unsigned port;

	if (!*peer || !strcmp(peer, "unix"))
		return;
	if (*peer == '[') {
		assert(sscanf(peer, "[%[0-9a-f:.]]:%u", host, &port) == 2);
		assert(inet_pton(AF_INET6, host, &address) == 1);
		snprintf(again, sizeof again, "[%s]:%u", host, port);
	} else {
		assert(sscanf(peer, "%[0-9.]:%u", host, &port) == 2);
		assert(inet_pton(AF_INET, host, &address) == 1);
		snprintf(again, sizeof again, "%s:%u", host, port);
	}
	assert(port <= 65535 && !strcmp(peer, again));
}

int fuzz_proxy(const uint8_t *data, size_t len)
{
	char all[PEER_MAX], part[PEER_MAX];
	ssize_t verdict = parse(data, len, all), n = 0;

	for (size_t i = 0; i < len && i < 2 * HEADER_MAX; i++) {
		ssize_t now = parse(data, i, part);

		assert(now == 0 || now == verdict);
		assert(!n || now == n);
		n = now;
	}
	if (verdict > 0)
		check_name(all);
	return 0;
}
