/* honest.c - a client that keeps to the rules: RFC 9112, RFC 6455. */
#include "tests/attack/honest.h"

#include "bench/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 10 /* seconds */
#define PAUSE_US 2000
#define TEXT 125

static bool fail(struct honest *h, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!h->failures)
		vsnprintf(h->why, sizeof h->why, format, args);
	va_end(args);
	h->failures++;
	return false;
}

static void measure(struct honest *h, struct tally *t, uint64_t since)
{
	if (h->measuring)
		tally_add(t, now() - since);
}

static int dial(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool send_all(int fd, const void *data, size_t len)
{
	return send(fd, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool read_all(int fd, void *data, size_t len)
{
	return recv(fd, data, len, MSG_WAITALL) == (ssize_t)len;
}

/* Reads to the end. Returns -1 when the end is a reset, or does not come. */
static ssize_t read_to_end(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, text + len, size - 1 - len, 0)) > 0)
		len += (size_t)n;
	text[len] = 0;
	return n ? -1 : (ssize_t)len;
}

/* Is the answer there to its last byte? */
static bool is_whole(const char *answer, size_t len)
{
	const char *field = strstr(answer, "\r\nContent-Length: ");
	const char *body = strstr(answer, "\r\n\r\n");

	return field && body && !strncmp(answer, "HTTP/1.1 200 ", 13) &&
	       (size_t)atol(field + 18) == len - (size_t)(body + 4 - answer);
}

static bool get(struct honest *h)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: "
				      "localhost\r\nConnection: close\r\n\r\n";
	static char answer[65536];
	uint64_t since = now();
	int fd = dial(h->port);
	ssize_t len = -1;

	if (fd >= 0 && send_all(fd, request, sizeof request - 1))
		len = read_to_end(fd, answer, sizeof answer);
	close(fd);
	if (len > 0 && is_whole(answer, (size_t)len)) {
		measure(h, &h->get, since);
		return true;
	}
	if (h->may_be_refused && (len <= 0 || !strncmp(answer + 9, "503", 3))) {
		h->refused++;
		return true;
	}
	return fail(h, "GET / got %zd bytes in %.1f s: %.40s", len,
		(double)(now() - since) / 1e9, len > 0 ? answer : "");
}

/* Returns the WebSocket's descriptor, or -1. */
static int open_socket(struct honest *h)
{
	static const char request[] =
		"GET /echo HTTP/1.1\r\nHost: localhost\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	char head[1024];
	size_t n = 0;
	int fd = dial(h->port);

	if (fd < 0 || !send_all(fd, request, sizeof request - 1))
		fail(h, "no WebSocket: %s", strerror(errno));
	while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4))
		if (n == sizeof head || !read_all(fd, head + n++, 1)) {
			fail(h, "no handshake");
			close(fd);
			return -1;
		}
	return fd;
}

/* Sends a masked frame of at most 125 bytes. */
static bool send_frame(int fd, int opcode, const char *payload, size_t len)
{
	unsigned char frame[6 + TEXT] = {(unsigned char)(0x80 | opcode),
		(unsigned char)(0x80 | len), 'k', 'e', 'y', 's'};

	for (size_t i = 0; i < len; i++)
		frame[6 + i] = (unsigned char)payload[i] ^ frame[2 + i % 4];
	return send_all(fd, frame, 6 + len);
}

/* Reads the next frame, and answers the Pings before it. Returns its opcode, or
 * -1. Its payload is less than 126 bytes and gets a final 0. */
static int read_frame(int fd, char payload[TEXT + 1])
{
	unsigned char head[2];

	for (;;) {
		if (!read_all(fd, head, 2) || head[1] > TEXT ||
			!read_all(fd, payload, head[1]))
			return -1;
		payload[head[1]] = 0;
		if (head[0] != 0x89)
			return head[0] & 15;
		send_frame(fd, 10, payload, head[1]);
	}
}

static bool echo(struct honest *h, int fd)
{
	char text[TEXT + 1], back[TEXT + 1];
	uint64_t since = now();
	int opcode;

	snprintf(text, sizeof text, "%0125llu", (unsigned long long)since);
	if (!send_frame(fd, 1, text, TEXT))
		return fail(h, "echo: send: %s", strerror(errno));
	opcode = read_frame(fd, back);
	if (opcode != 1 || strcmp(text, back))
		return fail(h, "echo: frame %d after %.1f s", opcode,
			(double)(now() - since) / 1e9);
	measure(h, &h->echo, since);
	return true;
}

/* A socket that is kept open has to be read. */
static void rest(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char payload[TEXT + 1];

	usleep(1000);
	if (poll(&p, 1, 0) > 0 && read_all(fd, payload, 2) &&
		payload[0] == '\x89' && payload[1] == 0)
		send_frame(fd, 10, payload, 0);
}

static void say_goodbye(struct honest *h, int fd)
{
	char payload[TEXT + 1];

	if (!send_frame(fd, 8, "\x03\xE8", 2) || read_frame(fd, payload) != 8 ||
		recv(fd, payload, 1, 0) != 0)
		fail(h, "no goodbye");
	close(fd);
}

static void live(struct honest *h)
{
	int fd = -1;

	while (!h->stopping) {
		h->resting = h->pausing;
		if (h->resting) {
			rest(fd);
			continue;
		}
		if (fd < 0)
			fd = open_socket(h);
		get(h);
		if (fd >= 0 && !echo(h, fd)) {
			close(fd);
			fd = -1;
		}
		h->done++;
		usleep(PAUSE_US);
	}
	if (fd >= 0)
		say_goodbye(h, fd);
}

struct honest *honest_start(uint16_t port, bool may_be_refused)
{
	struct honest *h = mmap(NULL, sizeof *h, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (h == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	h->port = port;
	h->may_be_refused = may_be_refused;
	h->pid = fork();
	if (!h->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		live(h);
		_exit(0);
	}
	while (!h->done)
		usleep(1000);
	return h;
}

void honest_pause(struct honest *h)
{
	h->pausing = true;
	while (!h->resting)
		usleep(1000);
}

void honest_resume(struct honest *h)
{
	h->pausing = false;
	while (h->resting)
		usleep(1000);
}

void honest_stop(struct honest *h)
{
	h->stopping = true;
	waitpid(h->pid, NULL, 0);
}
