/* test_ws_prepared.c - a message that is encoded once and sent to many. */
#include "tests/lib/peer.h"
#include "tests/lib/pieces.h"
#include "tests/lib/scarce.h"

#define LONGEST 70000

static struct loop loop;
static struct peer *peers[3];

static void begin(void)
{
	loop_init(&loop);
	for (int i = 0; i < 3; i++) {
		peers[i] = peer_upgraded(&loop);
		peers[i]->got.len = 0;
	}
}

static void end(void)
{
	for (int i = 0; i < 3; i++)
		peer_free(peers[i]);
	loop_end(&loop);
}

static struct ws *ws_of(int i)
{
	return &peers[i]->conn.ws;
}

static struct message prepared(const void *data, size_t len, bool binary)
{
	struct message m;

	cr_assert(message_prepare(&m, data, len, binary));
	cr_expect_eq(m.len, len);
	return m;
}

/* RFC 6455 6.1: in every form that a length has. */
Test(prepared, 6_1_its_bytes_are_those_of_ws_send)
{
	static const size_t lens[] = {
		0, 1, 125, 126, 127, 65535, 65536, LONGEST};
	char *data = malloc(LONGEST);

	memset(data, 'a', LONGEST);
	begin();
	for (size_t i = 0; i < 2 * sizeof lens / sizeof *lens; i++) {
		size_t len = lens[i / 2];
		struct message m = prepared(data, len, i % 2);

		cr_expect(ws_send_data(ws_of(0), data, len, i % 2));
		for (int k = 1; k < 3; k++)
			cr_expect(ws_send_prepared(ws_of(k), &m));
		message_free(&m);
	}
	loop_serve_pending(&loop);
	for (int k = 1; k < 3; k++) {
		cr_expect_eq(peers[k]->got.len, peers[0]->got.len);
		cr_expect(!memcmp(peers[k]->got.data, peers[0]->got.data,
			peers[0]->got.len));
	}
	cr_expect_eq(loop.shared.host.sent, 3 * 16);
	free(data);
	end();
}

/* What the caller gave is its own again. */
Test(prepared, it_is_a_copy)
{
	char data[] = "hello";
	struct message m = prepared(data, 5, false);

	memset(data, '!', 5);
	begin();
	cr_expect(ws_send_prepared(ws_of(0), &m));
	message_free(&m);
	loop_serve_pending(&loop);
	expect_got(peers[0], "\x81\5hello", 7);
	end();
}

/* RFC 6455 5.5.1: "MUST NOT send any more data frames after sending a Close
 * frame" */
Test(prepared, 5_5_1_none_after_a_close)
{
	struct message m = prepared("hello", 5, false);

	begin();
	cr_expect(ws_close(ws_of(0), 1000, ""));
	cr_expect(!ws_send_prepared(ws_of(0), &m));
	cr_expect(ws_send_prepared(ws_of(1), &m));
	loop_serve_pending(&loop);
	expect_got(peers[0], "\x88\2\x03\xe8", 4);
	expect_got(peers[1], "\x81\5hello", 7);
	cr_expect_eq(loop.shared.host.sent, 1);
	message_free(&m);
	end();
}

/* The others get theirs, each time. */
Test(prepared, a_slow_reader_is_dropped)
{
	char data[1000] = "";
	struct message m = prepared(data, sizeof data, true);
	int sent = 0;

	begin();
	loop.shared.host.max_backlog = 10000;
	peers[1]->bite = 0;
	for (bool was_sent = true; was_sent && sent < 100; sent++) {
		cr_expect(ws_send_prepared(ws_of(0), &m));
		was_sent = ws_send_prepared(ws_of(1), &m);
		cr_expect(ws_send_prepared(ws_of(2), &m));
		loop_serve_pending(&loop);
	}
	cr_expect_eq(sent, 11); /* ten of 1004 bytes, and one too many */
	cr_expect_eq(peers[1]->closed, 1);
	cr_expect_eq(peers[1]->code, 1006);
	cr_expect_eq(peers[0]->got.len, 11 * 1004);
	cr_expect_eq(peers[2]->got.len, 11 * 1004);
	message_free(&m);
	end();
}

/* All that the sockets may hold together is in use. */
Test(prepared, the_budget_is_kept)
{
	char data[2000] = "";
	struct message m = prepared(data, sizeof data, true);

	begin();
	loop.shared.host.max_memory = loop.shared.host.held + 3000;
	cr_expect(ws_send_prepared(ws_of(0), &m));
	cr_expect(!ws_send_prepared(ws_of(1), &m));
	loop_serve_pending(&loop);
	cr_expect_eq(peers[0]->got.len, 2004);
	cr_expect(!memcmp(peers[1]->got.data + 2, "\x03\xf5", 2)); /* 1013 */
	cr_expect_eq(loop.shared.host.held, 0);
	message_free(&m);
	end();
}

