/* peer.c - one connection of the load generator: RFC 6455 4.1, 5.5. */
#include "bench/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base64.h"
#include "sha1.h"

#define KEY_LEN BASE64_LEN(16)
#define RECEIVE (1 << 20)
/* An address has 28,000 ports for clients, and the search for a free one is
 * slow when most are taken. Every address in 127.0.0.0/8 is this machine. */
#define PER_ADDRESS 12000

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static void fail(const struct peer *c, const char *what)
{
	die("%s: client %u: %s", c->target->name, c->number, what);
}

/* Returns a socket with the next source address; connect chooses its port. */
static int open_socket(void)
{
	static uint32_t opened;
	uint32_t host =
		(uint32_t)getpid() % 250 << 8 | opened++ / PER_ADDRESS % 250;
	struct sockaddr_in from = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		die("no socket: %s (ulimit -n)", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&from, sizeof from))
		die("bind: %s", strerror(errno));
	return fd;
}

/* Makes sixteen bytes that no other client or turn has. */
static void make_key(const struct peer *c, char key[KEY_LEN + 1])
{
	uint32_t bytes[4] = {c->number * 2654435769u, c->turn * 2246822519u,
		c->number, c->turn};

	base64_encode(key, bytes, sizeof bytes);
}

static void ask(const struct peer *c, const char *path)
{
	char request[512], key[KEY_LEN + 1];
	int n;

	make_key(c, key);
	n = snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\n"
		"Host: localhost:%u\r\n"
		"Upgrade: websocket\r\n"
		"Connection: Upgrade\r\n"
		"Sec-WebSocket-Key: %s\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n",
		path, (unsigned)c->target->port, key);
	if (n >= (int)sizeof request)
		fail(c, "the path is too long");
	peer_send(c, request, (size_t)n);
}

void peer_connect(struct peer *c, int epoll, const char *path)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(c->target->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

	c->fd = open_socket();
	if (connect(c->fd, (struct sockaddr *)&to, sizeof to))
		fail(c, strerror(errno));
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e))
		fail(c, strerror(errno));
	if (path)
		ask(c, path);
}

unsigned char *peer_receive(struct peer *c, size_t *len)
{
	static unsigned char
		buffer[RECEIVE + 1]; /* room for a 0 at the end of a text */
	ssize_t n;

	if (c->kept)
		memcpy(buffer, c->kept, c->kept_len);
	n = recv(c->fd, buffer + c->kept_len, RECEIVE - c->kept_len,
		MSG_DONTWAIT);
	if (n < 0)
		fail(c, strerror(errno));
	*len = n ? c->kept_len + (size_t)n : 0;
	return buffer;
}

void peer_keep(struct peer *c, const unsigned char *p, size_t len)
{
	free(c->kept);
	c->kept = NULL;
	c->kept_len = len;
	if (!len)
		return;
	c->kept = malloc(len);
	if (!c->kept || len == RECEIVE)
		fail(c, "there is no room for the answer");
	memcpy(c->kept, p, len);
}

size_t peer_opened(const struct peer *c, unsigned char *p, size_t len)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char *end = memmem(p, len, "\r\n\r\n", 4);
	unsigned char digest[SHA1_SIZE];
	char text[KEY_LEN + sizeof guid], want[BASE64_LEN(SHA1_SIZE) + 1];
	const char *field;

	if (!end)
		return 0;
	*end = 0;
	make_key(c, text);
	memcpy(text + KEY_LEN, guid, sizeof guid);
	sha1(digest, text, sizeof text - 1);
	base64_encode(want, digest, sizeof digest);
	field = strcasestr((char *)p, "\r\nSec-WebSocket-Accept:");
	if (strncmp((char *)p, "HTTP/1.1 101 ", 13) || !field ||
		strncmp(field + 23 + strspn(field + 23, " "), want,
			sizeof want - 1))
		fail(c, "the handshake was not accepted");
	return (size_t)(end + 4 - p);
}

size_t peer_expect(const struct peer *c, const unsigned char *p, size_t len,
	const void *want, size_t want_len)
{
	if (memcmp(p, want, len < want_len ? len : want_len))
		fail(c, "a wrong answer");
	return len < want_len ? 0 : want_len;
}

size_t peer_pongs(const struct peer *c, const unsigned char *p, size_t len)
{
	size_t at = 0;

	while (len - at >= 2 && p[at] == 0x89) {
		size_t size = p[at + 1] & 127;
		/* the key is 0, which changes nothing */
		unsigned char pong[6 + 125] = {
			0x8A, (unsigned char)(0x80 | size)};

		if (size > 125 || len - at < 2 + size)
			fail(c, "half a Ping");
		memcpy(pong + 6, p + at + 2, size);
		peer_send(c, pong, 6 + size);
		at += 2 + size;
	}
	return at;
}

void peer_send(const struct peer *c, const void *data, size_t len)
{
	if (send(c->fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		fail(c, strerror(errno));
}

void peer_close(struct peer *c)
{
	peer_keep(c, NULL, 0);
	close(c->fd);
	c->fd = -1;
}
