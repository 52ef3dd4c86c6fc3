/* outlet.c - where the log goes: standard output, written without waiting. */
#include "serve/outlet.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pipe takes this much as a whole or not at all, so that lines of several
 * processes do not mix (POSIX: PIPE_BUF). */
#define WRITE_MAX 4096

#define CLOSE_MS 1000

/* Gives standard output a description of our own, which does not block. */
static bool reopen(void)
{
	int fd = open("/proc/self/fd/1",
		O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool done = fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0;

	if (fd >= 0)
		close(fd);
	return done;
}

/* What the process that writes for us does, until the pipe ends. It waits as long
 * as it takes. The signals that stop the server are blocked in here: its last
 * lines are still to come. */
static _Noreturn void write_for_others(int pipe)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	char text[WRITE_MAX];
	ssize_t n, wrote;

	while ((n = read(pipe, text, sizeof text)) > 0 || (n && errno == EINTR))
		for (ssize_t i = 0; i<n; i += wrote> 0 ? wrote : 0) {
			wrote = write(STDOUT_FILENO, text + i, (size_t)(n - i));
			if (wrote < 0 && errno == EAGAIN)
				poll(&out, 1, CLOSE_MS);
			else if (wrote < 0 && errno != EINTR)
				_exit(0);
		}
	_exit(0);
}

static bool start_writer(struct outlet *o,
	void (*become)(const struct options *), const struct options *options)
{
	int pipes[2];
	bool done;

	if (pipe2(pipes, O_CLOEXEC))
		return false;
	o->writer = fork();
	if (o->writer == 0) {
		close(pipes[1]);
		if (become)
			become(options);
		write_for_others(pipes[0]);
	}
	done = o->writer > 0 && !fcntl(pipes[1], F_SETFL, O_NONBLOCK) &&
	       dup2(pipes[1], STDOUT_FILENO) >= 0;
	close(pipes[0]);
	close(pipes[1]);
	return done;
}

void *outlet_share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "no shared memory");
	return p;
}

/* Decides how to write; returns false when only another process may. */
static bool never_waits(struct outlet *o, bool several)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st))
		return errno == EBADF; /* closed: writes fail at once */
	if (S_ISFIFO(st.st_mode))
		return reopen();
	/* these may cut a line, so only one process may write to them */
	if (isatty(STDOUT_FILENO))
		return !several && reopen();
	if (S_ISSOCK(st.st_mode))
		return o->is_socket = !several;
	if (S_ISREG(st.st_mode))
		o->torn = outlet_share(sizeof *o->torn);
	return true;
}

void outlet_open(struct outlet *o, bool several,
	void (*become)(const struct options *), const struct options *options)
{
	*o = (struct outlet){0};
	if (!never_waits(o, several) && !start_writer(o, become, options))
		err(1, "cannot write to standard output without waiting");
}

/* How much is written at once: lines as a whole. */
static size_t whole_lines(const char *text, size_t len)
{
	const char *end;

	if (len <= WRITE_MAX)
		return len;
	end = memrchr(text, '\n', WRITE_MAX);
	return end ? (size_t)(end + 1 - text) : WRITE_MAX;
}

ssize_t outlet_write(struct outlet *o, const char *text, size_t len)
{
	int fd = o->fd ? o->fd : STDOUT_FILENO;
	bool torn = o->torn && *o->torn;
	const char *from = text - torn;
	size_t n = whole_lines(from, len + torn);
	ssize_t wrote = o->is_socket
				? send(fd, from, n, MSG_DONTWAIT | MSG_NOSIGNAL)
				: write(fd, from, n);

	if (wrote <= 0 || !o->torn)
		return wrote;
	*o->torn = from[wrote - 1] != '\n';
	while (wrote > torn && from[wrote - 1] != '\n')
		wrote--;
	return wrote - torn;
}

void outlet_close(struct outlet *o)
{
	if (o->writer <= 0)
		return;
	close(STDOUT_FILENO);
	for (int ms = 0; waitpid(o->writer, NULL, WNOHANG) == 0; ms += 10) {
		if (ms >= CLOSE_MS) {
			kill(o->writer, SIGKILL);
			break;
		}
		poll(NULL, 0, 10);
	}
	o->writer = 0;
}
