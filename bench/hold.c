/* hold.c - many WebSockets that have nothing to say. */
#include "bench/hold.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/cycle.h"
#include "bench/echo.h"

#define AT_A_TIME 64
#define SETTLE 500000 /* microseconds in which a server gives back memory */

static double bytes_each(const struct crowd *crowd, uint64_t before)
{
	uint64_t after = target_resident(&crowd->target);

	return ((double)after - (double)before) / crowd->count;
}

void hold_idle(struct crowd *crowd)
{
	static struct work once;
	uint64_t before = target_resident(&crowd->target);

	once = echo_work;
	once.next = crowd_once;
	cycle_open(crowd);
	crowd_run(crowd, &once, AT_A_TIME);
	usleep(SETTLE);
	printf("%s\t%u\t%.0f\t%lu\n", crowd->target.name, crowd->count,
		bytes_each(crowd, before), (unsigned long)before);
}

static void ping(struct crowd *crowd, struct peer *c)
{
	/* the masking key is 0 */
	static const char frame[] = "\x89\x85\0\0\0\0Hello";

	(void)crowd;
	peer_send(c, frame, sizeof frame - 1);
}

static bool is_ponged(struct crowd *crowd, struct peer *c, uint32_t events)
{
	static const char pong[] = "\x8A\x05Hello";
	size_t len, taken, pings;
	unsigned char *p = peer_receive(c, &len);

	(void)events;
	if (!len)
		die("%s closed a connection that was held", crowd->target.name);
	pings = peer_pongs(c, p, len);
	taken = peer_expect(c, p + pings, len - pings, pong, sizeof pong - 1);
	peer_keep(c, p + pings + taken, len - pings - taken);
	return taken;
}

/* A `next` for any client that is not busy. */
static struct peer *anyone(struct crowd *crowd, struct peer *done)
{
	static uint32_t x = 1;
	struct peer *c;

	(void)done;
	if (now() > crowd->until)
		return NULL;
	do {
		x = x * 1664525 + 1013904223;
		c = &crowd->clients[(x >> 4) % crowd->count];
	} while (c->since);
	return c;
}

void hold_many(struct crowd *crowd, const struct plan *plan, bool waits)
{
	static const struct work pinging = {ping, is_ponged, anyone};
	uint64_t before = target_resident(&crowd->target), start = now();
	double opened, pinged, each;

	cycle_open(crowd);
	opened = crowd->count * 1e9 / (double)(now() - start);
	usleep(SETTLE);
	each = bytes_each(crowd, before);
	if (waits)
		raise(SIGSTOP);
	start = now();
	crowd->until = start + plan->milliseconds * (uint64_t)1000000;
	pinged = (double)crowd_run(crowd, &pinging, plan->messages);
	pinged *= 1e9 / (double)(now() - start);
	printf("%s\t%u\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n", crowd->target.name,
		crowd->count, opened, each, pinged,
		tally_quantile(&crowd->tally, 0.5) / 1e3,
		tally_quantile(&crowd->tally, 0.99) / 1e3);
}
