/* test_slow.c - peers that read too slowly, or not at all. */
#include "serve/client.h"
#include "tests/lib/loop.h"
#include "tests/lib/support.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MINUTE 60000
#define LITTLE 61440 /* 60 KiB: what a peer must take in a minute */
#define QUARTER 7500 /* of the default deadline */

static struct slow slow;
static int ends[2];
static uint32_t now;

/* Output begins to wait. */
static void begin(void)
{
	cr_assert_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	now = 0;
	slow = (struct slow){.since = 0};
	slow_begin(&slow, ends[0], now);
}

static void end(void)
{
	close(ends[0]);
	close(ends[1]);
}

TestSuite(slow, .init = begin, .fini = end);

/* Is it still judged to be reading, a quarter of a deadline of 40 s later, in
 * which it has taken n bytes? */
static bool reads(uint32_t n)
{
	slow.given += n;
	now += 10000;
	return slow_reads(&slow, ends[0], now);
}

Test(slow, a_peer_that_reads_nothing)
{
	for (int i = 1; i < SLOW_LOOKS; i++)
		cr_expect(reads(0));
	cr_expect(!reads(0));
}

Test(slow, a_peer_that_reads_too_little)
{
	cr_expect(reads(0));
	cr_expect(reads(0));
	cr_expect(reads(0));
	cr_expect(reads(1), "a byte is a sign of life");
	cr_expect(reads(0));
	cr_expect(!reads(LITTLE - SLOW_PORTION - 2), "a minute is over");
}

/* 60 KiB in each minute are enough. What one portion may lack is made up for
 * later, and a byte less is not enough. */
Test(slow, a_peer_that_reads_slowly)
{
	for (int i = 0; i < 2 * 6; i++)
		cr_expect(reads(LITTLE / 6));
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 6));
	cr_expect(reads(LITTLE / 6 - SLOW_PORTION / 2));
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 6));
	cr_expect(reads(LITTLE / 6 - SLOW_PORTION / 2));
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 6));
	cr_expect(!reads(LITTLE / 6 - 1));
}

/* A peer that stops when a minute is over gets no more time than others. */
Test(slow, a_peer_that_stops_as_a_minute_ends)
{
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 5));
	cr_expect(reads(1));
	for (int i = 1; i < SLOW_LOOKS; i++)
		cr_expect(reads(0));
	cr_expect(!reads(0));
}

/* A client over a Unix socket that always has output waiting. */
static struct loop loop;
static struct client *client;
static const struct app app;
static const struct sockaddr_in6 from = {.sin6_family = AF_UNIX};
static char bytes[1 << 20];

/* The kernel takes much at once, as large as its limit allows. */
static void open_client(void)
{
	int fd = dup(ends[0]), size = 1 << 20;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	loop_open(&loop, &app);
	client = client_open(
		fd, &from, epoll_create1(EPOLL_CLOEXEC), &loop.shared, NULL);
	cr_assert(client);
}

static void close_client(void)
{
	client_close(client);
	loop_close(&loop);
}

static int a_file(void)
{
	int fd = memfd_create("a file", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes, sizeof bytes), (ssize_t)sizeof bytes);
	return fd;
}

static void flush(bool is_file)
{
	struct conn *c = &client->conn;

	conn_borrow(c);
	if (!is_file && buf_unsent(c->out) < sizeof bytes / 2)
		cr_assert(buf_append(c->out, bytes, sizeof bytes));
	if (is_file && !c->has_file)
		c->file = (struct conn_file){a_file(), 0, sizeof bytes};
	c->has_file = is_file;
	client_flush(client);
	conn_return(c);
}

static void read_bytes(uint32_t n)
{
	while (n) {
		ssize_t got = recv(ends[1], bytes,
			n < sizeof bytes ? n : sizeof bytes, MSG_DONTWAIT);

		cr_assert_gt(got, 0);
		n -= (uint32_t)got;
	}
}

/* Sends where there is room, as the loop does. Returns whether it did. */
static bool has_sent(bool is_file)
{
	struct pollfd room = {.fd = ends[0], .events = POLLOUT};

	if (poll(&room, 1, 0) != 1)
		return false;
	client->conn.fresh = false;
	flush(is_file);
	return client->conn.fresh;
}

/* Is a client kept for ten minutes that reads at this rate, in bytes a second?
 */
static bool is_kept_at(bool is_file, uint32_t rate)
{
	uint32_t asked = 0;
	bool is_kept = true;

	open_client();
	flush(is_file);
	client->wait = CONN_WAIT_SEND;
	slow_begin(&client->slow, ends[0], 0);
	for (now = 0; is_kept && now < 10 * MINUTE; now += 500) {
		read_bytes(rate / 2);
		if (has_sent(is_file))
			asked = now;
		if (now - asked < QUARTER)
			continue;
		is_kept = slow_reads(&client->slow, ends[0], now);
		asked = now;
	}
	close_client();
	return is_kept;
}

/* Whether text or a file is sent. Without portions the kernel tells of 64 KiB
 * at a time. */
Test(slow, over_a_unix_socket)
{
	static const struct {
		uint32_t rate;
		bool is_kept;
	} table[] = {{0, false}, {500, false}, {800, false}, {1026, true},
		{1100, true}, {1500, true}, {2000, true}, {10000, true}};

	for (size_t i = 0; i < 2 * sizeof table / sizeof *table; i++) {
		bool is_kept = is_kept_at(i % 2, table[i / 2].rate);

		cr_expect_eq(is_kept, table[i / 2].is_kept, "%s at %u B/s",
			i % 2 ? "a file" : "text", table[i / 2].rate);
		end();
		begin();
	}
}
