/* test_options.c - the command line as a user meets it. */
#include "tests/lib/live.h"

#include "serve/options.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

Test(options, a_mistake_is_one_sentence_and_status_2)
{
	static const char *const wrong[][4] = {{"--nonsense"}, {"--port"},
		{"--port", "70000"}, {"--port", "12x"}, {"--port", "-1"},
		{"--port", "1.5"}, {"--port", ""}, {"--port=0x10"},
		{"--port", "nan"}, {"--quiet=yes"}, {"--host", ""},
		{"--max-message", "2G"}, {"--max-message", "16Q"},
		{"--idle-timeout", "-3"}, {"extra"}, {"-x"},
		{"--http-only", "--ws-only"},
		{"--ws-only", "--max-memory", "15M"},
		{"--ws-only", "--max-memory=31M", "--workers=2"}};
	char said[4096];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_expect_eq(live_run(wrong[i], said, sizeof said), 2, "%s",
			wrong[i][0]);
		cr_expect(!strncmp(said, "server: ", 8), "%s", said);
		cr_expect(strstr(said, "See --help.\n"), "%s", said);
		cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1);
	}
}

Test(options, a_failure_of_the_system_is_status_1)
{
	char said[4096];

	cr_expect_eq(
		live_run((const char *const[]){"--public", "/nowhere", NULL},
			said, sizeof said),
		1);
	cr_expect(strstr(said, "/nowhere"));
	cr_expect_eq(live_run((const char *const[]){"--port", "0", "--public",
				      "public", "--host", "192.0.2.1", NULL},
			     said, sizeof said),
		1);
	cr_expect(strstr(said, "--host"));
}

