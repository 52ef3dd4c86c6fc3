/* test_conn_memory.c - what connections hold: it has a bound, an unfinished
 * message has a deadline, and what is kept is no larger than what it holds. */
#include "tests/lib/pieces.h"

#define PEERS 8

static struct loop loop;
static struct peer *peers[PEERS];

static void begin(struct acts acts)
{
	loop_init(&loop);
	loop.acts = acts;
	for (int i = 0; i < PEERS; i++)
		peers[i] = peer_upgraded(&loop);
}

/* All memory is accounted for: what is held is 0 when all are gone. */
static void end(void)
{
	for (int i = 0; i < PEERS; i++)
		peer_free(peers[i]);
	cr_expect_eq(loop.shared.host.held, 0, "%llu are still counted",
		loop.shared.host.held);
	loop_end(&loop);
}

/* The beginning of a message of 60000 bytes, n of which come. */
static void say_a_part(struct peer *p, size_t n)
{
	static char part[60000];
	static const char head[] = "\x82\xFE\xEA\x60\0\0\0\0";

	memset(part, 'x', sizeof part);
	peer_says(p, head, 8);
	peer_says(p, part, n);
}

static unsigned long long held(void)
{
	unsigned long long sum = 0;

	for (int i = 0; i < PEERS; i++) {
		const struct conn *c = &peers[i]->conn;

		sum += buf_unsent(c->in) + buf_unsent(c->out);
	}
	return sum;
}

/* RFC 6455 7.4.1 (IANA): 1013, try again later. */
Test(conn, unfinished_messages_have_one_budget)
{
	begin((struct acts){.echo = true});
	loop.shared.host.max_memory = 150000;
	for (int i = 0; i < PEERS; i++) {
		say_a_part(peers[i], 40000);
		cr_expect_eq(loop.shared.host.held, held());
		cr_expect_leq(held(), 150000);
		cr_expect_eq(peers[i]->code, i < 3 ? 0 : 1013, "%d", i);
	}
	/* the others go on, and what is finished makes room */
	for (int i = 0; i < 3; i++) {
		static char rest[20000];

		peer_says(peers[i], rest, sizeof rest);
		cr_expect_eq(peers[i]->got.len, 60004);
	}
	cr_expect_eq(held(), 0);
	end();
}

Test(conn, an_unfinished_request_counts_too)
{
	struct peer *late;

	begin((struct acts){.echo = true});
	loop.shared.host.max_memory = 40100;
	say_a_part(peers[0], 40000);
	late = peer_new(&loop);
	peer_says(late, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27);
	cr_expect(has_text(&late->got, "HTTP/1.1 200 OK"), "it needs nothing");
	for (int i = 0; i < 10; i++)
		peer_says(late, "GET / HTTP/1.1\r\nX: 0123456789", 29);
	cr_expect(has_text(&late->got, "HTTP/1.1 503 "));
	cr_expect(has_text(&late->got, "\r\nRetry-After: "));
	cr_expect_eq(conn_next(&late->conn), CONN_SHUT);
	peer_free(late);
	end();
}

static void send_much(struct ws *ws, const char *data, size_t len)
{
	char *text = some_text(100000);

	(void)data, (void)len;
	for (int i = 0; i < 5; i++)
		cr_expect(ws_send(ws, text));
	cr_expect_gt(ws_buffered(ws), 500000);
	free(text);
}

/* The peer had no chance to read before its handler returned. */
Test(conn, a_burst_is_not_lost)
{
	begin((struct acts){.on_message = send_much});
	loop.shared.host.max_backlog = 1000;
	peer_says_text(peers[0], "go");
	cr_expect_eq(peers[0]->got.len, 5 * 100010);
	cr_expect_eq(peers[0]->closed, 0);
	end();
}

/* But what a send has left counts. */
Test(conn, a_burst_for_a_peer_that_leaves_much)
{
	begin((struct acts){.on_message = send_much});
	loop.shared.host.max_backlog = 1000;
	peers[0]->bite = 0;
	peer_says_text(peers[0], "go");
	cr_expect_eq(peers[0]->closed, 0);
	cr_expect(!ws_send(&peers[0]->conn.ws, "more"));
	loop_serve_pending(&loop);
	cr_expect_eq(peers[0]->code, 1006);
	end();
}

static void tell_all(struct ws *ws, const char *data, size_t len)
{
	(void)ws;
	for (int i = 1; i < PEERS; i++)
		cr_expect(ws_send_data(&peers[i]->conn.ws, data, len, false));
}

