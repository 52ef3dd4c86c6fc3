/* test_options.c - the command line as a user meets it. */
#include "tests/lib/support.h"

#include "serve/options.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "build/asan/server"

/* Runs the program. Returns its status, and what it said on standard error. */
static int run(const char *const options[], char *said, size_t size)
{
	const char *argv[16] = {PROGRAM};
	int pipes[2], status;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	for (int i = 0; options[i]; i++)
		argv[i + 1] = options[i];
	cr_assert(pipe(pipes) == 0);
	pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		dup2(pipes[1], STDOUT_FILENO);
		alarm(10);
		execv(PROGRAM, (char **)argv);
		_exit(127);
	}
	close(pipes[1]);
	while ((n = read(pipes[0], said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = 0;
	close(pipes[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(options, a_mistake_is_one_sentence_and_status_2)
{
	static const char *const wrong[][4] = {{"--nonsense"}, {"--port"},
		{"--port", "70000"}, {"--port", "12x"}, {"--port", "-1"},
		{"--port", "1.5"}, {"--port", ""}, {"--port=0x10"},
		{"--port", "nan"}, {"--quiet=yes"}, {"--host", ""},
		{"--max-message", "2G"}, {"--max-message", "16Q"},
		{"--idle-timeout", "-3"}, {"extra"}, {"-x"},
		{"--http-only", "--ws-only"}};
	char said[4096];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_expect_eq(
			run(wrong[i], said, sizeof said), 2, "%s", wrong[i][0]);
		cr_expect(!strncmp(said, "server: ", 8), "%s", said);
		cr_expect(strstr(said, "See --help.\n"), "%s", said);
		cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1);
	}
}

Test(options, a_failure_of_the_system_is_status_1)
{
	char said[4096];

	cr_expect_eq(run((const char *const[]){"--public", "/nowhere", NULL},
			     said, sizeof said),
		1);
	cr_expect(strstr(said, "/nowhere"));
	cr_expect_eq(run((const char *const[]){"--port", "0", "--public",
				 "public", "--host", "192.0.2.1", NULL},
			     said, sizeof said),
		1);
	cr_expect(strstr(said, "--host"));
}

Test(options, help_names_every_option_and_default)
{
	char said[8192];

	cr_expect_eq(
		run((const char *const[]){"--help", NULL}, said, sizeof said),
		0);
	cr_expect(strstr(said, "--port"));
	cr_expect(strstr(said, "(3000)"));
	cr_expect_eq(run((const char *const[]){"--version", NULL}, said,
			     sizeof said),
		0);
	cr_expect_str_eq(said, "hello-socket " OPTIONS_VERSION "\n");
}

static struct options parsed(int argc, const char *const argv[])
{
	struct options o;

	options_parse(&o, NULL, argc, (char **)argv);
	return o;
}

Test(options, defaults)
{
	struct options o;

	unsetenv("PORT");
	o = parsed(1, (const char *[]){"server", NULL});
	cr_expect_str_eq(o.host, "localhost");
	cr_expect_eq(o.port, 3000);
	cr_expect_eq(o.max_message, 16 << 20);
	cr_expect_eq(o.head_timeout, 10000);
	cr_expect_eq(o.idle_timeout, 15000);
	cr_expect_eq(o.close_timeout, 5000);
	cr_expect_null(o.origins[0]);
}

Test(options, values)
{
	struct options o = parsed(
		8, (const char *[]){"server", "--port=8080", "--ping-after",
			   "0.25", "--origin", "a", "--origin=b", "--quiet"});

	cr_expect_eq(o.port, 8080);
	cr_expect_eq(o.ping_after, 250);
	cr_expect_str_eq(o.origins[0], "a");
	cr_expect_str_eq(o.origins[1], "b");
	cr_expect_null(o.origins[2]);
	cr_expect(o.quiet);
}

Test(options, port_from_the_environment)
{
	setenv("PORT", "8081", 1);
	cr_expect_eq(parsed(1, (const char *[]){"server"}).port, 8081);
	cr_expect_eq(parsed(2, (const char *[]){"server", "--port=0"}).port, 0);
}
