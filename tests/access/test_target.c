/* test_target.c - the access log's file: never waited for, opened again. */
#include "tests/lib/support.h"

#include "access/target.h"
#include "serve/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE "a line of the access log, which is written again and again\n"

static struct target target;
static char dir[] = "/tmp/access-XXXXXX", path[64], old[64];
static char got[1 << 20];
static int log_end; /* of the pipe that is standard output */

static void begin(void)
{
	int pipes[2];

	cr_assert(mkdtemp(dir) && !pipe(pipes));
	snprintf(path, sizeof path, "%s/log", dir);
	snprintf(old, sizeof old, "%s/old", dir);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[1]);
	log_end = pipes[0];
	log_open(false, NULL, NULL);
}

static void end(void)
{
	unlink(path);
	unlink(old);
	rmdir(dir);
}

TestSuite(target, .init = begin, .fini = end);

static void add(int lines)
{
	while (lines--)
		target_line(&target, LINE, sizeof LINE - 1);
}

/* Reads from a descriptor what can be read now. */
static const char *read_now(int fd)
{
	size_t len = 0;
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((n = read(fd, got + len, sizeof got - 1 - len)) > 0)
		len += (size_t)n;
	got[len] = 0;
	return got;
}

static const char *log_says(void)
{
	log_flush();
	return read_now(log_end);
}

static const char *file_has(const char *name)
{
	int fd = open(name, O_RDONLY);

	cr_assert(fd >= 0, "%s", name);
	read_now(fd);
	close(fd);
	return got;
}

/* Returns how many lines it has, all of them whole. */
static int lines_of(const char *text)
{
	int n = 0;

	for (; *text; text += sizeof LINE - 1, n++)
		cr_assert(!strncmp(text, LINE, sizeof LINE - 1), "%d: %.60s", n,
			text);
	return n;
}

Test(target, a_file)
{
	struct stat st;

	cr_assert(target_open(&target, path));
	cr_assert(!stat(path, &st));
	cr_expect_eq(st.st_mode & 07777 & ~0640, 0);
	add(3);
	cr_expect(!target_flush(&target));
	cr_expect_eq(lines_of(file_has(path)), 3);
	add(3000); /* more than its room, in one turn */
	target_close(&target);
	cr_expect_eq(lines_of(file_has(path)), 3003);
	cr_expect_str_eq(log_says(), "");
}

Test(target, standard_output)
{
	cr_assert(target_open(&target, "-"));
	add(3);
	target_close(&target);
	cr_expect_eq(lines_of(log_says()), 3);
}

Test(target, no_file)
{
	static const char *const none[] = {
		"/tmp", "/no/such/folder", "/dev/null/x"};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		cr_expect(!target_open(&target, none[i]));
		cr_expect(
			errno == EISDIR || errno == ENOENT || errno == ENOTDIR);
	}
}

/* Standard descriptors that are closed stay closed: what others write to them
 * would be in the file. */
Test(target, a_closed_standard_descriptor)
{
	close(STDIN_FILENO);
	close(STDERR_FILENO);
	cr_assert(target_open(&target, path));
	cr_expect(target.outlet.fd > STDERR_FILENO);
	cr_expect(fcntl(target.outlet.fd, F_GETFD) & FD_CLOEXEC);
	cr_expect(fcntl(STDERR_FILENO, F_GETFD) < 0);
	add(1);
	target_close(&target);
	cr_expect_eq(lines_of(file_has(path)), 1);
}

Test(target, a_renamed_file)
{
	cr_assert(target_open(&target, path));
	add(2);
	cr_assert(!rename(path, old));
	target_reopen(&target);
	add(1);
	target_close(&target);
	cr_expect_eq(lines_of(file_has(old)), 2);
	cr_expect_eq(lines_of(file_has(path)), 1);
	cr_expect(strstr(log_says(), "/log is open again\n"));
}

/* It goes on in the old one, and says so. */
Test(target, a_file_that_cannot_be_opened_again)
{
	cr_assert(target_open(&target, path));
	add(1);
	cr_assert(!rename(path, old) && !mkdir(path, 0700));
	target_reopen(&target);
	add(1);
	target_close(&target);
	cr_expect_eq(lines_of(file_has(old)), 2);
	cr_expect(strstr(log_says(), "/log stays the old file: Is a directory"),
		"%s", got);
	rmdir(path);
}

