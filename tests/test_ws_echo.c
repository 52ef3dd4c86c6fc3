/* test_ws_echo.c - a message that is sent back may use the memory it came in.
 * The peer must not notice, whatever else is sent and however large it is. */
#include "tests/lib/pieces.h"

#define SIZE(array) (sizeof(array) / sizeof *(array))

static const size_t sizes[] = {1, 4095, 4096, 4097, 16384, 65535, 65536, 70000};

/* A message of each size, in one frame, with other frames around it. */
static void says_sizes(struct talk *t)
{
	for (size_t i = 0; i < SIZE(sizes); i++) {
		char *text = some_text(sizes[i]);

		says(t, 0x81, text);
		hears(t, "text", text);
		answers(t, 0x81, text);
		says(t, 0x89, "ping");
		answers(t, 0x8A, "ping");
		free(text);
	}
}

Test(ws, 6_1_messages_sent_back)
{
	struct talk t = {.acts.echo = true};

	says_sizes(&t);
	says(&t, 0x88, "");
	answers(&t, 0x88, "");
	closes(&t, 1005, "", true);
	hold(&t);
}

Test(ws, 6_1_messages_sent_back_with_little_room)
{
	struct talk t = {.acts.echo = true, .max_unsent = 1000};

	says_sizes(&t);
	hold(&t);
}

/* Fragments leave more room before the message than its head needs when it goes
 * back in one frame, or less. */
Test(ws, 6_1_fragments_sent_back_as_one_frame)
{
	static const size_t firsts[] = {0, 1, 5, 126, 4000};
	char *text = some_text(70000);

	for (size_t i = 0; i < SIZE(firsts); i++) {
		struct talk t = {.acts.echo = true};

		says_data(&t, 0x02, text, firsts[i]);
		says(&t, 0x8A, "pong");
		says(&t, 0x80, text + firsts[i]);
		hears(&t, "binary", text);
		answers(&t, 0x82, text);
		says(&t, 0x81, "and so on");
		hears(&t, "text", "and so on");
		answers(&t, 0x81, "and so on");
		hold(&t);
	}
	free(text);
}

static void send_it_again(struct ws *ws, const char *data, size_t len)
{
	cr_expect(ws_send_data(ws, data, len, true));
	cr_expect(ws_send_data(ws, data + 1, len - 1, true));
	cr_expect(ws_ping(ws));
	cr_expect(ws_send_data(ws, data, len, false));
}

/* Whatever is sent first arrives first. */
Test(ws, 6_1_a_message_sent_back_four_times)
{
	for (size_t i = 0; i < SIZE(sizes); i++) {
		struct talk t = {
			.acts = {.echo = true, .on_message = send_it_again}};
		char *text = some_text(sizes[i]);

		says(&t, 0x81, text);
		says(&t, 0x89, "ping");
		hears(&t, "text", text);
		answers(&t, 0x82, text);
		answers(&t, 0x82, text + 1);
		answers(&t, 0x89, "");
		answers(&t, 0x81, text);
		answers(&t, 0x81, text);
		answers(&t, 0x8A, "ping");
		hold(&t);
		free(text);
	}
}

static void send_a_part(struct ws *ws, const char *data, size_t len)
{
	cr_expect(ws_send_data(ws, data, len - 1, true));
}

Test(ws, 6_1_a_part_of_a_message_sent_back)
{
	for (size_t i = 1; i < SIZE(sizes); i++) {
		struct talk t = {.acts.on_message = send_a_part};
		char *text = some_text(sizes[i]);

		says(&t, 0x82, text);
		hears(&t, "binary", text);
		answers_data(&t, 0x82, text, sizes[i] - 1);
		hold(&t);
		free(text);
	}
}

static void send_back_and_close(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_send_back(ws));
	cr_expect(ws_close(ws, 4000, "enough"));
	cr_expect(!ws_send_back(ws));
}

Test(ws, 6_1_a_message_sent_back_before_our_close)
{
	for (size_t i = 0; i < SIZE(sizes); i++) {
		struct talk t = {.acts.on_message = send_back_and_close};
		char *text = some_text(sizes[i]);

		says(&t, 0x82, text);
		hears(&t, "binary", text);
		answers(&t, 0x82, text);
		answers_close(&t, 4000, "enough");
		says(&t, 0x81, "ignored");
		says_close(&t, 4000, "");
		closes(&t, 4000, "", false);
		hold(&t);
		free(text);
	}
}

