/* test_listen.c - the names of addresses. */
#include "tests/lib/live.h"

#include "serve/listen.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket that listens on all addresses of both families; -1 where there is no
 * IPv6. */
static int listen_on_both(uint32_t *port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	socklen_t len = sizeof any;
	int fd = socket(AF_INET6, SOCK_STREAM, 0), off = 0;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, len))
		return -1;
	cr_assert(!listen(fd, 5));
	cr_assert(!getsockname(fd, (struct sockaddr *)&any, &len));
	*port = ntohs(any.sin6_port);
	return fd;
}

/* RFC 4291 2.5.5.2: it is ::ffff:127.0.0.1 there. */
Test(listen, a_client_with_ipv4_on_a_socket_of_ipv6)
{
	struct sockaddr_in own;
	socklen_t len = sizeof own;
	struct live live = {0};
	char text[64], want[64];
	uint32_t port;
	int listener = listen_on_both(&port), client, fd;

	if (listener < 0)
		cr_skip_test("there is no IPv6");
	live.port = (int)port;
	client = live_connect(&live);
	cr_assert(!getsockname(client, (struct sockaddr *)&own, &len));
	fd = accept(listener, NULL, NULL);
	snprintf(want, sizeof want, "127.0.0.1:%u", ntohs(own.sin_port));
	cr_expect_str_eq(listen_peer(fd, text, sizeof text), want);
	close(fd);
	close(client);
	close(listener);
}

Test(listen, a_client_with_ipv6)
{
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	char text[64];
	uint32_t port;
	int listener = listen_on_both(&port);
	int client = socket(AF_INET6, SOCK_STREAM, 0), fd;

	to.sin6_port = htons((uint16_t)port);
	if (listener < 0 || connect(client, (struct sockaddr *)&to, sizeof to))
		cr_skip_test("there is no IPv6");
	fd = accept(listener, NULL, NULL);
	cr_expect(!strncmp(listen_peer(fd, text, sizeof text), "[::1]:", 6),
		"%s", text);
	close(fd);
	close(client);
	close(listener);
}
