/* listen.c - the sockets that listen, and the names of addresses. */
#include "serve/listen.h"

#include "serve/log.h"
#include "serve/options.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static _Noreturn void die(const char *host, uint32_t port, int error)
{
	const char *advice = "";
	char at[20] = "";

	if (error == EADDRINUSE)
		advice = " Stop what listens there, or choose another --port.";
	else if (error == EACCES)
		advice = " Only root may use a port below 1024.";
	else if (error == EADDRNOTAVAIL)
		advice = " This machine has no such address: see --host.";
	else if (error == EISCONN)
		advice = " Hand over what listens: systemd needs Accept=no.";
	if (port)
		snprintf(at, sizeof at, ", port %u", (unsigned)port);
	errx(1, "cannot listen on %s%s: %s.%s", host, at, strerror(error),
		advice);
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
	return address->sa_family == AF_INET6
		       ? &((struct sockaddr_in6 *)(void *)address)->sin6_port
		       : &((struct sockaddr_in *)(void *)address)->sin_port;
}

/* Listens on all addresses of one name, and adds the sockets to the *n that are
 * open. Returns false when one of them fails; errno says why. */
static bool listen_on_name(const char *name, uint32_t *port, bool several,
	int fds[LISTEN_MAX], size_t *n)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *list, *a;
	int error;

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
	error = errno;
	freeaddrinfo(list);
	errno = error;
	return !a;
}

/* Not every machine has IPv6, so ::1 may be missing. */
static bool listen_on_loopback(
	uint32_t *port, bool several, int fds[LISTEN_MAX], size_t *n)
{
	if (!listen_on_name("127.0.0.1", port, several, fds, n))
		return false;
	return listen_on_name("::1", port, several, fds, n) ||
	       errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
}

size_t listen_open(
	const char *host, uint32_t *port, bool several, int fds[LISTEN_MAX])
{
	bool is_local = !strcmp(host, "localhost");
	uint32_t wanted = *port;
	size_t n = 0;

	/* a port that is free on one address may be taken on the other */
	for (int tries = wanted ? 1 : 10; tries; tries--) {
		if (is_local ? listen_on_loopback(port, several, fds, &n)
			     : listen_on_name(host, port, several, fds, &n))
			return n;
		while (n)
			close(fds[--n]);
		*port = wanted;
	}
	die(host, wanted, errno);
}

static int asked(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof value;

	getsockopt(fd, SOL_SOCKET, name, &value, &len);
	return value;
}

/* Returns why no clients can be accepted there, or 0. */
static int why_unfit(int fd)
{
	int type = asked(fd, SO_TYPE), family = asked(fd, SO_DOMAIN);
	int listens = asked(fd, SO_ACCEPTCONN);

	if (type < 0 || family < 0 || listens < 0 ||
		fcntl(fd, F_SETFD, FD_CLOEXEC) ||
		fcntl(fd, F_SETFL, O_NONBLOCK))
		return errno;
	if (type != SOCK_STREAM ||
		(family != AF_INET && family != AF_INET6 && family != AF_UNIX))
		return EPROTOTYPE;
	return listens ? 0 : EISCONN;
}

/* Takes the sockets that the program which started this one hands over, as
 * systemd does (LISTEN_FDS, LISTEN_PID). Returns how many there are. */
static size_t inherit(int fds[LISTEN_MAX])
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	char *end;
	int why;
	long n;

	if (!count || !pid || strtol(pid, NULL, 10) != getpid())
		return 0;
	n = strtol(count, &end, 10);
	if (n < 0 || n > LISTEN_MAX || *end)
		die("LISTEN_FDS (a number up to 8)", 0, EINVAL);
	for (int i = 0; i < n; i++) {
		fds[i] = 3 + i; /* the first: SD_LISTEN_FDS_START */
		why = why_unfit(fds[i]);
		if (why)
			die("LISTEN_FDS", 0, why);
		tune(fds[i], false); /* which a Unix socket refuses */
	}
	return (size_t)n;
}

