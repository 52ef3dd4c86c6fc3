/* faults.c - makes each call of the server that can fail do so once, and then
 * from some time on, through a whole day:
 *
 *     faults         every case
 *     faults 61      every 61st case, but all cases of rare calls
 *     faults recv 3 ECONNRESET once port */
#include "tests/faults/suspect.h"
#include "tests/faults/trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRORS_MAX 8
#define RARE 4   /* calls this rare are all tried, whatever the step */
#define LANES 16 /* days that run at once: most of a day is waiting */

/* The errors that each call may return, as its manual page has it, and the ways
 * of starting the program in which the call is made to fail. */
static const struct {
	const char *call, *ways;
	int errors[ERRORS_MAX];
} plan[] = {
	{"accept4", "port",
		{EMFILE, ENFILE, ECONNABORTED, EAGAIN, EINTR, ENOMEM}},
	{"bind", "port unix", {EADDRINUSE, EACCES}},
	{"calloc", "port trace workers", {ENOMEM}},
	{"clock_gettime", "port workers", {EINVAL}},
	{"close", "port", {EIO, EINTR}},
	{"connect", "unix", {EACCES, EAGAIN}},
	{"dup2", "trace", {EMFILE}},
	{"epoll_create1", "port workers", {EMFILE}},
	{"epoll_ctl", "port workers", {ENOMEM, ENOSPC, EINVAL}},
	{"epoll_pwait", "port workers", {EINTR}},
	{"eventfd", "workers", {EMFILE, ENODEV}},
	{"fchmod", "trace", {EPERM}},
	{"fcntl", "inherited trace", {EBADF}},
	{"flock", "unix", {EAGAIN, ENOLCK}},
	{"fork", "workers trace", {EAGAIN, ENOMEM}},
	{"fstat", "port", {EIO}},
	{"fstatat", "port", {ENOENT, ENOMEM}},
	{"ftruncate", "trace", {EIO}},
	{"getaddrinfo", "port", {EIO}},
	{"getpeername", "port", {ENOTCONN}},
	{"getpwnam", "unix", {EIO}},
	{"getpwuid", "workers", {EIO}},
	{"getrlimit", "port", {EPERM}},
	{"getsockname", "port", {ENOBUFS}},
	{"getsockopt", "port unix inherited", {ENOPROTOOPT, ENOTSOCK}},
	{"inet_ntop", "inherited", {ENOSPC}},
	{"ioctl", "port", {ENOTTY}},
	{"listen", "port unix", {EADDRINUSE}},
	{"lstat", "unix", {EACCES}},
	{"malloc", "port trace workers", {ENOMEM}},
	{"mmap", "workers", {ENOMEM}},
	{"open", "port unix workers", {EMFILE, ENOENT}},
	{"openat", "port",
		{EMFILE, ENOENT, EACCES, ENOMEM, EINTR, EIO, ESTALE}},
	{"openat2", "unix", {ENOSYS, EAGAIN, EINTR, EXDEV, ENOMEM}},
	{"pipe2", "trace", {EMFILE}},
	{"prctl", "port workers", {EINVAL}},
	{"pread", "port", {EIO, EINTR, WRAP_HALF, WRAP_END}},
	{"read", "trace unix", {EIO, EINTR, WRAP_HALF, WRAP_END}},
	{"readlink", "inherited", {EACCES}},
	{"realloc", "port trace workers", {ENOMEM}},
	{"realpath", "port unix", {EACCES, ENOENT}},
	{"rename", "unix", {EACCES}},
	{"recv", "port",
		{ECONNRESET, ETIMEDOUT, ENOMEM, EAGAIN, EINTR, WRAP_HALF,
			WRAP_END}},
	{"recv", "workers", {EAGAIN, EINTR}},
	{"sched_getaffinity", "unix", {EINVAL}},
	{"send", "port trace",
		{EPIPE, ECONNRESET, ENOBUFS, EAGAIN, EINTR, WRAP_HALF}},
	{"send", "workers", {EAGAIN, EINTR, ENOBUFS, ENOMEM}},
	{"sendfile", "port",
		{EIO, ENOSYS, EINVAL, ECONNRESET, EAGAIN, EINTR, WRAP_HALF,
			WRAP_END}},
	{"setgid", "unix", {EPERM}},
	{"setgroups", "workers", {EPERM}},
	{"setrlimit", "port", {EPERM}},
	{"setsockopt", "port workers", {ENOPROTOOPT}},
	{"setuid", "unix", {EAGAIN}},
	{"shutdown", "port", {ENOTCONN}},
	{"sigaction", "port workers", {EINVAL}},
	{"signalfd", "workers", {EINVAL, EMFILE, ENODEV}},
	{"sigprocmask", "port workers", {EINVAL}},
	{"sigtimedwait", "workers", {EINTR, EAGAIN}},
	{"socket", "port unix", {EMFILE, EAFNOSUPPORT}},
	{"socketpair", "workers", {EMFILE, ENFILE, ENOBUFS}},
	{"stat", "port", {EACCES}},
	{"time", "port", {EFAULT}},
	{"timerfd_create", "workers", {EMFILE, ENODEV}},
	{"tsearch", "port", {ENOMEM}},
	{"unlink", "unix", {EACCES}},
	{"write", "port trace workers",
		{EPIPE, ENOSPC, EIO, EAGAIN, EINTR, WRAP_HALF}},
};

#define ROWS (sizeof plan / sizeof *plan)