/* While all memory is in use, it is not the others who have to go: what is small
 * is sent, answered and asked as ever. */
Test(conn, those_who_hold_little_go_on_without_memory)
{
	begin((struct acts){.on_message = tell_all});
	say_a_part(peers[0], 40000);
	loop.shared.host.max_memory = 39000;
	peer_says_text(peers[1], "Hello");
	loop_serve_pending(&loop);
	peer_says(peers[2], "\x89\x81\0\0\0\0p", 7);
	loop_expire(peers[3]);
	for (int i = 1; i < PEERS; i++) {
		cr_expect(has_text(&peers[i]->got, "Hello"), "%d", i);
		cr_expect_eq(peers[i]->closed, 0);
	}
	cr_expect(has_text(&peers[2]->got, "\x8A\x01p"));
	end();
}

/* Who asks for more is told, and may try again later. */
Test(conn, a_message_for_which_there_is_no_memory_closes_its_socket)
{
	char *text = some_text(2000);

	begin((struct acts){0});
	say_a_part(peers[0], 40000);
	loop.shared.host.max_memory = 39000;
	cr_expect(!ws_send(&peers[1]->conn.ws, text));
	loop_serve_pending(&loop);
	cr_expect(has_text(&peers[1]->got, "\x03\xF5the server is out of"));
	cr_expect_eq(peers[1]->closed, 0, "the closing handshake goes on");
	peer_says(peers[1], "\x88\x82\0\0\0\0\x03\xF5", 8);
	cr_expect_eq(peers[1]->code, 1013);
	free(text);
	end();
}

/* Nor may Pongs that nobody reads take more than all that there is. */
Test(conn, pongs_that_are_not_read_are_bounded_without_memory)
{
	static const char ping[131] = "\x89\xFD";

	begin((struct acts){0});
	say_a_part(peers[0], 40000);
	loop.shared.host.max_memory = 39000;
	peers[1]->bite = 0;
	for (int i = 0; i < 100 && conn_wants_input(&peers[1]->conn); i++)
		peer_says(peers[1], ping, sizeof ping);
	cr_expect(!conn_wants_input(&peers[1]->conn));
	cr_expect_leq(buf_unsent(peers[1]->conn.out), 2 * WS_LITTLE);
	end();
}

/* Responses count as messages do, also those of one pipeline. */
Test(conn, requests_have_the_same_budget)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	struct buf pipeline = {0};
	struct peer *p;

	begin((struct acts){0});
	loop.shared.host.max_memory = 1000;
	p = peer_new(&loop);
	p->bite = 0;
	for (int i = 0; i < 15; i++)
		buf_append(&pipeline, request, sizeof request - 1);
	peer_says(p, pipeline.data, pipeline.len);
	cr_expect_leq(buf_unsent(p->conn.out), 2000);
	p->bite = SIZE_MAX;
	loop_drain(p);
	cr_expect(has_text(&p->got, "HTTP/1.1 200"));
	cr_expect(has_text(&p->got, "HTTP/1.1 503"));
	cr_expect(has_text(&p->got, "Retry-After: 5"));
	buf_free(&pipeline);
	peer_free(p);
	end();
}

static void on_file(
	const struct app *app, const struct request *req, struct response *res)
{
	(void)app, (void)req;
	response_head(res, 200, "text/plain", 7);
	res->fd = 0; /* which the loop of the test does not read */
	res->left = 7;
}

/* The bytes of an error would be taken for some of the file. */
Test(conn, no_refusal_gets_into_a_file)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	struct peer *p;
	size_t len;

	begin((struct acts){0});
	loop.app.on_request = on_file;
	p = peer_new(&loop);
	p->bite = 0;
	peer_says(p, request, sizeof request - 1);
	len = buf_unsent(p->conn.out);
	loop.shared.host.max_memory = 10;
	peer_says(p, request, sizeof request - 1);
	cr_expect(p->conn.has_file);
	cr_expect_eq(buf_unsent(p->conn.out), len);
	cr_expect_eq(p->conn.state, CONN_HTTP);
	loop_drain(p);
	cr_expect_eq(p->files, 1);
	cr_expect(has_text(&p->got, "HTTP/1.1 503"));
	peer_free(p);
	end();
}

static void expire(struct peer *p, enum conn_wait wait)
{
	cr_expect_eq(conn_waits_for(&p->conn), wait, "it waits for %d",
		conn_waits_for(&p->conn));
	loop_expire(p);
}

