/* test_count.c - how many processors a process may use. */
#include "tests/lib/support.h"

#include "workers/count.h"

#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/count-XXXXXX";
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
	return count_quota(n, paths[3], paths[0]);
}

Test(count, a_quota_is_rounded_up)
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
Test(count, the_least_quota_of_all_groups)
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

Test(count, no_groups)
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
Test(count, processors_that_it_may_not_use)
{
	cpu_set_t all, one;
	int first = 0;

	cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	cr_assert_eq(sched_setaffinity(0, sizeof one, &one), 0);
	cr_expect_eq(count_workers(0), 1);
	cr_expect_eq(count_workers(3), 3, "what is asked for is started");
	cr_expect_eq(count_workers(1000), 64);
}
