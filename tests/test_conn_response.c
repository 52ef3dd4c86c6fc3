/* test_conn_response.c - what the application is told about each response: that
 * it was written, and how much of it the peer's kernel has taken. */
#include "tests/lib/pieces.h"

#include <stdio.h>

static struct loop loop;
static struct peer *peer;

static char told[512];           /* a line for each on_response */
static size_t written_len, sent; /* bytes: of on_response, of on_sent */
static int ends;                 /* calls of on_sent with 0 */

static void on_response(const struct app *app, uint32_t number,
	const struct request *req, const struct response *res,
	struct slice written)
{
	size_t n = strlen(told);
	size_t said = 0;

	(void)app;
	while (said < req->said.len && req->said.p[said] != '\r')
		said++;
	snprintf(told + n, sizeof told - n, "#%u %s %d %.*s\n",
		(unsigned)number, req->peer, res->status, (int)said,
		req->said.p);
	cr_expect(!memcmp(written.p, "HTTP/1.1 ", 9));
	cr_expect_eq(atoi(written.p + 9), res->status);
	written_len += written.len + (res->fd >= 0 ? res->left : 0);
}

static void on_sent(const struct app *app, uint32_t number, size_t n)
{
	(void)app;
	cr_expect_eq(number, 1);
	sent += n;
	ends += n == 0;
}

static void begin(size_t bite)
{
	loop_init(&loop);
	loop.app.on_response = on_response;
	loop.app.on_sent = on_sent;
	*told = 0;
	sent = written_len = 0;
	ends = 0;
	peer = peer_new(&loop);
	peer->bite = bite;
}

static void end(void)
{
	peer_free(peer);
	loop_end(&loop);
}

Test(response_told, each_response_is_told_once)
{
	static const char said[] = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
				   "HEAD /2 HTTP/1.1\r\nHost: h\r\n\r\n"
				   "POST /3 HTTP/1.1\r\nHost: h\r\n\r\n"
				   "GET /4 HTTP/1.1\r\n\r\n"
				   "GET /5 HTTP/1.1\r\nHost: h\r\n\r\n";

	for (size_t bite = 1; bite < 3000; bite *= 3) {
		begin(bite);
		peer_says(peer, said, sizeof said - 1);
		loop_drain(peer);
		cr_expect_str_eq(told, "#1 127.0.0.1:1 200 GET /1 HTTP/1.1\n"
				       "#1 127.0.0.1:1 200 HEAD /2 HTTP/1.1\n"
				       "#1 127.0.0.1:1 405 POST /3 HTTP/1.1\n"
				       "#1 127.0.0.1:1 400 GET /4 HTTP/1.1\n");
		cr_expect_eq(sent, written_len);
		cr_expect_eq(sent, peer->got.len);
		cr_expect_eq(ends, 0);
		end();
		cr_expect(ends > 0);
	}
}

Test(response_told, a_response_is_told_as_far_as_its_request_came)
{
	begin(SIZE_MAX);
	peer_says(peer, "GET /slow HT", 12);
	cr_expect_str_eq(told, "");
	loop_expire(peer);
	cr_expect_str_eq(told, "#1 127.0.0.1:1 408 GET /slow HT\n");
	end();
	begin(SIZE_MAX);
	loop.shared.host.max_memory = 4;
	peer_says(peer, "GET /much", 9);
	cr_expect_str_eq(told, "#1 127.0.0.1:1 503 GET /much\n");
	cr_expect_eq(sent, written_len);
	end();
}

Test(response_told, a_lost_response_is_told_as_far_as_it_went)
{
	begin(10);
	peer_says(peer, REQUEST, strlen(REQUEST));
	cr_expect(strstr(told, " 101 GET "));
	cr_expect(sent >= 10 && sent < written_len);
	cr_expect_eq(ends, 0);
	conn_lost(&peer->conn, "gone");
	cr_expect(ends > 0);
	cr_expect_eq(sent, peer->got.len);
	end();
}

/* A slow peer's loss is told when all that it took has been told. */
Test(response_told, what_goes_out_with_the_loss_is_told_before_it)
{
	size_t before;

	begin(10);
	peer_says(peer, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27);
	before = sent;
	loop_expire(peer);
	cr_expect_eq(sent, before + 10);
	cr_expect_eq(sent, peer->got.len);
	cr_expect(ends > 0);
	end();
}
