/* test_command.c - ./server explain: what it prints, and its status. */
#include "tests/lib/support.h"

#include "buf.h"
#include "explain/command.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Standard input has these bytes, and standard output is a pipe; both are small
 * enough for a pipe. */
static int run(char **argv, const void *input, size_t len, struct buf *out)
{
	static const struct wing *const wings[] = {NULL};
	int in[2], printed[2], argc = 0, status, kept = dup(STDOUT_FILENO);
	char some[4096];
	ssize_t n;

	while (argv[argc])
		argc++;
	cr_assert(!pipe(in) && !pipe(printed));
	cr_assert(write(in[1], input, len) == (ssize_t)len);
	cr_assert(fcntl(printed[1], F_SETPIPE_SZ, 1 << 20) > 0);
	close(in[1]);
	dup2(in[0], STDIN_FILENO);
	dup2(printed[1], STDOUT_FILENO);
	status = command_run(wings, argc, argv);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(printed[1]);
	while ((n = read(printed[0], some, sizeof some)) > 0)
		buf_append(out, some, (size_t)n);
	close(printed[0]);
	close(in[0]);
	close(kept);
	buf_append(out, "", 1);
	return status;
}

#define ARGV(...)                            \
	(char *[])                           \
	{                                    \
		"explain", __VA_ARGS__, NULL \
	}

/* Expects this status, and these words in this order. */
static void expect(int status, char **argv, const char *input, size_t len,
	const char *const *words)
{
	struct buf out = {0};
	const char *p;

	cr_expect_eq(run(argv, input, len, &out), status);
	p = (char *)out.data;
	for (; *words; words++) {
		const char *found = strstr(p, *words);

		cr_assert(found != NULL, "no %s in %s", *words, out.data);
		p = found + strlen(*words);
	}
	cr_expect(!strchr((char *)out.data, 0x1b), "no colour in a pipe");
	buf_free(&out);
}

#define WORDS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

/* It prints the same as --trace, except for number and time. */
Test(command, 5_7_masked_hello)
{
	struct buf out = {0};
	static char want[65536];
	char *title = want;
	FILE *file = fopen("tests/explain/golden/5_7_masked_hello.txt", "r");
	char *argv[] = {"explain", "81", "85", "37", "fa", "21", "3d", "7f",
		"9f", "4d", "51", "58", NULL};

	cr_assert(file && fread(want, 1, sizeof want - 1, file) > 0);
	fclose(file);
	cr_expect_eq(run(argv, "", 0, &out), 0);
	/* the titles differ, the lines below are the same */
	title = strchr(want, '\n');
	cr_expect_str_eq(strchr((char *)out.data, '\n'), title);
	cr_expect(!strncmp((char *)out.data, "> text frame, 11 bytes,", 23));
	buf_free(&out);
}

Test(command, frames_of_both_sides)
{
	expect(0, ARGV("81 05 48 65 6c 6c 6f", "818537fa213d7f9f4d5158"), "", 0,
		WORDS("< text frame, 7 bytes", "Hello",
			"> text frame, 11 bytes", "Hello"));
	expect(0, ARGV("01 03 48 65 6c 80 02 6c 6f"), "", 0,
		WORDS("so far", "Hel", "complete", "lo"));
	expect(0, ARGV("0183000000004865 6c", "89 00", "8082 00000000 6c6f"),
		"", 0, WORDS("> text", "< Ping", "> continuation", "complete"));
}

Test(command, broken_frames)
{
	expect(1, ARGV("c1 80 0 0 0 0"), "", 0,
		WORDS("RSV1            1", "!! byte 0: a reserved bit is set",
			"refused with 1002", "not read, 5 bytes"));
	expect(1, ARGV("81 02 c3 28"), "", 0,
		WORDS("not UTF-8", "refused with 1007"));
	expect(1, ARGV("8800", "8100"), "", 0,
		WORDS("Close frame", "nothing may follow a Close"));
}

