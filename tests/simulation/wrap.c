/* wrap.c - the server's calls, led to the invented kernel.
 *
 * The linker sends each of them here (-Wl,--wrap). While no simulation runs,
 * and for descriptors of the real kernel, they pass through. */
#include "tests/simulation/handlers.h"
#include "tests/simulation/kernel.h"
#include "tests/simulation/real.h"
#include "tests/simulation/world.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int __real_accept4(int, struct sockaddr *, socklen_t *, int);
int __real_clock_gettime(clockid_t, struct timespec *);
int __real_close(int);
int __real_epoll_create1(int);
int __real_epoll_ctl(int, int, int, struct epoll_event *);
int __real_epoll_pwait(int, struct epoll_event *, int, int, const sigset_t *);
int __real_getpeername(int, struct sockaddr *, socklen_t *);
int __real_ioctl(int, unsigned long, ...);
int __real_open64(const char *, int, ...);
ssize_t __real_readv(int, const struct iovec *, int);
ssize_t __real_recv(int, void *, size_t, int);
ssize_t __real_send(int, const void *, size_t, int);
ssize_t __real_sendfile64(int, int, off_t *, size_t);
int __real_setsockopt(int, int, int, const void *, socklen_t);
int __real_shutdown(int, int);
time_t __real_time(time_t *);
ssize_t __real_write(int, const void *, size_t);
int __real_socket(int, int, int);
int __real_bind(int, const struct sockaddr *, socklen_t);
int __real_listen(int, int);
int __real_getsockname(int, struct sockaddr *, socklen_t *);
int __real_getrlimit64(__rlimit_resource_t, struct rlimit *);
int __real_setrlimit64(__rlimit_resource_t, const struct rlimit *);
int __real_sigaction(int, const struct sigaction *, struct sigaction *);
sighandler_t __real_signal(int, sighandler_t);
int __real_sigprocmask(int, const sigset_t *, sigset_t *);
int __real_prctl(int, ...);
bool __real_process_is_stopping(void);
bool __real_process_got(int);

static int fail(int error)
{
	errno = error;
	return -1;
}

int __wrap_accept4(int fd, struct sockaddr *a, socklen_t *len, int flags)
{
	if (!kernel.runs)
		return __real_accept4(fd, a, len, flags);
	kernel_fd(fd, FD_LISTENER);
	LAW(flags == (SOCK_NONBLOCK | SOCK_CLOEXEC), "a client that blocks");
	return kernel_accept();
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
	if (!kernel.runs)
		return __real_clock_gettime(clock, t);
	/* a tick of the coarse clock */
	t->tv_sec = kernel.now / 4 * 4 / 1000;
	t->tv_nsec = kernel.now / 4 * 4 % 1000 * 1000000;
	return 0;
}

int __wrap_close(int fd)
{
	return kernel.runs && kernel_owns(fd) ? kernel_close(fd)
					      : __real_close(fd);
}

int __wrap_epoll_create1(int flags)
{
	return kernel.runs ? kernel_open(FD_EPOLL, NULL)
			   : __real_epoll_create1(flags);
}

int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	if (!kernel.runs)
		return __real_epoll_ctl(epoll, op, fd, event);
	return kernel.is_old && event->events & EPOLLEXCLUSIVE
		       ? fail(EINVAL)
		       : kernel_control(epoll, op, fd, event);
}

int __wrap_epoll_pwait(int epoll, struct epoll_event *events, int max, int ms,
	const sigset_t *mask)
{
	if (!kernel.runs)
		return __real_epoll_pwait(epoll, events, max, ms, mask);
	kernel_fd(epoll, FD_EPOLL);
	return world_wait(events, max, ms);
}

/* The port is the number of the stream. */
int __wrap_getpeername(int fd, struct sockaddr *a, socklen_t *len)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)a;

	if (!kernel.runs || !kernel_owns(fd))
		return __real_getpeername(fd, a, len);
	if (kernel_fails())
		return fail(ENOTCONN);
	*v4 = (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = (in_port_t)(kernel_fd(fd, FD_STREAM)->stream -
					kernel.streams)};
	*len = sizeof *v4;
	return 0;
}

/* Only how much the peer has not acknowledged is ever asked. */
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	int *value;

	va_start(args, request);
	value = va_arg(args, int *);
	va_end(args);
	if (!kernel.runs || !kernel_owns(fd))
		return __real_ioctl(fd, request, value);
	if (kernel_fails())
		return fail(ENOTTY);
	*value = (int)kernel_fd(fd, FD_STREAM)->stream->unacked;
	return 0;
}

