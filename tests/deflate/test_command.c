/* test_command.c - ./server explain --with permessage-deflate: its status, and
 * what it prints. */
#include "tests/lib/support.h"

#include "deflate/deflate.h"
#include "explain/command.h"

#include <criterion/redirect.h>
#include <unistd.h>

static const struct wing *const wings[] = {&deflate_wing, NULL};

static int explain(const char *with, const char *hex)
{
	char *argv[] = {"explain", "--with", (char *)with, (char *)hex, NULL};

	return command_run(wings, 4, argv);
}

Test(deflate_command, status, .init = cr_redirect_stdout)
{
	static const struct {
		const char *hex;
		int status;
	} rows[] = {
		{"c107f248cdc9c90700", 0},
		{"c107f248cdc9c90700c105f200110000", 0},
		{"c107f248", 3},
		{"c1", 3},
		{"c105f200110000", 1}, /* from before the first byte */
		{"c10107", 1},
		{"c900", 1},
		{"c10107c1", 1}, /* broken, and then too short */
		{"810548656c6c6f", 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_eq(explain("permessage-deflate", rows[i].hex),
			rows[i].status, "%s", rows[i].hex);
}

Test(deflate_command, prints_what_comes_out, .init = cr_redirect_stdout)
{
	char out[8192] = "";
	FILE *printed = cr_get_redirected_stdout();

	explain("permessage-deflate; server_max_window_bits=9",
		"c107f248cdc9c90700");
	fflush(stdout);
	cr_expect(fread(out, 1, sizeof out - 1, printed) > 0);
	cr_expect(strstr(out, "literal") && strstr(out, "decoded") &&
			  strstr(out, "Hello"),
		"%s", out);
}

Test(deflate_command, no_such_extension, .exit_code = 2)
{
	explain("bzip", "c100");
}

/* In either order, with the bytes on standard input. */
static int explain_raw(bool first)
{
	static const unsigned char hello[] = "\xC1\x07\xF2\x48\xCD\xC9\xC9\x07";
	char *with = "permessage-deflate", *raw = "--raw";
	char *argv[] = {"explain", first ? raw : "--with",
		first ? "--with" : with, first ? with : raw, NULL};
	int in[2];

	cr_assert(!pipe(in));
	cr_assert(write(in[1], hello, sizeof hello) == sizeof hello);
	close(in[1]);
	dup2(in[0], STDIN_FILENO);
	close(in[0]);
	return command_run(wings, 4, argv);
}

Test(deflate_command, raw_bytes, .init = cr_redirect_stdout)
{
	cr_expect_eq(explain_raw(true), 0);
	cr_expect_eq(explain_raw(false), 0);
}