static void close_set(struct listening *l, size_t set)
{
	for (size_t i = 0; i < l->n; i++)
		close(l->fds[set][i]);
}

/* Says what a browser on this machine can open. A host of zeros means all
 * addresses, and is none itself. */
static void invite(const char *host, uint32_t port)
{
	bool is_all = !host[strspn(host, "0.:")];
	bool is_v6 = !is_all && strchr(host, ':');

	log_line("Open http://%s%s%s:%u", is_v6 ? "[" : "",
		is_all ? "localhost" : host, is_v6 ? "]" : "", (unsigned)port);
}

/* Several workers have a socket each, over which the kernel spreads clients
 * evenly. On one shared socket the quickest worker would take most of them. The
 * port is first opened without sharing, which fails when it is busy. */
static void listen_on_port(
	struct listening *l, const struct options *o, bool invites)
{
	const char *v6 = strchr(o->host, ':');
	uint32_t port = o->port;

	l->n = listen_open(o->host, &port, false, l->fds[0]);
	if (l->sets > 1 && option(l->fds[0][0], SOL_SOCKET, SO_REUSEPORT, 1)) {
		l->sets = 1;
		log_line("No SO_REUSEPORT here: workers share one socket");
	}
	if (l->sets > 1)
		close_set(l, 0);
	for (size_t i = 0; l->sets > 1 && i < l->sets; i++)
		l->n = listen_open(o->host, &port, true, l->fds[i]);
	log_line("Listening on ws://%s%s%s:%u", v6 ? "[" : "", o->host,
		v6 ? "]" : "", (unsigned)port);
	if (invites)
		invite(o->host, port);
}

void listen_start(struct listening *l, const struct options *o, size_t workers,
	bool invites)
{
	l->sets = 1;
	l->n = inherit(l->fds[0]);
	if (l->n) {
		log_line("Listening on %zu inherited socket%s", l->n,
			l->n == 1 ? "" : "s");
	} else if (o->unix_path) {
		l->n = 1;
		l->fds[0][0] = unix_open(&l->file, o->unix_path);
		log_line("Listening on unix:%s", o->unix_path);
		if (invites)
			log_line("Open it through a proxy: browsers need TCP");
	} else {
		l->sets = workers;
		listen_on_port(l, o, invites);
	}
	if (asked(l->fds[0][0], SO_DOMAIN) != AF_UNIX)
		tune(l->fds[0][0], true);
}

void listen_keep(struct listening *l, size_t worker)
{
	size_t kept = worker % l->sets;

	for (size_t i = 0; i < l->sets; i++)
		if (i != kept)
			close_set(l, i);
	memmove(l->fds[0], l->fds[kept], sizeof *l->fds);
	l->sets = 1;
	l->worker = worker;
	unix_forget(&l->file);
}

void listen_remove(struct listening *l)
{
	unix_remove(&l->file);
}

void listen_close(struct listening *l)
{
	listen_remove(l);
	while (l->sets)
		close_set(l, --l->sets);
}

const char *listen_peer(int fd, char *text, size_t size)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof a;
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
	bool is_v6;

	if (getpeername(fd, (struct sockaddr *)&a, &len))
		return "unknown";
	if (a.ss_family == AF_UNIX)
		return "unix";
	/* RFC 4291 2.5.5.2: a client with IPv4, on a socket of IPv6 */
	if (a.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		a.ss_family = AF_INET; /* the port stands in the same place */
		memcpy(&v4->sin_addr, &v6->sin6_addr.s6_addr[12], 4);
	}
	is_v6 = a.ss_family == AF_INET6;
	inet_ntop(a.ss_family,
		is_v6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr, host,
		sizeof host);
	snprintf(text, size, is_v6 ? "[%s]:%u" : "%s:%u", host,
		ntohs(*port_of((struct sockaddr *)&a)));
	return text;
}
