/* test_failing.c - files that cannot be opened or read, though they are there:
 * RFC 9110 15.5.4, 15.5.5, 15.6. */
#include "tests/files/share.h"
#include "tests/lib/failing.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#define ALWAYS (1 << 30)

TestSuite(failing, .init = setup, .fini = teardown);

static void expect_failure(const char *path, const char *fields, int status)
{
	struct answer a = get(path, fields);

	failing.times = 0;
	cr_expect_eq(a.status, status, "%s of %s: %d, not %d", failing.call,
		path, a.status, status);
	cr_expect(!a.failed && a.body && atoi(a.body) == status, "%s", a.body);
	expect_field(&a, "Retry-After", status == 503 ? "1" : NULL);
	expect_field(&a, "ETag", NULL);
	expect_field(&a, "Content-Range", NULL);
	expect_field(&a, "X-Content-Type-Options", "nosniff");
	drop(&a);
}

static const struct {
	int error, status;
} causes[] = {
	{ENOENT, 404},
	{ENOTDIR, 404},
	{ENAMETOOLONG, 404},
	{ELOOP, 404},
	{ENXIO, 404},
	{EACCES, 403},
	{EPERM, 403},
	{EMFILE, 503},
	{ENFILE, 503},
	{ENOMEM, 503},
	{EAGAIN, 503},
	{EBUSY, 503},
	{ESTALE, 503},
	{ETIMEDOUT, 503},
	{EHOSTDOWN, 503},
	{EIO, 500},
	{EOVERFLOW, 500},
	{EUCLEAN, 500},
	{EBADF, 500},
};

#define CAUSES (sizeof causes / sizeof *causes)

Test(failing, a_file_that_cannot_be_opened)
{
	static const char *const paths[] = {
		"plain.txt", "sub/", "", "sub", "sub/index.html"};

	for (size_t i = 0; i < CAUSES; i++)
		for (size_t k = 0; k < 5; k++) {
			failing =
				(struct failing){"openat", causes[i].error, 1};
			expect_failure(paths[k], "", causes[i].status);
		}
	for (size_t i = 0; i < CAUSES; i++) {
		failing = (struct failing){"fstat", causes[i].error, ALWAYS};
		expect_failure("sub", "", causes[i].status);
	}
	expect_body("plain.txt", "", 200, "0123456789");
}

Test(failing, a_file_that_cannot_be_read)
{
	write_sparse("public/large", COPIED_MAX + 1);
	for (size_t i = 0; i < CAUSES; i++) {
		failing = (struct failing){"pread", causes[i].error, 1};
		expect_failure("plain.txt", "", causes[i].status);
		failing = (struct failing){"pread", causes[i].error, 1};
		expect_failure(
			"large", "Range: bytes=0-99\r\n", causes[i].status);
	}
	expect_body("plain.txt", "", 200, "0123456789");
}

Test(failing, a_link_that_cannot_be_followed)
{
	files.folder.follows_links = true;
	make_link("plain.txt", "public/link");
	for (size_t i = 0; i < CAUSES; i++) {
		if (causes[i].error == EPERM)
			continue;
		failing = (struct failing){"openat2", causes[i].error, ALWAYS};
		expect_failure("link", "", causes[i].status);
	}
	/* a filter of system calls, and not the file */
	failing = (struct failing){"openat2", EPERM, ALWAYS};
	expect_body("link", "", 200, "0123456789");
	failing = (struct failing){"openat2", EXDEV, ALWAYS};
	expect_failure("link", "", 404);
	/* openat2(2): something was renamed meanwhile */
	failing = (struct failing){"openat2", EAGAIN, 3};
	expect_body("link", "", 200, "0123456789");
}

/* What a signal interrupts is done again, and the client notices nothing; but
 * not for ever. */
Test(failing, a_call_that_is_interrupted)
{
	static const char *const calls[] = {
		"openat", "fstat", "pread", "openat2"};

	write_sparse("public/large", COPIED_MAX + 1);
	for (int i = 0; i < 4; i++) {
		files.folder.follows_links = i == 3;
		for (int n = 1; n < 4; n++) {
			struct answer a;

			cache_forget(&files.cache);
			failing = (struct failing){calls[i], EINTR, n};
			expect_body("sub/", "", 200, "<p>sub</p>");
			cr_expect_eq(failing.times, 0, "%s", calls[i]);
			failing = (struct failing){calls[i], EINTR, n};
			a = get("large", "Range: bytes=1-3\r\n");
			cr_expect_eq(a.status, 206);
			cr_expect_eq(a.len, 3);
			cr_expect_eq(failing.times, 0, "%s", calls[i]);
			drop(&a);
		}
		cache_forget(&files.cache);
		failing = (struct failing){calls[i], EINTR, ALWAYS};
		expect_failure("sub/", "", 503);
	}
}

/* A coded copy that cannot be opened is no reason to send nothing. */
Test(failing, a_coded_copy)
{
	write_text("public/plain.txt.gz", "coded");
	cr_assert_eq(chmod(at("public/plain.txt.gz"), 0644), 0);
	/* the plain file is in the cache, so only the copy is opened */
	expect_body("plain.txt", "", 200, "0123456789");
	failing = (struct failing){"openat", EIO, ALWAYS};
	expect_body(
		"plain.txt", "Accept-Encoding: gzip\r\n", 200, "0123456789");
	failing.times = 0;
	expect_body("plain.txt", "Accept-Encoding: gzip\r\n", 200, "coded");
}

static void hold_lease(int ready)
{
	int fd = open(at("public/plain.txt"), O_RDWR | O_CLOEXEC);

	signal(SIGIO, SIG_IGN);
	if (!fcntl(fd, F_SETLEASE, F_WRLCK))
		write(ready, "", 1);
	close(ready);
	pause();
	_exit(0);
}

/* fcntl(2): an open that would break a lease and must not block fails, and the
 * one who holds it has 45 seconds to give it up. */
Test(failing, a_file_that_another_program_has_a_lease_on)
{
	int fds[2];
	char byte;
	pid_t pid;

	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0)
		hold_lease(fds[1]);
	close(fds[1]);
	failing.call = "a lease";
	if (read(fds[0], &byte, 1) == 1) /* else there are no leases here */
		expect_failure("plain.txt", "", 503);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fds[0]);
	expect_body("plain.txt", "", 200, "0123456789");
}
