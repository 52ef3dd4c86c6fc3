/* raw.c - the practical limit: an echo on epoll that checks nothing.
 *
 * It does only what any WebSocket server has to do on this kernel: one recv,
 * one send and one epoll_wait for each message. It trusts every byte that it
 * gets. The benchmarks divide our server's cost by its cost. Never use it to
 * serve anyone.
 *
 *     raw          each send blocks until the peer has taken everything
 *     raw turns    no call blocks: what a send leaves over waits for EPOLLOUT,
 *                  and meanwhile the others have their turns
 *
 * The first is the cheapest way to serve one client, the second what a server
 * for several has to do: with long messages that makes a difference.
 *
 *     | head | key | payload | head | key | payload |      received
 *            | head | payload'| head | payload' |          sent, same memory
 *
 * The reply to the first frame ends where the frame ended, so its payload is
 * unmasked in place; each one after it moves up by 4 bytes more. */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base64.h"
#include "sha1.h"

#define FRAME_MAX ((16 << 20) + 14) /* 16 MiB and the longest masked head */
#define EVENTS 1024

/* The connection that receives is lent a buffer. A connection whose frame is
 * incomplete keeps it, and the next connection receives into another, so that
 * no byte of a long frame is copied. Idle connections own an unset pointer. */
struct buffer {
	struct buffer *next;
	size_t len;
	unsigned char *from, *to; /* what a send has left over; or NULL */
	unsigned char *rest;      /* where what comes after that begins */
	bool closing;             /* when that is sent */
	unsigned char bytes[FRAME_MAX];
};

static struct buffer *spare; /* never empty: the first one is lent */
static struct buffer **kept; /* by descriptor */
static int epoll;
static bool turns; /* no call blocks */

/* Those that have asked for /cast: what one says, all hear, as a frame that was
 * made before. */
static int *members;
static size_t n_members;
static char heard[2 + 125] = "\x81\x7D"
			     "Anon: ";

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *get(void *memory)
{
	if (!memory)
		die("memory");
	return memory;
}

static void put_back(struct buffer *b)
{
	b->len = 0;
	b->from = NULL;
	b->next = spare;
	spare = b;
}

/* The buffer that is lent stays with the connection. */
static void keep(int fd, struct buffer *b)
{
	if (kept[fd])
		return;
	spare = b->next ? b->next : get(calloc(1, sizeof *b));
	kept[fd] = b;
}

static void watch(int fd, int operation, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.fd = fd};

	if (epoll_ctl(epoll, operation, fd, &e))
		die("epoll_ctl");
}

static bool is_member(int fd)
{
	size_t i = 0;

	while (i < n_members && members[i] != fd)
		i++;
	return i < n_members;
}

static void drop(int fd)
{
	for (size_t i = 0; i < n_members; i++)
		if (members[i] == fd)
			members[i--] = members[--n_members];
	if (kept[fd])
		put_back(kept[fd]);
	kept[fd] = NULL;
	close(fd);
}

/* Goes forwards, in chunks of 32 bytes: `to` is `from` or at least 4 below it,
 * and a chunk is loaded before it is stored. There are two vectors of 16, since
 * one of 32 goes by way of the stack where registers are shorter. */
static void unmask(unsigned char *to, const unsigned char *from, size_t len,
	const unsigned char key[4])
{
	typedef uint32_t vector __attribute__((vector_size(16)));
	uint32_t mask, word;
	vector masks, a, b;
	size_t i = 0;

	memcpy(&mask, key, sizeof mask);
	masks = (vector){0} + mask;
	for (; i + 2 * sizeof a <= len; i += 2 * sizeof a) {
		memcpy(&a, from + i, sizeof a);
		memcpy(&b, from + i + sizeof a, sizeof b);
		a ^= masks;
		b ^= masks;
		memcpy(to + i, &a, sizeof a);
		memcpy(to + i + sizeof a, &b, sizeof b);
	}
	for (; i + sizeof word <= len; i += sizeof word) {
		memcpy(&word, from + i, sizeof word);
		word ^= mask;
		memcpy(to + i, &word, sizeof word);
	}
	for (; i < len; i++)
		to[i] = from[i] ^ ((unsigned char *)&mask)[i & 3];
}

