/* test_hang.c - which worker hangs: it leaves the parent's questions where they
 * are. */
#include "tests/lib/support.h"

#include "workers/hang.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hang hang;

static void begin(void)
{
	cr_assert(hang_open(&hang));
	hang_begin(&hang);
}

static void expect_looks(int n, pid_t pid)
{
	for (int i = 0; i < n; i++)
		cr_expect(!hang_look(&hang, pid), "look %d", i);
}

/* The first look only asks, and the others find that question. */
static void expect_hangs(pid_t pid)
{
	expect_looks(HANG_LOOKS, pid);
	cr_expect(hang_look(&hang, pid));
}

/* What a worker's loop does with it. Returns whether it was asked. */
static bool turn(void)
{
	struct epoll_event event;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct source source = hang.source;
	bool asked;

	cr_assert(source_watch(&source, epoll, EPOLLIN));
	asked = epoll_wait(epoll, &event, 1, 0) == 1;
	if (asked)
		hang.source.ready(NULL, &hang.source, event.events);
	close(epoll);
	return asked;
}

static pid_t start_sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0)
		while (1)
			pause();
	cr_assert(pid > 0);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

Test(hang, a_worker_that_takes_no_question)
{
	begin();
	expect_hangs(getpid());
}

Test(hang, a_worker_that_takes_each)
{
	begin();
	cr_expect(!turn());
	for (int i = 0; i < 3 * HANG_LOOKS; i++) {
		expect_looks(1, getpid());
		cr_expect(turn());
		cr_expect(!turn());
	}
	expect_hangs(getpid());
}

/* It was busy for all looks but one. */
Test(hang, a_worker_that_takes_the_last)
{
	begin();
	for (int i = 0; i < 3; i++) {
		expect_looks(HANG_LOOKS, getpid());
		cr_expect(turn());
	}
}

/* Its predecessor has not taken all. */
Test(hang, a_worker_that_takes_the_place_of_another)
{
	begin();
	expect_hangs(getpid());
	hang_begin(&hang);
	cr_expect(!turn());
	expect_hangs(getpid());
}

/* All looks begin anew when it goes on. */
Test(hang, a_worker_that_is_stopped_by_a_signal)
{
	pid_t pid = start_sleeper();

	begin();
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	expect_looks(3 * HANG_LOOKS, pid);
	kill(pid, SIGCONT);
	waitpid(pid, NULL, WCONTINUED);
	expect_looks(HANG_LOOKS - 1, pid);
	cr_expect(hang_look(&hang, pid));
	end(pid);
}

Test(hang, a_worker_that_is_stopped_by_a_debugger)
{
	pid_t pid = start_sleeper();

	if (ptrace(PTRACE_ATTACH, pid, 0, 0)) {
		end(pid);
		cr_skip_test("this machine has no ptrace");
	}
	waitpid(pid, NULL, 0);
	begin();
	expect_looks(3 * HANG_LOOKS, pid);
	end(pid);
}

/* Without /proc, and so for a process that it does not name, it counts. */
Test(hang, a_state_that_is_unknown)
{
	begin();
	expect_hangs(-1);
}

Test(hang, no_descriptor_for_it)
{
	struct rlimit was, none;

	getrlimit(RLIMIT_NOFILE, &was);
	none = (struct rlimit){0, was.rlim_max};
	setrlimit(RLIMIT_NOFILE, &none);
	cr_expect(!hang_open(&hang));
	cr_expect_eq(errno, EMFILE);
	setrlimit(RLIMIT_NOFILE, &was);
}
