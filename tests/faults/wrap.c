/* wrap.c - every call of the server that can fail, made to fail. */
#include "tests/faults/wrap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <sched.h>
#include <search.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct wrap *armed;
static bool has_worked; /* some call has succeeded since the last wait */

void wrap_arm(struct wrap *w)
{
	armed = w;
}

/* What runs after main is no longer the server: it looks for leaks, and writes
 * the profile for tests/coverage. */
__attribute__((destructor)) static void disarm(void)
{
	armed = NULL;
}

/* Several processes may count at once. A call that is then counted wrong merely
 * fails a little earlier or later. */
static unsigned count(const char *call)
{
	size_t i = 0;

	while (armed->counts[i].call && strcmp(armed->counts[i].call, call))
		if (++i == WRAP_CALLS)
			abort();
	armed->counts[i].call = call;
	return ++armed->counts[i].n;
}

/* Does this call fail now? Returns an errno, WRAP_HALF, WRAP_END, or 0 for
 * no. */
static int due(const char *call)
{
	unsigned n;

	if (!armed)
		return 0;
	n = count(call);
	if (!armed->call || armed->lifted || strcmp(call, armed->call) ||
		n < armed->at || (n > armed->at && !armed->on))
		return 0;
	armed->failed++;
	errno = armed->error;
	return armed->error;
}

static ssize_t note(ssize_t result)
{
	has_worked |= result >= 0;
	return result;
}

/* A call that is either made or fails. */
#define WRAP(type, name, parameters, arguments, failure) \
	WRAP_AS(name, type, name, parameters, arguments, failure)

