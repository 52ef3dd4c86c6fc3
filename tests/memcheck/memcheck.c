/* memcheck.c - runs each test in a process that is forked for it, as many at
 * once as there are processors. Its arguments are suites to leave out. */
#include <criterion/criterion.h>

#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 240 /* for one test, under valgrind */

static struct memcheck *all;
static bool failed; /* an expectation of this test has failed */
static int running, passed, lost;

void memcheck_add(struct memcheck *one)
{
	one->next = all;
	all = one;
}

void memcheck_judge(bool good, bool fatal, const char *file, int line)
{
	if (good)
		return;
	fprintf(stderr, "%s:%d: an expectation has failed\n", file, line);
	failed = true;
	if (fatal)
		exit(1);
}

static _Noreturn void run(const struct memcheck *test)
{
	struct memcheck none = {0}, *around = all;

	while (around && (around->name || strcmp(around->suite, test->suite)))
		around = around->next;
	if (!around)
		around = &none;
	alarm(SECONDS);
	if (around->init)
		around->init();
	test->run();
	if (around->fini)
		around->fini();
	exit(failed);
}

static void start(struct memcheck *test)
{
	fflush(NULL);
	test->pid = fork();
	if (!test->pid)
		run(test);
	running++;
}

/* Waits for one to end. */
static void collect(void)
{
	const struct memcheck *test = all;
	int status;
	pid_t pid = wait(&status);
	bool good;

	while (test->pid != pid)
		test = test->next;
	good = test->signal ? WTERMSIG(status) == test->signal
			    : status == test->exit_code << 8;
	if (!good)
		printf("FAIL  %s: %s\n", test->suite, test->name);
	passed += good;
	lost += !good;
	running--;
}

static bool is_named(const char *suite, char **names)
{
	while (*names && strcmp(*names, suite))
		names++;
	return *names;
}

int main(int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	for (struct memcheck *test = all; argc && test; test = test->next) {
		if (!test->name || is_named(test->suite, argv + 1))
			continue;
		if (running >= processors)
			collect();
		start(test);
	}
	while (running)
		collect();
	printf("%d passed, %d failed\n", passed, lost);
	return lost > 0;
}
