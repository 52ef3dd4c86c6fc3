/* test_program.c - the start of the program: where it finds its page, what it
 * listens on, and what it says when it fails. */
#include "tests/lib/live.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct live live;
static char dir[] = "/tmp/program-XXXXXX";

/* Runs a command line to its end. Returns its status, and what it printed. */
static int run(const char *command, char *said, size_t size)
{
	FILE *pipe = popen(command, "r");
	size_t len;
	int status;

	cr_assert(pipe);
	len = fread(said, 1, size - 1, pipe);
	said[len] = 0;
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void sh(const char *format)
{
	char command[512];

	snprintf(command, sizeof command, format, dir, dir, dir);
	cr_assert_eq(system(command), 0, "%s", command);
}

/* The server finds its page and starts. */
static void expect_starts(const char *format)
{
	char command[512], said[4096];

	snprintf(command, sizeof command, format, dir);
	run(command, said, sizeof said);
	cr_expect(strstr(said, "Listening on ws://localhost:"), "%s", said);
}

/* public/ lies beside the program, or where `make install` puts it. */
Test(program, finds_its_page)
{
	char said[4096];

	cr_assert(mkdtemp(dir));
	sh("mkdir %s/bin && cp build/asan/server %s/bin");
	expect_starts("timeout -s INT 1 %s/bin/server --port 0 --ws-only");
	sh("mkdir %s/bin/public");
	expect_starts("timeout -s INT 1 %s/bin/server --port 0");
	sh("mkdir -p %s/share/hello-socket && mv %s/bin/public "
	   "%s/share/hello-socket");
	expect_starts("timeout -s INT 1 %s/bin/server --port 0");
	sh("rm -r %s");
	cr_expect_eq(
		run("build/asan/server --port 0 2>&1", said, sizeof said), 1);
	cr_expect_str_eq(said, "server: no folder public: No such file or "
			       "directory. See --public.\n");
}

/* A stop on request is not a failure. */
Test(program, ends_with_status_0)
{
	live_start(&live, (const char *const[]){NULL});
	cr_expect_eq(live_stop(&live, SIGINT), 0);
	live_start(&live, (const char *const[]){NULL});
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(program, a_port_in_use)
{
	char command[256], said[4096];

	live_start(&live, (const char *const[]){NULL});
	snprintf(command, sizeof command,
		"timeout 5 build/asan/server --public public --port %d 2>&1",
		live.port);
	cr_expect_eq(run(command, said, sizeof said), 1);
	cr_expect(strstr(said, "Address already in use. Stop what listens "
			       "there, or choose another --port.\n"),
		"%s", said);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

Test(program, an_address_of_ipv6)
{
	char said[4096];

	run("timeout -s INT 1 build/asan/server --public public --port 0 "
	    "--host ::1 2>&1",
		said, sizeof said);
	cr_expect(strstr(said, "Listening on ws://[::1]:") ||
			  strstr(said, "no such address"),
		"%s", said);
}

/* What the first line says to open can be opened; 0.0.0.0 could not. */
Test(program, an_address_to_open)
{
	static const struct {
		const char *options, *says;
	} table[] = {
		{"", "\nOpen http://localhost:"},
		{"--host 0.0.0.0", "\nOpen http://localhost:"},
		{"--host 0", "\nOpen http://localhost:"},
		{"--host ::", "\nOpen http://localhost:"},
		{"--host ::0", "\nOpen http://localhost:"},
		{"--host 0:0:0:0:0:0:0:0", "\nOpen http://localhost:"},
		{"--host 127.0.0.1", "\nOpen http://127.0.0.1:"},
		{"--host ::1", "\nOpen http://[::1]:"},
		{"--unix /tmp/program.sock", "\nOpen it through a proxy"},
		{"--workers 2", "\nOpen http://localhost:"},
		{"--quiet", NULL},
		{"--ws-only", NULL},
	};
	char command[256], said[4096];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		snprintf(command, sizeof command,
			"timeout -s TERM 1 build/asan/server --public public "
			"--port 0 %s 2>&1",
			table[i].options);
		run(command, said, sizeof said);
		if (strstr(said, "no such address")) /* no IPv6 here */
			continue;
		cr_expect(table[i].says ? strstr(said, table[i].says) != NULL
					: !strstr(said, "Open"),
			"%s: %s", table[i].options, said);
	}
	unlink("/tmp/program.sock.lock");
}

Test(program, one_process)
{
	char said[4096];

	run("timeout -s TERM 1 build/asan/server --public public --port 0 2>&1",
		said, sizeof said);
	cr_expect(strstr(said, " clients in 1 process\n"), "%s", said);
}

Test(program, a_host_that_does_not_exist)
{
	char said[4096];

	cr_expect_eq(run("build/asan/server --public public --port 0 "
			 "--host no.such.name.invalid 2>&1",
			     said, sizeof said),
		1);
	cr_expect(strstr(said, "cannot listen on no.such.name.invalid"), "%s",
		said);
}

/* When more than eight sockets are handed over, eight are taken. Sockets for
 * another process are ignored. */
Test(program, sockets_for_another_process)
{
	char said[4096];

	run("LISTEN_PID=1 LISTEN_FDS=9 timeout -s INT 1 build/asan/server "
	    "--public public --port 0 2>&1",
		said, sizeof said);
	cr_expect(strstr(said, "Listening on ws://localhost:"), "%s", said);
	cr_expect_eq(run("LISTEN_FDS=9 sh -c 'LISTEN_PID=$$ exec "
			 "build/asan/server --public public 2>&1 3<&- 4<&-'",
			     said, sizeof said),
		1);
	cr_expect(strstr(said, "cannot listen on LISTEN_FDS"), "%s", said);
}

Test(program, quiet)
{
	char said[4096];

	run("timeout -s INT 1 build/asan/server --public public --port 0 "
	    "--quiet 2>&1",
		said, sizeof said);
	cr_expect(!strchr(said, '\n') || !strchr(strchr(said, '\n') + 1, '\n'),
		"more than the address: %s", said);
}

Test(program, at_most_16_origins)
{
	char command[1024] = "build/asan/server", said[4096];

	for (int i = 0; i < 17; i++)
		strcat(command, " --origin http://a");
	strcat(command, " 2>&1");
	cr_expect_eq(run(command, said, sizeof said), 2);
	cr_expect(strstr(said, "--origin is given more than 16 times"), "%s",
		said);
}

/* A message is logged up to 100 bytes, and never cut inside a character. */
Test(program, messages_are_logged)
{
	char text[201];
	int fd;

	live_start(&live, (const char *const[]){NULL});
	fd = live_socket(&live, "/");
	text[0] = 'a';
	for (int i = 1; i + 1 < 200; i += 2)
		memcpy(text + i, "é", 2);
	live_send_frame(fd, 0x81, text, 199);
	live_send_frame(fd, 0x82, text, 7);
	live_expect_log(&live, "ééé... from the Browser\n");
	live_expect_log(&live, "Just got this : 7 bytes from the Browser\n");
	cr_expect(!strstr(live.log, "\\xc3"));
	close(fd);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* It may be installed by another name. */
Test(program, its_own_name)
{
	static const char *const said_by[] = {"--nonsense", "nonsense",
		"--port x", "--public /nowhere", "--host no.such.name.invalid",
		"--port 0 --ws-only --user no-such-user",
		"--ws-only --unix /nowhere/x", "explain zz", "explain --raw x"};
	char command[256], said[8192];

	cr_assert(mkdtemp(dir));
	sh("cp build/asan/server %s/hello-socket");
	for (size_t i = 0; i < sizeof said_by / sizeof *said_by; i++) {
		snprintf(command, sizeof command,
			"cd %s && ./hello-socket %s 2>&1 </dev/null", dir,
			said_by[i]);
		cr_expect_gt(run(command, said, sizeof said), 0);
		cr_expect(strstr(said, "hello-socket: "), "%s", said);
		cr_expect(!strstr(said, "server: "), "%s", said);
		cr_expect(!strstr(said, "./server"), "%s", said);
	}
	snprintf(command, sizeof command,
		"%s/hello-socket --help; %s/hello-socket explain --help", dir,
		dir);
	run(command, said, sizeof said);
	cr_expect(strstr(said, "\n  hello-socket [options]\n"), "%s", said);
	cr_expect(strstr(said, "\n  hello-socket explain 81 "), "%s", said);
	cr_expect(!strstr(said, "./server"), "%s", said);
	sh("rm -r %s");
}

/* With every limit in seconds taken away, it serves as before: nobody waits too
 * long, and nobody is asked whether he is still there. */
Test(program, zero_seconds_are_never)
{
	static const char *const options[] = {"--head-timeout", "0",
		"--idle-timeout=0", "--send-timeout=0", "--message-timeout=0",
		"--ping-after=0", "--pong-timeout=0", "--close-timeout=0",
		"--linger-timeout=0", "--worker-timeout=0", "--workers=2",
		NULL};
	char got[4096];
	int half, idle, socket;

	live_start(&live, options);
	half = live_connect(&live);
	live_send_text(half, "GET / HTTP/1.1\r\n");
	idle = live_connect(&live);
	socket = live_socket(&live, "/echo");
	live_send_frame(socket, 0x01, "unfinished", 10);
	usleep(300000);
	live_send_text(half, "Host: h\r\nConnection: close\r\n\r\n");
	cr_expect(live_read_all(half, got, sizeof got) > 0);
	cr_expect(!memcmp(got, "HTTP/1.1 200", 12), "%s", got);
	live_send_text(idle, "GET /x HTTP/1.0\r\n\r\n");
	live_read_all(idle, got, sizeof got);
	cr_expect(!memcmp(got, "HTTP/1.1 302", 12), "%s", got);
	live_send_frame(socket, 0x80, "!", 1);
	live_read(socket, got, 13);
	cr_expect(!memcmp(got, "\x81\x0bunfinished!", 13));
	live_send_frame(socket, 0x88, "\x03\xe8", 2);
	cr_expect_eq(live_read_all(socket, got, sizeof got), 4);
	close(half);
	close(idle);
	close(socket);
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}
