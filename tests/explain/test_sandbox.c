/* test_sandbox.c - bytes written by hand, played in memory. */
#include "tests/explain/shown.h"

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

static struct play *open_play(const char *path)
{
	struct play *p = play_open(
		(struct slice){path, strlen(path)}, 1 << 20, see, NULL);

	cr_assert(p != NULL);
	return p;
}

static void expect_titles(const char *text)
{
	cr_expect(titles.len == strlen(text) &&
			  !memcmp(titles.data, text, titles.len),
		"%.*s", (int)titles.len, (const char *)titles.data);
	buf_free(&titles);
}

/* In a block of exactly its size. */
static void say(struct play *p, const void *data, size_t len)
{
	void *block = exactly(data, len);

	play_write(p, block, len);
	free(block);
}

Test(play, the_path_chooses_what_answers)
{
	struct play *p = open_play("/");

	cr_expect(memmem(titles.data, titles.len, "<text frame 15\n", 15));
	play_free(p);
	buf_free(&titles);
	p = open_play("/echo");
	cr_expect(!memmem(titles.data, titles.len, "frame", 5));
	titles.len = 0;
	say(p, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	say(p, "\x89\x80", 2);
	say(p, "\0\0\0\0", 4);
	cr_expect_eq(play_end(p)->code, 0);
	expect_titles(">text frame 11\n<text frame 7\n"
		      ">Ping frame 6\n<Pong frame 2\n");
	play_free(p);
}

Test(play, what_is_refused_and_what_follows)
{
	struct play *p = open_play("/echo");

	titles.len = 0;
	say(p, "\x83\x80\0\0\0\0 and more", 15);
	say(p, "\x81\x80\0\0\0\0", 6);
	cr_expect_eq(play_end(p)->code, 1002);
	expect_titles(">frame of a reserved opcode 1\n>not read 14\n"
		      "<Close frame 42\n>not read 6\n");
	play_free(p);
}

Test(play, a_close_is_answered)
{
	struct play *p = open_play("/echo");

	titles.len = 0;
	say(p, "\x88\x82\0\0\0\0\x0f\xa0", 8);
	say(p, "\x81\x80\0\0\0\0", 6);
	cr_expect_eq(play_end(p)->code, 4000);
	cr_expect_eq(play_end(p)->code, 4000);
	expect_titles(">Close frame 8\n<Close frame 4\n>not read 6\n");
	play_free(p);
}

/* What was not whole at the end is shown, once. */
Test(play, an_end_in_a_frame)
{
	struct play *p = open_play("/echo");

	titles.len = 0;
	say(p, "\x81\x85\0\0", 4);
	play_end(p);
	expect_titles(">text frame 4\n");
	play_free(p);
}

Test(play, an_end_in_a_payload)
{
	struct play *p = open_play("/echo");

	titles.len = 0;
	say(p, "\x81\x85\1\2\3\4ab", 8);
	play_end(p);
	expect_titles(">text frame 8\n>more payload 0\n");
	play_free(p);
}

Test(play, an_end_in_a_message)
{
	struct play *p = open_play("/echo");

	titles.len = 0;
	say(p, "\1\x82\1\2\3\4\x40\x40", 8);
	say(p, "\x80", 1);
	play_end(p);
	expect_titles(">text frame 8\n>continuation frame 1\n");
	play_free(p);
}

Test(play, paths)
{
	static const char *const wrong[] = {
		"", "echo", "/a b", "/\r\n", "/\x80", "*", "/%", "/?a"};
	char path[PLAY_PATH_MAX + 2] = "/";

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect(!play_is_path(
				  (struct slice){wrong[i], strlen(wrong[i])}),
			"%s", wrong[i]);
	memset(path + 1, 'a', PLAY_PATH_MAX);
	cr_expect(!play_is_path((struct slice){path, PLAY_PATH_MAX + 1}));
	cr_expect(play_is_path((struct slice){path, PLAY_PATH_MAX}));
	path[PLAY_PATH_MAX] = 0;
	play_free(open_play(path));
	cr_expect(memmem(titles.data, titles.len, "<text frame 15\n", 15));
	buf_free(&titles);
}

/* Frames and parts of frames, some of them masked well, and noise. */
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

Test(play, garbage)
{
	unsigned char data[600];

	srand(6455);
	for (int i = 0; i < 1000; i++) {
		struct play *p = open_play(i % 2 ? "/" : "/echo");

		for (int writes = rand() % 8; writes; writes--) {
			size_t len = garbage(data, sizeof data);

			say(p, data, len);
		}
		for (size_t j = 0; j < exercise_count; j++)
			exercise_is_solved(&exercise_list[j], play_end(p));
		play_free(p);
		buf_free(&titles);
	}
}
