/* test_process.c - how many processors a process may use, and as which user it
 * runs. */
#include "tests/lib/live.h"

#include "serve/process.h"

#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/process-XXXXXX";
static char paths[4][128];

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	file = fopen(path, "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

/* The folders of /, /a and /a/b. */
static void begin(void)
{
	static const char *const names[] = {"root", "root/a", "root/a/b"};

	cr_assert(mkdtemp(dir));
	for (int i = 0; i < 3; i++) {
		snprintf(paths[i], sizeof *paths, "%s/%s", dir, names[i]);
		cr_assert_eq(mkdir(paths[i], 0700), 0);
	}
	snprintf(paths[3], sizeof *paths, "%s/list", dir);
}

static void end(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", dir);
	cr_assert_eq(system(command), 0);
}

static size_t count(size_t n)
{
	return process_quota(n, paths[3], paths[0]);
}

Test(process, a_quota_is_rounded_up)
{
	static const struct {
		const char *limit;
		size_t n;
	} table[] = {
		{"max 100000\n", 16},
		{"100000 100000\n", 1},
		{"200000 100000\n", 2},
		{"150000 100000\n", 2},
		{"100001 100000\n", 2},
		{"50000 100000\n", 1},
		{"1000 100000\n", 1},
		{"1500000 100000\n", 15},
		{"1600000 100000\n", 16},
		{"9900000 100000\n", 16},
		{"18446744073709551615 1\n", 16},
		{"", 16},
		{"nonsense", 16},
		{"100000", 16},
		{"100000 0", 16},
		{"0 100000", 16},
	};

	begin();
	write_file("list", "0::/\n");
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		write_file("root/cpu.max", table[i].limit);
		cr_expect_eq(count(16), table[i].n, "%s", table[i].limit);
	}
	end();
}

/* The limit of a group holds for those in it. */
Test(process, the_least_quota_of_all_groups)
{
	begin();
	write_file("list", "12:cpu,cpuacct:/x\n1:name=systemd:/y\n0::/a/b\n");
	cr_expect_eq(count(16), 16);
	write_file("root/a/b/cpu.max", "max 100000\n");
	write_file("root/a/cpu.max", "300000 100000\n");
	cr_expect_eq(count(16), 3);
	cr_expect_eq(count(2), 2);
	write_file("root/a/b/cpu.max", "150000 100000\n");
	cr_expect_eq(count(16), 2);
	write_file("root/cpu.max", "100000 100000\n");
	cr_expect_eq(count(16), 1);
	end();
}

Test(process, no_groups)
{
	begin();
	cr_expect_eq(count(7), 7, "no file");
	write_file("list", "");
	cr_expect_eq(count(7), 7);
	write_file("list", "4:cpu:/a\n");
	write_file("root/a/cpu.max", "100000 100000\n");
	cr_expect_eq(count(7), 7, "another hierarchy");
	write_file("list", "0::/a");
	cr_expect_eq(count(7), 7, "a line without its end");
	end();
}

/* taskset -c 0 */
Test(process, processors_that_it_may_not_use)
{
	cpu_set_t all, one;
	int first = 0;

	cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
	cr_expect_eq(process_count(0), 1);
	cr_expect_eq(process_count(3), 3, "what is asked for is started");
	cr_expect_eq(process_count(1000), 64);
}

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

Test(process, a_user_by_number)
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

/* Where the number has a name, it is the same as that name. */
Test(process, a_number_that_has_a_name)
{
	static struct live live;

	if (getuid())
		cr_skip("only root becomes another user");
	live_start(&live, (const char *const[]){"--user", "2", NULL});
	expect_status(&live, "\nUid:\t2\t2\t2\t2\n");
	expect_status(&live, "\nGid:\t2\t2\t2\t2\n"); /* bin's */
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(process, numbers_that_are_no_users)
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
