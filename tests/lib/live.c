/* live.c - a real server for a test. */
#include "tests/lib/live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "build/asan/server"
#define WAIT_MS 5000

/* Reads what arrives within the time. Returns 0 at the end, and -1 when the
 * time is over. */
static ssize_t read_some(int fd, void *data, size_t len, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (poll(&p, 1, ms) <= 0) {
		errno = ETIMEDOUT;
		return -1;
	}
	return read(fd, data, len);
}

static bool read_log(struct live *live)
{
	ssize_t n = read_some(live->out, live->log + live->len,
		sizeof live->log - 1 - live->len, WAIT_MS);

	if (n > 0)
		live->len += (size_t)n;
	live->log[live->len] = 0;
	return n > 0;
}

void live_expect_log(struct live *live, const char *text)
{
	while (!strstr(live->log, text))
		if (!read_log(live))
			break;
	cr_assert(strstr(live->log, text), "no \"%s\" in the log:\n%s", text,
		live->log);
}

/* When it sleeps, it has opened all that it needs, and waits for clients. */
static void wait_until_it_waits(const struct live *live)
{
	char path[64], state = 0;
	FILE *stat;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)live->pid);
	for (int i = 0; state != 'S'; i++) {
		cr_assert(i < WAIT_MS, "it does not wait");
		usleep(1000);
		stat = fopen(path, "r");
		cr_assert(stat && fscanf(stat, "%*d %*s %c", &state) == 1);
		fclose(stat);
	}
}

/* The server keeps ignoring what was ignored at its start, as SIGINT is for what
 * a shell runs in the background, and SIGHUP under nohup. */
__attribute__((constructor)) static void ignore_nothing(void)
{
	static const int all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		signal(all[i], SIG_DFL);
}

static bool serves_a_site(const char *const options[])
{
	while (*options && strcmp(*options, "--site"))
		options++;
	return *options;
}

void live_find_port(struct live *live)
{
	const char *at;

	live_expect_log(live, "Listening on ws://");
	live_expect_log(live, "\n");
	at = strstr(live->log, "localhost:");
	cr_assert(at != NULL);
	live->port = atoi(at + strlen("localhost:"));
}

void live_start(struct live *live, const char *const options[])
{
	const char *argv[32] = {PROGRAM, "--port", "0"};
	int pipes[2], n = 3;

	if (!serves_a_site(options)) {
		argv[n++] = "--public";
		argv[n++] = "public";
	}
	while (*options && n < 31)
		argv[n++] = *options++;
	cr_assert(pipe(pipes) == 0);
	*live = (struct live){.out = pipes[0]};
	live->pid = fork();
	if (live->pid == 0) {
		prctl(PR_SET_PDEATHSIG,
			SIGKILL); /* a test that fails ends it */
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execv(PROGRAM, (char **)argv);
		_exit(127);
	}
	cr_assert(live->pid > 0);
	close(pipes[1]);
	live_find_port(live);
	wait_until_it_waits(live);
}

int live_children(const struct live *live, int pids[LIVE_CHILDREN])
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", live->pid,
		live->pid);
	file = fopen(path, "r");
	cr_assert(file != NULL);
	if (!fgets(text, sizeof text, file))
		text[0] = 0;
	fclose(file);
	return sscanf(text, "%d %d %d", &pids[0], &pids[1], &pids[2]);
}

int live_stop(struct live *live, int number)
{
	int status;

	kill(live->pid, number);
	while (live->len < sizeof live->log - 1 && read_log(live))
		;
	for (int i = 0; waitpid(live->pid, &status, WNOHANG) == 0; i++) {
		cr_assert(i < WAIT_MS, "it does not stop");
		usleep(1000);
	}
	close(live->out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int live_connect(const struct live *live)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)live->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert(fd >= 0);
	cr_assert(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	return fd;
}

void live_send(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		cr_assert(n > 0, "send: %s", strerror(errno));
		p += n;
		len -= (size_t)n;
	}
}

void live_send_text(int fd, const char *text)
{
	live_send(fd, text, strlen(text));
}

void live_read(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read_some(fd, p, len, WAIT_MS);

		cr_assert(n > 0, "%zu bytes are missing: %s", len,
			n ? strerror(errno) : "the end");
		p += n;
		len -= (size_t)n;
	}
}

size_t live_read_all(int fd, char *data, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read_some(fd, data + len, size - 1 - len, WAIT_MS)) > 0)
		len += (size_t)n;
	cr_assert(n == 0, "no clean end after %zu bytes: %s", len,
		strerror(errno));
	data[len] = 0;
	return len;
}

size_t live_ask(
	const struct live *live, const char *request, char *answer, size_t size)
{
	int fd = live_connect(live);
	size_t len;

	live_send_text(fd, request);
	shutdown(fd, SHUT_WR);
	len = live_read_all(fd, answer, size);
	close(fd);
	return len;
}

int live_socket(const struct live *live, const char *path)
{
	char text[1024], *p = text;
	int fd = live_connect(live);

	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: localhost:%d\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		path, live->port);
	live_send_text(fd, text);
	do {
		live_read(fd, p++, 1);
	} while (p - text < 4 || memcmp(p - 4, "\r\n\r\n", 4));
	cr_assert(!memcmp(text, "HTTP/1.1 101 ", 13));
	return fd;
}

void live_send_frame(int fd, int first_byte, const void *data, size_t len)
{
	static const unsigned char key[4] = {0x37, 0xFA, 0x21, 0x3D};
	const unsigned char *payload = data;
	unsigned char *frame = malloc(len + 14), *p = frame;
	int extended = len < 126 ? 0 : len < 65536 ? 2 : 8;

	*p++ = (unsigned char)first_byte;
	*p++ = (unsigned char)(0x80 | (extended == 0          ? len
					      : extended == 2 ? 126
							      : 127));
	for (int i = extended - 1; i >= 0; i--)
		*p++ = (unsigned char)((uint64_t)len >> i * 8);
	memcpy(p, key, 4);
	p += 4;
	for (size_t i = 0; i < len; i++)
		*p++ = payload[i] ^ key[i % 4];
	live_send(fd, frame, (size_t)(p - frame));
	free(frame);
}

int live_hear(pid_t child, int pipe, char *said, size_t size)
{
	size_t len = 0;
	int status;
	ssize_t n;

	while ((n = read(pipe, said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = 0;
	close(pipe);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int live_run(const char *const options[], char *said, size_t size)
{
	const char *argv[24] = {PROGRAM};
	int pipes[2];
	pid_t pid;

	for (int i = 0; options[i]; i++)
		argv[i + 1] = options[i];
	cr_assert_eq(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		dup2(pipes[1], STDOUT_FILENO);
		alarm(10);
		execv(PROGRAM, (char **)argv);
		_exit(127);
	}
	close(pipes[1]);
	return live_hear(pid, pipes[0], said, size);
}
