/* test_unix.c - a socket on a path: what it replaces, and what it removes. */
#include "tests/lib/live.h"

#include "sockets/unix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/unix-XXXXXX";
static char path[64], next[64];

static void make_folder(void)
{
	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(next, sizeof next, "%s/s.new", dir);
}

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", dir);
	cr_expect_eq(system(command), 0);
}

TestSuite(unix, .init = make_folder, .fini = remove_folder);

/* Binds a socket of that type to the path, or connects one. */
static int use(const char *name, int type,
	int (*call)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	strcpy(a.sun_path, name);
	if (!call(fd, (struct sockaddr *)&a, sizeof a))
		return fd;
	close(fd);
	return -1;
}

static bool is_served(const char *name)
{
	int fd = use(name, SOCK_STREAM, connect);

	close(fd);
	return fd >= 0;
}

static void leave_dead_socket(const char *name)
{
	close(use(name, SOCK_STREAM, bind));
}

static bool exists(const char *name)
{
	struct stat st;

	return !lstat(name, &st);
}

/* Tries to open it in another process. Returns the status, and what was said.
 */
static int try_to_open(const char *name, char *said, size_t size)
{
	struct unix_file file;
	int pipes[2];
	pid_t pid;

	cr_assert(pipe(pipes) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		unix_open(&file, name);
		_exit(0);
	}
	close(pipes[1]);
	return live_hear(pid, pipes[0], said, size);
}

/* Whatever the umask is, every user may connect, and nobody execute. */
Test(unix, a_dead_socket_is_replaced)
{
	static const mode_t masks[] = {0, 022, 077};
	struct unix_file file;
	struct stat st;
	int fd;

	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		leave_dead_socket(path);
		leave_dead_socket(next);
		umask(masks[i]);
		fd = unix_open(&file, path);
		cr_expect_eq(umask(022), masks[i]);
		cr_expect(is_served(path));
		cr_assert_eq(lstat(path, &st), 0);
		cr_expect_eq(st.st_mode, S_IFSOCK | 0666);
		cr_expect(!exists(next));
		unix_remove(&file);
		cr_expect(!exists(path));
		unix_remove(&file);
		close(fd);
	}
}

enum kind {
	REGULAR,
	FIFO,
	FOLDER,
	LINK,
	LINK_TO_DEAD,
	STREAM,
	DATAGRAM,
	KINDS
};

/* Returns a socket that is to be closed, or -1. */
static int make(enum kind kind, const char *name)
{
	char other[80];
	int fd = -1;

	snprintf(other, sizeof other, "%s-other", name);
	if (kind == REGULAR)
		close(open(name, O_WRONLY | O_CREAT, 0600));
	else if (kind == FIFO)
		cr_assert_eq(mkfifo(name, 0600), 0);
	else if (kind == FOLDER)
		cr_assert_eq(mkdir(name, 0700), 0);
	else if (kind == LINK || kind == LINK_TO_DEAD)
		cr_assert_eq(symlink(other, name), 0);
	else
		fd = use(name, kind == STREAM ? SOCK_STREAM : SOCK_DGRAM, bind);
	if (kind == STREAM)
		cr_assert_eq(listen(fd, 0), 0);
	if (kind == LINK_TO_DEAD)
		leave_dead_socket(other);
	return fd;
}

Test(unix, nothing_but_a_dead_socket_is_replaced)
{
	char said[256];
	struct stat before, after;

	for (int i = 0; i < 2 * KINDS; i++) {
		const char *name = i % 2 ? next : path;
		int fd = make(i / 2, name);

		cr_assert_eq(lstat(name, &before), 0);
		cr_expect_eq(
			try_to_open(path, said, sizeof said), 1, "kind %d", i);
		cr_expect(strstr(said, ": cannot listen on "), "%s", said);
		cr_assert_eq(lstat(name, &after), 0);
		cr_expect_eq(after.st_ino, before.st_ino);
		cr_expect_eq(after.st_mode, before.st_mode);
		close(fd);
		cr_assert_eq(remove(name), 0);
		cr_expect(!exists(path) && !exists(next));
		snprintf(said, sizeof said, "%s-other", name);
		unlink(said);
	}
}

