/* echo.c - messages that must come back unchanged: RFC 6455 5.2, 5.3.
 *
 *     request | head | key | stamp, payload (masked) | head | key | ...
 *     answer  | head | stamp, payload | head | ...
 *
 * Both are made once and shared by all clients. The stamp, eight hexadecimal
 * digits or as many as there is room for, is different in each message, so that
 * an old answer, or another client's, is wrong. It is set before each send and
 * before each check of an answer. */
#include "bench/echo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define STAMP 8

static struct {
	unsigned char *request, *answer;
	size_t request_len, answer_len; /* of all of them */
	size_t head, size, stamp;       /* of one of them */
	uint32_t depth;
} batch;

/* A frame's head without a key; returns its size. */
static size_t write_head(unsigned char *p, bool is_text, size_t size)
{
	size_t head = size < 126 ? 2 : size < 65536 ? 4 : 10;

	p[0] = is_text ? 0x81 : 0x82;
	p[1] = (unsigned char)(head == 2 ? size : head == 4 ? 126 : 127);
	for (size_t i = head; i > 2; i--, size >>= 8)
		p[i - 1] = (unsigned char)size;
	return head;
}

/* The first eight bytes, which the stamp replaces, are whole characters. */
static void fill(unsigned char *p, size_t size, const char *kind)
{
	static const char ascii[] = "The quick brown fox jumps over the dog. ";
	static const char mixed[] =
		"Grüße, 동해물과 백두산이 마르고 닳도록, 你好! Hello 😀 ";
	const char *text = *kind == 'u' ? mixed : ascii;
	size_t len = strlen(text), rest = size % len;
	uint32_t x = 1;

	for (size_t i = 0; i < size; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = *kind == 'b' ? (unsigned char)(x >> 24)
				    : (unsigned char)text[i % len];
	}
	if (*kind == 'u') /* no character is cut at the end */
		memset(p + size - rest, 'x', rest);
}

/* Puts the `i`th message into both. */
static void add(uint32_t i, const char *kind)
{
	size_t head = batch.head, size = batch.size;
	unsigned char *a = batch.answer + i * (head + size);
	unsigned char *r = batch.request + i * (head + 4 + size);
	unsigned char *key = r + head;

	write_head(a, *kind != 'b', size);
	fill(a + head, size, kind);
	memcpy(r, a, head);
	r[1] |= 0x80;
	for (uint32_t k = 0; k < 4; k++)
		key[k] = (unsigned char)((i + 1) * 37 + k * 101);
	for (size_t n = 0; n < size; n++)
		r[head + 4 + n] = a[head + n] ^ key[n % 4];
}

void echo_init(size_t size, const char *kind, uint32_t depth)
{
	unsigned char head[10];

	if (!depth || !strchr("tub", *kind))
		die("echo: a message is text, utf8 or binary");
	batch.head = write_head(head, true, size);
	batch.size = size;
	batch.stamp = size < STAMP ? size : STAMP;
	batch.depth = depth;
	batch.answer_len = depth * (batch.head + size);
	batch.request_len = depth * (batch.head + 4 + size);
	batch.answer = malloc(batch.answer_len);
	batch.request = malloc(batch.request_len);
	if (!batch.answer || !batch.request)
		die("echo: there is no room for %zu bytes", batch.request_len);
	for (uint32_t i = 0; i < depth; i++)
		add(i, kind);
}

static void stamp(const struct peer *c)
{
	static const char digits[] = "0123456789abcdef";
	size_t head = batch.head, one = head + batch.size;

	for (uint32_t i = 0; i < batch.depth; i++) {
		unsigned char *a = batch.answer + i * one + head;
		unsigned char *r = batch.request + i * (one + 4) + head;
		uint32_t x = c->number * 2654435761u +
			     (c->turn * batch.depth + i) * 40503u;

		for (size_t n = 0; n < batch.stamp; n++, x >>= 4) {
			a[n] = (unsigned char)digits[x & 15];
			r[4 + n] = a[n] ^ r[n % 4];
		}
	}
}

static void watch(struct crowd *crowd, struct peer *c, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	if (epoll_ctl(crowd->epoll, EPOLL_CTL_MOD, c->fd, &e))
		die("epoll_ctl: %s", strerror(errno));
}

/* Continues to send. Bytes that the kernel does not take wait until it does;
 * `state` says whether epoll is asked to report that. */
static void push(struct crowd *crowd, struct peer *c)
{
	size_t left = batch.request_len - c->sent;
	ssize_t n;

	stamp(c);
	n = send(c->fd, batch.request + c->sent, left,
		MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN)
		die("%s: send: %s", crowd->target.name, strerror(errno));
	c->sent += n > 0 ? (size_t)n : 0;
	if ((n < (ssize_t)left) != c->state) {
		c->state = !c->state;
		watch(crowd, c, c->state ? EPOLLIN | EPOLLOUT : EPOLLIN);
	}
}

static bool is_answered(struct crowd *crowd, struct peer *c, uint32_t events)
{
	unsigned char *p;
	size_t len, pings = 0;

	if (events & EPOLLOUT)
		push(crowd, c);
	if (!(events & ~(uint32_t)EPOLLOUT))
		return false;
	p = peer_receive(c, &len);
	if (!len)
		die("%s closed the connection instead of echoing",
			crowd->target.name);
	if (!c->got) /* it has been quiet between two rounds */
		pings = peer_pongs(c, p, len);
	len -= pings;
	stamp(c);
	if (len > batch.answer_len - c->got ||
		memcmp(p + pings, batch.answer + c->got, len))
		die("%s: client %u: a wrong answer after %zu bytes",
			crowd->target.name, c->number, c->got);
	c->got += len;
	return c->got == batch.answer_len;
}

const struct work echo_work = {push, is_answered, crowd_again};
