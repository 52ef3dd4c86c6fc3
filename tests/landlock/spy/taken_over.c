/* taken_over.c - what a peer would try that has taken a process of the server over:
 * loaded into the program (LD_PRELOAD), it tries it when the first client comes, and
 * says on standard error how each attempt ended. The files are those of $TRY, a list
 * of words: r/PATH reads, w/PATH creates, u/PATH removes, c/PORT connects. With
 * $NO_LANDLOCK the kernel has no such call. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int use_port(
	int (*call)(int, const struct sockaddr *, socklen_t), unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int result;

	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	result = call(fd, (struct sockaddr *)&a, sizeof a);
	close(fd);
	return result;
}

static int attempt(const char *word)
{
	const char *rest = word + 2;

	switch (*word) {
	case 'r':
		return open(rest, O_RDONLY | O_CLOEXEC);
	case 'w':
		return open(rest, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	case 'u':
		return unlink(rest);
	case 'b':
		return use_port(bind, 0);
	default:
		return use_port(connect, (unsigned)atoi(rest));
	}
}

static void try_all(void)
{
	char *words = strdup(getenv("TRY") ? getenv("TRY") : "");

	for (char *w = strtok(words, " \t\n"); w; w = strtok(NULL, " \t\n")) {
		int result = attempt(w);

		fprintf(stderr, "%s: %s\n", w,
			result < 0 ? strerror(errno) : "done");
	}
	free(words);
}

int accept4(int fd, struct sockaddr *a, socklen_t *size, int flags)
{
	static int tried;
	int (*real)(int, struct sockaddr *, socklen_t *, int);
	int got;

	*(void **)&real = dlsym(RTLD_NEXT, "accept4");
	got = real(fd, a, size, flags);
	if (got >= 0 && !tried++)
		try_all();
	return got;
}

/* landlock_create_ruleset, as far as a program calls it by this */
long syscall(long number, ...)
{
	long (*real)(long, ...);
	va_list list;
	long a[6];

	*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == 444 && getenv("NO_LANDLOCK")) {
		errno = ENOSYS;
		return -1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
