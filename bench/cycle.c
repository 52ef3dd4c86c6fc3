/* cycle.c - a WebSocket's beginning and its end: RFC 6455 4.1, 5.5.1, 7.1. */
#include "bench/cycle.h"

#include <string.h>

#define OPENING 64 /* handshakes at a time: a server's backlog may be short */

static const char greeting[] = "\x81\x0DHello Socket!";
/* Close with code 1000; the masking key is "keys" */
static const char goodbye[] = "\x88\x82keys\x68\x8D";

enum { ASKED, ACCEPTED, OPEN, CLOSING, CLOSED };

static void begin(struct crowd *crowd, struct peer *c)
{
	peer_connect(c, crowd->epoll, crowd->target.path);
}

/* Takes one step, if its bytes have arrived. Returns how many bytes it took. */
static size_t step(
	const struct crowd *crowd, struct peer *c, unsigned char *p, size_t len)
{
	size_t taken = 0;

	switch (c->state) {
	case ASKED:
		taken = peer_opened(c, p, len);
		if (taken)
			c->state = crowd->greeted ? ACCEPTED : OPEN;
		break;
	case ACCEPTED:
		taken = peer_expect(c, p, len, greeting, sizeof greeting - 1);
		if (taken)
			c->state = OPEN;
		break;
	case CLOSING:
		peer_expect(c, p, len, goodbye, 1);
		if (len >= 2 && len >= 2 + (size_t)p[1]) {
			taken = 2 + (size_t)p[1];
			c->state = CLOSED;
		}
		break;
	}
	return taken;
}

/* Takes all steps that the input allows. Returns false when the server has
 * closed. */
static bool advance(const struct crowd *crowd, struct peer *c)
{
	size_t len, taken;
	unsigned char *p = peer_receive(c, &len);
	bool is_there = len;

	while (len && (taken = step(crowd, c, p, len))) {
		p += taken;
		len -= taken;
	}
	peer_keep(c, p, len);
	return is_there;
}

static bool is_open(struct crowd *crowd, struct peer *c, uint32_t events)
{
	(void)events;
	if (!advance(crowd, c))
		die("%s closed the connection instead of shaking hands",
			crowd->target.name);
	if (c->state == OPEN && c->kept_len)
		die("%s speaks first", crowd->target.name);
	return c->state == OPEN;
}

static bool is_over(struct crowd *crowd, struct peer *c, uint32_t events)
{
	(void)events;
	if (!advance(crowd, c)) {
		if (c->state != CLOSED)
			die("%s closed the connection too early",
				crowd->target.name);
		peer_close(c);
		return true;
	}
	if (c->state == OPEN) {
		peer_send(c, goodbye, sizeof goodbye - 1);
		c->state = CLOSING;
	}
	return false;
}

void cycle_open(struct crowd *crowd)
{
	static const struct work opening = {begin, is_open, crowd_once};

	crowd_run(crowd, &opening, OPENING);
	memset(&crowd->tally, 0, sizeof crowd->tally);
}

const struct work cycle_work = {begin, is_over, crowd_again};
