/* test_access.c - the access log of the real program: a line for each response,
 * with the bytes that went, in a file that can be renamed. */
#include "tests/lib/live.h"
#include "tests/lib/support.h"

#include <fcntl.h>
#include <pwd.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOST "Host: h\r\n"
#define BIG (64 << 20) /* more than the kernel buffers for one client */

static struct live live;
static char dir[] = "/tmp/access-XXXXXX", path[64], old[64];
static char lines[1 << 20]; /* what the file has */

static void begin(void)
{
	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/log", dir);
	snprintf(old, sizeof old, "%s/old", dir);
}

static void end(void)
{
	static const char *const names[] = {"log", "old", "big.bin"};
	char name[64];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s/%s", dir, names[i]);
		unlink(name);
	}
	rmdir(dir);
}

TestSuite(access, .init = begin, .fini = end);

/* Starts the server with that access log and two options more, or NULL. */
static void start(const char *log, const char *option, const char *value)
{
	live_start(&live, (const char *const[]){
				  "--access-log", log, option, value, NULL});
}

static void stop(void)
{
	cr_expect_eq(live_stop(&live, SIGTERM), 0);
}

/* Waits until the file has that many lines, and fails the test if it gets more
 * by then. */
static void expect_lines(const char *name, int n)
{
	for (int i = 0; i < 5000; i++) {
		int fd = open(name, O_RDONLY);
		ssize_t len = fd < 0 ? 0 : read(fd, lines, sizeof lines - 1);

		close(fd);
		lines[len] = 0;
		if (text_count(lines, "\n") >= n)
			break;
		usleep(1000);
	}
	cr_assert_eq(text_count(lines, "\n"), n, "%d lines: %s", n, lines);
}

/* Does each line of the text have the combined format? */
static void expect_format(char *text)
{
	regex_t format;

	cr_assert(!regcomp(&format,
		"^(127\\.0\\.0\\.1|::1|192\\.0\\.2\\.7|unix) - - "
		"\\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}(:[0-9]{2}){3} \\+0000\\] "
		"\"[^\"]*\" [1-5][0-9]{2} [0-9]+ \"[^\"]*\" \"[^\"]*\"$",
		REG_EXTENDED | REG_NOSUB));
	for (char *line; (line = strsep(&text, "\n")) && text;)
		cr_expect(!regexec(&format, line, 0, NULL, 0), "%s", line);
	regfree(&format);
}

static void ask(const char *request)
{
	static char answer[1 << 20];

	live_ask(&live, request, answer, sizeof answer);
}

static void get(void)
{
	ask("GET /x HTTP/1.1\r\n" HOST "\r\n");
}

Test(access, every_kind_of_response)
{
	static const struct {
		const char *request, *line;
	} kinds[] = {
		{"GET /x HTTP/1.1\r\n" HOST "Referer: http://a/?b\r\n"
		 "User-Agent: c d\r\n\r\n",
			"\"GET /x HTTP/1.1\" 302 0 \"http://a/?b\" \"c d\"\n"},
		{"HEAD / HTTP/1.1\r\n" HOST "\r\n",
			"\"HEAD / HTTP/1.1\" 200 0 \"-\" \"-\"\n"},
		{"GET /public/none HTTP/1.0\r\n\r\n",
			"\"GET /public/none HTTP/1.0\" 404 "},
		{"OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
			"\"OPTIONS * HTTP/1.1\" 204 0 "},
		{"POST /a HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\n",
			"\"POST /a HTTP/1.1\" 405 "},
		{"BREW /a HTTP/1.1\r\n" HOST "\r\n",
			"\"BREW /a HTTP/1.1\" 501 "},
		{"GET / HTTP/1.1\r\nUser-Agent: e\r\n\r\n",
			"\"GET / HTTP/1.1\" 400 "},
		{"GET / HTTP/3.0\r\n", "\"GET / HTTP/3.0\" 505 "},
		{"GET /\"\\ HTTP/1.1\r\n", "\"GET /\\x22\\x5C HTTP/1.1\" 400 "},
		{"\x16\x03\x01", "\"\\x16\\x03\\x01\" 400 "},
		{"GET / HTTP/1.1\r\n" HOST "Upgrade: websocket\r\n"
		 "Connection: Upgrade\r\nSec-WebSocket-Version: 7\r\n"
		 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
			"\"GET / HTTP/1.1\" 426 "},
		{"GET / HTTP/1.1\r\n" HOST "Expect: more\r\n\r\n",
			"\"GET / HTTP/1.1\" 417 "},
	};
	int n = sizeof kinds / sizeof *kinds;

	start(path, NULL, NULL);
	for (int i = 0; i < n; i++) {
		ask(kinds[i].request);
		expect_lines(path, i + 1);
		cr_expect(strstr(lines, kinds[i].line), "%s%s", kinds[i].line,
			lines);
	}
	expect_format(lines);
	stop();
}

