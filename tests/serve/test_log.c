/* test_log.c - what a peer sends cannot look like a line of the log. */
#include "tests/lib/support.h"

#include "serve/log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Turns standard output into a pipe, and returns its other end. */
static int capture(void)
{
	int pipes[2];

	cr_assert(pipe(pipes) == 0);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[1]);
	log_open(false, NULL, NULL);
	return pipes[0];
}

/* Flushes and reads until nothing is left. */
static size_t drain(int fd, char *text, size_t size)
{
	size_t len = 0;
	bool more;
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	do {
		more = log_flush();
		while ((n = read(fd, text + len, size - 1 - len)) > 0)
			len += (size_t)n;
	} while (more);
	text[len] = 0;
	return len;
}

static void expect(const char *text, const char *line)
{
	char got[LOG_LINE_MAX + 1] = "";
	int fd = capture();

	log_line("%s", text);
	cr_expect(!log_flush());
	cr_assert(read(fd, got, sizeof got - 1) > 0);
	cr_expect_str_eq(got, line);
	close(fd);
}

Test(log, text_as_it_is)
{
	expect("Connected ✅ 한국어 😀", "Connected ✅ 한국어 😀\n");
	/* a family, a heart, England, Korea and a keycap behind a digit */
	expect("1 \U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F",
		"1 \U0001F468\u200D\U0001F469\u200D\U0001F467 "
		"\u2764\uFE0F\n");
	expect("\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067"
	       "\U000E007F \U0001F1F0\U0001F1F7 11\uFE0F\u20E3",
		"\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E"
		"\U000E0067\U000E007F \U0001F1F0\U0001F1F7 "
		"11\uFE0F\u20E3\n");
}

Test(log, control_characters_are_escaped)
{
	expect("a\nb\r\t\x1b[31m\x7f", "a\\x0ab\\x0d\\x09\\x1b[31m\\x7f\n");
	expect("C1: \xc2\x9b"
	       "1m",
		"C1: \\xc2\\x9b1m\n");
	expect("no break: \xc2\xa0.", "no break: \xc2\xa0.\n");
	expect("turned: \xe2\x80\xae.", "turned: \\xe2\\x80\\xae.\n");
	expect("no width: \xe2\x80\x8b.", "no width: \\xe2\\x80\\x8b.\n");
	expect("a\u3164b\u00ADc", "a\\xe3\\x85\\xa4b\\xc2\\xadc\n");
	expect("1\uFE0F\U000E0041", "1\\xef\\xb8\\x8f\\xf3\\xa0\\x81\\x81\n");
	expect("a\\x0a", "a\\\\x0a\n");
}

Test(log, what_is_not_utf8_is_escaped)
{
	expect("\xff \xc3( \xed\xa0\x80", "\\xff \\xc3( \\xed\\xa0\\x80\n");
	expect("cut \xe2\x9c", "cut \\xe2\\x9c\n");
}

Test(log, a_line_has_at_most_512_bytes)
{
	char text[2000], got[LOG_LINE_MAX + 1] = "";
	int fd = capture();

	for (size_t n = 500; n < 530; n++) {
		ssize_t len;

		memset(text, 'x', n);
		text[n] = 0;
		log_line("%s", text);
		log_flush();
		len = read(fd, got, sizeof got);
		cr_expect(len <= LOG_LINE_MAX);
		cr_expect_eq(got[len - 1], '\n');
		cr_expect(len == (ssize_t)n + 1 ||
			  !memcmp(got + len - 4, "...\n", 4));
	}
	memset(text, 1, 1999);
	text[1999] = 0;
	log_line("%s", text);
	log_flush();
	cr_expect(read(fd, got, sizeof got) <= LOG_LINE_MAX);
	close(fd);
}

/* When nobody reads the log, lines are dropped and counted, and the call
 * returns. */
Test(log, a_full_pipe_stalls_nothing)
{
	static char got[1 << 20];
	char text[101], line[64];
	int fd = capture(), kept;

	memset(text, 'x', 100);
	text[100] = 0;
	for (int i = 0; i < 5000; i++) {
		log_line("%s", text);
		log_flush();
	}
	cr_expect(log_flush());
	drain(fd, got, sizeof got);
	kept = text_count(got, text);
	snprintf(line, sizeof line, "\n(%d lines dropped ", 5000 - kept);
	cr_expect(kept < 5000 && strstr(got, line));
	close(fd);
}

