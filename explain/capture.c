/* capture.c - what crosses the wire, written to a file for Wireshark. It owns
 * the descriptor and what waits to be written. */
#include "explain/capture.h"

#include "serve/log.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WAITING_MAX (4u << 20) /* bytes */
#define PIPE_SIZE (1 << 20)
#define ADDRESS_MAX 64

/* RFC 5737, RFC 3849: addresses for examples, where the real one is unknown. */
static const char *const unknown[2][2] = {
	{"192.0.2.2", "192.0.2.1"}, {"2001:db8::2", "2001:db8::1"}};

/* Bytes that wait for the address of the client; they follow it. */
struct held {
	uint64_t us;
	size_t len;
	bool sent;
	char verdict[PCAPNG_COMMENT_MAX];
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static _Noreturn void fail(const char *path, const char *why)
{
	errx(1, "--pcapng %s: %s", path, why);
}

/* Descriptors up to 2 belong to others, even if they are closed. */
static int raise_fd(int fd)
{
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (fd >= 0)
		close(fd);
	return high;
}

/* Standard output for the packets, standard error for the log. A pipe is opened
 * again, since O_NONBLOCK would be set for all who share it. */
static int open_output(void)
{
	char path[40];
	struct stat st;
	int again,
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (isatty(STDOUT_FILENO))
		fail("-", "standard output is a terminal");
	if (fd < 0 || fstat(fd, &st) || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		fail("-", strerror(errno));
	if (S_ISREG(st.st_mode))
		return fd;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	again = raise_fd(
		open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
	close(fd);
	return again;
}

/* Only its owner may read what is in there, even if the file was there. */
static int open_file(const char *path)
{
	int fd = open(path,
		O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);
	struct stat st;

	if (fd < 0 && errno == ENXIO)
		fail(path, "nobody reads this pipe: start wireshark -k -i on "
			   "it first");
	fd = raise_fd(fd);
	if (fd < 0 || fstat(fd, &st))
		return -1;
	if (S_ISREG(st.st_mode) && (fchmod(fd, 0600) || ftruncate(fd, 0)))
		return -1;
	return fd;
}

static void stop(struct capture *c, const char *why)
{
	log_line("The capture %s is over: %s", c->path, why);
	close(c->fd);
	c->fd = 0;
	buf_free(&c->waiting);
}

/* Writes what is taken without waiting. */
static void flush(struct capture *c)
{
	size_t done = 0;

	while (c->fd && done < c->waiting.len) {
		ssize_t n = write(
			c->fd, c->waiting.data + done, c->waiting.len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			break;
		else if (n == 0 || errno != EINTR)
			stop(c, n ? strerror(errno) : "it takes nothing");
	}
	if (c->fd)
		buf_consume(&c->waiting, done);
}

void capture_open(struct capture *c, const char *path, uint32_t port)
{
	bool is_output = !strcmp(path, "-");

	*c = (struct capture){.path = path, .port = port};
	c->fd = is_output ? open_output() : open_file(path);
	if (c->fd < 0)
		fail(path, strerror(errno));
	fcntl(c->fd, F_SETPIPE_SZ, PIPE_SIZE); /* where it is a pipe */
	if (!pcapng_begin(&c->waiting))
		fail(path, "no memory");
	warnx("WARNING: --pcapng writes every byte of every connection to %s, "
	      "cookies and passwords too",
		is_output ? "standard output" : path);
	flush(c);
}

/* What is left may need a reader that is slow. */
void capture_close(struct capture *c)
{
	struct pollfd ready = {.fd = c->fd, .events = POLLOUT};

	while (c->fd && c->waiting.len && poll(&ready, 1, 1000) > 0)
		flush(c);
	if (c->fd)
		close(c->fd);
	buf_free(&c->waiting);
	c->fd = 0;
}

/* Begins what is added to the file. Returns false when there is no room. */
static bool has_room(struct capture *c)
{
	if (c->waiting.len)
		flush(c);
	if (!c->fd)
		return false;
	if (c->waiting.len <= WAITING_MAX)
		return true;
	c->dropped++;
	return false;
}

static void added(struct capture *c, bool all)
{
	c->dropped += !all;
	flush(c);
	if (c->dropped && !c->waiting.len && c->fd) {
		log_line("(%llu packets of the capture dropped)", c->dropped);
		c->dropped = 0;
	}
}

/* Reads "[::1]:80" or "192.0.2.7". Returns whether there is an address. A port
 * that is not there stays as it is. */
static bool read_address(struct slice text, bool *is_v6,
	unsigned char address[16], uint16_t *port)
{
	struct slice rest, host;
	char name[ADDRESS_MAX];

	if (!text.len || text.len >= sizeof name)
		return false;
	*is_v6 = *text.p == '[';
	if (*is_v6) {
		host = slice_cut(
			(struct slice){text.p + 1, text.len - 1}, ']', &rest);
		rest = rest.p ? slice_after(rest, ":") : rest;
	} else {
		host = slice_cut(text, ':', &rest);
	}
	snprintf(name, sizeof name, "%.*s", (int)(rest.p ? rest.len : 0),
		rest.p ? rest.p : "");
	if (*name)
		*port = (uint16_t)atoi(name);
	snprintf(name, sizeof name, "%.*s", (int)host.len, host.p);
	return inet_pton(*is_v6 ? AF_INET6 : AF_INET, name, address) == 1;
}

static bool is_this_machine(const struct pcapng_flow *flow)
{
	return flow->is_v6 ? !memcmp(flow->address[0], &in6addr_loopback, 16)
			   : flow->address[0][0] == 127;
}

/* The server has its own address where both are this machine; else the one by
 * which it was asked, if that is one. */
static void find_addresses(const struct capture *c, struct pcapng_flow *flow,
	const char *peer, struct slice host)
{
	bool is_v6 = false;

	flow->port[0] = 1024;
	flow->port[1] = 80;
	if (!read_address((struct slice){peer, strlen(peer)}, &flow->is_v6,
		    flow->address[0], &flow->port[0])) {
		flow->is_v6 = false;
		inet_pton(AF_INET, unknown[0][0], flow->address[0]);
	}
	if (!read_address(host, &is_v6, flow->address[1], &flow->port[1]) ||
		is_v6 != flow->is_v6)
		inet_pton(flow->is_v6 ? AF_INET6 : AF_INET,
			unknown[flow->is_v6][1], flow->address[1]);
	if (is_this_machine(flow))
		inet_pton(flow->is_v6 ? AF_INET6 : AF_INET,
			flow->is_v6 ? "::1" : "127.0.0.1", flow->address[1]);
	if (c->port)
		flow->port[1] = (uint16_t)c->port;
}

/* Writes the beginning of the connection, and what has waited for it. Where there is
 * no room for that, the connection goes on without it. */
static void begin(struct capture *c, struct captured *one, const char *peer,
	struct slice host)
{
	const unsigned char *p = one->held.data;
	const unsigned char *end = p ? p + one->held.len : p;
	struct held held = {.us = now()};
	bool fits = has_room(c), all = true;

	find_addresses(c, &one->flow, peer, host);
	one->is_named = true;
	if (p)
		memcpy(&held, p, sizeof held);
	if (fits)
		all = pcapng_open(&c->waiting, &one->flow, held.us);
	for (; p < end; p += held.len) {
		memcpy(&held, p, sizeof held);
		p += sizeof held;
		if (fits)
			all &= pcapng_run(&c->waiting, &one->flow, held.sent, p,
				held.len, held.us, held.verdict);
		else
			pcapng_skip(&one->flow, held.sent, held.len);
	}
	buf_free(&one->held);
	if (fits)
		added(c, all);
}

static bool hold(struct captured *one, const struct held *held, const void *p)
{
	size_t before = one->held.len;

	if (buf_append(&one->held, held, sizeof *held) &&
		buf_append(&one->held, p, held->len))
		return true;
	one->held.len = before;
	return false;
}

void capture_run(struct capture *c, struct captured *one, bool sent,
	const void *data, size_t len, const char *verdict)
{
	struct held held = {.us = now(), .len = len, .sent = sent};

	if (!one->is_named) {
		snprintf(held.verdict, sizeof held.verdict, "%s", verdict);
		c->dropped += !hold(one, &held, data);
	} else if (has_room(c)) {
		added(c, pcapng_run(&c->waiting, &one->flow, sent, data, len,
				 held.us, verdict));
	} else {
		pcapng_skip(&one->flow, sent, len);
	}
}

void capture_response(struct capture *c, struct captured *one,
	const struct request *req, uint64_t unseen)
{
	if (!one->is_named)
		begin(c, one, req->peer ? req->peer : "", req->host);
	pcapng_skip(&one->flow, true, unseen);
}

void capture_end(struct capture *c, struct captured *one)
{
	if (!one->is_named && one->held.len)
		begin(c, one, "", (struct slice){"", 0});
	if (one->is_named && has_room(c))
		added(c, pcapng_close(&c->waiting, &one->flow, now()));
	buf_free(&one->held);
}