/* Their bytes are the body's. */
Test(access, heads_that_are_too_large)
{
	static char request[20000], answer[4096];
	static const int statuses[] = {414, 431};

	start(path, NULL, NULL);
	for (int i = 0; i < 2; i++) {
		char want[64];

		memset(request, 'x', sizeof request - 1);
		memcpy(request, i ? "GET / HTTP/1.1\r\nA: " : "GET /",
			i ? 19 : 5);
		live_ask(&live, request, answer, sizeof answer);
		expect_lines(path, i + 1);
		snprintf(want, sizeof want, "\" %d %zu \"-\" \"-\"\n",
			statuses[i], strlen(strstr(answer, "\r\n\r\n") + 4));
		cr_expect(strstr(lines, want), "%s%s", want, lines);
	}
	cr_expect(strstr(lines, "xxx...\" 414"));
	expect_format(lines);
	stop();
}

Test(access, files)
{
	static char answer[1 << 17];
	char want[64];

	start(path, NULL, NULL);
	live_ask(&live, "GET /public/app.js HTTP/1.1\r\n" HOST "\r\n", answer,
		sizeof answer);
	expect_lines(path, 1);
	snprintf(want, sizeof want, " 200 %zu ",
		strlen(strstr(answer, "\r\n\r\n") + 4));
	cr_expect(strstr(lines, want), "%s%s", want, lines);
	ask("GET /public/app.js HTTP/1.1\r\n" HOST "Range: bytes=1-7\r\n\r\n");
	expect_lines(path, 2);
	cr_expect(strstr(lines, " 206 7 "), "%s", lines);
	ask("GET /public/app.js HTTP/1.1\r\n" HOST "If-None-Match: *\r\n\r\n");
	expect_lines(path, 3);
	cr_expect(strstr(lines, " 304 0 "), "%s", lines);
	stop();
}

/* A request too late, and nothing for a client that said nothing. */
Test(access, a_request_that_does_not_end)
{
	int silent, slow;

	start(path, "--head-timeout", "0.2");
	silent = live_connect(&live);
	slow = live_connect(&live);
	live_send_text(slow, "GET /slow HTTP/1.1\r\nHost");
	expect_lines(path, 1);
	cr_expect(strstr(lines, "\"GET /slow HTTP/1.1\" 408 "), "%s", lines);
	close(silent);
	close(slow);
	stop();
	expect_lines(path, 1);
}

Test(access, a_pipeline_of_20_with_one_that_fails)
{
	char request[2048] = "", want[64], *at;

	start(path, NULL, NULL);
	for (int i = 0; i < 20; i++)
		sprintf(request + strlen(request), "GET /%d HTTP/1.1\r\n%s\r\n",
			i, i == 12 ? "" : HOST);
	ask(request);
	expect_lines(path, 13);
	at = lines;
	for (int i = 0; i < 13; i++) {
		snprintf(want, sizeof want, "\"GET /%d HTTP/1.1\" %d ", i,
			i < 12 ? 302 : 400);
		cr_assert(at = strstr(at, want), "%s%s", want, lines);
	}
	stop();
}

/* Its 101 is logged when it has been sent, and nothing at its end. */
Test(access, a_socket)
{
	int fd;

	start(path, "--workers", "2");
	fd = live_socket(&live, "/echo");
	expect_lines(path, 1);
	cr_expect(strstr(lines, "\"GET /echo HTTP/1.1\" 101 0 \"-\" \"-\"\n"));
	live_send_frame(fd, 0x81, "x", 1);
	close(fd);
	stop();
	expect_lines(path, 1);
	expect_format(lines);
}

/* Starts a server of a folder with a big file, and asks for it; `get` is its
 * head and a few bytes. */
static int begin_download(const char *workers)
{
	char name[64], got[2000];
	int fd;

	snprintf(name, sizeof name, "%s/big.bin", dir);
	fd = open(name, O_WRONLY | O_CREAT, 0644);
	cr_assert(!ftruncate(fd, BIG));
	close(fd);
	live_start(&live, (const char *const[]){"--access-log", path,
				  "--public", dir, "--workers", workers, NULL});
	fd = live_connect(&live);
	live_send_text(fd, "GET /x HTTP/1.1\r\n" HOST "\r\n"
			   "GET /public/big.bin HTTP/1.1\r\n" HOST "\r\n"
			   "GET /y HTTP/1.1\r\n" HOST "\r\n");
	live_read(fd, got, sizeof got);
	return fd;
}

