/* test_user.c - as which user the server runs. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Who the server is: a line of /proc/PID/status, whose first number is this. */
static void expect_status(const struct live *live, const char *line)
{
	char path[64], text[4096];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)live->pid);
	file = fopen(path, "r");
	cr_assert(file);
	text[fread(text, 1, sizeof text - 1, file)] = 0;
	fclose(file);
	cr_expect(strstr(text, line), "no %s in\n%s", line, text);
}

Test(user, a_user_by_number)
{
	static struct live live;

	if (getuid())
		cr_skip("only root becomes another user");
	live_start(&live, (const char *const[]){"--user", "54321", NULL});
	expect_status(&live, "\nUid:\t54321\t54321\t54321\t54321\n");
	expect_status(&live, "\nGid:\t54321\t54321\t54321\t54321\n");
	expect_status(&live, "\nGroups:\t \n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* Where the number has a name, it is the same as that name: the user's own group,
 * and no other, not even as a second one. */
Test(user, a_number_that_has_a_name)
{
	static struct live live;

	if (getuid())
		cr_skip("only root becomes another user");
	live_start(&live, (const char *const[]){"--user", "2", NULL});
	expect_status(&live, "\nUid:\t2\t2\t2\t2\n");
	expect_status(&live, "\nGid:\t2\t2\t2\t2\n"); /* bin's */
	expect_status(&live, "\nGroups:\t \n");
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(user, numbers_that_are_no_users)
{
	static const char *const names[] = {"-1", "4294967295", "4294967296",
		"18446744073709551616", "1x", "0x1", "+1", " 1", "1.0"};
	char command[256], said[512];
	FILE *pipe;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(command, sizeof command,
			"timeout 5 build/asan/server --port 0 --public public "
			"--user '%s' 2>&1",
			names[i]);
		pipe = popen(command, "r");
		cr_assert(pipe);
		said[fread(said, 1, sizeof said - 1, pipe)] = 0;
		cr_expect_eq(pclose(pipe), 1 << 8, "%s", said);
		cr_expect(strstr(said, "cannot become the user"), "%s", said);
	}
}

Test(user, a_name_that_is_none)
{
	char said[4096];
	FILE *pipe = popen("timeout 5 build/asan/server --public public "
			   "--port 0 --user no-such-user 2>&1",
		"r");

	cr_assert(pipe);
	said[fread(said, 1, sizeof said - 1, pipe)] = 0;
	cr_expect_eq(pclose(pipe), 1 << 8);
	cr_expect(strstr(said, "server: cannot become the user no-such-user: "),
		"%s", said);
	cr_expect(!strstr(said, "Success"), "%s", said);
}
