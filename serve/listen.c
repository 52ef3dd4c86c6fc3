/* listen.c - the sockets that listen, and the names of addresses. */
#include "serve/listen.h"

#include "app.h"
#include "buf.h"
#include "serve/log.h"
#include "serve/options.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static _Noreturn void die(const char *host, uint32_t port)
{
	const char *advice = "";

	if (errno == EADDRINUSE)
		advice = " Stop what listens there, or choose another --port.";
	else if (errno == EACCES)
		advice = " Only root may use a port below 1024.";
	else if (errno == EADDRNOTAVAIL)
		advice = " This machine has no such address: see --host.";
	errx(1, "cannot listen on %s, port %u: %s.%s", host, (unsigned)port,
		strerror(errno), advice);
}

/* Bytes that the kernel takes for a client before it can send them. Without a
 * limit it takes megabytes for each client that does not read. Echoes of 1 MiB
 * cost the same with 64 KiB as without, and 10 % more with 128. */
#define UNSENT_MAX 65536

static int option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

/* Accepted sockets inherit these options, which saves two calls for each client.
 * TCP_NODELAY: everything that is ready leaves in one send, so the kernel has
 * nothing to wait for. */
static void tune(int fd, bool tells)
{
	if (option(fd, IPPROTO_TCP, TCP_NODELAY, 1) && tells)
		log_line("No TCP_NODELAY here: small messages may be late");
	if (option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_MAX) && tells)
		log_line("No TCP_NOTSENT_LOWAT here: slow peers take memory");
}

static int listen_on(const struct addrinfo *a, bool several)
{
	int fd = socket(
		a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* without it, the port of a server that has just ended is busy */
	option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	tune(fd, false);
	if ((!several || !option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
		!bind(fd, a->ai_addr, a->ai_addrlen) && !listen(fd, SOMAXCONN))
		return fd;
	close(fd);
	return -1;
}

static uint16_t *port_of(struct sockaddr *address)
{
	/* sockaddr_in6 has it in the same place */
	return &((struct sockaddr_in *)(void *)address)->sin_port;
}

/* Listens on all addresses of one name, and adds the sockets to the *n that are
 * open. Returns false when one of them fails; errno says why. */
static bool listen_on_name(const char *name, uint32_t *port, bool several,
	int fds[LISTEN_MAX], size_t *n)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *list, *a;

	if (getaddrinfo(name, NULL, &hints, &list)) {
		errno = EADDRNOTAVAIL;
		return false;
	}
	for (a = list; a && *n < LISTEN_MAX; a = a->ai_next) {
		*port_of(a->ai_addr) = htons((uint16_t)*port);
		fds[*n] = listen_on(a, several);
		if (fds[*n] < 0)
			break;
		getsockname(fds[(*n)++], a->ai_addr, &a->ai_addrlen);
		*port = ntohs(*port_of(a->ai_addr));
	}
	freeaddrinfo(list);
	return !a;
}

/* "localhost" is both of its addresses, as RFC 6761 6.3 has it, and asks no
 * resolver: a container may have none. Not every machine has IPv6, so ::1 may be
 * missing. */
static bool listen_on_all(const char *host, uint32_t *port, bool several,
	int fds[LISTEN_MAX], size_t *n)
{
	if (strcasecmp(host, "localhost"))
		return listen_on_name(host, port, several, fds, n);
	if (!listen_on_name("127.0.0.1", port, several, fds, n))
		return false;
	return listen_on_name("::1", port, several, fds, n) ||
	       errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
}

size_t listen_open(
	const char *host, uint32_t *port, bool several, int fds[LISTEN_MAX])
{
	uint32_t wanted = *port;
	size_t n = 0;

	/* a port that is free on one address may be taken on the other */
	for (int tries = wanted ? 1 : 10; tries; tries--) {
		if (listen_on_all(host, port, several, fds, &n))
			return n;
		while (n)
			close(fds[--n]);
		*port = wanted;
	}
	die(host, wanted);
}

static void say(const char *what, const char *host, uint32_t port)
{
	log_line(strchr(host, ':') ? "%s://[%s]:%u" : "%s://%s:%u", what, host,
		(unsigned)port);
}

void listen_say(const struct options *o, const struct app *app, uint32_t port)
{
	/* zeros mean all addresses, and are none to open */
	bool is_one = o->host[strspn(o->host, "0.:")];

	say("Listening on ws", o->host, port);
	if (app->on_request && !app->on_preface && !o->quiet)
		say("Open http", is_one ? o->host : "localhost", port);
}

void listen_start(
	struct listening *l, const struct options *o, const struct app *app)
{
	uint32_t port;

	l->own = app->listener;
	if (l->own) {
		l->n = l->own->open(l->own, l->fds);
		return;
	}
	port = options_port(o);
	l->n = listen_open(o->host, &port, false, l->fds);
	listen_say(o, app, port);
}

static bool is_unix(int fd)
{
	int domain = 0;
	socklen_t size = sizeof domain;

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
	return domain == AF_UNIX;
}

void listen_tune(const struct listening *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!is_unix(l->fds[i]))
			tune(l->fds[i], !i && !l->is_quiet);
}

void listen_remove(struct listening *l)
{
	if (l->own)
		l->own->remove(l->own);
}

void listen_close(struct listening *l)
{
	listen_remove(l);
	while (l->n)
		close(l->fds[--l->n]);
}

const char *listen_name(const void *sockaddr, char *text, size_t size)
{
	struct sockaddr_in6 a;
	const unsigned char *v4 =
		(unsigned char *)&a + offsetof(struct sockaddr_in, sin_addr);
	char host[INET6_ADDRSTRLEN] = "";
	unsigned port;

	memcpy(&a, sockaddr, sizeof a);
	port = ntohs(a.sin6_port); /* which sockaddr_in has in the same place */
	/* RFC 4291 2.5.5.2: a client with IPv4, on a socket of IPv6 */
	if (a.sin6_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&a.sin6_addr))
		v4 = a.sin6_addr.s6_addr + 12;
	else if (a.sin6_family == AF_INET6)
		v4 = NULL;
	if (a.sin6_family == AF_UNIX)
		return "unix";
	if (v4) {
		buf_format(text, size, "%u.%u.%u.%u:%u", v4[0], v4[1], v4[2],
			v4[3], port);
	} else {
		inet_ntop(AF_INET6, &a.sin6_addr, host, sizeof host);
		buf_format(text, size, "[%s]:%u", host, port);
	}
	return text;
}

const char *listen_peer(int fd, char *text, size_t size)
{
	struct sockaddr_in6 a;
	socklen_t len = sizeof a;

	if (getpeername(fd, (struct sockaddr *)&a, &len))
		return "unknown";
	return listen_name(&a, text, size);
}