/* Incomplete is not broken. */
Test(command, frames_that_are_not_whole)
{
	static const struct {
		char *hex;
		const char *says;
	} table[] = {
		{"81 05 48 65", "... not whole yet: 3 bytes are missing"},
		{"81 85 37", "... not whole yet: 8 bytes are missing"},
		{"89 85 0 0 0 0 41 42 43 44", ": 1 byte is missing"},
		{"81", ": at least 5 bytes are missing"},
		{"81 7e 01", ": at least 127 bytes are missing"},
		{"82 ff 00", ": at least 65547 bytes are missing"},
		{"82 ff 7f ff ff ff ff ff ff ff",
			": 9223372036854775811 bytes are missing"},
		{"81 85 37 fa 21 3d 7f 9f 4d 51 58 88", "Close frame"},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		expect(3, ARGV(table[i].hex), "", 0, WORDS(table[i].says));
	expect(1, ARGV("c1 80 0 0 0 0 81 05"), "", 0, WORDS("not read"));
	expect(3, ARGV("81 02 c3"), "", 0, WORDS("1 byte is missing"));
}

#define REQUEST                                              \
	"GET /chat HTTP/1.1\r\nHost: server.example.com\r\n" \
	"Upgrade: websocket\r\nConnection: Upgrade\r\n"      \
	"Sec-WebSocket-Version: 13\r\n"                      \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
#define RESPONSE(accept)                                             \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
	"Connection: Upgrade\r\nSec-WebSocket-Accept: " accept "\r\n\r\n"
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
#define RAW(s) ARGV("--raw"), s, sizeof s - 1

Test(command, 4_2_2_the_accept_value_of_a_request)
{
	expect(0, RAW(REQUEST),
		WORDS("> handshake request", "key + GUID", "SHA-1",
			"b3 7a 4f 2c c0 62 4f 16 90 f6", "Base64", ACCEPT));
}

Test(command, 4_1_a_response)
{
	expect(0, RAW(RESPONSE(ACCEPT) "\x81\0"),
		WORDS("< handshake response", "101", ACCEPT, "text frame"));
	expect(0, RAW(REQUEST RESPONSE(ACCEPT) "\x81\x80\0\0\0\0"),
		WORDS("> handshake", "< handshake", "> text frame"));
	expect(1,
		RAW(REQUEST RESPONSE("s3pPLMBiTxaQ9kYGzzhZRbK+xOp=") "\x81\0"),
		WORDS("must match the key (RFC 6455 4.1)", "not read"));
	expect(0,
		RAW("HTTP/1.1 404 Not Found\r\nContent-Length: "
		    "6\r\n\r\nHTTP/2"),
		WORDS("client error", "body, 6 bytes"));
}

Test(command, heads_that_are_broken)
{
	expect(1, RAW("GET / HTTP/1.1\nHost: x\n\n"),
		WORDS("HTTP/1.1\\x0a", "CR LF (RFC 9112 2.2)", "400",
			"not read"));
	expect(1, RAW("GET / HTTP/1.1\r\n\r\n"), WORDS("exactly one Host"));
	expect(3, RAW("GET / HTTP/1.1\r\nHost: x\r\n"),
		WORDS("Host", "not whole yet: at least 2 bytes are missing"));
	expect(3, RAW("GET / HTTP/1.1\r\nHost: x\r\n\r"),
		WORDS("at least 1 byte is missing"));
	expect(3, RAW("GET / HTTP"), WORDS("at least 4 bytes are missing"));
	expect(1, RAW("HTTP/1.1 OK\r\n\r\n"), WORDS("(RFC 9112 4)"));
}

Test(command, hex_from_standard_input)
{
	static const char dump[] =
		"00000000: 8105 4865 6c6c 6f                        "
		"..Hello\n";

	expect(0, (char *[]){"explain", NULL}, dump, sizeof dump - 1,
		WORDS("< text frame, 7 bytes", "Hello"));
}

Test(command, help)
{
	expect(0, ARGV("--help"), "", 0, WORDS(" explain 81 85", "--raw"));
}

static void nothing(char **argv, const char *input)
{
	struct buf out = {0};

	run(argv, input, strlen(input), &out);
	cr_assert(false, "it went on");
}

Test(command, no_bytes, .exit_code = 2)
{
	nothing((char *[]){"explain", NULL}, "");
}

Test(command, no_hex, .exit_code = 2)
{
	nothing(ARGV("81", "05", "Hello"), "");
}

Test(command, no_hex_in_standard_input, .exit_code = 2)
{
	nothing((char *[]){"explain", NULL}, "GET / HTTP/1.1\r\n");
}

Test(command, raw_with_arguments, .exit_code = 2)
{
	nothing(ARGV("--raw", "81"), "");
}

/* Runs the program with that TERM (NULL: not set) in a terminal of its own, until
 * it says `last`. Returns whether it has used colours. */
static bool is_coloured(
	const char *term, const char *no_color, const char *last)
{
	char text[8192] = "";
	size_t len = 0;
	ssize_t n;
	int fd, status;
	pid_t pid = forkpty(&fd, NULL, NULL, NULL);

	if (pid == 0) {
		alarm(10);
		unsetenv("TERM");
		if (term)
			setenv("TERM", term, 1);
		setenv("NO_COLOR", no_color, 1);
		execl("build/asan/server", "server", "explain", "81", "00",
			NULL);
		_exit(127);
	}
	cr_assert(pid > 0);
	while (!strstr(text, last) && len < sizeof text - 1 &&
		(n = read(fd, text + len, sizeof text - 1 - len)) > 0)
		text[len += (size_t)n] = 0;
	close(fd);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	cr_expect(strstr(text, last), "%s", text);
	return strstr(text, "\x1b[");
}

Test(command, colours_are_for_terminals_that_have_them)
{
	static const struct {
		const char *term, *no_color;
		bool coloured;
	} table[] = {
		{"xterm", "", true},
		{"linux", "", true},
		{"dumb", "", false},
		{"", "", false},
		{NULL, "", false},
		{"xterm", "1", false},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		cr_expect_eq(is_coloured(table[i].term, table[i].no_color,
				     "payload length"),
			table[i].coloured, "%s",
			table[i].term ? table[i].term : "not set");
}