/* Returns the length of the payload. `head` becomes the size of the reply's
 * head; the frame's own head is 4 bytes longer, for the key. */
static uint64_t length(const unsigned char *p, size_t *head)
{
	uint64_t len = p[1] & 127;

	*head = 2;
	if (len == 126) {
		*head = 4;
		len = (uint64_t)p[2] << 8 | p[3];
	} else if (len == 127) {
		*head = 10;
		memcpy(&len, p + 2, sizeof len);
		len = be64toh(len);
	}
	return len;
}

/* Writes the reply to the frame at `p` to `out`. */
static void reply(
	unsigned char *out, const unsigned char *p, size_t head, size_t len)
{
	unsigned char key[4];

	memcpy(key, p + head, 4); /* `out` may lie over it */
	memmove(out, p, head);
	out[1] &= 127;
	unmask(out + head, p + head + 4, len, key);
}

/* The kernel has taken n bytes, or none (-1): the buffer stays until it takes
 * the rest. */
__attribute__((noinline)) static void wait_to_send(
	int fd, struct buffer *b, unsigned char *from, size_t len, ssize_t n)
{
	if (n < 0 && errno != EAGAIN) { /* gone, as the next recv will say */
		b->from = NULL;
		return;
	}
	if (!b->from)
		watch(fd, EPOLL_CTL_MOD, EPOLLOUT);
	b->from = from + (n > 0 ? n : 0);
	b->to = from + len;
	keep(fd, b);
}

/* Returns whether all is sent, as it always is if the descriptor blocks. */
static bool send_all(int fd, struct buffer *b, unsigned char *from, size_t len)
{
	ssize_t n = send(fd, from, len, MSG_NOSIGNAL);

	if (n == (ssize_t)len)
		return true;
	wait_to_send(fd, b, from, len, n);
	return !b->from;
}

/* Replies to all complete frames in one send. Returns where the rest begins, or
 * NULL when the last of them was a Close. */
static unsigned char *echo(
	int fd, struct buffer *b, unsigned char *p, const unsigned char *end)
{
	unsigned char *start = NULL, *out = NULL;
	bool closing = false;
	size_t head;

	while (end - p >= 6) {
		uint64_t len = length(p, &head);
		unsigned char first = p[0];

		if ((size_t)(end - p) < head + 4 ||
			(size_t)(end - p) - head - 4 < len)
			break;
		if (!out)
			start = out = p + 4;
		reply(out, p, head, len);
		if (first & 8) { /* a control frame: Close or Ping */
			closing = first == 0x88;
			out[0] = closing ? 0x88 : 0x8A;
		}
		out += head + len;
		p += head + 4 + len;
	}
	if (out && !send_all(fd, b, start, (size_t)(out - start))) {
		b->closing = closing;
		return p;
	}
	return closing ? NULL : p;
}

/* Answers the request at `p`. Returns where the rest begins. */
static unsigned char *upgrade(int fd, unsigned char *p, unsigned char *end)
{
	static const char field[] = "Sec-WebSocket-Key: ";
	static char answer[] = "HTTP/1.1 101 Switching Protocols\r\n"
			       "Upgrade: websocket\r\n"
			       "Connection: Upgrade\r\n"
			       "Sec-WebSocket-Accept: "
			       "****************************\r\n\r\n"
			       "\x81\x0DHello Socket!";
	/* from the end of it: the greeting, the empty line, its own 28 bytes */
	static char *accept = answer + sizeof answer - 1 - 15 - 4 - 28;
	char text[] = "************************"
		      "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	unsigned char digest[SHA1_SIZE];
	size_t size = sizeof answer - 1;
	const char *key;

	if (end - p < 4 || memcmp(end - 4, "\r\n\r\n", 4))
		return p;
	key = memmem(p, (size_t)(end - p), field, sizeof field - 1);
	if (!key)
		return end;
	memcpy(text, key + sizeof field - 1, 24);
	sha1(digest, text, sizeof text - 1);
	base64_encode(accept, digest, sizeof digest);
	accept[28] = '\r'; /* where the text's 0 went */
	if (!memcmp(p, "GET /echo", 9) || !memcmp(p, "GET /cast", 9))
		size -= 15; /* an echo sends no greeting */
	if (!memcmp(p, "GET /cast", 9))
		members[n_members++] = fd;
	send(fd, answer, size, MSG_NOSIGNAL);
	return end;
}