static unsigned long size_of_download(void)
{
	char *at = strstr(lines, "big.bin HTTP/1.1\" 200 ");

	cr_assert(at != NULL, "%s", lines);
	return strtoul(at + 22, NULL, 10);
}

/* What was handed over is logged when it is lost, and the request behind it was
 * never answered. */
Test(access, a_download_that_is_cut_off)
{
	for (int i = 0; i < 3; i++) {
		int fd = begin_download(i ? "2" : "1");

		usleep(20000);
		expect_lines(path, 1); /* it is under way */
		if (i < 2) {           /* a reset */
			struct linger now = {1, 0};

			setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
			close(fd);
			expect_lines(path, 2);
			stop();
		} else { /* the server ends first */
			live_stop(&live, SIGTERM);
			expect_lines(path, 2);
			close(fd);
		}
		cr_expect(size_of_download() > 1000);
		cr_expect(size_of_download() < BIG);
		expect_format(lines);
		unlink(path);
	}
}

Test(access, a_download_that_is_whole)
{
	static char rest[1 << 20];
	int fd = begin_download("1");
	size_t got = 2000, n;

	shutdown(fd, SHUT_WR);
	for (; got < BIG; got += n) {
		n = BIG - got < sizeof rest ? BIG - got : sizeof rest;
		live_read(fd, rest, n);
	}
	live_read_all(fd, rest, sizeof rest);
	close(fd);
	expect_lines(path, 3);
	cr_expect_eq(size_of_download(), BIG);
	cr_expect(strstr(strstr(lines, "big.bin"), "/y HTTP/1.1\" 302 0"));
	stop();
}

/* kill -HUP; waits until each process has opened the file again, the parent of
 * workers too. */
static void hang_up(const char *workers)
{
	static const char done[] = "is open again\n";
	int processes = atoi(workers);

	processes += processes > 1;
	kill(live.pid, SIGHUP);
	while (processes--) {
		live_expect_log(&live, done);
		*strstr(live.log, done) = '\n'; /* the next one is another */
	}
}

/* mv, kill -HUP: no line is lost, and none is in both. */
Test(access, a_file_that_is_renamed)
{
	static const char *const workers[] = {"1", "2", "4"};

	for (int i = 0; i < 3; i++) {
		start(path, "--workers", workers[i]);
		for (int k = 0; k < 20; k++)
			get();
		expect_lines(path, 20);
		cr_assert(!rename(path, old));
		get(); /* before the signal, it goes to the old file */
		expect_lines(old, 21);
		hang_up(workers[i]);
		for (int k = 0; k < 20; k++)
			get();
		expect_lines(path, 20);
		expect_lines(old, 21);
		hang_up(workers[i]); /* the same file */
		get();
		expect_lines(path, 21);
		stop();
		unlink(old);
		unlink(path);
	}
}

/* Does a process of the server hold the file? */
static int is_held(const char *file)
{
	char command[256];

	snprintf(command, sizeof command,
		"ls -l /proc/%d/fd $(sed 's|[0-9][0-9]*|/proc/&/fd|g' "
		"/proc/%d/task/%d/children) | grep -qF %s",
		live.pid, live.pid, live.pid, file);
	return !system(command);
}

/* Nobody holds the old file, and a worker that is started later does not write
 * to it. */
Test(access, the_old_file_is_let_go)
{
	char command[128];

	start(path, "--workers", "2");
	cr_assert(!rename(path, old));
	cr_expect(is_held(old));
	hang_up("2");
	cr_expect(!is_held(old));
	snprintf(command, sizeof command,
		"kill -9 $(cat /proc/%d/task/%d/children)", live.pid, live.pid);
	cr_assert_eq(system(command), 0);
	live_expect_log(&live, "Worker 0 ended");
	live_expect_log(&live, "Worker 1 ended");
	get();
	expect_lines(path, 1);
	expect_lines(old, 0);
	stop();
}

/* nohup has it ignored; the option asks for it. */
Test(access, a_hangup_under_nohup)
{
	signal(SIGHUP, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		start(path, "--workers", i ? "2" : "1");
		get();
		expect_lines(path, 1);
		unlink(path);
		kill(live.pid, SIGHUP);
		live_expect_log(&live, "is open again");
		stop();
		unlink(path);
	}
}

/* Nothing is to be opened again, so it means what it did. */
Test(access, a_hangup_without_a_file)
{
	signal(SIGHUP, SIG_DFL);
	start("-", NULL, NULL);
	get();
	cr_expect_eq(live_stop(&live, SIGHUP), 0);
}

