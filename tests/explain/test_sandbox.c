/* test_sandbox.c - bytes written by hand, played in memory. */
#include "tests/explain/shown.h"
#include "tests/explain/twin.h"
#include "tests/lib/scarce.h"

#include "explain/sandbox.h"

#include <stdio.h>

static struct buf titles;

static void see(void *data, const struct piece *piece)
{
	(void)data;
	expect_shown(piece);
	cr_expect_eq(piece->number, 0);
	buf_printf(&titles, "%s%s %zu\n", piece->sent ? "<" : ">", piece->title,
		piece->len);
}

static struct twin twin;

static struct sandbox *open_sandbox(const char *path)
{
	struct sandbox_setup setup = {
		.app = &twin.app, .max_message = 1 << 20, .on_piece = see};
	struct sandbox *s;

	twin_init(&twin);
	s = sandbox_open(&setup, (struct slice){path, strlen(path)});
	cr_assert(s != NULL);
	return s;
}

static void expect_titles(const char *text)
{
	cr_expect(titles.len == strlen(text) &&
			  !memcmp(titles.data, text, titles.len),
		"%.*s", (int)titles.len, (const char *)titles.data);
	buf_free(&titles);
}

/* In a block of exactly its size. */
static void say(struct sandbox *s, const void *data, size_t len)
{
	void *block = exactly(data, len);

	sandbox_write(s, block, len);
	free(block);
}

