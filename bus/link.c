/* link.c - a connection to Redis or Valkey. */
#include "bus/link.h"

#include "server.h"

#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK 65536
#define FINISH_MS 1000
#define FINISH_TURNS 100

static struct addrinfo *resolve_path(const char *path)
{
	static struct sockaddr_un address = {.sun_family = AF_UNIX};
	static struct addrinfo info = {.ai_family = AF_UNIX,
		.ai_addr = (struct sockaddr *)&address,
		.ai_addrlen = sizeof address};

	if (strlen(path) >= sizeof address.sun_path)
		errx(2, "--redis %s: too long for the path of a socket", path);
	strcpy(address.sun_path, path);
	return &info;
}

/* Splits HOST:PORT or [HOST]:PORT. Returns the port, or NULL when it is neither. */
static const char *split(const char *name, char *host, size_t size)
{
	const char *colon = strrchr(name, ':');
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
	size_t len = digits ? (size_t)(colon - name) : 0;

	if (!len || digits > 5 || colon[1 + digits] || !atoi(colon + 1) ||
		atoi(colon + 1) > UINT16_MAX) /* getaddrinfo would cut it */
		return NULL;
	if (*name == '[' && name[len - 1] == ']') {
		name++;
		len -= 2;
	} else if (memchr(name, ':', len)) {
		return NULL;
	}
	return (size_t)snprintf(host, size, "%.*s", (int)len, name) < size
		       ? colon + 1
		       : NULL;
}

struct addrinfo *link_resolve(const char *name)
{
	struct addrinfo *list, hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICSERV};
	char host[256];
	const char *port;
	int error;

	if (*name == '/')
		return resolve_path(name);
	port = split(name, host, sizeof host);
	if (!port)
		errx(2, "--redis %s: give a HOST:PORT or a /PATH", name);
	error = getaddrinfo(host, port, &hints, &list);
	if (error)
		errx(1, "--redis %s: %s", name, gai_strerror(error));
	return list;
}

static void watch(struct link *l)
{
	server_watch(l->server, &l->source,
		EPOLLIN | (buf_unsent(&l->out) ? (uint32_t)EPOLLOUT : 0));
}

/* A send that fails need not say so: the loop tells that the peer is gone. */
void link_flush(struct link *l)
{
	struct buf *out = &l->out;
	ssize_t n = 0;

	if (buf_unsent(out))
		n = send(l->source.fd, out->data + out->start, buf_unsent(out),
			MSG_NOSIGNAL | MSG_DONTWAIT);
	out->start += n > 0 ? (size_t)n : 0;
	if (!buf_unsent(out))
		out->len = out->start = 0;
	watch(l);
}

void link_close(struct link *l)
{
	if (l->is_begun) {
		server_watch(l->server, &l->source, 0);
		close(l->source.fd);
	}
	l->is_begun = l->is_open = false;
	buf_free(&l->in);
	buf_free(&l->out);
}

/* Redis would not read what is behind a command whose answer it cannot send. */
void link_finish(struct link *l)
{
	struct pollfd p = {.fd = l->source.fd};
	char answers[1024];

	for (int i = 0; i < FINISH_TURNS; i++) {
		link_flush(l);
		if (!buf_unsent(&l->out))
			shutdown(p.fd, SHUT_WR);
		p.events = (short)l->source.events;
		if (poll(&p, 1, FINISH_MS) <= 0 ||
			(p.revents & ~POLLOUT &&
				recv(p.fd, answers, sizeof answers,
					MSG_DONTWAIT) <= 0))
			break;
	}
}

/* NULL: it is not set, or empty, as in a file for systemd. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* AUTH with a user is for Redis 6 and newer. */
static void opened(struct link *l)
{
	const char *user = environment("REDIS_USER");
	const char *password = environment("REDIS_PASSWORD");
	const char *words[] = {"AUTH", user ? user : password, password};

	l->is_open = true;
	/* a Unix socket has no such thing, and no need of it */
	setsockopt(
		l->source.fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	if (password)
		resp_command(&l->out, words, user ? 3 : 2);
	l->on_open(l);
}

/* Takes what has come. Returns NULL, or why the link is lost. */
static const char *take_all(struct link *l)
{
	struct slice left = {(char *)l->in.data, l->in.len}, answer;
	ssize_t n;

	while ((n = resp_whole(left)) > 0) {
		answer = (struct slice){left.p, (size_t)n};
		left = (struct slice){left.p + n, left.len - (size_t)n};
		if (*answer.p == '-') { /* without its CR LF */
			*(char *)(uintptr_t)(left.p - 2) = 0;
			return answer.p + 1;
		}
		if (*answer.p != '+' && !l->on_answer(l, answer))
			return "it answered what it was not asked";
	}
	if (n < 0 || left.len > LINK_ANSWER_MAX)
		return "it does not speak RESP2, or too much of it";
	buf_consume(&l->in, l->in.len - left.len);
	return NULL;
}

/* Returns as take_all. */
static const char *receive(struct link *l)
{
	ssize_t n;

	if (!buf_reserve(&l->in, CHUNK))
		return strerror(ENOMEM);
	n = recv(l->source.fd, l->in.data + l->in.len, CHUNK, MSG_DONTWAIT);
	if (n == 0)
		return "it hung up";
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? NULL
							 : strerror(errno);
	l->in.len += (size_t)n;
	return take_all(l);
}

static void ready(struct server *server, struct source *source, uint32_t events)
{
	struct link *l = (struct link *)source;
	bool failed = events & (EPOLLERR | EPOLLHUP);
	const char *why = NULL;

	(void)server;
	if (!l->is_open && !failed)
		opened(l);
	if (l->is_open && events & EPOLLOUT)
		link_flush(l);
	if (events & EPOLLIN || failed) /* recv says why */
		why = receive(l);
	if (why)
		l->on_lost(l, why);
	else if (l->is_open) /* an answer may have led to a command */
		watch(l);
}

void link_open(struct link *l, const struct addrinfo *a)
{
	int fd = socket(
		a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	l->source = (struct source){.ready = ready, .fd = fd};
	l->is_begun = true;
	if (fd < 0 ||
		(connect(fd, a->ai_addr, a->ai_addrlen) &&
			errno != EINPROGRESS) ||
		!server_watch(l->server, &l->source, EPOLLOUT))
		l->on_lost(l, strerror(errno));
}
