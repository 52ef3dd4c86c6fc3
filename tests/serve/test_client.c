/* test_client.c - who reads too slowly, or not at all. */
#include "tests/lib/support.h"

#include "serve/client.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MINUTE 60000
#define LITTLE 61440 /* 60 KiB: what a peer must take in a minute */

static struct shared shared;
static struct client *cl;
static int peer, epoll;

/* Output is waiting, since `now`. */
static void begin(uint32_t now)
{
	static const struct app app = {0};
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	epoll = epoll_create1(0);
	conn_share(&shared, &app);
	cl = client_open(ends[0], epoll, &shared);
	cr_assert(cl != NULL);
	peer = ends[1];
	client_begin_wait(cl, now);
}

static void end(void)
{
	client_close(cl);
	conn_unshare(&shared);
	close(peer);
	close(epoll);
}

/* Asks once in a quarter of a deadline of 40 s, when it has taken so much. */
static bool reads(uint32_t n)
{
	static uint32_t now;

	cl->given += n;
	now += 10000;
	return client_reads(cl, now);
}

Test(client, one_that_does_not_read)
{
	begin(0);
	cr_expect(reads(0));
	cr_expect(reads(0));
	cr_expect(reads(0));
	cr_expect(reads(1), "a byte is a sign of life");
	cr_expect(reads(0));
	cr_expect(!reads(LITTLE - 2), "a minute is over");
	end();
	begin(MINUTE);
	for (int i = 1; i < CLIENT_LOOKS; i++)
		cr_expect(reads(0));
	cr_expect(!reads(0));
	end();
}

/* 60 KiB in each minute are enough, and no less. */
Test(client, one_that_reads_slowly)
{
	begin(0);
	for (int i = 0; i < 2 * 6; i++)
		cr_expect(reads(LITTLE / 6));
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 6 - 1));
	cr_expect(!reads(LITTLE / 6));
	end();
}

/* Whoever stops when a minute is over has no more time than others. */
Test(client, one_that_stops_as_a_minute_ends)
{
	begin(0);
	cr_expect(reads(LITTLE));
	cr_expect(reads(1));
	cr_expect(reads(1));
	for (int i = 1; i < CLIENT_LOOKS; i++)
		cr_expect(reads(0));
	cr_expect(!reads(0));
	end();
}
