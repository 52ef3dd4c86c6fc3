/* line.c - a client's end of a connection; it gives up after a while. */
#include "tests/faults/line.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int line_patience = 2000;

bool line_open(struct line *l, const struct sockaddr_storage *to, socklen_t len)
{
	l->len = l->at = 0;
	l->fd = socket(to->ss_family, SOCK_STREAM, 0);
	return !connect(l->fd, (const struct sockaddr *)to, len);
}

void line_close(struct line *l)
{
	close(l->fd);
}

void line_reset(struct line *l)
{
	struct linger none = {.l_onoff = 1};

	setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(l->fd);
}

/* Receives some bytes: returns -1 when the time is over, 0 at the end. */
static ssize_t receive(struct line *l)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	ssize_t n;

	if (poll(&p, 1, line_patience) <= 0 || l->len == LINE_SIZE)
		return -1;
	n = recv(l->fd, l->data + l->len, LINE_SIZE - l->len, 0);
	l->len += n > 0 ? (size_t)n : 0;
	return n;
}

/* Waits for that many bytes beyond those that have been read. */
static bool await(struct line *l, size_t len)
{
	while (l->len - l->at < len)
		if (receive(l) <= 0)
			return false;
	return true;
}

/* Reads a frame of that many bytes that begins with `first`. Pings before it
 * are skipped: a server that has waited for us asks whether we are still
 * there. */
static bool await_frame(struct line *l, int first, size_t len)
{
	while (first != 0x89 && await(l, 2) &&
		!memcmp(l->data + l->at, "\x89\0", 2))
		l->at += 2;
	return await(l, len);
}

/* While it sends a lot it also receives, since the other side may be waiting
 * for that. */
bool line_say(struct line *l, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		struct pollfd out = {.fd = l->fd, .events = POLLOUT};
		ssize_t n = send(l->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN)
			return false;
		if (n < 0 && poll(&out, 1, 20) == 0 && receive(l) <= 0)
			return false;
		p += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool line_say_text(struct line *l, const char *text)
{
	return line_say(l, text, strlen(text));
}

/* Reads a head. Returns where it begins, or NULL. */
static const char *hear_head(struct line *l)
{
	const char *start = l->data + l->at, *end;

	while (!(end = memmem(start, l->len - l->at, "\r\n\r\n", 4)))
		if (receive(l) <= 0)
			return NULL;
	l->at += (size_t)(end + 4 - start);
	return start;
}

bool line_hears_answer(
	struct line *l, int status, const char **body, size_t *len)
{
	static const char field[] = "\r\nContent-Length: ";
	const char *head = hear_head(l), *length;
	size_t n;

	if (!head || atoi(head + sizeof "HTTP/1.1") != status)
		return false;
	n = (size_t)(l->data + l->at - head);
	length = memmem(head, n, field, sizeof field - 1);
	*len = length ? strtoul(length + sizeof field - 1, NULL, 10) : 0;
	*body = l->data + l->at;
	if (!await(l, *len))
		return false;
	l->at += *len;
	return true;
}

bool line_hears_end(struct line *l)
{
	return l->at == l->len && receive(l) == 0;
}

bool line_upgrade(struct line *l, const char *path)
{
	return line_offer(l, path, "");
}

bool line_offer(struct line *l, const char *path, const char *field)
{
	char text[512];
	const char *head;

	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n"
		"Origin: http://localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
		path, field);
	if (!line_say_text(l, text) || !(head = hear_head(l)))
		return false;
	return !memcmp(head, "HTTP/1.1 101 ", 13);
}

static size_t write_head(unsigned char *p, int first, int mask, size_t len)
{
	int more = len < 126 ? 0 : len < 65536 ? 2 : 8;

	p[0] = (unsigned char)first;
	p[1] = (unsigned char)(mask | (more == 0          ? (int)len
					      : more == 2 ? 126
							  : 127));
	for (int i = 0; i < more; i++)
		p[2 + i] = (unsigned char)((uint64_t)len >> 8 * (more - 1 - i));
	return 2 + (size_t)more;
}

/* The masking key is 0, so that what is sent can be compared with what comes
 * back. */
bool line_say_frame(struct line *l, int first, const void *data, size_t len)
{
	unsigned char head[14] = {0};
	size_t n = write_head(head, first, 0x80, len);

	memset(head + n, 0, 4);
	return line_say(l, head, n + 4) && line_say(l, data, len);
}

bool line_hears_frame(struct line *l, int first, const void *data, size_t len)
{
	unsigned char head[14];
	size_t n = write_head(head, first, 0, len);

	if (!await_frame(l, first, n + len) ||
		memcmp(l->data + l->at, head, n) ||
		memcmp(l->data + l->at + n, data, len))
		return false;
	l->at += n + len;
	return true;
}

bool line_hears_text(struct line *l)
{
	const unsigned char *p;
	size_t n = 2, len;

	if (!await_frame(l, 0x81, 4))
		return false;
	p = (unsigned char *)l->data + l->at;
	if ((p[0] & ~0x40) != 0x81)
		return false;
	len = p[1];
	if (len == 126)
		n = 4, len = (size_t)(p[2] << 8 | p[3]);
	if (len == 127 || !await(l, n + len))
		return false;
	l->at += n + len;
	return true;
}

bool line_says(struct line *l, int first, const char *text)
{
	return line_say_frame(l, first, text, strlen(text));
}

bool line_hears(struct line *l, int first, const char *text)
{
	return line_hears_frame(l, first, text, strlen(text));
}