/* A full queue is that of a server that is alive. */
Test(unix, a_server_that_is_busy_is_not_replaced)
{
	char said[256];
	int fd = make(STREAM, path), peer = use(path, SOCK_STREAM, connect);

	cr_expect_eq(try_to_open(path, said, sizeof said), 1);
	cr_expect(strstr(said, "Another server is starting or busy there."),
		"%s", said);
	cr_expect(exists(path));
	close(peer);
	close(fd);
}

Test(unix, a_path_that_is_too_long)
{
	char name[200], said[400];

	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	memcpy(name, dir, strlen(dir));
	name[strlen(dir)] = '/';
	cr_expect_eq(try_to_open(name, said, sizeof said), 1);
	cr_expect(strstr(said, "Choose a --unix of at most 103 bytes.\n"));
	name[104] = 0;
	cr_expect_eq(try_to_open(name, said, sizeof said), 1);
	name[103] = 0;
	cr_expect_eq(try_to_open(name, said, sizeof said), 0, "%s", said);
}

/* The lock is not followed to a file that a link names. */
Test(unix, a_lock_that_is_a_link)
{
	char said[256], lock[80];

	snprintf(lock, sizeof lock, "%s.lock", path);
	cr_assert_eq(symlink("elsewhere", lock), 0);
	cr_expect_eq(try_to_open(path, said, sizeof said), 1);
	cr_expect(strstr(said, "s.lock: Too many levels of symbolic links"),
		"%s", said);
}

Test(unix, what_another_puts_there_is_not_removed)
{
	struct unix_file file;
	char name[80];

	for (int i = 0; i < KINDS; i++) {
		int fd = unix_open(&file, path), other;

		cr_assert_eq(unlink(path), 0);
		other = make(i, path);
		unix_remove(&file);
		cr_expect(exists(path), "kind %d", i);
		cr_assert_eq(remove(path), 0);
		close(other);
		close(fd);
		snprintf(name, sizeof name, "%s-other", path);
		unlink(name);
	}
}

/* A worker has the descriptor of the lock too, but not the lock: another server
 * can open the path at once. */
Test(unix, a_lock_that_a_worker_has_open)
{
	struct unix_file file;
	int fd = unix_open(&file, path), end[2];
	char byte;
	pid_t pid;

	cr_assert_eq(pipe(end), 0);
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		_exit(read(end[0], &byte, 1) < 0);
	}
	unix_remove(&file);
	close(fd);
	fd = unix_open(&file, path);
	cr_expect(is_served(path));
	unix_remove(&file);
	close(fd);
	close(end[1]);
	waitpid(pid, NULL, 0);
}

#define STARTERS 8

/* All wait for the same byte, which is the end of a pipe, and begin. */
Test(unix, of_those_that_start_at_once_one_wins)
{
	int go[2], done[2], status;
	struct unix_file file;
	char byte;

	leave_dead_socket(path);
	cr_assert(pipe(go) == 0 && pipe(done) == 0);
	for (int i = 0; i < STARTERS; i++)
		if (fork() == 0) {
			close(go[1]);
			close(done[1]);
			close(STDERR_FILENO);
			if (read(go[0], &byte, 1) < 0)
				_exit(2);
			unix_open(&file, path);
			/* it listens until the others are told */
			_exit(read(done[0], &byte, 1) < 0);
		}
	close(go[1]);
	for (int i = 1; i < STARTERS; i++) {
		cr_assert(wait(&status) > 0);
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	}
	cr_expect(is_served(path));
	close(done[1]);
	cr_assert(wait(&status) > 0);
	cr_expect_eq(status, 0);
}