/* The totals of all lanes. */
static struct {
	_Atomic int passed, failed, row[ROWS];
} * total;

/* A day without a fault, for each way of starting. */
static struct wrap days[SUSPECT_WAYS];
static int files[SUSPECT_WAYS];

static const char *error_name(int error)
{
	return error == WRAP_HALF  ? "half"
	       : error == WRAP_END ? "end"
				   : strerrorname_np(error);
}

static void judge(bool good, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void judge(bool good, const char *format, ...)
{
	va_list args;

	total->passed += good;
	total->failed += !good;
	if (good)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

static void try(size_t row, int way, unsigned at, int error, bool on)
{
	struct wrap w = {.way = suspect_ways[way],
		.call = plan[row].call,
		.at = at,
		.error = error,
		.on = on};
	const char *wrong = trial_run(&w, &files[way]);

	total->row[row]++;
	judge(!wrong, "FAIL  %s %u %s %s %s: %s", w.call, at, error_name(error),
		on ? "on" : "once", w.way, wrong);
}

static unsigned calls(size_t row, int way)
{
	if (!strstr(plan[row].ways, suspect_ways[way]))
		return 0;
	for (int i = 0; i < WRAP_CALLS && days[way].counts[i].call; i++)
		if (!strcmp(days[way].counts[i].call, plan[row].call))
			return days[way].counts[i].n;
	return 0;
}

struct lane {
	unsigned number, step, turn;
};

/* The lanes in turn try every step-th of all cases. */
static bool is_mine(struct lane *l, unsigned step)
{
	return l->turn++ % (step * LANES) == l->number * step;
}

static void try_call(struct lane *l, size_t row, int way)
{
	unsigned n = calls(row, way), step = n <= RARE ? 1 : l->step;

	for (unsigned at = 1; at <= n; at++)
		for (int i = 0; i < 2 * ERRORS_MAX; i++) {
			int error = plan[row].errors[i / 2];
			bool on = i % 2;

			/* an error that passes by itself does not last */
			if (error && !(on && trial_passes(error)) &&
				is_mine(l, step))
				try(row, way, at, error, on);
		}
}

static void run_lane(struct lane l)
{
	for (size_t row = 0; row < ROWS; row++)
		for (int way = 0; way < SUSPECT_WAYS; way++)
			try_call(&l, row, way);
}

static void live_day(int way)
{
	const char *wrong;

	days[way].way = suspect_ways[way];
	wrong = trial_run(&days[way], &files[way]);
	judge(!wrong, "FAIL  without a fault, %s: %s", suspect_ways[way],
		wrong);
}

static bool is_planned(const char *call)
{
	for (size_t row = 0; row < ROWS; row++)
		if (!strcmp(plan[row].call, call))
			return true;
	return false;
}

/* Each call that is made must be in the plan, and each call in the plan
 * made. */
static void check_plan(void)
{
	for (int way = 0; way < SUSPECT_WAYS; way++)
		for (int i = 0; i < WRAP_CALLS && days[way].counts[i].n; i++)
			judge(is_planned(days[way].counts[i].call),
				"FAIL  no plan for %s",
				days[way].counts[i].call);
	for (size_t row = 0; row < ROWS; row++)
		for (int way = 0; way < SUSPECT_WAYS; way++)
			judge(calls(row, way) || !strstr(plan[row].ways,
							 suspect_ways[way]),
				"FAIL  no call of %s, %s", plan[row].call,
				suspect_ways[way]);
}

static void run_lanes(unsigned step)
{
	int status;

	for (unsigned i = 0; i < LANES; i++)
		if (!fork()) {
			run_lane((struct lane){i, step, 0});
			_exit(0);
		}
	while (wait(&status) > 0)
		judge(!status, "FAIL  not every case was tried");
}

static void print_table(void)
{
	unsigned all = 0;

	for (size_t row = 0; row < ROWS; row++) {
		unsigned n = 0;

		for (int way = 0; way < SUSPECT_WAYS; way++)
			n += calls(row, way);
		printf("%-14s %4u calls, %5d cases\n", plan[row].call, n,
			total->row[row]);
		all += n;
	}
	printf("%zu functions, %u calls\n", ROWS, all);
}

static void try_all(unsigned step)
{
	for (int way = 0; way < SUSPECT_WAYS; way++)
		live_day(way);
	check_plan();
	run_lanes(step);
	print_table();
}

static void try_one(char **argv)
{
	size_t row = 0;
	int way = 0;

	while (row < ROWS - 1 && strcmp(plan[row].call, argv[0]))
		row++;
	while (way < SUSPECT_WAYS - 1 && strcmp(suspect_ways[way], argv[4]))
		way++;
	live_day(way);
	for (int i = 0; i < ERRORS_MAX && plan[row].errors[i]; i++)
		if (!strcmp(error_name(plan[row].errors[i]), argv[2]))
			try(row, way, (unsigned)atoi(argv[1]),
				plan[row].errors[i], !strcmp(argv[3], "on"));
}

int main(int argc, char **argv)
{
	total = mmap(NULL, sizeof *total, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (total == MAP_FAILED)
		return 2;
	suspect_prepare();
	if (argc == 6)
		try_one(argv + 1);
	else
		try_all(argc > 1 ? (unsigned)atoi(argv[1]) : 1);
	suspect_tidy();
	printf("%d passed, %d failed\n", total->passed, total->failed);
	return total->failed || !total->passed;
}