/* /dev/null is what is held in reserve. */
int __wrap_open64(const char *path, int flags, ...)
{
	if (!kernel.runs)
		return __real_open64(path, flags, 0);
	return kernel_fails() ? fail(EMFILE) : kernel_open(FD_FILE, NULL);
}

/* Standard output is not what it is decided for. */
void __wrap_log_open(bool several, void (*become)(const struct options *),
	const struct options *options)
{
	(void)several;
	(void)become;
	(void)options;
}

/* The log: its reader is slow, or gone. */
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	if (!kernel.runs || fd != STDOUT_FILENO)
		return __real_write(fd, data, size);
	if (kernel_fails())
		return fail(kernel_random(2) ? EAGAIN : ENOSPC);
	return (ssize_t)size;
}

/* All of it is received at once, and then spread over the parts. */
ssize_t __wrap_readv(int fd, const struct iovec *parts, int n)
{
	static unsigned char all[1 << 20];
	size_t room = 0, at = 0;
	ssize_t got;

	if (!kernel.runs || !kernel_owns(fd))
		return __real_readv(fd, parts, n);
	for (int i = 0; i < n; i++)
		room += parts[i].iov_len;
	got = kernel_recv(fd, all, room < sizeof all ? room : sizeof all);
	for (int i = 0; i < n && got > (ssize_t)at; i++) {
		size_t part = (size_t)got - at;

		if (part > parts[i].iov_len)
			part = parts[i].iov_len;
		memcpy(parts[i].iov_base, all + at, part);
		at += part;
	}
	return got;
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
	return kernel.runs ? kernel_recv(fd, data, size)
			   : __real_recv(fd, data, size, flags);
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
	if (!kernel.runs)
		return __real_send(fd, data, size, flags);
	LAW(flags & MSG_NOSIGNAL, "a send that raises SIGPIPE");
	return kernel_send(fd, data, size);
}

ssize_t __wrap_sendfile64(int to, int from, off_t *at, size_t size)
{
	return kernel.runs ? kernel_sendfile(to, from, at, size)
			   : __real_sendfile64(to, from, at, size);
}

int __wrap_setsockopt(
	int fd, int level, int name, const void *value, socklen_t len)
{
	if (!kernel.runs || !kernel_owns(fd))
		return __real_setsockopt(fd, level, name, value, len);
	if (kernel.is_old && level == IPPROTO_TCP)
		return fail(ENOPROTOOPT);
	return kernel_fails() ? fail(ENOBUFS) : 0;
}

int __wrap_shutdown(int fd, int how)
{
	struct stream *s;

	if (!kernel.runs || !kernel_owns(fd))
		return __real_shutdown(fd, how);
	s = kernel_fd(fd, FD_STREAM)->stream;
	if (s->reset || kernel_fails())
		return fail(ENOTCONN);
	LAW(!s->is_shut, "it is shut down twice");
	s->is_shut = true;
	return 0;
}

/* The clock on the wall is set now and then. */
time_t __wrap_time(time_t *t)
{
	return kernel.runs ? kernel.wall + kernel.now / 1000 : __real_time(t);
}

/* The server's allocations are counted, and may fail. */
static bool is_refused(void)
{
	if (!kernel.runs || !kernel.may_fail ||
		!kernel_by_chance(kernel.alloc_chance))
		return false;
	kernel.has_worked = true;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	if (!kernel.runs || !block)
		return block;
	kernel.blocks++;
	kernel.heap += malloc_usable_size(block);
	LAW(kernel.heap < HEAP_MAX, "it holds %zu bytes", kernel.heap);
	return block;
}

static void uncounted(void *block)
{
	if (!kernel.runs || !block)
		return;
	kernel.blocks--;
	kernel.heap -= malloc_usable_size(block);
}

void *__wrap_malloc(size_t size)
{
	return is_refused() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_refused() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	if (is_refused())
		return NULL;
	uncounted(block);
	return counted(__real_realloc(block, size));
}

void __wrap_free(void *block)
{
	uncounted(block);
	__real_free(block);
}

/* The runtime of clang's sanitizers is linked in, and calls these before its
 * own memory is set up. */
#define EARLY __attribute__((no_sanitize("address", "undefined")))

