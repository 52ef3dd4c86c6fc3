/* accept.c - the listening sockets in the loop: which clients are let in. */
#include "serve/accept.h"

#include "serve/log.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* EPOLLEXCLUSIVE: of several processes on one socket, only one is woken. */
#define LISTENING (EPOLLIN | EPOLLEXCLUSIVE)

/* Watches all listeners for these events. Returns false when some of them
 * cannot be watched; the others are. */
static bool watch(struct acceptor *a, uint32_t events)
{
	bool done = true;

	for (size_t i = 0; i < a->n; i++)
		done &= source_watch(&a->listeners[i], a->epoll, events) ||
			/* a kernel before 4.5, or one that imitates Linux */
			(events && errno == EINVAL &&
				source_watch(
					&a->listeners[i], a->epoll, EPOLLIN));
	return done;
}

/* An epoll of its own, because a container may have no file to open, not even
 * /dev/null. A duplicate would be no reserve when the whole system is out of
 * files. */
static void hold_reserve(struct acceptor *a)
{
	if (a->reserve < 0)
		a->reserve = epoll_create1(EPOLL_CLOEXEC);
}

bool accept_open(struct acceptor *a, int epoll, const struct listening *l,
	void (*ready)(struct server *, struct source *, uint32_t events))
{
	bool done;

	*a = (struct acceptor){.epoll = epoll, .reserve = -1, .n = l->n};
	for (size_t i = 0; i < l->n; i++)
		a->listeners[i] =
			(struct source){.ready = ready, .fd = l->fds[i]};
	listen_tune(l);
	hold_reserve(a);
	done = a->reserve >= 0 && watch(a, LISTENING);
	if (done && !l->is_quiet && l->n &&
		!(a->listeners[0].events & EPOLLEXCLUSIVE))
		log_line("No EPOLLEXCLUSIVE here: a client wakes all "
			 "processes");
	return done;
}

void accept_turn_away(struct acceptor *a, int fd)
{
	static const char answer[] =
		"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n"
		"Content-Length: 0\r\nConnection: close\r\n\r\n";

	char peer[64];

	a->turned_away++;
	log_message(0, "Refused %s: 503 too many clients: raise ulimit -n",
		listen_peer(fd, peer, sizeof peer));
	if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
	close(fd);
}

/* No descriptor is left, so the reserve is closed for as long as it takes to
 * accept one client and turn it away. */
static bool use_reserve(struct acceptor *a, int listener)
{
	int fd;

	if (a->reserve < 0)
		return false;
	close(a->reserve);
	a->reserve = -1;
	fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0)
		accept_turn_away(a, fd);
	hold_reserve(a);
	return fd >= 0;
}

bool accept_next(struct acceptor *a, const struct source *listener,
	uint32_t now, int *fd)
{
	socklen_t size = sizeof a->from;

	*fd = accept4(listener->fd, (struct sockaddr *)&a->from, &size,
		SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (*fd >= 0 || errno == ECONNABORTED || errno == EINTR)
		return true;
	if (errno == EAGAIN)
		return false;
	if ((errno == EMFILE || errno == ENFILE) &&
		use_reserve(a, listener->fd))
		return true;
	/* the epoll is level-triggered: a client that waits in the queue and
	 * cannot be accepted would wake the loop again and again */
	a->is_paused = watch(a, 0);
	a->since = now;
	return false;
}

void accept_resume(struct acceptor *a, uint32_t now)
{
	if (!a->is_paused || now - a->since < ACCEPT_PAUSE_MS)
		return;
	hold_reserve(a);
	a->is_paused = !watch(a, LISTENING);
	a->since = now;
}

void accept_close(struct acceptor *a)
{
	/* closing a listener would not take it off the epoll as long as another
	 * process has it open */
	watch(a, 0);
	a->is_paused = false;
	a->n = 0;
	if (a->reserve >= 0)
		close(a->reserve);
	a->reserve = -1;
}
