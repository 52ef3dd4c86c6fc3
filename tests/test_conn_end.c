/* test_conn_end.c - RFC 6455 7: what a connection waits for and how it ends. */
#include "tests/lib/pieces.h"

static struct loop loop;
static struct peer *peer;

static void begin(struct acts acts)
{
	loop_init(&loop);
	loop.acts = acts;
	peer = peer_upgraded(&loop);
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

static void expire(void)
{
	loop_expire(peer);
	peer_says(peer, NULL, 0);
}

static void expect_waits_for(enum conn_wait wait)
{
	cr_expect_eq(conn_waits_for(&peer->conn), wait, "it waits for %d",
		conn_waits_for(&peer->conn));
}

static void expect_dropped(const char *events)
{
	expect_events(peer, events);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	cr_expect(!peer->conn.in && !peer->conn.out);
}

Test(conn, 5_5_2_a_silent_peer_is_pinged)
{
	begin((struct acts){0});
	expect_waits_for(CONN_WAIT_DATA);
	expire();
	expect_got(peer, "\x89\x00", 2);
	expect_waits_for(CONN_WAIT_PONG);
	/* anything that it sends is a sign of life */
	peer->conn.fresh = false;
	peer_says(peer, "\x8A", 1);
	cr_expect(peer->conn.fresh, "its deadline begins anew");
	expect_waits_for(CONN_WAIT_DATA);
	end();
}

Test(conn, a_peer_that_stays_silent_is_lost)
{
	begin((struct acts){0});
	expire();
	expire();
	expect_dropped("close 1006 \"no answer to a ping\" by us\n");
	end();
}

Test(conn, a_peer_that_does_not_read_is_lost)
{
	begin((struct acts){.echo = true});
	peer->bite = 0;
	peer_says_text(peer, "read this");
	expect_waits_for(CONN_WAIT_SEND);
	expire();
	expect_dropped(
		"text read this\n"
		"close 1006 \"it reads too slowly, or not at all\" by us\n");
	end();
}

/* The deadline is for progress, not for the end of sending. */
Test(conn, a_peer_that_reads_slowly_is_waited_for)
{
	begin((struct acts){.echo = true});
	peer->bite = 1;
	peer_says_text(peer, "read this");
	for (int i = 0; i < 9; i++) {
		peer->conn.fresh = false;
		peer_says(peer, NULL, 0);
		expect_waits_for(CONN_WAIT_SEND);
		cr_expect(peer->conn.fresh, "its deadline begins anew");
	}
	peer->bite = 0;
	peer->conn.fresh = false;
	peer_says_frame(peer, 0x8A, "", 0);
	cr_expect(!peer->conn.fresh, "it has taken nothing");
	end();
}

static void expire_after(const char *request)
{
	loop_init(&loop);
	peer = peer_new(&loop);
	peer_says(peer, request, strlen(request));
	expire();
}

/* Without a word when not one byte came: a client that connects ahead of need
 * is not told off for it. */
Test(conn, an_idle_connection_is_closed_without_a_word)
{
	expire_after("");
	expect_got(peer, "", 0);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
	expire_after("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_expect(!has_text(&peer->got, "408"));
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
}

Test(conn, rfc9110_15_5_9_half_a_request)
{
	expire_after("GET / HTTP/1.1\r\nHost:");
	cr_expect(has_text(&peer->got, "HTTP/1.1 408 "));
	cr_expect_eq(conn_next(&peer->conn), CONN_SHUT);
	end();
}

/* Whatever else the peer sends, the wait goes on. */
Test(conn, 7_1_2_our_close_is_not_answered)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1000, "");
	loop_serve_pending(&loop);
	expect_waits_for(CONN_WAIT_CLOSE);
	peer->conn.fresh = false;
	peer_says_text(peer, "la la la");
	peer_says_frame(peer, 0x8A, "", 0);
	cr_expect(!peer->conn.fresh, "its deadline must not begin anew");
	expect_waits_for(CONN_WAIT_CLOSE);
	expire();
	expect_dropped("close 1006 \"no answer to a Close\" by us\n");
	end();
}

/* The wait also goes on when the peer makes us send, and takes that slowly. */
Test(conn, 7_1_2_our_close_is_not_answered_but_pings_are_sent)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1000, "");
	loop_serve_pending(&loop);
	peer->bite = 1;
	peer->conn.fresh = false;
	for (int i = 0; i < 10; i++)
		peer_says_frame(peer, 0x89, "ping", 4);
	cr_expect(conn_has_output(&peer->conn));
	expect_waits_for(CONN_WAIT_CLOSE);
	cr_expect(!peer->conn.fresh, "its deadline must not begin anew");
	end();
}

/* RFC 6455 7.1.1: the server closes TCP first, so it does not wait for the
 * peer. */
Test(conn, 7_1_1_the_server_closes_first)
{
	begin((struct acts){0});
	peer->bite = 0;
	peer_says_frame(peer, 0x88, "\x03\xE8", 2);
	cr_expect_eq(peer->closed, 1);
	cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON, "its Close is owed");
	peer->bite = SIZE_MAX;
	loop_drain(peer);
	expect_got(peer, "\x88\x02\x03\xE8", 4);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP,
		"it does not wait for the peer's end");
	cr_expect(peer->conn.ws.clean);
	end();
}

/* RFC 6455 5.5.1: after both Close frames, whichever came first. */
Test(conn, 5_5_1_tcp_is_closed_after_both_closes)
{
	begin((struct acts){0});
	ws_close(&peer->conn.ws, 1000, "");
	loop_serve_pending(&loop);
	cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON);
	peer_says_frame(peer, 0x88, "\x03\xE8", 2);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
}