static void answer_and_send_back(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_send(ws, "you said"));
	cr_expect(ws_send_back(ws));
}

Test(ws, 6_1_a_message_sent_back_behind_another)
{
	for (size_t i = 0; i < SIZE(sizes); i++) {
		struct talk t = {.acts.on_message = answer_and_send_back};
		char *text = some_text(sizes[i]);

		says(&t, 0x82, text);
		hears(&t, "binary", text);
		answers(&t, 0x81, "you said");
		answers(&t, 0x82, text);
		hold(&t);
		free(text);
	}
}

static void send_back_twice(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_send_back(ws));
	for (int i = 0; i < 100; i++) /* so many that the output moves */
		cr_expect(ws_send(ws, "between"));
	cr_expect(ws_send_back(ws));
}

/* Nothing is left of one that was sent back without a copy. */
Test(ws, 6_1_a_message_sent_back_twice)
{
	static char text[5000];
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.on_message = send_back_twice;
	p = peer_upgraded(&loop);
	peer_says_frame(p, 0x82, text, sizeof text);
	cr_expect_eq(p->got.len, 4 + sizeof text + 100 * 9 + 2);
	peer_free(p);
	loop_end(&loop);
}

static void send_nothing(struct ws *ws, const char *data, size_t len)
{
	(void)data, (void)len;
	cr_expect(ws_send_data(ws, NULL, 0, true));
}

/* Outside of on_message there is nothing to send back. */
Test(ws, 6_1_no_message_to_send_back)
{
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	p = peer_upgraded(&loop);
	cr_expect(!ws_send_back(&p->conn.ws));
	peer_says_text(p, "over");
	cr_expect(!ws_send_back(&p->conn.ws));
	peer_says(p, "\x01\x84\0\0\0\0half", 10);
	cr_expect(!ws_send_back(&p->conn.ws));
	expect_got(p, "", 0);
	peer_free(p);
	loop_end(&loop);
}

Test(ws, 6_1_an_empty_message)
{
	struct talk t = {.acts = {.echo = true, .on_message = send_nothing}};

	says(&t, 0x81, "");
	hears(&t, "text", "");
	answers(&t, 0x82, "");
	answers(&t, 0x81, "");
	hold(&t);
}

static struct peer *other;

static void send_to_both(struct ws *ws, const char *data, size_t len)
{
	cr_expect(ws_send_data(&other->conn.ws, data, len, false));
	cr_expect(ws_send_data(&other->conn.ws, data, len, false));
	cr_expect(ws_send_back(ws));
}

static void expect_frames(const struct peer *p, const char *text, int n)
{
	struct buf all = {0};
	unsigned char head[10];

	while (n--) {
		buf_append(&all, head, write_head(head, 0x81, 0, strlen(text)));
		buf_append(&all, text, strlen(text));
	}
	expect_got(p, all.data, all.len);
	buf_free(&all);
}

Test(ws, 6_1_a_message_sent_back_and_to_another)
{
	char *text = some_text(70000);
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.on_message = send_to_both;
	p = peer_upgraded(&loop);
	other = peer_upgraded(&loop);
	p->bite = other->bite = 999;
	peer_says_text(p, text);
	peer_says_text(p, text);
	loop_drain(p);
	loop_drain(other);
	expect_frames(p, text, 2);
	expect_frames(other, text, 4);
	cr_expect(!p->conn.in && !p->conn.out && !other->conn.out);
	peer_free(p);
	peer_free(other);
	loop_end(&loop);
	free(text);
}

/* Half of it has been taken when more is sent, or when the peer is lost. */
Test(ws, 6_1_a_message_sent_back_and_not_taken)
{
	char *text = some_text(70000);
	struct loop loop;
	struct peer *p;

	loop_init(&loop);
	loop.acts.echo = true;
	p = peer_upgraded(&loop);
	p->bite = 30000;
	peer_says_text(p, text);
	peer_says_frame(p, 0x89, "", 0);
	cr_expect_eq(p->got.len, 60000);
	peer_says_text(p, "lost");
	peer_says_text(p, text);
	p->bite = 0;
	peer_says_text(p, text);
	peer_free(p);
	loop_end(&loop);
	free(text);
}