/* Messages of one peer do not cost a line about another's connection. */
Test(log, lines_about_connections_are_kept)
{
	static char got[1 << 20];
	char line[128];
	int fd = capture(), kept;

	for (int i = 0; i < 500; i++) {
		for (int j = 0; j < 20; j++)
			log_message(7, "Just got this : x from the Browser");
		if (i % 5 == 0)
			log_line("Connected #%d", i);
	}
	drain(fd, got, sizeof got);
	cr_expect_eq(text_count(got, "Connected #"), 100);
	kept = text_count(got, "Just got this : x from the Browser\n");
	snprintf(line, sizeof line,
		"(%d lines dropped for lack of room: 0 about connections, "
		"%d about messages, all of them from #7)\n",
		10000 - kept, 10000 - kept);
	cr_expect(strstr(got, line));
	close(fd);
}

/* The plain file takes everything, however much comes in one turn. */
Test(log, a_buffer_that_is_full_is_written)
{
	FILE *file = tmpfile();
	long size;

	dup2(fileno(file), STDOUT_FILENO);
	log_open(false, NULL, NULL);
	for (int i = 0; i < 100000; i++)
		log_message(7, "x");
	for (int i = 0; i < 100000; i++)
		log_line("y");
	log_flush();
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	cr_expect_eq(size, 400000);
	fclose(file);
}

/* Of several peers none is named. */
Test(log, dropped_lines_are_counted_by_their_kind)
{
	static char got[1 << 20];
	int fd = capture();

	for (uint32_t i = 0; i < 200000; i++) {
		log_message(7 + i % 2, "x");
		log_line("y");
	}
	drain(fd, got, sizeof got);
	cr_expect(strstr(got, " about connections, "));
	cr_expect(!strstr(got, " 0 about connections, "));
	cr_expect(strstr(got, " about messages)\n"));
	log_line("z");
	drain(fd, got, sizeof got);
	cr_expect_str_eq(got, "z\n");
	close(fd);
}

/* A block is written as a whole, or dropped as a whole. */
Test(log, a_block_for_which_there_is_no_room)
{
	static char block[30001], got[1 << 20];
	int fd = capture(), kept;
	char line[64];

	memset(block, 'x', sizeof block - 2);
	block[sizeof block - 2] = '\n';
	for (int i = 0; i < 6; i++) /* the pipe takes less, plus 64 KiB */
		log_block(block, sizeof block - 1);
	cr_expect(read(fd, got, sizeof block - 1) > 0);
	log_flush();
	log_block(block, sizeof block - 1);
	drain(fd, got, sizeof got);
	kept = text_count(got, block);
	snprintf(line, sizeof line, "\n(%d lines dropped ", 6 - kept);
	cr_expect(kept > 2 && kept < 6 && strstr(got, line), "%d", kept);
	close(fd);
}

/* Its parent writes what has waited, and says what was dropped. */
Test(log, a_process_that_is_forked_forgets)
{
	static char got[1 << 20];
	int fd = capture();

	for (int i = 0; i < 200000; i++)
		log_line("y");
	log_forget();
	cr_expect(read(fd, got, sizeof got) > 0);
	log_line("z");
	drain(fd, got, sizeof got);
	cr_expect_str_eq(got, "z\n");
	close(fd);
}

Test(log, a_closed_output_is_survived)
{
	close(STDOUT_FILENO);
	log_open(false, NULL, NULL);
	for (int i = 0; i < 100000; i++)
		log_line("nobody");
	cr_expect(!log_flush());
	log_close();
}

/* Standard output becomes a file, which this returns. */
static FILE *capture_in_file(bool several)
{
	FILE *file = tmpfile();

	signal(SIGXFSZ, SIG_IGN);
	dup2(fileno(file), STDOUT_FILENO);
	log_open(several, NULL, NULL);
	return file;
}

