/* hostile.c - one peer that means harm: tcp(7), socket(7). */
#include "tests/attack/hostile.h"

#include "bench/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLOOD 65536    /* bytes given to the kernel at a time */
#define NARROW 4096    /* SO_RCVBUF */
#define ADDRESSES 200  /* every address in 127.0.0.0/8 is this machine */
#define PATIENCE_MS 50 /* milliseconds for a place in the server's queue */

static uint64_t connections;

/* An address has 28,000 ports for clients, and a port rests for a minute after
 * it was closed. So this many peers need more than one address. */
static void choose_address(const struct hostile *h)
{
	struct sockaddr_in from = {.sin_family = AF_INET,
		.sin_addr.s_addr =
			htonl(INADDR_LOOPBACK +
				(uint32_t)(connections++ % ADDRESSES))};
	int on = 1;

	setsockopt(h->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	if (bind(h->fd, (struct sockaddr *)&from, sizeof from))
		die("bind: %s", strerror(errno));
}

void hostile_connect(struct hostile *h)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(h->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_usec = PATIENCE_MS * 1000};
	int on = 1, narrow = NARROW;

	h->step = 0;
	h->sent = 0;
	h->was_reset = false;
	h->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (h->fd < 0)
		die("no socket: %s (ulimit -n)", strerror(errno));
	setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(h->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (h->narrow)
		setsockopt(
			h->fd, SOL_SOCKET, SO_RCVBUF, &narrow, sizeof narrow);
	choose_address(h);
	if (connect(h->fd, (struct sockaddr *)&to, sizeof to))
		hostile_close(h);
}

static void lose(struct hostile *h)
{
	hostile_close(h);
	h->was_reset = true;
}

uint64_t hostile_connections(void)
{
	return connections;
}

size_t hostile_send(struct hostile *h, const void *data, size_t len)
{
	ssize_t n;

	if (h->fd < 0)
		return 0;
	n = send(h->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN)
		lose(h);
	if (n < 0)
		return 0;
	h->sent += (uint64_t)n;
	return (size_t)n;
}

size_t hostile_send_text(struct hostile *h, const char *text)
{
	return hostile_send(h, text, strlen(text));
}

void hostile_upgrade(struct hostile *h, const char *path)
{
	char request[512];

	snprintf(request, sizeof request,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		path);
	hostile_send_text(h, request);
}

void hostile_frame(
	struct hostile *h, int first_byte, const void *payload, size_t len)
{
	unsigned char frame[6 + 125] = {
		(unsigned char)first_byte, (unsigned char)(0x80 | len)};

	memcpy(frame + 6, payload, len);
	hostile_send(h, frame, 6 + len);
}

void hostile_flood(
	struct hostile *h, const void *unit, size_t len, uint64_t from)
{
	static char units[FLOOD * 2];
	static const void *made;
	size_t size = FLOOD / len * len;

	if (h->fd < 0)
		return;
	for (size_t i = 0; made != unit && i < size + len; i += len)
		memcpy(units + i, unit, len);
	made = unit;
	hostile_send(h, units + (h->sent - from) % len, size);
}

size_t hostile_read(struct hostile *h, void *data, size_t len)
{
	ssize_t n;

	if (h->fd < 0)
		return 0;
	n = recv(h->fd, data, len, MSG_DONTWAIT);
	if (n == 0)
		hostile_close(h);
	else if (n < 0 && errno != EAGAIN)
		lose(h);
	return n > 0 ? (size_t)n : 0;
}

void hostile_vanish(struct hostile *h)
{
	struct sock_filter drop = {.code = BPF_RET | BPF_K, .k = 0};
	struct sock_fprog program = {.len = 1, .filter = &drop};

	if (h->fd >= 0 && setsockopt(h->fd, SOL_SOCKET, SO_ATTACH_FILTER,
				  &program, sizeof program))
		die("SO_ATTACH_FILTER: %s", strerror(errno));
}

void hostile_close(struct hostile *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}

void hostile_reset(struct hostile *h)
{
	struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (h->fd >= 0)
		setsockopt(
			h->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	hostile_close(h);
}
