/* kernel.c - the three calls of Landlock. */
#include "landlock/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every machine but alpha, which headers of their time name. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define ASK_VERSION 1
#define RULE_PATH 1
#define RULE_PORT 2
#define BIND_TCP (1 << 0)
#define CONNECT_TCP (1 << 1)
/* All rights to files that a version knows. */
#define FILES_1 ((1 << 13) - 1)
#define FILES_2 (1 << 13) /* to move into another folder */
#define FILES_3 (1 << 14) /* to cut short */

int kernel_version(void)
{
	long n = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);

	return n < 0 ? 0 : (int)n;
}

/* Descriptors up to 2 belong to others, even if they are closed. */
int kernel_rules(int version)
{
	struct {
		uint64_t files, net;
	} handled = {FILES_1, 0};
	int fd, high;

	if (version >= 2)
		handled.files |= FILES_2;
	if (version >= 3)
		handled.files |= FILES_3;
	if (version >= 4)
		handled.net = BIND_TCP | CONNECT_TCP;
	fd = (int)syscall(
		SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

bool kernel_allow(int rules, const char *path, uint64_t rights)
{
	struct __attribute__((packed)) {
		uint64_t rights;
		int32_t fd;
	} rule = {rights, open(path, O_PATH | O_CLOEXEC)};
	struct stat st;
	bool added;

	if (rule.fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (!fstat(rule.fd, &st) && !S_ISDIR(st.st_mode))
		rule.rights &= KERNEL_READ_FILE | KERNEL_WRITE_FILE;
	/* a pipe is in no folder, and always allowed */
	added = !syscall(SYS_landlock_add_rule, rules, RULE_PATH, &rule, 0) ||
		errno == EBADFD;
	close(rule.fd);
	return added;
}

bool kernel_allow_connect(int rules, int version, uint16_t port)
{
	struct {
		uint64_t rights, port;
	} rule = {CONNECT_TCP, port};

	return version < 4 ||
	       !syscall(SYS_landlock_add_rule, rules, RULE_PORT, &rule, 0);
}

bool kernel_obey(int rules)
{
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !syscall(SYS_landlock_restrict_self, rules, 0);
}
