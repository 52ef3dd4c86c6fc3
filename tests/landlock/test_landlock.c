/* test_landlock.c - the folder around a file, and which folders are refused. What
 * the kernel then allows is tested in run.sh. */
#include "tests/lib/live.h"

#include "landlock/around.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_around(const char *path, bool may_lack, const char *want)
{
	char folder[AROUND_MAX];

	cr_expect_eq(around(path, may_lack, folder), want != NULL, "%s", path);
	if (want)
		cr_expect_str_eq(folder, want, "%s: %s", path, folder);
}

Test(landlock, the_folder_around_a_file_that_is_there)
{
	expect_around("/", false, "/");
	expect_around("/dev", false, "/");
	expect_around("/dev/", false, "/");
	expect_around("/dev/null", false, "/dev");
	expect_around("/dev/../dev/./null", false, "/dev");
}

Test(landlock, the_folder_around_a_file_that_is_to_be)
{
	expect_around("/dev/none", false, NULL);
	expect_around("/dev/none", true, "/dev");
	expect_around("/none", true, "/");
	expect_around("/none/none", true, NULL);
	cr_assert_eq(chdir("/dev"), 0);
	expect_around("none", true, "/dev");
}

/* The folder is the one where the link leads: releases lie side by side there. */
Test(landlock, behind_a_link)
{
	char root[] = "/tmp/hello-XXXXXX", path[64], want[64];

	cr_assert(mkdtemp(root));
	snprintf(want, sizeof want, "%s/releases", root);
	cr_assert_eq(mkdir(want, 0700), 0);
	snprintf(path, sizeof path, "%s/releases/1", root);
	cr_assert_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/current", root);
	cr_assert_eq(symlink("releases/1", path), 0);
	expect_around(path, false, want);
	unlink(path);
	snprintf(path, sizeof path, "%s/releases/1", root);
	rmdir(path);
	rmdir(want);
	rmdir(root);
}

Test(landlock, what_lies_in_the_root_is_refused)
{
	static const char *const sites[] = {"/", "/tmp", "/tmp/", "/etc/ssl"};
	char said[1024];

	for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
		cr_expect_eq(live_run((const char *const[]){"--site", sites[i],
					      NULL},
				     said, sizeof said),
			2);
		cr_expect(strstr(said, "or give --no-landlock"), "%s", said);
	}
}