/* The start: a socket that listens, limits, signals, privileges. */
EARLY int __wrap_socket(int family, int type, int protocol)
{
	return kernel.runs ? kernel_open(FD_LISTENER, NULL)
			   : __real_socket(family, type, protocol);
}

int __wrap_bind(int fd, const struct sockaddr *a, socklen_t len)
{
	return kernel.runs ? 0 : __real_bind(fd, a, len);
}

int __wrap_listen(int fd, int backlog)
{
	return kernel.runs ? 0 : __real_listen(fd, backlog);
}

EARLY int __wrap_getsockname(int fd, struct sockaddr *a, socklen_t *len)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = 3000};

	if (!kernel.runs)
		return __real_getsockname(fd, a, len);
	memcpy(a, &v4, sizeof v4);
	*len = sizeof v4;
	return 0;
}

EARLY int __wrap_getrlimit64(__rlimit_resource_t which, struct rlimit *limit)
{
	if (!kernel.runs)
		return __real_getrlimit64(which, limit);
	/* 32 of them are held in reserve: so there can be too many clients */
	limit->rlim_cur = limit->rlim_max = STREAMS_MAX - 4 + 32;
	return 0;
}

EARLY int __wrap_setrlimit64(
	__rlimit_resource_t which, const struct rlimit *limit)
{
	if (!kernel.runs)
		return __real_setrlimit64(which, limit);
	return kernel.is_old ? fail(EPERM) : 0;
}

EARLY int __wrap_sigaction(
	int number, const struct sigaction *new, struct sigaction *old)
{
	return kernel.runs ? 0 : __real_sigaction(number, new, old);
}

EARLY sighandler_t __wrap_signal(int number, sighandler_t handler)
{
	return kernel.runs ? SIG_DFL : __real_signal(number, handler);
}

EARLY int __wrap_sigprocmask(int how, const sigset_t *new, sigset_t *old)
{
	if (!kernel.runs)
		return __real_sigprocmask(how, new, old);
	if (old)
		sigemptyset(old);
	return 0;
}

EARLY int __wrap_prctl(int option, ...)
{
	va_list args;
	unsigned long value;

	va_start(args, option);
	value = va_arg(args, unsigned long);
	va_end(args);
	if (!kernel.runs)
		return __real_prctl(option, value, 0ul, 0ul, 0ul);
	return kernel.is_old ? fail(EINVAL) : 0;
}

bool __wrap_process_is_stopping(void)
{
	return kernel.runs ? kernel.stopping : __real_process_is_stopping();
}

bool __wrap_process_got(int number)
{
	bool reports = kernel.reports && number == SIGUSR1;

	if (number == SIGUSR1)
		kernel.reports = false;
	return kernel.runs ? reports : __real_process_got(number);
}

bool __real_ws_send(struct ws *, const char *);
bool __real_ws_send_data(struct ws *, const void *, size_t, bool binary);
bool __real_ws_send_back(struct ws *);
bool __real_ws_ping(struct ws *);
bool __real_ws_close(struct ws *, int, const char *);

/* What the handlers send is noted, in order: the peer has to hear it. */
bool __wrap_ws_send_data(
	struct ws *ws, const void *data, size_t len, bool binary)
{
	return handlers_note(ws, __real_ws_send_data(ws, data, len, binary),
		(struct note){.opcode = binary ? 2 : 1,
			.len = (uint32_t)len,
			.hash = note_hash(NOTE_HASH, data, len)});
}

bool __wrap_ws_send(struct ws *ws, const char *text)
{
	return handlers_note(ws, __real_ws_send(ws, text),
		(struct note){.opcode = 1,
			.len = (uint32_t)strlen(text),
			.hash = note_hash(NOTE_HASH, text, strlen(text))});
}

bool __wrap_ws_send_back(struct ws *ws)
{
	struct note delivered = handlers_delivered;

	return handlers_note(ws, __real_ws_send_back(ws), delivered);
}

bool __wrap_ws_ping(struct ws *ws)
{
	return handlers_note(ws, __real_ws_ping(ws),
		(struct note){.opcode = 9, .hash = NOTE_HASH});
}

bool __wrap_ws_close(struct ws *ws, int code, const char *reason)
{
	struct heard *h = handlers_heard(ws);
	bool closes = __real_ws_close(ws, code, reason);

	if (h && closes)
		h->close_is_sent = true;
	return closes;
}
