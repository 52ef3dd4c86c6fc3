/* test_receive.c - what arrives in any pieces is put together in order: some of
 * it behind what is there already, some of it by way of the loop's buffer. */
#include "serve/client.h"
#include "tests/lib/support.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct app app;
static struct shared shared = {.http.app = &app, .turn = 300};
static struct client *client;
static int peer = -1, epoll = -1;

static const char *address(struct conn *c, char *text, size_t size)
{
	(void)c, (void)text, (void)size;
	return "nobody";
}

static void ready(struct server *s, struct source *source, uint32_t events)
{
	(void)s, (void)source, (void)events;
}

static void begin(void)
{
	static const struct sockaddr_in6 from;
	int ends[2];

	cr_assert_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	peer = ends[0];
	epoll = epoll_create1(0);
	shared.peer = address;
	shared.host.max_memory = UINT64_MAX;
	conn_share(&shared);
	client = client_open(ends[1], &from, epoll, &shared, ready);
	cr_assert_not_null(client);
}

static void end(void)
{
	client_close(client);
	close(peer);
	close(epoll);
	buf_free_pool(&shared.pool);
}

/* A request whose head goes on, so that all of it stays. */
static void fill(char *text, size_t n)
{
	memcpy(text, "GET /", 5);
	for (size_t i = 5; i < n; i++)
		text[i] = (char)('a' + i * 7 % 26);
}

static void turn(void)
{
	conn_borrow(&client->conn);
	client_receive(&client->conn);
	conn_return(&client->conn);
}

/* One turn for each piece. */
static void receive(const char *text, size_t n)
{
	cr_assert_eq(write(peer, text, n), (ssize_t)n);
	turn();
}

Test(receive, pieces_of_every_size_are_one)
{
	char text[4000];

	fill(text, sizeof text);
	for (size_t first = 1; first <= 300; first += 13)
		for (size_t second = 1; second <= 300; second += 7) {
			size_t len = 0, n = first;
			const struct buf *in;

			begin();
			for (int i = 0; i < 6; i++) {
				receive(text + len, n);
				turn(); /* where there was little room */
				len += n;
				n = i % 2 ? first : second;
			}
			in = client->conn.in;
			cr_assert_eq(in->len, len);
			cr_assert_arr_eq(in->data, text, len);
			cr_assert_leq(len, in->cap);
			end();
		}
}

/* A turn takes no more than its share, wherever it is received. */
Test(receive, a_turn_is_no_larger_than_its_share)
{
	char text[4000];

	fill(text, sizeof text);
	begin();
	receive(text, sizeof text);
	for (size_t n = 300; n <= 3000; n += 300) {
		cr_assert_eq(client->conn.in->len, n);
		cr_assert(client->source.has_more);
		turn();
	}
	cr_expect_arr_eq(client->conn.in->data, text, 3300);
	receive(text, 0);
	cr_assert(client->source.has_more);
	for (int i = 0; i < 3; i++)
		receive(text, 0);
	cr_expect(!client->source.has_more);
	cr_expect_eq(client->conn.in->len, 4000);
	end();
}