Test(options, help_names_every_option_and_default)
{
	char said[8192];

	cr_expect_eq(live_run((const char *const[]){"--help", NULL}, said,
			     sizeof said),
		0);
	cr_expect(strstr(said, "--port"));
	cr_expect(strstr(said, "(3000)"));
	cr_expect_eq(live_run((const char *const[]){"--version", NULL}, said,
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
	cr_expect_eq(options_port(&o), 3000);
	cr_expect_eq(o.max_message, 16 << 20);
	cr_expect_eq(o.head_timeout, 10000);
	cr_expect_eq(o.idle_timeout, 15000);
	cr_expect_eq(o.close_timeout, 5000);
	cr_expect_null(o.origins[0]);
}

Test(options, values)
{
	struct options o =
		parsed(8, (const char *[]){"server", "--port=8080",
				  "--ping-after", "0.25", "--origin", "null",
				  "--origin=same", "--quiet"});

	cr_expect_eq(options_port(&o), 8080);
	cr_expect_eq(o.ping_after, 250);
	cr_expect_str_eq(o.origins[0], "null");
	cr_expect_str_eq(o.origins[1], "same");
	cr_expect_null(o.origins[2]);
	cr_expect(o.quiet);
}

static uint32_t port(int argc, const char *const argv[])
{
	struct options o = parsed(argc, argv);

	return options_port(&o);
}

Test(options, port_from_the_environment)
{
	setenv("PORT", "8081", 1);
	cr_expect_eq(port(1, (const char *[]){"server"}), 8081);
	cr_expect_eq(port(2, (const char *[]){"server", "--port=0"}), 0);
	setenv("PORT", "", 1);
	cr_expect_eq(port(1, (const char *[]){"server"}), 3000);
}

/* A PORT that is not used is not judged, and one that is used is blamed by its
 * own name. */
Test(options, a_port_that_is_none_from_the_environment)
{
	static const char *const wrong[] = {"abc", "70000", "-1", "80x", NULL};
	static const char *const used[] = {"--public", "public", NULL};
	static const char *const unused[] = {
		"--public", "public", "--unix", "/nowhere/x", NULL};
	char said[4096];

	for (size_t i = 0; wrong[i]; i++) {
		setenv("PORT", wrong[i], 1);
		cr_expect_eq(
			port(3, (const char *[]){"server", "--port", "3000"}),
			3000);
		/* it is beyond --unix, which has a mistake of its own */
		cr_expect_eq(live_run(unused, said, sizeof said), 1);
		cr_expect(
			strstr(said, "cannot listen on /nowhere/"), "%s", said);
		cr_expect_eq(live_run(used, said, sizeof said), 2);
		cr_expect(!strncmp(said, "server: PORT ", 13), "%s", said);
		cr_expect(strstr(said, wrong[i]), "%s", said);
		cr_expect(!strstr(said, "--port"), "%s", said);
	}
	cr_expect_eq(live_run((const char *const[]){"--port", "abc", NULL},
			     said, sizeof said),
		2);
	cr_expect(!strncmp(said, "server: --port abc ", 19), "%s", said);
}

static uint32_t seconds(const char *name, const char *value)
{
	struct options o =
		parsed(3, (const char *[]){"server", name, value, NULL});
	const uint32_t all[] = {o.head_timeout, o.idle_timeout, o.send_timeout,
		o.message_timeout, o.ping_after, o.pong_timeout,
		o.close_timeout, o.linger_timeout};
	static const char *const names[] = {"--head-timeout", "--idle-timeout",
		"--send-timeout", "--message-timeout", "--ping-after",
		"--pong-timeout", "--close-timeout", "--linger-timeout"};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(names[i], name))
			return all[i];
	cr_assert(false, "%s", name);
	return 0;
}

/* 0 is never. What is more is never 0, and 49 days are the most. */
Test(options, seconds)
{
	static const char *const names[] = {"--head-timeout", "--idle-timeout",
		"--send-timeout", "--message-timeout", "--ping-after",
		"--pong-timeout", "--close-timeout", "--linger-timeout", NULL};
	static const char *const wrong[] = {"-1", "-0", "4233600.1", "4233601",
		"99999999999", "5s", "10m", "1e3", "inf", "nan", "0x1", "1,5",
		"", " 1", "1 ", ".", "1.", "1.2.3", NULL};
	char said[4096];

	for (size_t i = 0; names[i]; i++) {
		cr_expect_eq(seconds(names[i], "0"), 0);
		cr_expect_eq(seconds(names[i], "0.0"), 0);
		cr_expect_eq(seconds(names[i], "0.0001"), 1);
		cr_expect_eq(seconds(names[i], "0.001"), 1);
		cr_expect_eq(seconds(names[i], "1.001"), 1001);
		cr_expect_eq(seconds(names[i], "0.3"), 300);
		cr_expect_eq(seconds(names[i], ".5"), 500);
		cr_expect_eq(seconds(names[i], "86401"), 86401000);
		cr_expect_eq(seconds(names[i], "4233599.232"), 4233599232u);
		cr_expect_eq(seconds(names[i], "4233600"), 4233600000u);
		for (size_t k = 0; wrong[k]; k++) {
			const char *const options[] = {
				names[i], wrong[k], NULL};

			if (i && k > 4)
				break;
			cr_expect_eq(live_run(options, said, sizeof said), 2,
				"%s", wrong[k]);
			cr_expect(strstr(said, "a number from 0 to 4233600."),
				"%s", said);
		}
	}
}

Test(options, an_origin_that_no_browser_sends)
{
	static const char *const wrong[] = {"*", "example.org", "",
		"https://example.org/app", "https://*.example.org",
		"ws://localhost:3000", NULL};
	char said[4096];

	for (size_t i = 0; wrong[i]; i++) {
		const char *const options[] = {
			"--origin", "same", "--origin", wrong[i], NULL};

		cr_expect_eq(live_run(options, said, sizeof said), 2, "%s",
			wrong[i]);
		cr_expect(!strncmp(said, "server: --origin ", 17), "%s", said);
		cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1);
	}
}
