/* test_slow.c - peers that read too slowly, or not at all. */
#include "serve/slow.h"
#include "tests/lib/support.h"

#include <sys/socket.h>
#include <unistd.h>

#define MINUTE 60000
#define LITTLE 61440 /* 60 KiB: what a peer must take in a minute */

static struct slow slow;
static int ends[2];
static uint32_t now;

/* Output begins to wait. */
static void begin(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
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
	cr_expect(!reads(LITTLE - 2), "a minute is over");
}

/* 60 KiB in each minute are enough, and a byte less is not. */
Test(slow, a_peer_that_reads_slowly)
{
	for (int i = 0; i < 2 * 6; i++)
		cr_expect(reads(LITTLE / 6));
	for (int i = 1; i < 6; i++)
		cr_expect(reads(LITTLE / 6 - 1));
	cr_expect(!reads(LITTLE / 6));
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