Test(access, standard_output)
{
	for (int i = 0; i < 2; i++) {
		char *at;

		live_start(&live,
			(const char *const[]){"--access-log", "-", "--quiet",
				"--workers", i ? "2" : "1", NULL});
		get();
		live_expect_log(&live, "\"GET /x HTTP/1.1\" 302 0 \"-\" \"-\"");
		stop();
		at = strstr(live.log, "127.0.0.1 - - ");
		cr_assert(at != NULL);
		expect_format(at);
	}
}

#if __has_include("proxy/proxy.h")
Test(access, the_address_that_a_proxy_names)
{
	static const char request[] = "GET /x HTTP/1.1\r\n" HOST
				      "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
				      "\r\n";

	start(path, "--trust-proxy", NULL);
	ask(request);
	expect_lines(path, 1);
	cr_expect(!strncmp(lines, "192.0.2.7 - - ", 14), "%s", lines);
	stop();
	start(path, NULL, NULL);
	ask(request);
	expect_lines(path, 2);
	cr_expect(strstr(lines, "\n127.0.0.1 - - "), "%s", lines);
	stop();
}
#endif

Test(access, a_full_disk)
{
	start("/dev/full", NULL, NULL);
	for (int i = 0; i < 1000; i++)
		get();
	live_expect_log(&live, "/dev/full cannot be written: No space left");
	stop();
	cr_expect(strstr(live.log, "(1000 lines of the access log dropped)"));
}

Test(access, a_fifo_that_nobody_reads)
{
	int n, fd;

	cr_assert(!mkfifo(path, 0600));
	start(path, "--workers", "2");
	for (int i = 0; i < 3000; i++)
		get();
	fd = open(path, O_RDONLY | O_NONBLOCK);
	cr_assert(fd >= 0);
	n = (int)read(fd, lines, sizeof lines - 1);
	cr_assert(n > 0);
	lines[n] = 0;
	cr_expect(n > 50000 && lines[n - 1] == '\n');
	expect_format(lines);
	stop();
	close(fd);
}

static void expect_no_start(const char *log, const char *why)
{
	char command[256];

	snprintf(command, sizeof command,
		"timeout 5 build/asan/server --public public --port 0 "
		"--access-log '%s' 2>&1 >/dev/null | grep -qF '%s'",
		log, why);
	cr_expect_eq(system(command), 0, "%s", log);
}

Test(access, a_file_that_cannot_be_opened)
{
	expect_no_start("/tmp", "server: --access-log /tmp: Is a directory");
	expect_no_start("/no/such/folder",
		"server: --access-log /no/such/folder: No such file");
	expect_no_start("", "server: --access-log is empty");
}

/* The file is opened before the rights are dropped. Opened again, it works in a
 * folder of that user, and the log says so where it does not. */
Test(access, another_user)
{
	struct passwd *nobody = getpwnam("nobody");

	if (geteuid() || !nobody)
		return;
	for (int i = 0; i < 2; i++) {
		cr_assert(!chown(dir, i ? nobody->pw_uid : 0, 0));
		start(path, "--user", "nobody");
		get();
		expect_lines(path, 1);
		cr_assert(!rename(path, old));
		kill(live.pid, SIGHUP);
		live_expect_log(&live, i ? "/log is open again"
					 : "/log stays the old file: "
					   "Permission denied");
		get();
		expect_lines(i ? path : old, i ? 1 : 2);
		stop();
		unlink(path);
		unlink(old);
	}
}

/* Each line of the text begins with a time, except one of --trace or of the
 * access log. */
Test(access, times_before_the_other_lines)
{
	char *text = live.log, *line, message[600];
	regex_t stamp;
	int fd;

	setenv("TZ", "Asia/Seoul", 1);
	cr_assert(!regcomp(&stamp,
		"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:"
		"[0-6][0-9]\\.[0-9]{3}Z [A-Z(]",
		REG_EXTENDED | REG_NOSUB));
	live_start(&live, (const char *const[]){"--log-time", "--access-log",
				  "-", "--workers", "2", NULL});
	fd = live_socket(&live, "/");
	memset(message, '\\', sizeof message);
	live_send_frame(fd, 0x81, message, sizeof message);
	live_expect_log(&live, "Just got this");
	close(fd);
	kill(live.pid, SIGUSR1);
	live_expect_log(&live, "Counted: ");
	stop();
	while ((line = strsep(&text, "\n")) && text) {
		cr_expect(strlen(line) < 512);
		cr_expect(!strncmp(line, "127.0.0.1 - - ", 14) ||
				  !regexec(&stamp, line, 0, NULL, 0),
			"%s", line);
	}
	regfree(&stamp);
}