Test(sandbox, the_path_chooses_what_answers)
{
	struct sandbox *s = open_sandbox("/");

	cr_expect(memmem(titles.data, titles.len, "<text frame 15\n", 15));
	sandbox_free(s);
	buf_free(&titles);
	s = open_sandbox("/echo");
	cr_expect(!memmem(titles.data, titles.len, "frame", 5));
	titles.len = 0;
	say(s, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	say(s, "\x89\x80", 2);
	say(s, "\0\0\0\0", 4);
	cr_expect_eq(sandbox_end(s)->code, 0);
	expect_titles(">text frame 11\n<text frame 7\n"
		      ">Ping frame 6\n<Pong frame 2\n");
	sandbox_free(s);
}

Test(sandbox, what_is_refused_and_what_follows)
{
	struct sandbox *s = open_sandbox("/echo");

	titles.len = 0;
	say(s, "\x83\x80\0\0\0\0 and more", 15);
	say(s, "\x81\x80\0\0\0\0", 6);
	cr_expect_eq(sandbox_end(s)->code, 1002);
	expect_titles(">frame with a reserved opcode 1\n>not read 14\n"
		      "<Close frame 42\n>not read 6\n");
	sandbox_free(s);
}

Test(sandbox, a_close_is_answered)
{
	struct sandbox *s = open_sandbox("/echo");

	titles.len = 0;
	say(s, "\x88\x82\0\0\0\0\x0f\xa0", 8);
	say(s, "\x81\x80\0\0\0\0", 6);
	cr_expect_eq(sandbox_end(s)->code, 4000);
	cr_expect_eq(sandbox_end(s)->code, 4000);
	expect_titles(">Close frame 8\n<Close frame 4\n>not read 6\n");
	sandbox_free(s);
}

/* Its handlers are called as in a server, and nothing that they do is
 * replaced. */
Test(sandbox, the_application_is_the_real_one)
{
	struct sandbox *s = open_sandbox("/echo");

	cr_expect(sandbox_is_open(s));
	cr_expect_str_eq(twin.peer, "sandbox");
	say(s, "\x81\x81\0\0\0\0a", 7);
	cr_expect_eq(twin.closed, 0);
	cr_expect_eq(sandbox_end(s)->code, 0);
	cr_expect(twin.closed == 1 && twin.code == 1006);
	sandbox_free(s);
	s = open_sandbox("/echo");
	say(s, "\x88\x80\0\0\0\0", 6);
	cr_expect_eq(sandbox_end(s)->code, 1005);
	sandbox_free(s);
	cr_expect(twin.closed == 1 && twin.code == 1005);
	buf_free(&titles);
}

Test(sandbox, a_path_without_a_websocket)
{
	struct sandbox *s = open_sandbox("/no");

	cr_expect(!sandbox_is_open(s));
	say(s, "\x81\x80\0\0\0\0", 6);
	cr_expect_eq(sandbox_end(s)->code, 0);
	cr_expect(memmem(titles.data, titles.len, "<response ", 10));
	cr_expect(!memmem(titles.data, titles.len, "frame", 5));
	sandbox_free(s);
	buf_free(&titles);
	s = open_sandbox("/file");
	cr_expect(!sandbox_is_open(s));
	say(s, "\x81\x80\0\0\0\0", 6);
	sandbox_free(s);
	cr_expect(memmem(titles.data, titles.len, "<response ", 10));
	buf_free(&titles);
}

/* An application without WebSockets answers this request like any other. */
Test(sandbox, an_application_without_websockets)
{
	struct sandbox_setup setup = {
		.app = &twin.app, .max_message = 1 << 20, .on_piece = see};
	struct sandbox *s;

	twin_init(&twin);
	twin.app.on_upgrade = NULL;
	s = sandbox_open(&setup, (struct slice){"/echo", 5});
	cr_assert(s != NULL);
	cr_expect(!sandbox_is_open(s));
	cr_expect(memmem(titles.data, titles.len, "<body 5\n", 8));
	sandbox_free(s);
	buf_free(&titles);
}

Test(sandbox, no_memory)
{
	struct sandbox_setup setup = {
		.app = &twin.app, .max_message = 1 << 20, .on_piece = see};

	twin_init(&twin);
	scarce.calloc = true;
	cr_expect_null(sandbox_open(&setup, (struct slice){"/", 1}));
	scarce.realloc = true;
	cr_expect_null(sandbox_open(&setup, (struct slice){"/", 1}));
	cr_expect_eq(titles.len, 0);
}

/* A lot of waiting output does not stop the reading of input. */
Test(sandbox, more_output_than_may_wait)
{
	static char text[60000];
	struct sandbox *s = open_sandbox("/echo");
	struct buf bytes = {0};

	memset(text, 'a', sizeof text);
	for (int i = 0; i < 20; i++) {
		buf_append(&bytes, "\x81\xfe\xea\x60\0\0\0\0", 8);
		buf_append(&bytes, text, sizeof text);
	}
	buf_append(&bytes, "\x88\x80\0\0\0\0", 6);
	titles.len = 0;
	say(s, bytes.data, bytes.len);
	cr_expect_eq(sandbox_end(s)->code, 1005);
	cr_expect(memmem(titles.data, titles.len, "<Close frame 2\n", 15));
	sandbox_free(s);
	buf_free(&bytes);
	buf_free(&titles);
}

/* An incomplete frame is shown at the end, once. */
Test(sandbox, an_end_in_a_frame)
{
	struct sandbox *s = open_sandbox("/echo");

	titles.len = 0;
	say(s, "\x81\x85\0\0", 4);
	sandbox_end(s);
	expect_titles(">text frame 4\n");
	sandbox_free(s);
}

Test(sandbox, an_end_in_a_payload)
{
	struct sandbox *s = open_sandbox("/echo");

	titles.len = 0;
	say(s, "\x81\x85\1\2\3\4ab", 8);
	sandbox_end(s);
	expect_titles(">text frame 8\n>more payload 0\n");
	sandbox_free(s);
}

Test(sandbox, an_end_in_a_message)
{
	struct sandbox *s = open_sandbox("/echo");

	titles.len = 0;
	say(s, "\1\x82\1\2\3\4\x40\x40", 8);
	say(s, "\x80", 1);
	sandbox_end(s);
	expect_titles(">text frame 8\n>continuation frame 1\n");
	sandbox_free(s);
}

Test(sandbox, paths)
{
	static const char *const wrong[] = {
		"", "echo", "/a b", "/\r\n", "/\x80", "*", "/%", "/?a"};
	char path[SANDBOX_PATH_MAX + 2] = "/";

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect(!sandbox_is_path(
				  (struct slice){wrong[i], strlen(wrong[i])}),
			"%s", wrong[i]);
	memset(path + 1, 'a', SANDBOX_PATH_MAX);
	cr_expect(!sandbox_is_path((struct slice){path, SANDBOX_PATH_MAX + 1}));
	cr_expect(sandbox_is_path((struct slice){path, SANDBOX_PATH_MAX}));
	path[SANDBOX_PATH_MAX] = 0;
	sandbox_free(open_sandbox(path));
	cr_expect(memmem(titles.data, titles.len, "<text frame 15\n", 15));
	buf_free(&titles);
}

/* Frames and parts of frames, some of them valid, and noise. */
static size_t garbage(unsigned char *data, size_t max)
{
	static const unsigned char heads[] = {0x81, 0x82, 0x01, 0x00, 0x80,
		0x89, 0x8A, 0x88, 0x02, 0x89, 0x81};
	size_t len = (size_t)rand() % max + 1;

	for (size_t i = 0; i < len; i++)
		data[i] = rand() % 4 ? (unsigned char)(rand() % 2) : rand();
	for (size_t i = 0; rand() % 16 && i + 8 < len; i += 7) {
		data[i] = heads[(size_t)rand() % sizeof heads];
		data[i + 1] = (unsigned char)(0x80 | rand() % 3);
		i += data[i + 1] & 3;
	}
	return len;
}

Test(sandbox, garbage)
{
	unsigned char data[600];

	srand(6455);
	for (int i = 0; i < 1000; i++) {
		struct sandbox *s = open_sandbox(i % 2 ? "/" : "/echo");

		for (int writes = rand() % 8; writes; writes--) {
			size_t len = garbage(data, sizeof data);

			say(s, data, len);
		}
		for (size_t j = 0; j < exercises_count; j++)
			exercises_is_solved(&exercises_list[j], sandbox_end(s));
		sandbox_free(s);
		buf_free(&titles);
	}
}