Test(prepared, no_memory)
{
	struct message m;

	begin();
	scarce.realloc = true;
	cr_expect(!message_prepare(&m, "hello", 5, false));
	/* as a socket that has no memory to be sent something */
	cr_expect(!ws_send_prepared(ws_of(0), &m));
	message_free(&m);
	loop_serve_pending(&loop);
	cr_expect_eq(peers[0]->closed, 1);
	cr_expect_eq(peers[0]->code, 1006);
	end();
}

Test(prepared, no_memory_for_one_of_them)
{
	struct message m;

	begin();
	m = prepared("hello", 5, false);
	scarce.realloc = true;
	cr_expect(!ws_send_prepared(ws_of(0), &m));
	cr_expect(ws_send_prepared(ws_of(1), &m));
	message_free(&m);
	loop_serve_pending(&loop);
	cr_expect_eq(peers[0]->closed, 1);
	cr_expect_eq(peers[1]->closed, 0);
	cr_expect_eq(peers[1]->got.len, 7);
	end();
}

/* An extension that reverses the first bytes of what is not short. */
static struct {
	char text[8];
	int encoded, told;
	size_t coded;
} reverse;

static const struct ws_extension reverser;

static bool reverse_encodes(const struct ws_extension *extension, struct ws *ws,
	const void **p, size_t *len)
{
	const char *plain = *p;

	cr_expect_eq(extension, &reverser);
	cr_expect_null(ws);
	reverse.encoded++;
	if (*len < 4)
		return false;
	for (int i = 0; i < 3; i++)
		reverse.text[i] = plain[2 - i];
	*p = reverse.text;
	*len = 3;
	return true;
}

static bool reverse_remembers(
	struct ws *ws, bool sent, const void *plain, size_t len, size_t coded)
{
	cr_expect(sent);
	cr_expect(ws == ws_of(0) || ws == ws_of(1));
	cr_expect(len == 5 && !memcmp(plain, "hello", len));
	reverse.told++;
	reverse.coded = coded;
	return true;
}

static void reverse_ends(struct ws *ws)
{
	(void)ws;
}

static const struct ws_extension reverser = {
	.encode = reverse_encodes,
	.remember = reverse_remembers,
	.end = reverse_ends,
};

/* The first two sockets have agreed to it. */
static void begin_reversed(struct ws_session *session)
{
	begin();
	memset(&reverse, 0, sizeof reverse);
	session->by = &reverser;
	ws_of(0)->session = ws_of(1)->session = session;
}

/* RFC 6455 9: for all who have agreed to an extension, it encodes once. */
Test(prepared, 9_it_is_coded_once)
{
	struct ws_session session;
	struct message m = prepared("hello", 5, false);

	begin_reversed(&session);
	for (int i = 0; i < 3; i++)
		cr_expect(ws_send_prepared(ws_of(i), &m));
	loop_serve_pending(&loop);
	expect_got(peers[0], "\xC1\3leh", 5);
	expect_got(peers[1], "\xC1\3leh", 5);
	expect_got(peers[2], "\x81\5hello", 7);
	cr_expect_eq(reverse.encoded, 1);
	cr_expect_eq(reverse.told, 2);
	cr_expect_eq(reverse.coded, 3);
	message_free(&m);
	end();
}

/* Nor is it tried again where the extension sends it as it is. */
Test(prepared, 9_it_is_tried_once)
{
	struct ws_session session;
	struct message m = prepared("hi", 2, true);

	begin_reversed(&session);
	for (int i = 0; i < 3; i++)
		cr_expect(ws_send_prepared(ws_of(i), &m));
	loop_serve_pending(&loop);
	for (int i = 0; i < 3; i++)
		expect_got(peers[i], "\x82\2hi", 4);
	cr_expect_eq(reverse.encoded, 1);
	cr_expect_eq(reverse.told, 0);
	message_free(&m);
	end();
}

Test(prepared, 9_without_memory_nothing_is_coded)
{
	struct ws_session session;
	struct message m;

	begin_reversed(&session);
	scarce.realloc = true;
	cr_expect(!message_prepare(&m, "hello", 5, false));
	cr_expect(!ws_send_prepared(ws_of(0), &m));
	cr_expect_eq(reverse.encoded, 0);
	message_free(&m);
	loop_serve_pending(&loop);
	end();
}