Test(target, a_full_disk)
{
	cr_assert(target_open(&target, "/dev/full"));
	for (int i = 0; i < 3000; i++) {
		add(1);
		cr_expect(!target_flush(&target)); /* a wait would not help */
	}
	cr_expect_str_eq(log_says(), "The access log /dev/full cannot be "
				     "written: No space left on device\n");
	target_close(&target);
	cr_expect_str_eq(
		log_says(), "(3000 lines of the access log dropped)\n");
}

/* What lies there until somebody reads is whole lines. */
Test(target, a_fifo_that_nobody_reads)
{
	int fd, n;
	char line[64];

	cr_assert(!mkfifo(path, 0600));
	cr_assert(target_open(&target, path));
	for (int i = 0; i < 9000; i++) {
		add(1);
		target_flush(&target);
	}
	cr_expect(target_flush(&target));
	cr_expect_str_eq(log_says(), "");
	fd = open(path, O_RDONLY | O_NONBLOCK);
	cr_assert(fd >= 0);
	n = lines_of(read_now(fd));
	cr_expect(n > 900);
	target_flush(&target);
	n += lines_of(read_now(fd));
	while (target_flush(&target))
		n += lines_of(read_now(fd));
	n += lines_of(read_now(fd));
	snprintf(line, sizeof line, "(%d lines of the access log dropped)\n",
		9000 - n);
	cr_expect_str_eq(log_says(), line);
	close(fd);
}

/* The reader goes, and another one comes. */
Test(target, a_fifo_whose_reader_goes)
{
	int fd;

	cr_assert(!mkfifo(path, 0600));
	fd = open(path, O_RDONLY | O_NONBLOCK);
	signal(SIGPIPE, SIG_IGN);
	cr_assert(target_open(&target, path));
	add(1);
	target_flush(&target);
	cr_expect_eq(lines_of(read_now(fd)), 1);
	close(fd);
	add(1);
	cr_expect(!target_flush(&target));
	fd = open(path, O_RDONLY | O_NONBLOCK);
	add(1);
	cr_expect(!target_flush(&target));
	cr_expect_eq(lines_of(read_now(fd)), 2);
	close(fd);
}

Test(target, processes_do_not_mix_their_lines)
{
	cr_assert(target_open(&target, path));
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			add(5000);
			target_close(&target);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	cr_expect_eq(lines_of(file_has(path)), 10000);
}

/* As on a full disk: the file takes no more than that. */
static void limit_file(size_t size)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	cr_assert(!setrlimit(RLIMIT_FSIZE, &limit));
}

/* The server before this one has died in the middle of a line. */
Test(target, a_torn_line_of_an_earlier_server)
{
	FILE *file = fopen(path, "w");

	fputs("torn", file);
	fclose(file);
	cr_assert(target_open(&target, path));
	add(1);
	target_flush(&target);
	add(1);
	target_close(&target);
	cr_expect_str_eq(file_has(path), "torn\n" LINE LINE);
}

/* One process has cut a line when another one opens the file again, which is still
 * the same, or its successor. */
static void tear_and_reopen(const char *torn)
{
	int pipes[2];
	char byte = 0;
	pid_t child;

	cr_assert(!pipe(pipes) && target_open(&target, path));
	child = fork();
	if (child == 0) {
		limit_file(sizeof LINE + 5);
		add(2);
		target_flush(&target);
		cr_assert(target.stuck && write(pipes[1], "", 1) == 1);
		raise(SIGSTOP);
		limit_file(1 << 20);
		target_reopen(&target);
		target_close(&target);
		_exit(0);
	}
	cr_assert(read(pipes[0], &byte, 1) == 1);
	waitpid(child, NULL, WUNTRACED);
	if (torn != path)
		cr_assert(!rename(path, torn));
	target_reopen(&target);
	add(1);
	target_flush(&target);
	kill(child, SIGCONT);
	wait(NULL);
	target_close(&target);
}

Test(target, a_torn_line_and_the_same_file)
{
	tear_and_reopen(path);
	cr_expect_str_eq(file_has(path), LINE "a line\n" LINE LINE);
}

Test(target, a_torn_line_in_a_renamed_file)
{
	tear_and_reopen(old);
	cr_expect_str_eq(file_has(old), LINE "a line\n" LINE);
	cr_expect_str_eq(file_has(path), LINE);
}