/* One that has this name in the C library when files may be large. */
#define WRAP_64(type, name, parameters, arguments, failure) \
	WRAP_AS(name##64, type, name, parameters, arguments, failure)

#define WRAP_AS(symbol, type, name, parameters, arguments, failure)      \
	type __real_##symbol parameters;                                 \
	type __wrap_##symbol parameters                                  \
	{                                                                \
		return due(#name) ? failure : __real_##symbol arguments; \
	}

/* A call that moves `size` bytes: it can also move half of them, or reach the
 * end. */
#define WRAP_SIZED(name, parameters, arguments) \
	WRAP_SIZED_AS(name, name, parameters, arguments)

#define WRAP_SIZED_AS(symbol, name, parameters, arguments) \
	ssize_t __real_##symbol parameters;                \
	ssize_t __wrap_##symbol parameters                 \
	{                                                  \
		int error = due(#name);                    \
                                                           \
		if (error == WRAP_HALF)                    \
			size -= size / 2;                  \
		else if (error)                            \
			return error == WRAP_END ? 0 : -1; \
		return note(__real_##symbol arguments);    \
	}

/* A call that is never made: it would take away the privileges that the leak
 * sanitizer needs, and needs some itself. */
#define WRAP_ONLY(name, parameters, unused) \
	int __wrap_##name parameters        \
	{                                   \
		unused;                     \
		return due(#name) ? -1 : 0; \
	}

#define ADDRESS int fd, const struct sockaddr *a, socklen_t len
#define FOUND int fd, struct sockaddr *a, socklen_t *len

WRAP(int, bind, (ADDRESS), (fd, a, len), -1)
WRAP(void *, calloc, (size_t n, size_t size), (n, size), NULL)
WRAP(int, connect, (ADDRESS), (fd, a, len), -1)
WRAP(int, dup2, (int from, int to), (from, to), -1)
WRAP(int, epoll_create1, (int flags), (flags), -1)
WRAP(int, eventfd, (unsigned n, int flags), (n, flags), -1)
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), -1)
WRAP(int, flock, (int fd, int operation), (fd, operation), -1)
WRAP(pid_t, fork, (void), (), -1)
WRAP_64(int, fstat, (int fd, struct stat *st), (fd, st), -1)
WRAP_64(int, fstatat, (int dir, const char *name, struct stat *st, int flags),
	(dir, name, st, flags), -1)
WRAP_64(int, ftruncate, (int fd, off_t len), (fd, len), -1)
WRAP(int, getaddrinfo,
	(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **list),
	(name, service, hints, list), EAI_AGAIN)
WRAP(int, getpeername, (FOUND), (fd, a, len), -1)
WRAP(struct passwd *, getpwnam, (const char *name), (name), NULL)
WRAP(struct passwd *, getpwuid, (uid_t id), (id), NULL)
WRAP_64(int, getrlimit, (__rlimit_resource_t which, struct rlimit *limit),
	(which, limit), -1)
WRAP(int, getsockname, (FOUND), (fd, a, len), -1)
WRAP(int, getsockopt,
	(int fd, int level, int name, void *value, socklen_t *len),
	(fd, level, name, value, len), -1)
WRAP(const char *, inet_ntop,
	(int family, const void *from, char *text, socklen_t size),
	(family, from, text, size), NULL)
WRAP_64(int, lstat, (const char *path, struct stat *st), (path, st), -1)
WRAP(void *, malloc, (size_t size), (size), NULL)
WRAP_64(void *, mmap,
	(void *at, size_t size, int rights, int flags, int fd, off_t offset),
	(at, size, rights, flags, fd, offset), MAP_FAILED)
WRAP(int, pipe2, (int fds[2], int flags), (fds, flags), -1)
WRAP_SIZED_AS(pread64, pread, (int fd, void *p, size_t size, off_t at),
	(fd, p, size, at))
WRAP_SIZED(read, (int fd, void *p, size_t size), (fd, p, size))
WRAP(ssize_t, readlink, (const char *path, char *text, size_t size),
	(path, text, size), -1)
WRAP(ssize_t, readlinkat, (int dir, const char *name, char *text, size_t size),
	(dir, name, text, size), -1)
WRAP(void *, realloc, (void *old, size_t size), (old, size), NULL)
WRAP(char *, realpath, (const char *path, char *to), (path, to), NULL)
WRAP_SIZED(
	recv, (int fd, void *p, size_t size, int flags), (fd, p, size, flags))
WRAP_SIZED(send, (int fd, const void *p, size_t size, int flags),
	(fd, p, size, flags))
WRAP_SIZED_AS(sendfile64, sendfile, (int to, int from, off_t *at, size_t size),
	(to, from, at, size))
WRAP_ONLY(setgid, (gid_t group), (void)group)
WRAP_ONLY(setgroups, (size_t n, const gid_t *groups), ((void)n, (void)groups))
WRAP_64(int, setrlimit, (__rlimit_resource_t which, const struct rlimit *limit),
	(which, limit), -1)
WRAP(int, setsockopt,
	(int fd, int level, int name, const void *value, socklen_t len),
	(fd, level, name, value, len), -1)
WRAP_ONLY(setuid, (uid_t user), (void)user)
WRAP(int, shutdown, (int fd, int how), (fd, how), -1)
WRAP(int, sigaction,
	(int number, const struct sigaction *new, struct sigaction *old),
	(number, new, old), -1)
WRAP(int, sigprocmask, (int how, const sigset_t *new, sigset_t *old),
	(how, new, old), -1)
WRAP(int, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags),
	-1)
WRAP(int, sigtimedwait,
	(const sigset_t *set, siginfo_t *info, const struct timespec *t),
	(set, info, t), -1)
WRAP(int, socket, (int family, int type, int protocol),
	(family, type, protocol), -1)
WRAP(int, socketpair, (int domain, int type, int protocol, int pair[2]),
	(domain, type, protocol, pair), -1)
WRAP_64(int, stat, (const char *path, struct stat *st), (path, st), -1)
WRAP(time_t, time, (time_t * t), (t), -1)
WRAP(int, timerfd_create, (int clock, int flags), (clock, flags), -1)
WRAP(void *, tsearch,
	(const void *key, void **root,
		int (*compare)(const void *, const void *)),
	(key, root, compare), NULL)
WRAP(int, unlink, (const char *path), (path), -1)
WRAP_SIZED(write, (int fd, const void *p, size_t size), (fd, p, size))

int __real_accept4(int, struct sockaddr *, socklen_t *, int);
int __real_clock_gettime(clockid_t, struct timespec *);
int __real_close(int);
int __real_epoll_ctl(int, int, int, struct epoll_event *);
int __real_epoll_pwait(int, struct epoll_event *, int, int, const sigset_t *);
int __real_fcntl64(int, int, ...);
int __real_ioctl(int, unsigned long, ...);
int __real_listen(int, int);
int __real_open64(const char *, int, ...);
int __real_openat64(int, const char *, int, ...);
int __real_prctl(int, ...);
long __real_syscall(long, ...);
int __real_rename(const char *, const char *);

/* The kernel takes little of what is sent, so that it soon has no room. */
int __wrap_accept4(int listener, struct sockaddr *a, socklen_t *len, int flags)
{
	int fd = due("accept4") ? -1 : __real_accept4(listener, a, len, flags);
	int error = errno, size = 16384;

	if (armed && fd >= 0)
		__real_setsockopt(
			fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	errno = error;
	return (int)note(fd);
}

/* Memory that is not written may have any value. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *t)
{
	if (!due("clock_gettime"))
		return __real_clock_gettime(clock, t);
	memset(t, 0x5A, sizeof *t);
	return -1;
}

/* The descriptor is closed though close fails. */
int __wrap_close(int fd)
{
	int error = due("close"), result = __real_close(fd);

	note(result);
	errno = error ? error : errno;
	return error ? -1 : result;
}

int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	return due("epoll_ctl")
		       ? -1
		       : (int)note(__real_epoll_ctl(epoll, op, fd, event));
}

static void count_wait(void)
{
	static pid_t known;

	if (known != getpid())
		armed->looping[armed->loops++ % WRAP_LOOPS] = getpid();
	else
		armed->idle += !has_worked;
	armed->waits++;
	known = getpid();
	has_worked = false;
}

int __wrap_epoll_pwait(int epoll, struct epoll_event *events, int n, int ms,
	const sigset_t *mask)
{
	if (armed)
		count_wait();
	return due("epoll_pwait")
		       ? -1
		       : __real_epoll_pwait(epoll, events, n, ms, mask);
}

/* The address is found out here, since the log that names it may be what
 * fails. */
int __wrap_listen(int fd, int backlog)
{
	if (due("listen"))
		return -1;
	if (armed)
		wrap_found(armed, fd);
	return __real_listen(fd, backlog);
}

void wrap_found(struct wrap *w, int listener)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof a;

	if (__real_getsockname(listener, (struct sockaddr *)&a, &len) ||
		(a.ss_family == AF_INET6 && w->address_len))
		return;
	w->address = a;
	w->address_len = len;
}

/* A listening socket keeps the name it was bound to: clients need the new one.
 */
int __wrap_rename(const char *from, const char *to)
{
	struct sockaddr_un *a;

	if (due("rename") || __real_rename(from, to))
		return -1;
	a = armed ? (struct sockaddr_un *)&armed->address : NULL;
	if (a && a->sun_family == AF_UNIX && !strcmp(a->sun_path, from)) {
		strcpy(a->sun_path, to);
		armed->address_len = sizeof *a;
	}
	return 0;
}

/* None of these is passed more than a number. */
int __wrap_fcntl64(int fd, int command, ...)
{
	va_list args;
	int value;

	va_start(args, command);
	value = va_arg(args, int);
	va_end(args);
	return due("fcntl") ? -1 : __real_fcntl64(fd, command, value);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	int *value;

	va_start(args, request);
	value = va_arg(args, int *);
	va_end(args);
	return due("ioctl") ? -1 : __real_ioctl(fd, request, value);
}

int __wrap_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return due("open") ? -1 : __real_open64(path, flags, mode);
}

int __wrap_openat64(int dir, const char *name, int flags, ...)
{
	return due("openat") ? -1 : __real_openat64(dir, name, flags);
}

/* Only openat2 is called by its number. */
long __wrap_syscall(long number, ...)
{
	va_list args;
	long a[4];

	va_start(args, number);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return due("openat2") ? -1
			      : __real_syscall(number, a[0], a[1], a[2], a[3]);
}

int __wrap_prctl(int option, ...)
{
	va_list args;
	unsigned long value;

	va_start(args, option);
	value = va_arg(args, unsigned long);
	va_end(args);
	return due("prctl") ? -1 : __real_prctl(option, value, 0ul, 0ul, 0ul);
}

/* One processor, wherever it runs. */
int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	(void)pid;
	if (due("sched_getaffinity"))
		return -1;
	CPU_ZERO_S(size, set);
	CPU_SET_S(0, size, set);
	return 0;
}
