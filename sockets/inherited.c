/* inherited.c - the sockets that the program which started this one hands over.
 */
#include "sockets/inherited.h"

#include "serve/log.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST 3 /* SD_LISTEN_FDS_START */

static _Noreturn void die(const char *what, int error)
{
	errx(1, "cannot listen on LISTEN_FDS%s: %s.%s", what, strerror(error),
		error == EISCONN ? " Hand over what listens: systemd needs "
				   "Accept=no."
				 : "");
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

size_t inherited_count(void)
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	char *end;
	long n;

	if (!count || !pid || strtol(pid, NULL, 10) != getpid())
		return 0;
	n = strtol(count, &end, 10);
	return n < 0 || n > LISTEN_MAX || *end ? LISTEN_MAX + 1 : (size_t)n;
}

size_t inherited_take(int fds[LISTEN_MAX])
{
	size_t n = inherited_count();

	if (n > LISTEN_MAX)
		die(" (a number up to 8)", EINVAL);
	for (size_t i = 0; i < n; i++) {
		int why = why_unfit(fds[i] = FIRST + (int)i);

		if (why)
			die("", why);
	}
	log_line("Listening on %zu inherited socket%s", n, n == 1 ? "" : "s");
	return n;
}