Test(conn, a_message_that_does_not_grow_is_refused)
{
	begin((struct acts){.echo = true});
	say_a_part(peers[0], 20000);
	loop.shared.host.now = 59999;
	peer_says(peers[0], "x", 1);
	cr_expect_eq(peers[0]->closed, 0);
	/* a byte now and then is no reason to wait longer */
	loop.shared.host.now = 60000;
	peer_says(peers[0], "x", 1);
	cr_expect_eq(peers[0]->code, 1008);
	cr_expect_eq(loop.shared.count.timed_out, 1);
	cr_expect_eq(conn_next(&peers[0]->conn), CONN_SHUT);
	end();
}

/* 60 KiB in the minute of its window are enough. */
Test(conn, a_message_that_grows_goes_on)
{
	static char part[61440];

	begin((struct acts){.echo = true});
	peer_says(peers[0], "\x82\xFF\0\0\0\0\0\x10\0\0\0\0\0\0", 14);
	for (int i = 0; i < 3; i++) {
		peer_says(peers[0], part, sizeof part);
		loop.shared.host.now += 60000;
		peers[0]->conn.fresh = false;
		expire(peers[0], CONN_WAIT_MESSAGE);
		cr_expect_eq(peers[0]->closed, 0);
		cr_expect(peers[0]->conn.fresh);
	}
	peer_says(peers[0], part, sizeof part - 1);
	loop.shared.host.now += 60000;
	expire(peers[0], CONN_WAIT_MESSAGE);
	cr_expect_eq(peers[0]->code, 1008);
	end();
}

static void say_after(const char *bytes, size_t n, uint32_t ms)
{
	loop.shared.host.now += ms;
	peer_says(peers[0], bytes, n);
}

Test(conn, each_message_has_a_window_of_its_own)
{
	begin((struct acts){.echo = true});
	say_after("\x01\x81\0\0\0\0a", 7, 100000);
	/* it ends, and another one begins */
	say_after("\x80\x81\0\0\0\0b\x01\x81\0\0\0\0c", 14, 50000);
	say_after("\x80\x80\0\0\0\0", 6, 50000);
	cr_expect_eq(conn_waits_for(&peers[0]->conn), CONN_WAIT_DATA);
	cr_expect_eq(peers[0]->closed, 0);
	end();
}

/* Neither are empty fragments and control frames. */
Test(conn, a_message_of_nothing_is_refused)
{
	begin((struct acts){.echo = true});
	say_after("\x01\x80\0\0\0\0", 6, 0);
	for (int i = 0; i < 59; i++)
		say_after("\x89\x80\0\0\0\0\x8A\x80\0\0\0\0\0\x80\0\0\0\0", 18,
			1000);
	cr_expect_eq(peers[0]->closed, 0);
	say_after("\x8A\x80\0\0\0\0", 6, 1000);
	cr_expect_eq(peers[0]->code, 1008);
	end();
}

/* A peer that has gone in the middle of a message is asked as any other is. */
Test(conn, silence_in_a_message_is_asked_about)
{
	begin((struct acts){.echo = true});
	say_a_part(peers[0], 20000);
	loop.shared.host.now += 30000;
	expire(peers[0], CONN_WAIT_MESSAGE);
	expire(peers[0], CONN_WAIT_PONG);
	cr_expect_eq(peers[0]->code, 1006);
	end();
}

/* What has come is read before a message is judged, in as many turns as that
 * takes; and nobody is blamed for what the server does not read. */
Test(conn, a_message_is_judged_by_what_has_been_read)
{
	static char part[61440 / 4];

	begin((struct acts){.echo = true});
	loop.shared.turn = sizeof part;
	peer_says(peers[0], "\x82\xFF\0\0\0\0\0\x10\0\0\0\0\0\0", 14);
	loop.shared.host.now += 100000;
	for (int i = 0; i < 4; i++)
		peer_says(peers[0], part, sizeof part);
	peer_says(peers[0], part, 1);
	cr_expect_eq(peers[0]->closed, 0);
	peers[0]->bite = 0;
	cr_expect(ws_send(&peers[0]->conn.ws, "much"));
	loop.shared.host.max_unsent = 3;
	peer_says(peers[0], NULL, 0);
	loop.shared.host.now += 100000;
	peers[0]->bite = SIZE_MAX;
	peer_says(peers[0], NULL, 0);
	peer_says(peers[0], part, 1);
	cr_expect_eq(peers[0]->closed, 0);
	loop.shared.host.now += 60000;
	peer_says(peers[0], part, 1);
	cr_expect_eq(peers[0]->code, 1008);
	end();
}