static void limit_file(size_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void expect_file(FILE *file, const char *text)
{
	char got[4096];
	size_t n;

	rewind(file);
	n = fread(got, 1, sizeof got - 1, file);
	got[n] = 0;
	cr_expect_str_eq(got, text);
	fclose(file);
}

/* One process goes on where the disk was full. */
Test(log, a_full_disk_glues_no_lines)
{
	FILE *file = capture_in_file(false);

	limit_file(7);
	log_line("first");
	log_line("second");
	cr_expect(!log_flush());
	cr_expect(!log_flush());
	limit_file(4096);
	log_line("third");
	cr_expect(!log_flush());
	expect_file(file, "first\ns\nsecond\nthird\n");
}

/* Of several, any may be the next that writes. */
Test(log, a_torn_line_is_ended_by_the_next_process)
{
	FILE *file = capture_in_file(true);
	int status;

	if (fork() == 0) {
		limit_file(9);
		log_line("child");
		log_line("torn");
		log_flush();
		_exit(0);
	}
	wait(&status);
	log_line("parent");
	log_flush();
	log_line("parent again");
	log_flush();
	expect_file(file, "child\ntor\nparent\nparent again\n");
}

Test(log, a_torn_line_is_written_again)
{
	FILE *file = capture_in_file(true);

	limit_file(9);
	log_line("first");
	log_line("second");
	log_flush();
	cr_expect(!log_flush());
	limit_file(4096);
	log_flush();
	expect_file(file, "first\nsec\nsecond\n");
}

/* Fails the test when a line is not one of those two. */
static void expect_whole_lines(FILE *file, int lines)
{
	char line[LOG_LINE_MAX];
	int n = 0;

	rewind(file);
	for (; fgets(line, sizeof line, file); n++) {
		size_t len = strspn(line, line[0] == 'a' ? "a" : "b");

		cr_assert(len && !strcmp(line + len, "\n"), "line %d: %s", n,
			line);
	}
	cr_expect_eq(n, lines);
	fclose(file);
}

Test(log, two_processes_do_not_mix_their_lines)
{
	FILE *file = capture_in_file(true);
	char text[128] = "";
	pid_t child = fork();

	memset(text, child ? 'a' : 'b', sizeof text - 1);
	for (int i = 0; i < 20000; i++)
		log_line("%.*s", 1 + i * 7 % 127, text);
	log_flush();
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	expect_whole_lines(file, 40000);
}

static size_t stamp(char *line)
{
	memcpy(line, "2026-11-26T20:00:00.123Z ", 25);
	return 25;
}

/* The time counts as part of the line; a block has none. */
Test(log, a_stamp_before_each_line)
{
	char text[600], got[2048] = "";
	int fd = capture();

	log_stamp(stamp);
	for (size_t n = 470; n < 500; n++) {
		ssize_t len;

		memset(text, 'x', n);
		text[n] = 0;
		log_line("%s", text);
		log_flush();
		len = read(fd, got, sizeof got);
		cr_expect(len <= LOG_LINE_MAX && got[len - 1] == '\n');
		cr_expect(len == (ssize_t)n + 26 ||
			  !memcmp(got + len - 4, "...\n", 4));
		cr_expect(!memcmp(got, "2026-11-26T20:00:00.123Z xxx", 28));
	}
	log_message(7, "a");
	log_block("b\n", 2);
	log_line("%s", "c");
	drain(fd, got, sizeof got);
	cr_expect_str_eq(got, "2026-11-26T20:00:00.123Z a\nb\n"
			      "2026-11-26T20:00:00.123Z c\n");
	close(fd);
}

Test(log, a_stamp_before_the_count_of_dropped_lines)
{
	static char got[1 << 20];
	int fd = capture();

	log_stamp(stamp);
	for (int i = 0; i < 20000; i++)
		log_message(7, "x");
	drain(fd, got, sizeof got);
	cr_expect(strstr(got, "\n2026-11-26T20:00:00.123Z (1"), "%s",
		got + strlen(got) - 200);
	close(fd);
}

Test(log, silence)
{
	char got[16];
	int fd = capture();

	log_silence();
	log_line("nothing");
	cr_expect(!log_flush());
	fcntl(fd, F_SETFL, O_NONBLOCK);
	cr_expect(read(fd, got, sizeof got) < 0);
	close(fd);
}