/* The bytes from `rest` to `end` are an incomplete frame; or anything, if a send
 * has left something over, for which they have to wait. */
__attribute__((noinline)) static void settle(
	int fd, struct buffer *in, unsigned char *rest, unsigned char *end)
{
	if (in->from) {
		in->rest = rest;
		in->len = (size_t)(end - in->bytes);
	} else if (rest < end) {
		in->len = (size_t)(end - rest);
		memmove(in->bytes, rest, in->len);
		keep(fd, in);
	} else {
		kept[fd] = NULL;
		put_back(in);
	}
}

/* Frames are short and come alone here. Returns as echo does. */
static unsigned char *cast(const unsigned char *p, unsigned char *end)
{
	if (*p & 8)
		return NULL;
	for (size_t i = 0; i < n_members; i++)
		send(members[i], heard, sizeof heard, MSG_NOSIGNAL);
	return end;
}

/* No state says whether the handshake is over, since no frame begins with a
 * G. */
static void receive(int fd)
{
	struct buffer *in = kept[fd] ? kept[fd] : spare;
	ssize_t n = recv(fd, in->bytes + in->len, FRAME_MAX - in->len, 0);
	unsigned char *end = in->bytes + in->len + n, *rest;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		drop(fd);
		return;
	}
	if (*in->bytes == 'G')
		rest = upgrade(fd, in->bytes, end);
	else if (n_members && is_member(fd))
		rest = cast(in->bytes, end);
	else
		rest = echo(fd, in, in->bytes, end);
	if (!rest)
		drop(fd);
	else if (rest < end || kept[fd])
		settle(fd, in, rest, end);
}

/* The kernel has room for more of what a send has left over. */
static void send_rest(int fd)
{
	struct buffer *in = kept[fd];

	if (!send_all(fd, in, in->from, (size_t)(in->to - in->from)))
		return;
	if (in->closing) {
		drop(fd);
		return;
	}
	in->from = NULL;
	watch(fd, EPOLL_CTL_MOD, EPOLLIN);
	settle(fd, in, in->rest, in->bytes + in->len);
}

static void accept_all(int listener)
{
	int fd;

	while ((fd = accept4(
			listener, NULL, NULL, turns ? SOCK_NONBLOCK : 0)) >= 0)
		watch(fd, EPOLL_CTL_ADD, EPOLLIN);
}

/* Accepted sockets inherit TCP_NODELAY. */
static int listen_on(uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) ||
		bind(fd, (struct sockaddr *)&a, len) || listen(fd, SOMAXCONN) ||
		getsockname(fd, (struct sockaddr *)&a, &len))
		die("listen");
	printf("Listening on ws://localhost:%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

int main(int argc, char **argv)
{
	static struct epoll_event events[EVENTS];
	int listener = listen_on(0);

	turns = argc > 1 && !strcmp(argv[1], "turns");
	kept = get(calloc((size_t)sysconf(_SC_OPEN_MAX), sizeof *kept));
	spare = get(calloc(1, sizeof *spare));
	members = get(calloc((size_t)sysconf(_SC_OPEN_MAX), sizeof *members));
	memset(heard + 8, 'x', sizeof heard - 8);
	epoll = epoll_create1(0);
	watch(listener, EPOLL_CTL_ADD, EPOLLIN);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd == listener)
				accept_all(listener);
			else if (events[i].events & EPOLLOUT)
				send_rest(fd);
			else
				receive(fd);
		}
	}
}
