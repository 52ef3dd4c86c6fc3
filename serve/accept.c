/* accept.c - the listening sockets in the loop: who is let in. */
#include "serve/accept.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* EPOLLEXCLUSIVE: of several workers on one socket, one wakes up. */
static bool watch(const struct accept *d, int operation)
{
	bool done = true;

	for (size_t i = 0; i < d->n; i++) {
		struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE,
			.data.ptr = (void *)&d->listeners[i]};

		/* an earlier try may have gone half way */
		if (epoll_ctl(d->epoll, operation, d->listeners[i], &event) &&
			errno != EEXIST && errno != ENOENT)
			done = false;
	}
	return done;
}

static void hold_reserve(struct accept *d)
{
	if (d->reserve < 0)
		d->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool accept_open(struct accept *d, int epoll, const int *listeners, size_t n)
{
	*d = (struct accept){
		.epoll = epoll, .reserve = -1, .listeners = listeners, .n = n};
	hold_reserve(d);
	return d->reserve >= 0 && watch(d, EPOLL_CTL_ADD);
}

int accept_listener(const struct accept *d, const void *pointer)
{
	const int *listener = pointer;

	return listener >= d->listeners && listener < d->listeners + d->n
		       ? *listener
		       : -1;
}

void accept_turn_away(struct accept *d, int fd)
{
	static const char answer[] =
		"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
		"Content-Length: 0\r\nConnection: close\r\n\r\n";

	d->turned_away++;
	if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
	close(fd);
}

/* No descriptor is left. The one held in reserve lets the client in for as
 * long as it takes to turn it away. */
static bool use_reserve(struct accept *d, int listener)
{
	int fd;

	if (d->reserve < 0)
		return false;
	close(d->reserve);
	d->reserve = -1;
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		accept_turn_away(d, fd);
	hold_reserve(d);
	return fd >= 0;
}

/* Level-triggered, who waits in the queue would wake the loop for ever. */
static void shut(struct accept *d, uint32_t now)
{
	if (!d->shut)
		d->shut = watch(d, EPOLL_CTL_DEL);
	d->since = now;
}

bool accept_accept(struct accept *d, int listener, uint32_t now, int *fd)
{
	*fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (*fd >= 0 || errno == ECONNABORTED || errno == EINTR)
		return true;
	if (errno == EAGAIN)
		return false;
	if ((errno == EMFILE || errno == ENFILE) && use_reserve(d, listener))
		return true;
	shut(d, now);
	return false;
}

void accept_look(struct accept *d, uint32_t now)
{
	if (!d->shut || now - d->since < ACCEPT_PAUSE_MS)
		return;
	hold_reserve(d);
	d->shut = !watch(d, EPOLL_CTL_ADD);
	d->since = now;
}

void accept_close(struct accept *d)
{
	/* who else holds a listener keeps it on this epoll: close is not enough */
	if (!d->shut)
		watch(d, EPOLL_CTL_DEL);
	d->shut = false;
	for (size_t i = 0; i < d->n; i++)
		close(d->listeners[i]);
	d->n = 0;
	if (d->reserve >= 0)
		close(d->reserve);
	d->reserve = -1;
}
