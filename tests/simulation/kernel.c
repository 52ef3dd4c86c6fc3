/* kernel.c - an invented kernel: what the server's system calls find. */
#include "tests/simulation/kernel.h"

#include "tests/simulation/real.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>

struct kernel kernel;

_Noreturn void kernel_broken(const char *format, ...)
{
	va_list args;

	kernel.runs = false;
	fputs("A law is broken: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

void kernel_trace(const char *format, ...)
{
	va_list args;

	if (!kernel.is_traced)
		return;
	fprintf(stderr, "%lld ms ", (long long)kernel.now);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* The number of a stream, for the trace. */
static int number(const struct stream *s)
{
	return (int)(s - kernel.streams);
}

/* Marsaglia's xorshift: enough to decide what fails. */
uint32_t kernel_random(uint32_t below)
{
	kernel.random ^= kernel.random << 13;
	kernel.random ^= kernel.random >> 7;
	kernel.random ^= kernel.random << 17;
	return (uint32_t)((kernel.random >> 32) * below >> 32);
}

bool kernel_by_chance(unsigned chance)
{
	return chance && kernel_random(256) < chance;
}

bool kernel_fails(void)
{
	LAW(++kernel.calls < 1000000, "a wake-up without an end");
	if (!kernel.may_fail || !kernel_by_chance(kernel.call_chance))
		return false;
	kernel.has_worked = true; /* it may try again */
	return true;
}

unsigned kernel_byte(void)
{
	if (!kernel.len)
		return 0;
	kernel.len--;
	return *kernel.data++;
}

size_t kernel_count(enum fd_kind kind)
{
	size_t n = 0;

	for (int i = 0; i < FDS_MAX; i++)
		n += kernel.fds[i].kind == kind;
	return n;
}

int kernel_open(enum fd_kind kind, struct stream *stream)
{
	size_t used = FDS_MAX - kernel_count(FD_NONE);

	for (int i = 0; i < FDS_MAX && used < kernel.fds_max; i++)
		if (kernel.fds[i].kind == FD_NONE) {
			kernel.fds[i] = (struct descriptor){
				.kind = kind, .stream = stream};
			return FD_FIRST + i;
		}
	errno = EMFILE;
	return -1;
}

bool kernel_owns(int fd)
{
	return fd >= FD_FIRST && fd < FD_FIRST + FDS_MAX;
}

struct descriptor *kernel_fd(int fd, enum fd_kind kind)
{
	struct descriptor *d = &kernel.fds[kernel_owns(fd) ? fd - FD_FIRST : 0];

	LAW(kernel_owns(fd) && d->kind == kind,
		"descriptor %d is not of kind %d", fd, kind);
	return d;
}

static int fail(int error)
{
	errno = error;
	return -1;
}

struct stream *kernel_queued(void)
{
	for (size_t i = 0; i < kernel.n; i++)
		if (!kernel.streams[i].is_accepted)
			return &kernel.streams[i];
	return NULL;
}

int kernel_accept(void)
{
	static const int errors[] = {
		EMFILE, ENFILE, ECONNABORTED, EINTR, ENOMEM, EAGAIN};
	struct stream *s = kernel_queued();
	int fd;

	if (!s)
		return fail(EAGAIN);
	if (kernel_fails()) {
		int error = errors[kernel_random(6)];

		if (error == ECONNABORTED)
			s->is_accepted = s->is_closed = true;
		return fail(error);
	}
	if (kernel.is_exhausted)
		return fail(ENOMEM);
	fd = kernel_open(FD_STREAM, s);
	s->is_accepted = fd >= 0;
	kernel_trace("accept #%d as %d", number(s), fd);
	kernel.has_worked |= fd >= 0;
	return fd;
}

/* The error of a call on this stream, or 0. */
static int stream_error(struct stream *s)
{
	static const int errors[] = {EAGAIN, EINTR, ECONNRESET, ENOBUFS};
	int error = 0;

	if (s->reset && !s->told_reset)
		error = ECONNRESET;
	else if (kernel_fails())
		error = errors[kernel_random(4)];
	if (error == ECONNRESET)
		s->reset = s->told_reset = true;
	kernel.has_worked |= error == ECONNRESET || error == ENOBUFS;
	return error;
}

/* How many of n bytes are moved: at least one, and mostly all. */
static size_t part(size_t n)
{
	if (n > 1 && kernel_by_chance(kernel.part_chance))
		return 1 + kernel_random((uint32_t)n);
	return n;
}

ssize_t kernel_recv(int fd, void *data, size_t size)
{
	struct stream *s = kernel_fd(fd, FD_STREAM)->stream;
	size_t n = s->arrived - s->read, all;
	int error = stream_error(s);

	if (error)
		return fail(error);
	kernel_trace("recv #%d, %zu are there", number(s), n);
	if (s->reset || (!n && s->eof)) {
		kernel.has_worked = true;
		return 0;
	}
	if (!n)
		return fail(EAGAIN);
	all = n < size ? n : size;
	n = part(all);
	kernel.has_skipped |= n < all;
	memcpy(data, s->said + s->read, n);
	s->read += n;
	kernel.has_worked = true;
	return (ssize_t)n;
}

/* How much of n bytes the kernel takes, or -1. */
static ssize_t take(struct stream *s, size_t n)
{
	int error = stream_error(s);

	LAW(!s->is_shut, "it sends after shutdown");
	if (error)
		return fail(error);
	if (s->reset)
		return fail(EPIPE);
	if (!s->room)
		return fail(EAGAIN);
	n = part(n < s->room ? n : s->room);
	kernel_trace("send #%d %zu", number(s), n);
	s->room -= n;
	s->unacked += n;
	kernel.has_worked = true;
	return (ssize_t)n;
}

ssize_t kernel_send(int fd, const void *data, size_t size)
{
	struct stream *s = kernel_fd(fd, FD_STREAM)->stream;
	ssize_t n = take(s, size);

	LAW(size > 0, "it sends nothing");
	s->is_left |= n < (ssize_t)size;
	if (n > 0)
		heard_bytes(&s->heard, data, (size_t)n);
	return n;
}

/* A failure is a file that has become shorter, or cannot be read. */
ssize_t kernel_sendfile(int fd, int from, off_t *at, size_t size)
{
	struct stream *s = kernel_fd(fd, FD_STREAM)->stream;
	ssize_t n;

	kernel_fd(from, FD_FILE);
	LAW(*at + (off_t)size <= FILE_SIZE, "more than the file has");
	if (kernel_fails())
		return kernel_random(2) ? 0 : fail(EIO);
	n = take(s, size);
	for (ssize_t i = 0; i < n; i++, ++*at) {
		unsigned char byte = FILE_BYTE(*at);

		heard_bytes(&s->heard, &byte, 1);
	}
	return n;
}

int kernel_control(int epoll, int op, int fd, const struct epoll_event *event)
{
	struct descriptor *d = &kernel.fds[fd - FD_FIRST];

	kernel_fd(epoll, FD_EPOLL);
	LAW(kernel_owns(fd) && d->kind != FD_NONE, "it watches a closed %d",
		fd);
	if (kernel_fails())
		return fail(kernel_random(2) ? ENOMEM : ENOSPC);
	if (op == EPOLL_CTL_ADD && d->is_watched)
		return fail(EEXIST);
	if (op != EPOLL_CTL_ADD && !d->is_watched)
		return fail(ENOENT);
	d->is_watched = op != EPOLL_CTL_DEL;
	d->events = event->events;
	d->source = event->data.ptr;
	return 0;
}

/* A peer that reads nothing, resets, or was told that no more is read is not
 * protected; and where calls fail, none is. */
void kernel_check_unread(const struct heard *h)
{
	const struct stream *s =
		(const struct stream *)(const void *)((const char *)h -
						      offsetof(struct stream,
							      heard));
	bool is_excused = s->reset || !s->room || h->is_last || h->is_wild ||
			  h->close_has_come || h->sent.done < h->sent.n ||
			  kernel.stopping || kernel.has_skipped;

	LAW(is_excused || kernel.call_chance || kernel.alloc_chance ||
			s->read == s->arrived,
		"it gives up a peer, of which it has not read %zu bytes",
		s->arrived - s->read);
}

int kernel_close(int fd)
{
	struct descriptor *d = &kernel.fds[fd - FD_FIRST];

	LAW(d->kind != FD_NONE, "descriptor %d is closed twice", fd);
	if (d->kind == FD_STREAM) {
		kernel_trace("close #%d", number(d->stream));
		d->stream->is_closed = true;
		if (d->is_watched) /* it was not turned away */
			kernel_check_unread(&d->stream->heard);
	}
	d->kind = FD_NONE;
	d->is_watched = false;
	kernel.has_worked = true;
	return kernel_fails() ? fail(kernel_random(2) ? EIO : EINTR) : 0;
}

/* The events that are ready. Errors are among them without being asked for. */
static uint32_t state(const struct descriptor *d)
{
	const struct stream *s = d->stream;
	uint32_t events = 0;

	if (!d->is_watched)
		return 0;
	if (d->kind == FD_LISTENER)
		return kernel_queued() ? d->events & EPOLLIN : 0u;
	if (d->kind != FD_STREAM)
		return 0;
	if (s->read < s->arrived || s->eof || s->reset)
		events |= EPOLLIN;
	if (s->room || s->reset)
		events |= EPOLLOUT;
	events &= d->events;
	if (s->reset)
		events |= EPOLLHUP | (s->told_reset ? 0u : EPOLLERR);
	if (s->eof && s->is_shut)
		events |= EPOLLHUP;
	return events;
}

bool kernel_has_ready(void)
{
	for (int i = 0; i < FDS_MAX; i++)
		if (state(&kernel.fds[i]))
			return true;
	return false;
}

int kernel_ready(struct epoll_event *events, int max)
{
	int n = 0, from = (int)kernel_random(FDS_MAX);

	for (int i = 0; i < FDS_MAX && n < max; i++) {
		const struct descriptor *d = &kernel.fds[(from + i) % FDS_MAX];
		uint32_t ready = state(d);

		if (ready && n && kernel_by_chance(kernel.part_chance)) {
			kernel.has_skipped = true;
			continue;
		}
		if (!ready)
			continue;
		events[n].events = ready;
		events[n++].data.ptr = d->source;
	}
	return n;
}

void kernel_start(void)
{
	memset(&kernel, 0, sizeof kernel);
	kernel.fds_max = FDS_MAX;
	kernel.is_traced = getenv("SIMULATE_TRACE");
}

static void free_stream(struct stream *s)
{
	__real_free(s->said);
	heard_free(&s->heard);
}

void kernel_end(void)
{
	kernel.runs = false;
	for (int i = 0; i < FDS_MAX; i++)
		LAW(kernel.fds[i].kind == FD_NONE,
			"descriptor %d, of kind %d, is left", FD_FIRST + i,
			kernel.fds[i].kind);
	LAW(kernel.blocks == 0, "%zu blocks of memory, %zu bytes, are left",
		kernel.blocks, kernel.heap);
	for (size_t i = 0; i < kernel.n; i++) {
		const struct heard *h = &kernel.streams[i].heard;

		LAW(h->closed == h->opened,
			"%u calls of on_connection, %u of on_close", h->opened,
			h->closed);
		free_stream(&kernel.streams[i]);
	}
}
