/* test_log.c - what a peer sends cannot look like a line of the log. */
#include "tests/lib/support.h"

#include "serve/log.h"

#include <fcntl.h>
#include <unistd.h>

/* Turns standard output into a pipe, and returns its other end. */
static int capture(void)
{
	int pipes[2];

	cr_assert(pipe(pipes) == 0);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[1]);
	return pipes[0];
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
	char text[101], got[1 << 16];
	int fd = capture();
	ssize_t n;

	memset(text, 'x', 100);
	text[100] = 0;
	for (int i = 0; i < 5000; i++) {
		log_line("%s", text);
		log_flush();
	}
	cr_expect(log_flush());
	cr_expect(log_dropped() > 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	got[sizeof got - 1] = 0;
	while ((n = read(fd, got, sizeof got - 1)) > 0) {
		got[n] = 0;
		log_flush();
		if (strstr(got, "lines dropped"))
			break;
	}
	cr_expect(n > 0);
	close(fd);
}

/* A block is written as a whole, or dropped as a whole. */
Test(log, a_block_for_which_there_is_no_room)
{
	static char block[30000], got[sizeof block];
	unsigned long before;
	int fd = capture();

	memset(block, 'x', sizeof block);
	for (int i = 0; i < 5; i++) /* what the pipe takes, plus 64 KiB */
		log_block(block, sizeof block);
	before = log_dropped();
	log_block(block, sizeof block);
	cr_expect_eq(log_dropped(), before + 1);
	cr_expect(read(fd, got, sizeof got) > 0);
	log_block(block, sizeof block);
	cr_expect_eq(log_dropped(), before + 1);
	close(fd);
}

Test(log, a_closed_output_is_survived)
{
	close(STDOUT_FILENO);
	log_line("nobody");
	cr_expect(!log_flush());
	cr_expect(log_dropped() > 0);
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
