/* wakes.c - counts the wake-ups of a server that it is loaded into
 * (LD_PRELOAD).
 *
 * Between two waits a healthy loop does something: a byte comes or goes, a
 * client comes or goes, or a slow one is looked at. When none of these calls
 * succeeds, the loop was woken for nothing. A wait of no time at all does not
 * count: the loop has work left. */
#include "tests/attack/wakes.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static struct wakes *wakes;
static bool worked = true;

__attribute__((constructor)) static void begin(void)
{
	const char *file = getenv(WAKES_FILE);
	int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
	void *map = mmap(
		NULL, sizeof *wakes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	if (map != MAP_FAILED)
		wakes = map;
}

/* Returns the function of that name that would be called without this file. ISO
 * C has no cast from an object's address to a function's. */
static void find(const char *name, void *function)
{
	void *address = dlsym(RTLD_NEXT, name);

	memcpy(function, &address, sizeof address);
}

static ssize_t note(ssize_t result)
{
	worked |= result >= 0;
	return result;
}

int epoll_pwait(int epoll, struct epoll_event *events, int max, int timeout,
	const sigset_t *mask)
{
	static int (*real)(
		int, struct epoll_event *, int, int, const sigset_t *);

	if (!real)
		find("epoll_pwait", &real);
	if (wakes && !worked)
		atomic_fetch_add(&wakes->idle, 1);
	if (wakes)
		atomic_fetch_add(&wakes->all, 1);
	worked = timeout == 0;
	return real(epoll, events, max, timeout, mask);
}

/* A client has come, or it now waits for something else. */
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	static int (*real)(int, int, int, struct epoll_event *);

	if (!real)
		find("epoll_ctl", &real);
	return (int)note(real(epoll, operation, fd, event));
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
	static ssize_t (*real)(int, void *, size_t, int);

	if (!real)
		find("recv", &real);
	return note(real(fd, data, len, flags));
}

ssize_t readv(int fd, const struct iovec *parts, int n)
{
	static ssize_t (*real)(int, const struct iovec *, int);

	if (!real)
		find("readv", &real);
	return note(real(fd, parts, n));
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
	static ssize_t (*real)(int, const void *, size_t, int);

	if (!real)
		find("send", &real);
	return note(real(fd, data, len, flags));
}

ssize_t sendfile(int out, int in, off_t *offset, size_t len)
{
	static ssize_t (*real)(int, int, off_t *, size_t);

	if (!real)
		find("sendfile", &real);
	return note(real(out, in, offset, len));
}

/* With _FILE_OFFSET_BITS=64 it has this name. */
ssize_t sendfile64(int out, int in, off64_t *offset, size_t len)
{
	static ssize_t (*real)(int, int, off64_t *, size_t);

	if (!real)
		find("sendfile64", &real);
	return note(real(out, in, offset, len));
}

ssize_t write(int fd, const void *data, size_t len)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (!real)
		find("write", &real);
	return note(real(fd, data, len));
}

/* How much has a slow reader taken? */
int ioctl(int fd, unsigned long request, ...)
{
	static int (*real)(int, unsigned long, void *);
	va_list args;
	void *result;

	va_start(args, request);
	result = va_arg(args, void *);
	va_end(args);
	if (!real)
		find("ioctl", &real);
	return (int)note(real(fd, request, result));
}

int close(int fd)
{
	static int (*real)(int);

	if (!real)
		find("close", &real);
	return (int)note(real(fd));
}
