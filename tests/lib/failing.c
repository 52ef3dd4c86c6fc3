/* failing.c - calls that fail: ld(1), seccomp(2). */
#include "tests/lib/failing.h"

#include "tests/lib/support.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct failing failing;

int __real_openat64(int, const char *, int, ...);
int __wrap_openat64(int, const char *, int, ...);
int __real_fstat64(int, struct stat *);
int __wrap_fstat64(int, struct stat *);
ssize_t __real_pread64(int, void *, size_t, off_t);
ssize_t __wrap_pread64(int, void *, size_t, off_t);
long __real_syscall(long, ...);
long __wrap_syscall(long, ...);

static bool fails(const char *call)
{
	if (!failing.times || strcmp(failing.call, call))
		return false;
	failing.times--;
	errno = failing.error;
	return true;
}

int __wrap_openat64(int dir, const char *name, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	return fails("openat") ? -1 : __real_openat64(dir, name, flags, mode);
}

int __wrap_fstat64(int fd, struct stat *st)
{
	return fails("fstat") ? -1 : __real_fstat64(fd, st);
}

ssize_t __wrap_pread64(int fd, void *data, size_t size, off_t at)
{
	return fails("pread") ? -1 : __real_pread64(fd, data, size, at);
}

/* Only openat2 is called by its number. */
long __wrap_syscall(long number, ...)
{
	va_list args;
	long a[4];

	va_start(args, number);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return fails("openat2")
		       ? -1
		       : __real_syscall(number, a[0], a[1], a[2], a[3]);
}

void deny_call(long number, int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {4, code};

	cr_assert_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	cr_assert_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}