/* 0 is for ever. */
Test(conn, a_message_that_may_wait)
{
	begin((struct acts){.echo = true});
	loop.shared.message_window = 0;
	say_a_part(peers[0], 20000);
	say_after("x", 1, 3600000);
	expire(peers[0], CONN_WAIT_MESSAGE);
	cr_expect_eq(peers[0]->closed, 0);
	end();
}

/* A long message makes the loop's buffers grow; a short one that waits then
 * does not keep that memory. */
Test(conn, what_is_kept_is_no_larger_than_what_it_holds)
{
	char *text = some_text(1900000);

	begin((struct acts){.echo = true});
	peer_says_text(peers[0], text);
	cr_expect_eq(peers[0]->got.len, 1900010);
	for (int i = 1; i < PEERS; i++) {
		say_a_part(peers[i], 16900);
		cr_expect_leq(peers[i]->conn.in->cap, 2 * 16914);
	}
	peers[0]->bite = 1890000;
	peer_says_text(peers[0], text);
	cr_expect_eq(buf_unsent(peers[0]->conn.out), 10010);
	cr_expect_leq(peers[0]->conn.out->cap, 2 * 16384);
	loop_drain(peers[0]);
	cr_expect_eq(peers[0]->got.len, 2 * 1900010);
	free(text);
	end();
}

/* The memory of a message of 1 MiB is not given back between its parts, but what
 * nobody needs soon is. */
Test(conn, what_comes_in_many_turns_keeps_its_room_for_a_moment)
{
	static char part[8 + 60000] = "\x82\xFE\xEA\x60";
	char *text = some_text(1000000);
	const void *before;

	begin((struct acts){.echo = true});
	peer_says_text(peers[0], text);
	peer_says(peers[1], part, 16908);
	cr_expect_gt(peers[1]->conn.in->cap, 1000000);
	cr_expect_eq(loop.shared.pool.n_roomy, 1);
	before = peers[1]->conn.in->data;
	peer_says(peers[1], part, 23100);
	cr_expect_eq(peers[1]->conn.in->data, before);
	buf_trim(&loop.shared.pool);
	cr_expect_eq(loop.shared.pool.n_roomy, 0);
	cr_expect_leq(peers[1]->conn.in->cap, 40008);
	peer_says(peers[1], part, 20000);
	cr_expect_eq(peers[1]->got.len, 60004);
	free(text);
	end();
}

/* Each byte is copied a few times, however few come at a time: what is left
 * over stays where it is from turn to turn. */
Test(conn, what_comes_byte_by_byte_is_not_moved_for_each_byte)
{
	const void *before = NULL;
	struct peer *slow;
	int moves = 0;

	begin((struct acts){.echo = true});
	slow = peer_new(&loop);
	peer_says(slow, "GET /", 5);
	for (int i = 0; i < 16000; i++) {
		peer_says(slow, i % 2 ? "a" : "\t", 1);
		moves += slow->conn.in->data != before;
		before = slow->conn.in->data;
		if (slow->conn.in->len < 4096) /* the test lib moves it */
			moves = 0;
	}
	cr_expect_leq(moves, 4, "%d", moves);
	cr_expect_eq(slow->conn.http.seen, 16005, "all of it was read once");
	peer_free(slow);
	end();
}

/* What SIGUSR1 prints. */
Test(conn, counts_what_it_sends_receives_and_refuses)
{
	struct peer *p;
	struct ws_host *host = &loop.shared.host;

	loop_init(&loop);
	loop.acts.echo = true;
	p = peer_upgraded(&loop);
	cr_expect(host->sent == 0 && host->received == 0 && host->failed == 0);
	peer_says(p, "\x81\x81\0\0\0\0a", 7); /* and it comes back */
	cr_expect(host->sent == 1 && host->received == 1);
	cr_expect(ws_send(&p->conn.ws, "b"));
	loop_serve_pending(&loop);
	cr_expect(host->sent == 2 && host->received == 1 && host->failed == 0);
	peer_says(p, "\x83\x80\0\0\0\0", 6); /* a reserved opcode */
	cr_expect(host->sent == 2 && host->received == 1 && host->failed == 1);
	peer_free(p);
	loop_end(&loop);
}
