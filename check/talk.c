/* talk.c - a connection to the server that is graded. */
#include "check/talk.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void record_free(struct record *r)
{
	buf_free(&r->bytes);
	buf_free(&r->runs);
}

/* Adds to the last run of the same side, or begins another. */
static void note(struct record *r, bool sent, const void *bytes, size_t len)
{
	struct talk_run run = {sent, len}, *last;
	size_t room = TALK_RECORD_MAX - r->kept[sent];

	run.len = len = len < room ? len : room;
	if (!len || !buf_append(&r->bytes, bytes, len))
		return;
	r->kept[sent] += len;
	last = (struct talk_run *)(void *)r->runs.data;
	last += r->runs.len / sizeof run;
	if (r->runs.len && last[-1].sent == sent)
		last[-1].len += len;
	else if (!buf_append(&r->runs, &run, sizeof run)) {
		r->bytes.len -= len;
		r->kept[sent] -= len;
	}
}

uint64_t talk_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void talk_within(struct talk *t, unsigned ms)
{
	t->ms = ms;
	t->deadline = talk_now() + ms;
	if (t->end == TALK_SILENT)
		t->end = TALK_OPEN;
}

static bool finish(struct talk *t, enum talk_end end)
{
	t->end = end;
	t->error = errno;
	return false;
}

/* Says what a failed call means. */
static bool fail(struct talk *t)
{
	switch (errno) {
	case ECONNREFUSED:
		return finish(t, TALK_REFUSED);
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return finish(t, TALK_NO_ANSWER);
	case ECONNRESET:
	case EPIPE:
		return finish(t, TALK_RESET);
	default:
		return finish(t, TALK_FAILED);
	}
}

/* Waits for one of these events until the deadline. Returns those that have
 * come, or 0 with `end` set. */
static int wait_for(struct talk *t, int events)
{
	struct pollfd p = {.fd = t->fd, .events = (short)events};
	uint64_t now;
	int n;

	do {
		now = talk_now();
		n = now < t->deadline ? poll(&p, 1, (int)(t->deadline - now))
				      : 0;
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		fail(t);
	else if (!n)
		finish(t, TALK_SILENT);
	return n > 0 ? p.revents : 0;
}

static bool finish_connecting(struct talk *t)
{
	socklen_t size = sizeof(int);
	int error = 0;

	if (!wait_for(t, POLLOUT))
		return finish(t, TALK_NO_ANSWER);
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return fail(t);
	errno = error;
	return !error || fail(t);
}

static bool open_with(struct talk *t, const struct sockaddr *address,
	socklen_t size, unsigned ms, bool small)
{
	int one = 1, few = TALK_SMALL;

	*t = (struct talk){.fd = -1};
	talk_within(t, ms);
	t->fd = socket(address->sa_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return fail(t);
	/* every write leaves at once, as a segment of its own if it can */
	setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (small)
		setsockopt(t->fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
	if (!connect(t->fd, address, size))
		return true;
	return errno == EINPROGRESS ? finish_connecting(t) : fail(t);
}

bool talk_open(struct talk *t, const struct sockaddr *address, socklen_t size,
	unsigned ms)
{
	return open_with(t, address, size, ms, false);
}

bool talk_open_small(struct talk *t, const struct sockaddr *address,
	socklen_t size, unsigned ms)
{
	return open_with(t, address, size, ms, true);
}

void talk_free(struct talk *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	buf_free(&t->in);
	record_free(&t->record);
}

void talk_reset(struct talk *t)
{
	struct linger now = {.l_onoff = 1};

	if (t->fd >= 0)
		setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	talk_free(t);
}

/* Takes what has arrived. */
static bool take_in(struct talk *t)
{
	unsigned char some[65536];
	ssize_t n = recv(t->fd, some, sizeof some, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR || fail(t);
	if (!n)
		return finish(t, TALK_CLOSED);
	note(&t->record, true, some, (size_t)n);
	if (!buf_append(&t->in, some, (size_t)n))
		return fail(t);
	return t->in.len <= TALK_FLOOD_MAX || finish(t, TALK_FLOOD);
}

bool talk_receive(struct talk *t, size_t have)
{
	while (t->in.len <= have) {
		if (t->end != TALK_OPEN || !wait_for(t, POLLIN))
			return false;
		if (!take_in(t))
			return false;
	}
	return true;
}

void talk_take(struct talk *t, size_t n)
{
	buf_consume(&t->in, n);
	t->taken += n;
}

/* Sends some of it. Returns how many bytes the kernel has taken. */
static size_t send_some(struct talk *t, const unsigned char *p, size_t len)
{
	ssize_t n = send(t->fd, p, len, MSG_NOSIGNAL);

	if (n >= 0) {
		note(&t->record, false, p, (size_t)n);
		t->given += (size_t)n;
		return (size_t)n;
	}
	if (errno != EAGAIN && errno != EINTR)
		fail(t);
	return 0;
}

bool talk_send(struct talk *t, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	int events;

	while (len && t->end == TALK_OPEN) {
		size_t n = 0;

		events = wait_for(t, t->deaf ? POLLOUT : POLLIN | POLLOUT);
		if (events & POLLIN && !take_in(t))
			return false;
		if (events & ~POLLIN)
			n = send_some(t, p, len);
		p += n;
		len -= n;
	}
	return !len;
}

bool talk_is_quiet(struct talk *t, unsigned ms)
{
	talk_within(t, ms);
	return !talk_receive(t, 0) && t->end == TALK_SILENT;
}
