/* test_hang.c - which worker hangs, from a look at its count now and then. */
#include "tests/lib/support.h"

#include "workers/hang.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static struct hang hang;

static void expect_looks(int n, pid_t pid)
{
	for (int i = 0; i < n; i++)
		cr_expect(!hang_look(&hang, pid), "look %d", i);
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

Test(hang, a_worker_that_never_waits)
{
	hang_begin(&hang);
	expect_looks(HANG_LOOKS - 1, getpid());
	cr_expect(hang_look(&hang, getpid()));
}

Test(hang, a_worker_that_waits_for_ever)
{
	hang_begin(&hang);
	hang_turn(&hang);
	expect_looks(3 * HANG_LOOKS, getpid());
}

/* It is outside of its wait at each look, but not in the same turn. */
Test(hang, a_worker_that_is_busy)
{
	hang_begin(&hang);
	for (int i = 0; i < 3 * HANG_LOOKS; i++) {
		expect_looks(1, getpid());
		hang_turn(&hang);
		hang_turn(&hang);
	}
	expect_looks(HANG_LOOKS, getpid());
	cr_expect(hang_look(&hang, getpid()));
}

Test(hang, the_count_wraps)
{
	hang_begin(&hang);
	atomic_store(&hang.turns, UINT32_MAX);
	expect_looks(HANG_LOOKS, getpid());
	hang_turn(&hang);
	expect_looks(HANG_LOOKS, getpid());
	cr_expect_eq(hang.turns, 0);
}

/* All looks begin anew when it goes on. */
Test(hang, a_worker_that_is_stopped_by_a_signal)
{
	pid_t pid = start_sleeper();

	hang_begin(&hang);
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
	hang_begin(&hang);
	expect_looks(3 * HANG_LOOKS, pid);
	end(pid);
}

/* Without /proc, and so for a process that it does not name, it counts. */
Test(hang, a_state_that_is_unknown)
{
	hang_begin(&hang);
	expect_looks(HANG_LOOKS - 1, -1);
	cr_expect(hang_look(&hang, -1));
}