/* After a Close or an error our side is shut, and what still comes is read, so
 * that no reset destroys what we have sent. */
static void expect_discards(void)
{
	cr_expect_eq(conn_next(&peer->conn), CONN_SHUT);
	expect_waits_for(CONN_WAIT_LINGER);
	peer_says_text(peer, "oh, and");
	peer_says(peer, "\xFF\xFF\xFF", 3);
	cr_expect(conn_wants_input(&peer->conn));
	cr_expect_null(peer->conn.in);
	expect_waits_for(CONN_WAIT_LINGER);
	expire();
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	cr_expect_eq(peer->closed, 1);
}

Test(conn, 7_1_1_trailing_bytes_are_discarded)
{
	begin((struct acts){0});
	peer_says(peer, "\x88\x80\0\0\0\0\x81\x81\0\0\0\0.", 13);
	expect_discards();
	expect_events(peer, "close 1005 \"\" by them\n");
	end();
}

Test(conn, 7_1_1_input_after_an_error_is_discarded)
{
	begin((struct acts){0});
	peer_says(peer, "\x83", 1);
	expect_discards();
	cr_expect_eq(peer->code, 1002);
	cr_expect(!peer->conn.ws.clean);
	end();
}

static void finish(void)
{
	conn_borrow(&peer->conn);
	conn_eof(&peer->conn);
	conn_return(&peer->conn);
}

Test(conn, 7_1_5_an_end_without_a_close)
{
	begin((struct acts){0});
	cr_expect(conn_wants_input(&peer->conn));
	finish();
	cr_expect(!conn_wants_input(&peer->conn));
	expect_dropped("close 1006 \"it went without a Close\" by us\n");
	end();
}

Test(conn, 7_1_5_an_end_inside_a_message)
{
	begin((struct acts){0});
	peer_says(peer, "\x01\x83\0\0\0\0par", 9);
	peer_says(peer, "\x80\x90\0\0\0\0no", 8);
	finish();
	expect_dropped("close 1006 \"it went without a Close\" by us\n");
	end();
}

/* A peer that has ended still gets what is owed to it. */
Test(conn, an_end_before_the_echo_is_taken)
{
	begin((struct acts){.echo = true});
	peer->bite = 0;
	peer_says_text(peer, "Hello");
	finish();
	cr_expect_eq(peer->closed, 1);
	cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON);
	loop_drain(peer);
	expect_got(peer, "\x81\x05Hello", 7);
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
}

Test(conn, an_end_after_the_closing_handshake)
{
	begin((struct acts){0});
	peer_says_frame(peer, 0x88, "", 0);
	finish();
	expect_dropped("close 1005 \"\" by them\n");
	end();
}

static void stop(void)
{
	conn_borrow(&peer->conn);
	conn_stop(&peer->conn);
	conn_return(&peer->conn);
	peer_says(peer, NULL, 0);
}

/* A connection that has had its answer is dropped at once. One that has just
 * come, or whose request is not complete, gets its answer first. */
Test(conn, a_server_that_stops_owes_answers)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

	loop_init(&loop);
	peer = peer_new(&loop);
	peer_says(peer, request, strlen(request));
	stop();
	cr_expect_eq(conn_next(&peer->conn), CONN_DROP);
	end();
	for (size_t n = 0; n < strlen(request); n++) {
		loop_init(&loop);
		peer = peer_new(&loop);
		peer_says(peer, request, n);
		loop.shared.http.stopping = true;
		stop();
		cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON);
		peer_says(peer, request + n, strlen(request) - n);
		cr_expect(has_text(&peer->got, "Connection: close"));
		cr_expect(has_text(&peer->got, "hello"));
		cr_expect_eq(conn_next(&peer->conn), CONN_SHUT);
		end();
	}
	loop_init(&loop);
	peer = peer_new(&loop);
	peer->bite = 0;
	peer_says(peer, request, strlen(request));
	stop();
	cr_expect_eq(conn_next(&peer->conn), CONN_GO_ON);
	peer->bite = SIZE_MAX;
	loop_drain(peer);
	cr_expect(has_text(&peer->got, "hello"));
	cr_expect_eq(conn_next(&peer->conn), CONN_SHUT);
	end();
}

/* Of a pipeline that has arrived, the last request is the last. */
Test(conn, a_server_that_stops_answers_a_whole_pipeline)
{
	static const char pipeline[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
				       "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
	const char *first, *second, *close;

	loop_init(&loop);
	loop.shared.http.stopping = true;
	peer = peer_new(&loop);
	peer_says(peer, pipeline, sizeof pipeline - 1);
	buf_append(&peer->got, "", 1);
	first = (const char *)peer->got.data;
	cr_assert(first);
	second = strstr(first + 1, "HTTP/1.1 200");
	close = strstr(first, "Connection: close");
	cr_expect(second && close && close > second);
	end();
}

Test(conn, 7_4_1_a_server_that_stops_says_1001)
{
	begin((struct acts){0});
	stop();
	stop();
	cr_assert_geq(peer->got.len, 4);
	cr_expect(!memcmp(peer->got.data + 2, "\x03\xE9", 2));
	cr_expect_eq(peer->got.len, 2u + peer->got.data[1], "one Close");
	expect_waits_for(CONN_WAIT_CLOSE);
	peer_says_frame(peer, 0x88, "\x03\xE9", 2);
	expect_events(peer, "close 1001 \"\" by us\n");
	end();
}