/* Starts the program there, and waits until it serves. */
static pid_t start(const char *workers)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		freopen("/dev/null", "w", stdout);
		execl("build/asan/server", "server", "--public", "public",
			"--unix", path, "--workers", workers, "--close-timeout",
			"2", NULL);
		_exit(127);
	}
	for (int ms = 0; !is_served(path); ms++) {
		cr_assert(ms < 5000, "it does not start");
		usleep(1000);
	}
	return pid;
}

static void await_end(pid_t pid)
{
	int status = -1;

	for (int ms = 0; ms < 10000 && !waitpid(pid, &status, WNOHANG); ms++)
		usleep(1000);
	cr_expect_eq(status, 0);
}

/* Opens a socket, and expects that status. */
static int open_socket(const char *target, const char *status)
{
	char text[1024];
	int fd = use(path, SOCK_STREAM, connect);

	snprintf(text, sizeof text,
		"GET %s HTTP/1.1\r\nHost: localhost\r\n"
		"Origin: http://localhost\r\nUpgrade: websocket\r\n"
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		target);
	cr_assert(send(fd, text, strlen(text), 0) > 0);
	cr_assert(recv(fd, text, sizeof text, 0) > 13);
	cr_expect(!memcmp(text + 9, status, 3), "%.20s", text);
	return fd;
}

/* The client behind the proxy is not known, so the wire stays hidden:
 * tests/explain/test_page.c. */
Test(unix, a_page_has_the_lessons)
{
	pid_t pid = start("1");

	close(open_socket("/trace?page=a", "101"));
	kill(pid, SIGTERM);
	await_end(pid);
}

static void expect_successor(const char *workers)
{
	pid_t old = start(workers), new;
	/* it does not answer the Close, so that the goodbye takes time */
	int fd = open_socket("/echo", "101");

	kill(old, SIGTERM);
	for (int ms = 0; exists(path); ms++) {
		cr_assert(ms < 5000, "the file is not removed");
		usleep(1000);
	}
	cr_expect_eq(waitpid(old, NULL, WNOHANG), 0, "it has ended already");
	new = start(workers);
	await_end(old);
	cr_expect(is_served(path), "the new one's file is gone");
	close(fd);
	kill(new, SIGTERM);
	await_end(new);
	cr_expect(!exists(path));
}

/* The old server removes its file when it stops listening; at its end there is
 * the file of another one. */
Test(unix, a_successor_during_the_goodbye)
{
	expect_successor("1");
}

Test(unix, a_successor_during_the_goodbye_of_workers)
{
	expect_successor("2");
}

/* Requests that wait when the signal comes are answered, on the path too. */
Test(unix, requests_in_the_queue_are_answered)
{
	static const char request[] = "GET /any HTTP/1.1\r\nHost: x\r\n\r\n";
	pid_t pid = start("1");
	char answer[1024];
	int fds[20];

	kill(pid, SIGSTOP);
	for (int i = 0; i < 20; i++) {
		fds[i] = use(path, SOCK_STREAM, connect);
		cr_assert(send(fds[i], request, strlen(request), 0) > 0);
	}
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	for (int i = 0; i < 20; i++) {
		cr_assert(recv(fds[i], answer, sizeof answer, 0) > 13);
		cr_expect(!memcmp(answer, "HTTP/1.1 302 ", 13));
		close(fds[i]);
	}
	await_end(pid);
	cr_expect(!exists(path));
}

/* A worker that dies does not take the file with it. */
Test(unix, a_worker_that_dies_leaves_the_file)
{
	pid_t pid = start("2");
	char command[128];

	snprintf(command, sizeof command,
		"cd /proc/%d/task/%d && "
		"until [ $(wc -w <children) = 2 ]; do sleep 0.01; done && "
		"kill $(cat children)",
		(int)pid, (int)pid);
	cr_expect_eq(system(command), 0);
	usleep(300000);
	cr_expect(is_served(path));
	kill(pid, SIGTERM);
	await_end(pid);
}
